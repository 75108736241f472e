import { parseArgs } from 'node:util'
import type { SandboxCommandOptions } from './command.ts'
import { closestWord } from './shape/closest-word.ts'

/** What the command line of `certwright-sandbox` says. */
export interface SandboxArguments {
  readonly command: Omit<SandboxCommandOptions, 'stdout' | 'signal' | 'settings'>
  /** Path of a file of options. */
  readonly config?: string
  /** Knobs by name, as they were written. */
  readonly knobs: Readonly<Record<string, unknown>>
  readonly help: boolean
  readonly version: boolean
}

/** A command line that cannot be understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

interface Flag {
  readonly type: 'string' | 'boolean'
  readonly value?: string
  readonly says: string
  readonly multiple?: boolean
}

/** Every option, in the order in which help has them. */
export const flags = {
  config: { type: 'string', value: 'FILE', says: 'options as JSON; see README.md and KNOBS.md' },
  knob: {
    type: 'string',
    value: 'NAME=VALUE',
    says: 'a knob of every CA; JSON, or a string as it is',
    multiple: true,
  },
  zone: {
    type: 'string',
    value: 'NAME',
    says: 'a zone to serve; default example.test',
    multiple: true,
  },
  dir: {
    type: 'string',
    value: 'DIR',
    says: 'for root.pem and sandbox.json; default a temporary one',
  },
  port: {
    type: 'string',
    value: 'N',
    says: 'port of the CA; default a free one, as for the others',
  },
  'dns-port': { type: 'string', value: 'N', says: 'port of the DNS server' },
  'http-port': { type: 'string', value: 'N', says: 'where http-01 is looked for, instead of 80' },
  'tls-port': {
    type: 'string',
    value: 'N',
    says: 'where tls-alpn-01 is looked for, instead of 443',
  },
  'control-port': { type: 'string', value: 'N', says: 'port of the control API' },
  host: { type: 'string', value: 'ADDR', says: 'a loopback address for the CA; default 127.0.0.1' },
  'dangerously-listen-beyond-loopback': {
    type: 'boolean',
    says: 'lets --host be any address: whoever reaches it gets certificates',
  },
  json: { type: 'boolean', says: 'print one line of JSON' },
  help: { type: 'boolean', says: 'print this' },
  version: { type: 'boolean', says: 'print the version' },
} as const satisfies Readonly<Record<string, Flag>>

/** Reads a command line. Throws a {@link UsageError}. */
export function readArguments(argv: readonly string[]): SandboxArguments {
  const { values } = parsed(argv)
  const { config, dir, host, zone } = values
  const port = (name: 'port' | 'dns-port' | 'http-port' | 'tls-port' | 'control-port') =>
    portOf(name, values[name])
  const command = {
    dir,
    host,
    zones: zone,
    port: port('port'),
    dnsPort: port('dns-port'),
    httpPort: port('http-port'),
    tlsPort: port('tls-port'),
    controlPort: port('control-port'),
    json: values.json,
    beyondLoopback: values['dangerously-listen-beyond-loopback'],
  }
  return {
    command: Object.fromEntries(
      Object.entries(command).filter(([, value]) => value !== undefined),
    ) as SandboxArguments['command'],
    knobs: Object.fromEntries((values.knob ?? []).map(knobOf)),
    ...(config === undefined ? {} : { config }),
    help: values.help ?? false,
    version: values.version ?? false,
  }
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: flags, strict: true })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') throw new UsageError(message)
    const [, name = ''] = /'--?([^']+)'/.exec(message) ?? []
    const near = closestWord(name, Object.keys(flags))
    const hint = near === undefined ? '' : `; did you mean --${near}?`
    throw new UsageError(`there is no option --${name}${hint}`)
  }
}

function portOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw new UsageError(`--${name} ${text} is not a port`)
}

/** What is no JSON is a string, so that nobody must quote twice. */
function knobOf(text: string): readonly [name: string, value: unknown] {
  const at = text.indexOf('=')
  if (at < 1) throw new UsageError(`--knob ${text} is not NAME=VALUE`)
  const [name, value] = [text.slice(0, at), text.slice(at + 1)]
  try {
    return [name, JSON.parse(value) as unknown]
  } catch {
    return [name, value]
  }
}
