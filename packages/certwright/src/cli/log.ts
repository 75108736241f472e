import { instantOf } from '@certwright/acme'
import type { Logger } from 'pino'
import type { Host } from '../runtime/host.ts'
import type { TextSink } from './world.ts'

export interface LogOptions {
  readonly stream: TextSink
  readonly host: Pick<Host, 'now'>
  /** JSON lines even on a terminal. */
  readonly json: boolean
  readonly level?: 'debug' | 'info'
}

/** What a service says while it runs: one JSON object a line, and lines for people on a terminal. */
export async function logTo({ stream, host, json, level = 'info' }: LogOptions): Promise<Logger> {
  const { pino } = await import('pino')
  const options = {
    level,
    base: null,
    messageKey: 'event',
    formatters: { level: (label: string) => ({ level: label }) },
    timestamp: () => `,"time":"${instantOf(host.now())}"`,
  }
  if (json || stream.isTTY !== true) return pino(options, stream)
  const { default: pretty } = await import('pino-pretty')
  return pino(
    options,
    pretty({ destination: stream, colorize: true, messageKey: 'event', sync: true }),
  )
}
