import { planTexts } from '../../runtime/messages/plan-texts.ts'
import type { CommandRun } from '../command.ts'
import { estateOf } from '../estate.ts'
import { exitCode } from '../exit-code.ts'
import { savePlan } from '../plan-file.ts'
import { planDocument, planLines } from '../plan-report.ts'

/** Looks at everything the file names, and says what would be done and why. Changes nothing. */
export const plan: CommandRun = async ({ options }, session) => {
  const { output, world, path } = session
  const estate = await estateOf(options, session)
  const decided = await estate.plan()
  const out = options.text('out')
  if (out !== undefined) {
    await savePlan(path(out), { plan: decided, file: estate.file, now: world.host.now() })
  }
  const heading = { file: estate.file, certificates: estate.desired.certificates.length }
  output.note(output.text(planTexts.heading, heading))
  output.result({ file: estate.file, ...planDocument(decided, output) }, () =>
    planLines(decided, output, world.stdout.isTTY === true),
  )
  if (decided.actions.length === 0) return exitCode.done
  output.note(
    out === undefined
      ? output.text(planTexts.hint)
      : output.text(planTexts.saved, { path: path(out) }),
  )
  return exitCode.due
}
