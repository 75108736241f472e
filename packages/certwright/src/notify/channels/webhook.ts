import { createHmac } from 'node:crypto'
import { instantOf } from '@certwright/acme'
import {
  channelValues,
  webAddress,
  type ChannelContext,
  type Channel,
  type ChannelKind,
} from '../channel.ts'
import { postJson } from '../post.ts'

const options = [
  { key: 'url', summary: { en: 'Where to post', zh: '接收地址' }, required: true, secret: true },
  {
    key: 'secret',
    summary: {
      en: 'Key of an HMAC-SHA256 over TIME.BODY, in the field certwright-signature: t=TIME,v1=HEX',
      zh: '对 TIME.BODY 计算 HMAC-SHA256 的密钥；签名放在 certwright-signature: t=TIME,v1=HEX',
    },
    secret: true,
  },
] as const

export const channel = {
  name: 'webhook',
  summary: { en: 'JSON, signed with an HMAC', zh: 'JSON，可用 HMAC 签名' },
  options,
} as const satisfies ChannelKind

export function create(values: Readonly<Record<string, string>>, context: ChannelContext): Channel {
  const { url, secret } = channelValues(channel, values)
  webAddress(channel.name, 'url', url)
  return {
    async send({ at, events, ...notice }, signal) {
      const body = JSON.stringify({
        ...notice,
        at: instantOf(at),
        events: events.map((event) => ({ ...event, at: instantOf(event.at) })),
      })
      const time = Math.floor(context.host.now() / 1000)
      const headers = secret && { 'certwright-signature': signature(secret, time, body) }
      await postJson(
        { channel: channel.name, url, body, ...(headers && { headers }) },
        context,
        signal,
      )
    },
  }
}

/** The time is signed too, so that a receiver can refuse what is old. */
function signature(secret: string, time: number, body: string): string {
  const digest = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')
  return `t=${time},v1=${digest}`
}
