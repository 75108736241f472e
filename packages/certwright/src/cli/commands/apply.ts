import { apply as applyPlan, type Applied } from '../../manager/apply.ts'
import type { ActionOutcome } from '../../manager/perform.ts'
import type { Plan } from '../../manager/plan.ts'
import { CertwrightError } from '../../runtime/error.ts'
import { planTexts } from '../../runtime/messages/plan-texts.ts'
import { momentText } from '../certificate-report.ts'
import type { CommandRun } from '../command.ts'
import { errorDocument, errorLines } from '../error-report.ts'
import { estateOf } from '../estate.ts'
import { tell } from '../telling.ts'
import { exitCode } from '../exit-code.ts'
import type { Options } from '../options.ts'
import type { Output } from '../output.ts'
import { readPlan, requireFresh } from '../plan-file.ts'
import { actionDocument, actionLine, planDocument, planLines } from '../plan-report.ts'
import type { Session } from '../session.ts'

/** Makes the world what the file says, and says what holds then. */
export const apply: CommandRun = async ({ arguments: [kept], options }, session) => {
  const { output, world, path, signal } = session
  const saved = kept === undefined ? undefined : await readPlan(path(kept))
  const named = options.text('config')
  const estate = await estateOf(
    saved && named === undefined ? { ...options, text: inFile(saved.file, options) } : options,
    session,
  )
  const plan = await estate.plan()
  if (saved) requireFresh(path(kept ?? ''), saved, plan)
  if (!output.json) {
    for (const line of planLines(plan, output, false)) output.note(line)
  }
  await confirmed(plan, options, session)
  const applied = await applyPlan(
    {
      plan,
      desired: estate.desired,
      managedBy: estate.file,
      concurrency: options.count('concurrency') ?? 8,
      onAction: (action) =>
        output.note(output.text(planTexts.begun, { line: actionLine(action, output) })),
      onOutcome: (outcome) => tellOutcome(outcome, session),
    },
    estate.context,
    signal,
  )
  for (const { certificateId, error } of applied.broken) {
    output.warn(output.text(planTexts.failed, { line: certificateId }))
    tellError(error, session)
  }
  await tell(estate, session)
  return report(applied, plan, session, world.host.now())
}

function inFile(file: string, options: Options): Options['text'] {
  return (name) => (name === 'config' ? file : options.text(name))
}

/** What cannot be taken back is asked for once more. */
async function confirmed(plan: Plan, options: Options, session: Session): Promise<void> {
  const { prompt, output } = session
  const final = plan.actions.filter(
    ({ kind, target }) => kind === 'revoke' || (kind === 'forget' && target === undefined),
  )
  if (final.length === 0 || options.flag('yes')) return
  const question = output.text(planTexts.confirm, { count: final.length })
  if (await prompt?.confirm(question)) return
  throw new CertwrightError('PLAN_NOT_CONFIRMED')
}

function tellOutcome({ action, result, error, until }: ActionOutcome, session: Session): void {
  const { output } = session
  const line = actionLine(action, output)
  if (result === 'failed') {
    output.warn(output.text(planTexts.failed, { line }))
    tellError(error, session)
    return
  }
  const at = until === undefined ? '-' : momentText(until)
  output.note(output.text(planTexts[result], { line, until: at }))
}

function tellError(error: unknown, { output, world }: Session): void {
  const document = errorDocument(error, output.language, world.host.now())
  for (const line of errorLines(document, output.language)) output.warn(line)
}

const results = ['done', 'failed', 'skipped', 'deferred'] as const

function report(applied: Applied, plan: Plan, { output }: Session, now: number): number {
  const { outcomes, broken } = applied
  const counted = results.map(
    (result) => [result, outcomes.filter((outcome) => outcome.result === result).length] as const,
  )
  const counts = Object.fromEntries(counted)
  const failed = (counts['failed'] ?? 0) + broken.length
  output.result(
    {
      plan: planDocument(plan, output),
      outcomes: outcomes.map((outcome) => outcomeDocument(outcome, output, now)),
      broken: broken.map(({ certificateId, error }) => ({
        certificate: certificateId,
        error: errorDocument(error, output.language, now),
      })),
      ...counts,
    },
    () => [output.text(planTexts.holds, { ...counts, failed })],
  )
  return failed > 0 ? exitCode.failed : exitCode.done
}

function outcomeDocument(
  { action, result, error }: ActionOutcome,
  output: Output,
  now: number,
): object {
  return {
    ...actionDocument(action, output),
    result,
    ...(error !== undefined && { error: errorDocument(error, output.language, now) }),
  }
}
