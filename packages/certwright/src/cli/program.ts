import { Argument, Command, CommanderError, Option } from 'commander'
import type { Language } from '../runtime/catalogue.ts'
import { CertwrightError } from '../runtime/error.ts'
import type { CommandGrammar, OptionGrammar } from './command-grammar.ts'
import { commandGrammars, globalOptions } from './grammar.ts'
import { helpText } from './help.ts'
import { optionsOf, type Options } from './options.ts'
import { usageError } from './usage.ts'

/** One command line, read. */
export interface Invocation {
  readonly command: CommandGrammar
  readonly arguments: readonly string[]
  readonly options: Options
}

/** What a command line asks for. */
export type Request =
  | ({ readonly type: 'run' } & Invocation)
  | { readonly type: 'help'; readonly text: string }
  | { readonly type: 'version' }
  /** No command was given: the help belongs to what was. */
  | { readonly type: 'no-command'; readonly text: string; readonly command: string }

export interface ProgramOptions {
  readonly language: Language
  readonly width: number
  /** Lines about the DNS providers in the help. */
  readonly providers?: readonly string[]
  /** Lines about the targets in the help. */
  readonly targets?: readonly string[]
}

/** Reads a command line strictly. Throws a `CertwrightError` whose code begins with `USAGE_`. */
export function readCommandLine(argv: readonly string[], options: ProgramOptions): Request {
  let invocation: Invocation | undefined
  let printed = ''
  const root = programOf(options, {
    onRun: (run) => (invocation = run),
    onText: (text) => (printed += text),
  })
  try {
    root.parse(argv, { from: 'user' })
  } catch (error) {
    if (!(error instanceof Ending)) throw error
    if (error.request === 'version') return { type: 'version' }
    return error.request === 'help'
      ? { type: 'help', text: printed }
      : { type: 'no-command', text: printed, command: error.command }
  }
  if (!invocation) throw new TypeError('a command without an action')
  return { type: 'run', ...invocation }
}

/** How commander leaves where nothing is to be run. */
class Ending extends Error {
  readonly request: 'help' | 'version' | 'no-command'
  readonly command: string

  constructor(request: Ending['request'], command: string) {
    super(request)
    this.request = request
    this.command = command
  }
}

interface Listeners {
  readonly onRun: (invocation: Invocation) => void
  readonly onText: (text: string) => void
}

function programOf(options: ProgramOptions, { onRun, onText }: Listeners): Command {
  const root = new Command('certwright')
  root
    .enablePositionalOptions()
    .version('', '-V, --version')
    .configureOutput({ writeOut: onText, writeErr: onText, outputError: () => {} })
  prepare(root, undefined, options)
  const commands = new Map<string, Command>([['', root]])
  for (const grammar of commandGrammars) {
    const words = grammar.name.split(' ')
    const name = words.pop() ?? ''
    const parent = commands.get(words.join(' ')) ?? root
    const command = parent.command(name)
    commands.set(grammar.name, command)
    prepare(command, grammar, options)
    if (!grammar.group) command.action(() => onRun(invocationOf(command, grammar)))
  }
  return root
}

function prepare(command: Command, grammar: CommandGrammar | undefined, options: ProgramOptions) {
  const words = grammar ? `${grammar.name} ` : ''
  command.configureHelp({ formatHelp: () => helpText(grammar, options) })
  command.exitOverride((error) => {
    throw endingOf(error, words)
  })
  for (const { name, choices } of grammar?.arguments ?? []) {
    const argument = new Argument(name)
    if (choices) argument.argParser((value: string) => chosen(value, choices, argument.name()))
    command.addArgument(argument)
  }
  for (const option of [...(grammar?.options ?? []), ...globalOptions]) {
    command.addOption(optionOf(option))
  }
}

function endingOf(error: CommanderError, words: string): Error {
  switch (error.code) {
    case 'commander.version':
      return new Ending('version', words)
    case 'commander.helpDisplayed':
      return new Ending('help', words)
    case 'commander.help':
      return new Ending(error.exitCode === 0 ? 'help' : 'no-command', words)
    default:
      return usageError(error, words)
  }
}

function optionOf({ flags, choices, repeated }: OptionGrammar): Option {
  const option = new Option(flags)
  const long = option.long ?? flags
  if (choices) option.argParser((value: string) => chosen(value, choices, long))
  if (repeated) {
    option.argParser((value: string, values: readonly string[] | undefined) => [
      ...(values ?? []),
      value,
    ])
  }
  return option
}

function chosen(value: string, choices: readonly string[], option: string): string {
  if (choices.includes(value)) return value
  throw new CertwrightError('USAGE_NOT_A_CHOICE', { option, value, choices: choices.join(', ') })
}

/** An option counts wherever it stands: before the command's name or after it, where the last word is its own. */
function invocationOf(command: Command, grammar: CommandGrammar): Invocation {
  const values: Record<string, unknown> = {}
  for (let at: Command | null = command; at; at = at.parent) {
    for (const [name, value] of Object.entries(at.opts())) values[name] ??= value
  }
  return { command: grammar, arguments: command.args, options: optionsOf(values) }
}
