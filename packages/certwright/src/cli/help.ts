import { fill, type Language, type Params, type Text } from '../runtime/catalogue.ts'
import { commandSummaries, helpTexts } from '../runtime/messages/help-texts.ts'
import { optionTexts } from '../runtime/messages/option-texts.ts'
import { cellWidth } from './cell-width.ts'
import type { CommandGrammar, OptionGrammar } from './command-grammar.ts'
import { exitCode } from './exit-code.ts'
import { commandGrammars, globalOptions } from './grammar.ts'
import { definitions, wrapped } from './table.ts'

export interface HelpOptions {
  readonly language: Language
  /** Cells in a line. */
  readonly width: number
  /** Lines about the DNS providers, for the commands that take one. */
  readonly providers?: readonly string[]
  /** Lines about the targets, for the commands that take one. */
  readonly targets?: readonly string[]
}

type Row = readonly [term: string, description: string]

/** The help of one command, or of the program where there is none. */
export function helpText(
  command: CommandGrammar | undefined,
  { language, width, providers = [], targets = [] }: HelpOptions,
): string {
  const say = (text: Text, params?: Params): string => fill(text, language, params)
  const section = (title: Text, rows: readonly Row[]): string[] =>
    rows.length === 0 ? [] : ['', say(title), ...definitions(rows, width)]
  const optionRow = (option: OptionGrammar): Row => [
    option.flags.startsWith('-') && option.flags[1] !== '-' ? option.flags : `    ${option.flags}`,
    optionDescription(option, say),
  ]
  const builtIn: readonly Row[] = [
    ['-h, --help', say(optionTexts.help)],
    ...(command ? [] : [['-V, --version', say(optionTexts.version)] as const]),
  ]
  return [
    ...usageLines(command, say, width),
    '',
    ...wrapped(say(command ? commandSummaries[command.name] : helpTexts.program), width),
    ...(command?.details ? ['', ...wrapped(say(command.details), width)] : []),
    ...section(helpTexts.commands, commandRows(command, say)),
    ...section(helpTexts.arguments, argumentRows(command, say)),
    ...section(helpTexts.options, (command?.options ?? []).map(optionRow)),
    ...(providers.length > 0 ? ['', ...providers] : []),
    ...(targets.length > 0 ? ['', ...targets] : []),
    ...section(helpTexts.globalOptions, [...globalOptions.map(optionRow), ...builtIn]),
    ...exampleLines(command, say),
    ...(command ? [] : section(helpTexts.environment, environmentRows(say))),
    ...(command ? [] : section(helpTexts.exitCodes, exitCodeRows(say))),
    ...(command ? [] : ['', say(helpTexts.more)]),
    '',
  ].join('\n')
}

type Say = (text: Text, params?: Params) => string

function usageLines(command: CommandGrammar | undefined, say: Say, width: number): string[] {
  const words = (command?.arguments ?? []).map(({ name }) => name.replace(/[<>]/g, ''))
  const parts = ['certwright']
  if (command) parts.push(command.name, ...words)
  if (!command || command.group) parts.push('COMMAND')
  for (const { flags, repeated } of command?.options ?? []) {
    const long = flags.replace(/^-\w, /, '').replace(/[<>]/g, '')
    parts.push(`[${long}]${repeated ? '...' : ''}`)
  }
  parts.push('[OPTIONS]')
  const usage = say(helpTexts.usage)
  const indent = ' '.repeat(cellWidth(usage) + 1)
  const lines: string[] = []
  let line = usage
  for (const part of parts) {
    if (cellWidth(line) + 1 + part.length > width) {
      lines.push(line)
      line = `${indent}   ${part}`
    } else line += ` ${part}`
  }
  return [...lines, line]
}

function commandRows(command: CommandGrammar | undefined, say: Say): Row[] {
  if (command && !command.group) return []
  const prefix = command ? `${command.name} ` : ''
  const rows = commandGrammars
    .filter(({ name }) => name.startsWith(prefix) && !name.slice(prefix.length).includes(' '))
    .filter(({ name }) => name !== command?.name)
    .map(({ name, arguments: args = [] }): Row => [
      [name.slice(prefix.length), ...args.map((a) => a.name.replace(/[<>]/g, ''))].join(' '),
      say(commandSummaries[name]),
    ])
  return command ? rows : [...rows, ['help COMMAND', say(commandSummaries.help)]]
}

function argumentRows(command: CommandGrammar | undefined, say: Say): Row[] {
  return (command?.arguments ?? []).map(({ name, text, choices }) => [
    name.replace(/[<>[\].]/g, ''),
    choices ? `${say(text)}: ${choices.join(', ')}` : say(text),
  ])
}

function optionDescription({ text, params, choices, repeated }: OptionGrammar, say: Say): string {
  const notes = [
    ...(choices ? [say(helpTexts.choices, { choices: choices.join(', ') })] : []),
    ...(repeated ? [say(helpTexts.repeated)] : []),
  ]
  return [say(text, params), ...notes].join(say(helpTexts.clauseEnd))
}

/** The commands that the program's own help gives an example of. */
const firstSteps: ReadonlySet<string> = new Set(['sandbox', 'issue', 'renew', 'list', 'completion'])

function exampleLines(command: CommandGrammar | undefined, say: Say): string[] {
  const examples =
    command?.examples ??
    (command ? [] : commandGrammars)
      .filter(({ name }) => firstSteps.has(name))
      .flatMap(({ examples: [first] = [] }) => (first ? [first] : []))
  if (examples.length === 0) return []
  return [
    '',
    say(helpTexts.examples),
    ...examples.flatMap(([line, caption]) => [`  # ${say(caption)}`, `  certwright ${line}`]),
  ]
}

function environmentRows(say: Say): Row[] {
  return [
    ['CERTWRIGHT_STATE', say(helpTexts.stateVariable)],
    ['CERTWRIGHT_KEY', say(helpTexts.keyVariable)],
    ['CERTWRIGHT_PASSPHRASE', say(helpTexts.passphraseVariable)],
    ['HTTPS_PROXY, NO_PROXY', say(helpTexts.proxyVariables)],
  ]
}

function exitCodeRows(say: Say): Row[] {
  return [
    [String(exitCode.done), say(helpTexts.exitDone)],
    [String(exitCode.failed), say(helpTexts.exitFailed)],
    [String(exitCode.due), say(helpTexts.exitDue)],
    [String(exitCode.usage), say(helpTexts.exitUsage)],
    ['130, 143', say(helpTexts.exitInterrupted)],
  ]
}
