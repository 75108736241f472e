import { Argument, Command, CommanderError, Option } from 'commander'
import { CertwrightError } from '../runtime/error.ts'
import type { CommandGrammar, OptionGrammar } from './command-grammar.ts'
import { commandGrammars, globalOptions } from './grammar.ts'
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
  /** Of one command; of the program where there is none. */
  | { readonly type: 'help'; readonly command: CommandGrammar | undefined }
  | { readonly type: 'version' }
  /** What was given is no command yet: it has commands of its own. */
  | { readonly type: 'no-command'; readonly command: CommandGrammar | undefined }

/** Reads a command line strictly. Throws a `CertwrightError` whose code begins with `USAGE_`. */
export function readCommandLine(argv: readonly string[]): Request {
  let invocation: Invocation | undefined
  const root = programOf((run) => (invocation = run))
  try {
    root.parse(argv, { from: 'user' })
  } catch (error) {
    if (error instanceof Ending) return error.request
    throw error
  }
  if (!invocation) throw new TypeError('a command without an action')
  return { type: 'run', ...invocation }
}

/** How commander leaves where nothing is to be run. */
class Ending extends Error {
  readonly request: Exclude<Request, { readonly type: 'run' }>

  constructor(request: Ending['request']) {
    super(request.type)
    this.request = request
  }
}

function programOf(onRun: (invocation: Invocation) => void): Command {
  const root = new Command('certwright')
  root
    .enablePositionalOptions()
    .version('', '-V, --version')
    .configureOutput({ writeOut: () => {}, writeErr: () => {}, outputError: () => {} })
    .configureHelp({ formatHelp: () => '' })
  prepare(root)
  endsAs(root)
  const commands = new Map<string, Command>([['', root]])
  for (const grammar of commandGrammars) {
    const words = grammar.name.split(' ')
    const name = words.pop() ?? ''
    const parent = commands.get(words.join(' ')) ?? root
    const command = parent.command(name)
    commands.set(grammar.name, command)
    endsAs(command, grammar)
    if (!grammar.group) command.action(() => onRun(invocationOf(command, grammar)))
    // Only what is called: the options of all would cost every start milliseconds.
    parent.hook('preSubcommand', (_, called) => {
      if (called === command) prepare(command, grammar)
    })
  }
  return root
}

function prepare(command: Command, grammar?: CommandGrammar): void {
  for (const { name, choices } of grammar?.arguments ?? []) {
    const argument = new Argument(name)
    if (choices) argument.argParser((value: string) => chosen(value, choices, argument.name()))
    command.addArgument(argument)
  }
  for (const option of [...(grammar?.options ?? []), ...globalOptions]) {
    command.addOption(optionOf(option))
  }
}

function endsAs(command: Command, grammar?: CommandGrammar): void {
  command.exitOverride((error) => {
    throw endingOf(error, grammar)
  })
}

function endingOf(error: CommanderError, command: CommandGrammar | undefined): Error {
  switch (error.code) {
    case 'commander.version':
      return new Ending({ type: 'version' })
    case 'commander.helpDisplayed':
      return new Ending({ type: 'help', command })
    case 'commander.help':
      return new Ending({ type: error.exitCode === 0 ? 'help' : 'no-command', command })
    default:
      return usageError(error, command ? `${command.name} ` : '')
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
