import { nearest } from '../runtime/nearest.ts'
import { CertwrightError } from '../runtime/error.ts'
import type { Host } from '../runtime/host.ts'
import type { Notice } from './notice.ts'

/** A way to people. */
export interface Channel {
  /** Resolves once the service has taken it. Throws `NOTICE_REFUSED` or `NOTICE_NOT_SENT`; twice tells twice. */
  send(notice: Notice, signal?: AbortSignal): Promise<void>
}

/** What a person can set on a channel. */
export interface ChannelOption {
  readonly key: string
  readonly summary: Readonly<Record<'en' | 'zh', string>>
  readonly required?: true
  readonly secret?: true
}

export interface ChannelKind {
  readonly name: string
  readonly summary: Readonly<Record<'en' | 'zh', string>>
  readonly options: readonly ChannelOption[]
}

/** What is lent to a channel. */
export interface ChannelContext {
  readonly host: Host
  /** What a program is started with. */
  readonly env: Readonly<Record<string, string | undefined>>
}

/** What a channel's file exports. */
export interface ChannelModule {
  readonly channel: ChannelKind
  /** Makes the channel. Checks its options; talks to nobody yet. */
  readonly create: (values: Readonly<Record<string, string>>, context: ChannelContext) => Channel
}

export type ChannelValues<Options extends readonly ChannelOption[]> = {
  readonly [Option in Options[number] as Option['key']]: Option extends { readonly required: true }
    ? string
    : string | undefined
}

/** Checks what a person set. An unknown key, or a required one that is missing, throws what to type. */
export function channelValues<const Options extends readonly ChannelOption[]>(
  { name: channel, options }: Pick<ChannelKind, 'name'> & { readonly options: Options },
  values: Readonly<Record<string, string>>,
): ChannelValues<Options> {
  const keys = options.map(({ key }) => key)
  for (const option of Object.keys(values)) {
    if (keys.includes(option)) continue
    const suggestion = nearest(option, keys) ?? keys.join(', ')
    throw new CertwrightError('CHANNEL_OPTION_UNKNOWN', { channel, option, suggestion })
  }
  for (const { key, required } of options) {
    if (!required || values[key]) continue
    throw new CertwrightError('CHANNEL_OPTION_MISSING', { channel, option: key })
  }
  return Object.fromEntries(
    keys.map((key) => [key, values[key] || undefined]),
  ) as ChannelValues<Options>
}

/** `expected` shows the form in signs that need no translation. The value is not repeated: it may be a secret. */
export function wrongChannelOption(
  channel: string,
  option: string,
  expected: string,
): CertwrightError {
  return new CertwrightError('CHANNEL_OPTION_NOT_CONFORM', { channel, option, expected })
}

/** An address that is posted to: HTTPS, or this machine itself. */
export function webAddress(channel: string, option: string, text: string): string {
  const url = URL.parse(text)
  const isHere = url && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isHere)) return text
  throw wrongChannelOption(channel, option, 'https://…')
}
