import { instantOf } from '@certwright/acme'
import { CertwrightError } from '../../runtime/error.ts'
import { runProgram } from '../../runtime/program.ts'
import { channelValues, type Channel, type ChannelContext, type ChannelKind } from '../channel.ts'

const options = [
  {
    key: 'program',
    summary: {
      en: 'Program; the notice is JSON on its standard input',
      zh: '程序；通知以 JSON 写入其标准输入',
    },
    required: true,
  },
  {
    key: 'arguments',
    summary: { en: 'Its arguments, separated by spaces', zh: '程序参数，以空格分隔' },
  },
] as const

export const channel = {
  name: 'exec',
  summary: { en: 'A program', zh: '外部程序' },
  options,
} as const satisfies ChannelKind

const timeoutMs = 60_000

export function create(values: Readonly<Record<string, string>>, { env }: ChannelContext): Channel {
  const { program, arguments: words = '' } = channelValues(channel, values)
  const args = words.split(/ +/).filter((word) => word !== '')
  return {
    async send({ at, events, ...notice }, signal) {
      const input = JSON.stringify({
        ...notice,
        at: instantOf(at),
        events: events.map((event) => ({ ...event, at: instantOf(event.at) })),
      })
      const { exit } = await runProgram([program, ...args], { env, input, timeoutMs, signal })
      if (exit === 0) return
      throw new CertwrightError('NOTICE_REFUSED', { channel: channel.name, reason: `exit ${exit}` })
    },
  }
}
