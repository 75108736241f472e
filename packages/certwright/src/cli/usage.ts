import type { CommanderError } from 'commander'
import { CertwrightError } from '../runtime/error.ts'

/** The first thing in quotation marks: commander names what it complains of there. */
function quoted(message: string): string {
  return /'([^']*)'/.exec(message)?.[1] ?? ''
}

/** What commander found similar, if anything. */
function suggested(message: string): string | undefined {
  return /\(Did you mean (?:one of )?(.+)\?\)/.exec(message)?.[1]
}

/**
 * What commander complains of, in our own words.
 *
 * @param command The words of the command and a space, or nothing: what goes before `--help` in a hint.
 */
export function usageError({ code, message }: CommanderError, command: string): CertwrightError {
  const suggestion = suggested(message)
  switch (code) {
    case 'commander.unknownOption': {
      // What follows an equals sign may be a secret that somebody typed where no option takes one.
      const option = quoted(message).replace(/=.*/s, '')
      return suggestion === undefined
        ? new CertwrightError('USAGE_UNKNOWN_OPTION', { option, command })
        : new CertwrightError('USAGE_UNKNOWN_OPTION_LIKE', { option, suggestion })
    }
    case 'commander.unknownCommand': {
      const name = quoted(message)
      return suggestion === undefined
        ? new CertwrightError('USAGE_UNKNOWN_COMMAND', { name })
        : new CertwrightError('USAGE_UNKNOWN_COMMAND_LIKE', { name, suggestion })
    }
    case 'commander.missingArgument':
      return new CertwrightError('USAGE_MISSING_ARGUMENT', { argument: quoted(message), command })
    case 'commander.optionMissingArgument':
      return new CertwrightError('USAGE_MISSING_VALUE', { option: quoted(message), command })
    case 'commander.excessArguments':
      return new CertwrightError('USAGE_TOO_MANY_ARGUMENTS', {
        arguments: /got \d+: (.*)\.$/s.exec(message)?.[1] ?? '',
        command,
      })
    default:
      return new CertwrightError('USAGE_NO_COMMAND', { command })
  }
}
