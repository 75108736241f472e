import { lastLines, type ProgramEnd } from '../../../runtime/program.ts'
import { redact } from '../../../runtime/redaction.ts'
import { commandText, type CommandLine } from '../../command-line.ts'
import type { CommandOutcome } from '../../target.ts'

/** The variables that programs need to find their way. What holds secrets of ours is not among them. */
const passedOn =
  /^(PATH|HOME|USER|LOGNAME|LANG|LC_\w+|TZ|TMPDIR|TEMP|TMP|SHELL|SystemRoot|SYSTEMROOT|ComSpec|PATHEXT|XDG_RUNTIME_DIR|DBUS_SESSION_BUS_ADDRESS|SSH_AUTH_SOCK)$/

/** What is handed on of the environment to a check or a reload. */
export function commandEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => passedOn.test(name)))
}

/** What is told of a command that has ended. */
export function commandOutcome(
  line: CommandLine,
  { exit, stdout, stderr }: ProgramEnd,
): CommandOutcome {
  const output = lastLines(redact([stdout, stderr].filter(Boolean).join('\n')))
  return { command: commandText(line), exit, output }
}
