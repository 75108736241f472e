import type { CommandRun } from '../command.ts'
import { completionScript, type Shell } from '../completion.ts'
import { exitCode } from '../exit-code.ts'

/** Prints the script that a shell loads. */
export const completion: CommandRun = async ({ arguments: [shell] }, { output }) => {
  const script = await completionScript(shell as Shell)
  if (output.json) output.result({ shell, script }, () => [])
  else output.raw(script)
  return exitCode.done
}
