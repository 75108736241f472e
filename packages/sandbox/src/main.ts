import { resolve } from 'node:path'
import { flags, readArguments, UsageError } from './arguments.ts'
import { knobsShape } from './ca/knob-shapes.ts'
import type { CaKnobs } from './ca/options.ts'
import { runSandboxCommand } from './command.ts'
import { ConfigError, readConfigFile } from './config/config-file.ts'
import { complaints, pathText } from './shape/shape.ts'

interface Streams {
  readonly stdout: { write(text: string): unknown }
  readonly stderr: { write(text: string): unknown }
  readonly version: string
  /** Ends the sandbox. */
  readonly signal: AbortSignal
}

/** Runs `certwright-sandbox` and gives its exit code: 0 when it was stopped, 1 when it failed, 2 for a command line or a file that cannot be used. */
export async function main(argv: readonly string[], streams: Streams): Promise<number> {
  const { stdout, stderr, signal, version } = streams
  try {
    const { command, config, knobs, help, version: asksVersion } = readArguments(argv)
    if (help || asksVersion) {
      stdout.write(help ? helpText() : `${version}\n`)
      return 0
    }
    checkKnobs(knobs)
    const settings = config === undefined ? {} : await readConfigFile(config)
    checkKept(config, command.dir)
    const ca = { ...settings.ca, ...(knobs as CaKnobs) }
    await runSandboxCommand({ ...command, settings: { ...settings, ca }, stdout, signal })
    return 0
  } catch (error) {
    const isUsage =
      error instanceof UsageError || error instanceof ConfigError || error instanceof TypeError
    const lines = error instanceof ConfigError ? error.complaints : [(error as Error).message]
    for (const line of lines) stderr.write(`certwright-sandbox: ${line}\n`)
    if (isUsage) stderr.write('certwright-sandbox: --help lists the options\n')
    return isUsage ? 2 : 1
  }
}

/** What is written must not take the place of what was read. */
function checkKept(config: string | undefined, dir: string | undefined): void {
  if (config === undefined || dir === undefined) return
  if (resolve(config) === resolve(dir, 'sandbox.json')) {
    throw new UsageError(`${config} would be overwritten by what --dir gets; give it another name`)
  }
}

function checkKnobs(knobs: Readonly<Record<string, unknown>>): void {
  const [wrong] = complaints(knobsShape, knobs)
  if (wrong) throw new UsageError(`--knob ${pathText(wrong.path)} ${wrong.says}`)
}

/** Where what an option says begins, behind it or below it. */
const WIDTH = 24

function helpText(): string {
  const rows = Object.entries(flags).map(([name, flag]) => {
    const value = 'value' in flag ? ` ${flag.value}` : ''
    const again = 'multiple' in flag ? '; can be given again' : ''
    return [`--${name}${value}`, `${flag.says}${again}`] as const
  })
  const lines = rows.map(([left, right]) => {
    const column = left.length < WIDTH ? left.padEnd(WIDTH) : `${left}\n${' '.repeat(WIDTH + 2)}`
    return `  ${column}${right}`
  })
  return `Usage: certwright-sandbox [options]

Runs an ACME CA and a DNS server on loopback until it is stopped, for the tests of ACME clients.
Nothing that it issues is trusted by anyone.

Options:
${lines.join('\n')}
`
}
