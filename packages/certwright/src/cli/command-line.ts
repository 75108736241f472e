import { CertwrightError } from '../runtime/error.ts'
import { nearest } from '../runtime/nearest.ts'
import type { CommandGrammar, OptionGrammar } from './command-grammar.ts'
import { commandGrammars, globalOptions } from './grammar.ts'
import { optionsOf, type Options } from './options.ts'

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

/**
 * Reads a command line strictly, from left to right (POSIX.1-2024 §12.2, with long options). Throws a
 * `CertwrightError` whose code begins with `USAGE_`.
 */
export function readCommandLine(argv: readonly string[]): Request {
  const rest = [...argv]
  const operands: string[] = []
  const values: Record<string, unknown> = {}
  let command: CommandGrammar | undefined
  let asksHelp = false
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const below = operands.length === 0 ? commandBelow(command, word) : undefined
    // Guideline 10: "-- […] should be accepted as a delimiter indicating the end of options."
    if (word === '--') operands.push(...rest.splice(0))
    else if (word === '-h' || word === '--help') return { type: 'help', command }
    else if (!command && (word === '-V' || word === '--version')) return { type: 'version' }
    // Guideline 13: a hyphen alone is an operand, standard input.
    else if (word.startsWith('-') && word !== '-') readOption(word, { rest, command, values })
    else if (below) command = below
    else if (command && !command.group) operands.push(word)
    else if (word === 'help') asksHelp = true
    else throw unknownCommand(word, command)
  }
  if (asksHelp) return { type: 'help', command }
  if (!command || command.group) return { type: 'no-command', command }
  checkOperands(operands, command)
  return { type: 'run', command, arguments: operands, options: optionsOf(values) }
}

function commandBelow(
  command: CommandGrammar | undefined,
  word: string,
): CommandGrammar | undefined {
  const wanted = command ? `${command.name} ${word}` : word
  return commandGrammars.find(({ name }) => name === wanted)
}

interface Reading {
  /** What comes after the option; its value is taken from there. */
  readonly rest: string[]
  readonly command: CommandGrammar | undefined
  /** By the option's long name in camel case. */
  readonly values: Record<string, unknown>
}

function readOption(word: string, { rest, command, values }: Reading): void {
  // Guideline 5: options without values may be grouped behind one hyphen.
  const [, first, others] = /^(-\w)(\w+)$/.exec(word) ?? []
  if (others !== undefined) rest.unshift(`-${others}`)
  const [, long, given] = /^(--[^=]+)=(.*)$/s.exec(word) ?? []
  const name = first ?? long ?? word
  const option = optionsOfCommand(command).find(({ flags }) => flags.split(/,? /).includes(name))
  const takesValue = option?.flags.includes('<')
  if (!option || (given !== undefined && !takesValue)) throw unknownOption(name, command)
  const { repeated, choices } = option
  const flag = longFlag(option)
  const key = keyOf(flag)
  if (!takesValue) {
    values[key] = !flag.startsWith('--no-')
    return
  }
  const value = given ?? rest.shift()
  if (value === undefined) {
    throw new CertwrightError('USAGE_MISSING_VALUE', {
      option: option.flags,
      command: wordsBefore(command),
    })
  }
  checkChoice(value, choices, flag)
  values[key] = repeated ? [...((values[key] as string[] | undefined) ?? []), value] : value
}

function optionsOfCommand(command: CommandGrammar | undefined): readonly OptionGrammar[] {
  return [...(command?.options ?? []), ...globalOptions]
}

/** `--quiet` of `-q, --quiet`. */
function longFlag({ flags }: OptionGrammar): string {
  return /--[\w-]+/.exec(flags)?.[0] ?? flags
}

/** `dnsOption` of `--dns-option`, and `profile` of `--no-profile`. */
function keyOf(flag: string): string {
  return flag
    .replace(/^--(no-)?/, '')
    .replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
}

function checkOperands(operands: readonly string[], command: CommandGrammar): void {
  const known = command.arguments ?? []
  for (const [index, { name, choices }] of known.entries()) {
    const argument = name.replace(/[<>[\].]/g, '')
    const value = operands[index]
    if (value !== undefined) checkChoice(value, choices, argument)
    else if (name.startsWith('<')) {
      throw new CertwrightError('USAGE_MISSING_ARGUMENT', {
        argument,
        command: wordsBefore(command),
      })
    }
  }
  if (operands.length > known.length && !known.at(-1)?.name.includes('...')) {
    throw new CertwrightError('USAGE_TOO_MANY_ARGUMENTS', {
      arguments: operands.join(', '),
      command: wordsBefore(command),
    })
  }
}

function checkChoice(value: string, choices: readonly string[] | undefined, option: string): void {
  if (!choices || choices.includes(value)) return
  throw new CertwrightError('USAGE_NOT_A_CHOICE', { option, value, choices: choices.join(', ') })
}

/** What follows an equals sign is never in it: it may be a secret that somebody typed where no option takes one. */
function unknownOption(option: string, command: CommandGrammar | undefined): CertwrightError {
  const suggestion = nearest(option, optionsOfCommand(command).map(longFlag))
  return suggestion === undefined
    ? new CertwrightError('USAGE_UNKNOWN_OPTION', { option, command: wordsBefore(command) })
    : new CertwrightError('USAGE_UNKNOWN_OPTION_LIKE', { option, suggestion })
}

function unknownCommand(name: string, group: CommandGrammar | undefined): CertwrightError {
  const prefix = wordsBefore(group)
  const known = commandGrammars
    .filter((grammar) => grammar.name.startsWith(prefix))
    .map((grammar) => grammar.name.slice(prefix.length))
    .filter((word) => !word.includes(' '))
  const suggestion = nearest(name, [...known, 'help'])
  return suggestion === undefined
    ? new CertwrightError('USAGE_UNKNOWN_COMMAND', { name })
    : new CertwrightError('USAGE_UNKNOWN_COMMAND_LIKE', { name, suggestion })
}

/** What goes before a command's own words, or before `--help` in a hint: `account `. */
function wordsBefore(command: CommandGrammar | undefined): string {
  return command ? `${command.name} ` : ''
}
