import { accountsIn, ordersOf, planBudget } from '../../manager/budget-report.ts'
import type { Plan } from '../../manager/plan.ts'
import { budgetTexts } from '../../runtime/messages/budget-texts.ts'
import { planTexts } from '../../runtime/messages/plan-texts.ts'
import { momentText } from '../certificate-report.ts'
import type { CommandRun } from '../command.ts'
import { estateOf, type Estate } from '../estate.ts'
import { exitCode } from '../exit-code.ts'
import { savePlan } from '../plan-file.ts'
import { planDocument, planLines } from '../plan-report.ts'
import type { Session } from '../session.ts'

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
  await warnOfLimits(estate, decided, session)
  output.note(
    out === undefined
      ? output.text(planTexts.hint)
      : output.text(planTexts.saved, { path: path(out) }),
  )
  return exitCode.due
}

/** What is planned may be more than the issuers allow at once: the rest is done later by itself. */
async function warnOfLimits(
  { desired, context }: Estate,
  plan: Plan,
  { output, world }: Session,
): Promise<void> {
  const { store } = context
  const orders = ordersOf(plan, desired, await accountsIn(desired, store))
  const { fitsNow, lastAt } = planBudget(orders, await store.buckets(), world.host.now())
  if (fitsNow === orders.length || lastAt === undefined) return
  const params = { fitsNow, orders: orders.length, last: momentText(lastAt) }
  output.warn(output.text(budgetTexts.fits, params))
}
