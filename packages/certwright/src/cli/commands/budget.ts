import { instantOf } from '@certwright/acme'
import { accountsIn, budgetLines, ordersOf, planBudget } from '../../manager/budget-report.ts'
import { simulateBudget } from '../../manager/budget-simulation.ts'
import { limitsOf } from '../../manager/budget.ts'
import { CertwrightError } from '../../runtime/error.ts'
import { budgetLabels, budgetTexts, scopeTexts } from '../../runtime/messages/budget-texts.ts'
import { momentText } from '../certificate-report.ts'
import type { CommandRun } from '../command.ts'
import { directoryUrlFrom } from '../definition.ts'
import { estateOf } from '../estate.ts'
import { exitCode } from '../exit-code.ts'
import type { Output } from '../output.ts'
import { alignedRows } from '../table.ts'

/** What the issuers' limits still allow, and whether what is to be done fits. */
export const budget: CommandRun = async ({ options }, session) => {
  const { output, world } = session
  const { desired, context, plan } = await estateOf(options, session)
  const { store } = context
  const now = world.host.now()
  const [buckets, accounts] = [await store.buckets(), await accountsIn(desired, store)]
  const lines = budgetLines(desired, { buckets, accounts, now })
  const fitting = planBudget(ordersOf(await plan(), desired, accounts), buckets, now)
  const { lastAt, ...counts } = fitting
  const document = {
    limits: lines.map(({ closedUntil, ...line }) => ({
      ...line,
      ...(closedUntil !== undefined && { closedUntil: instantOf(closedUntil) }),
    })),
    plan: { ...counts, ...(lastAt !== undefined && { lastAt: instantOf(lastAt) }) },
  }
  output.result(document, () => [
    ...(lines.length === 0
      ? [output.text(budgetTexts.noLimits)]
      : alignedRows([
          (['scope', 'issuer', 'of', 'now', 'today', 'week'] as const).map((label) =>
            output.text(budgetLabels[label]),
          ),
          ...lines.map(({ scope, issuer, of, now, today, week }) => [
            scopeText(scope, output),
            issuer,
            of,
            ...[now, today, week].map(String),
          ]),
        ])),
    lastAt === undefined
      ? output.text(budgetTexts.nothingPlanned)
      : output.text(budgetTexts.fits, { ...counts, last: momentText(lastAt) }),
  ])
  return exitCode.done
}

function scopeText(scope: string, output: Output): string {
  return Object.hasOwn(scopeTexts, scope)
    ? output.text(scopeTexts[scope as keyof typeof scopeTexts])
    : scope
}

const dayMs = 86_400_000

/** Plays a year of orders against the limits of an issuer. */
export const budgetSimulate: CommandRun = async ({ options }, { output }) => {
  const name = options.text('issuer') ?? 'letsencrypt'
  const issuer = { directoryUrl: directoryUrlFrom(name), limits: {} }
  if (limitsOf(issuer).length === 0) throw new CertwrightError('BUDGET_NOT_KNOWN', { issuer: name })
  const certificates = options.count('certificates') ?? 1000
  const lifetimeMs = options.durationMs('lifetime') ?? 90 * dayMs
  const domains = options.count('domains') ?? certificates
  const fraction = lifetimeMs < 10 * dayMs ? 1 / 2 : 2 / 3
  const renewalInformation = !options.off('ari')
  const simulated = simulateBudget({
    issuer,
    certificates,
    domains,
    lifetimeMs,
    fraction,
    renewalInformation,
    durationMs: options.durationMs('duration') ?? 365 * dayMs,
  })
  const { orders, firstRoundMs, waited, longestWaitMs, expired, narrowest } = simulated
  const days = (ms: number): string => (ms / dayMs).toFixed(1)
  const question = { issuer: name, certificates, domains, lifetimeMs, renewalInformation }
  await Promise.resolve(
    output.result({ ...question, ...simulated }, () => [
      output.text(budgetTexts.simulated, {
        certificates,
        domains,
        days: days(lifetimeMs),
        issuer: name,
      }),
      firstRoundMs === undefined
        ? output.text(budgetTexts.neverAll)
        : output.text(budgetTexts.firstRound, { days: days(firstRoundMs) }),
      output.text(budgetTexts.renewals, { orders, waited, days: days(longestWaitMs), expired }),
      ...(narrowest === undefined
        ? []
        : [output.text(budgetTexts.narrowest, { scope: scopeText(narrowest, output) })]),
    ]),
  )
  return expired > 0 || firstRoundMs === undefined ? exitCode.due : exitCode.done
}
