import type { IssuerLimit } from '../../issuance/issuer-limit.ts'
import { knownIssuers, type DatedSpan, type KnownIssuer } from '../../issuance/known-issuers.ts'
import type { Text } from '../../runtime/catalogue.ts'
import { accountLabels } from '../../runtime/messages/account-texts.ts'
import type { CommandRun } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import type { Output } from '../output.ts'
import { alignedRows } from '../table.ts'

/** Lists the CAs that are known, or all that is known of one. Asks nobody. */
export const issuers: CommandRun = ({ arguments: [name] }, { output }) => {
  const found = knownIssuers.find((issuer) => issuer.name === name)
  if (found) output.result({ issuer: found }, () => details(found, output))
  else output.result({ issuers: knownIssuers }, () => table(output))
  return Promise.resolve(exitCode.done)
}

function table(output: Output): readonly string[] {
  const columns: readonly (readonly [Text, (issuer: KnownIssuer) => string])[] = [
    [accountLabels.name, ({ name }) => name],
    [accountLabels.title, ({ title }) => title],
    [accountLabels.customersOnly, (issuer) => customersText(issuer, output)],
    [accountLabels.wildcards, ({ wildcards }) => answer(wildcards, output)],
    [accountLabels.maxNames, ({ maxNames }) => String(maxNames ?? '?')],
    [accountLabels.renewalInfo, ({ renewalInfo }) => answer(renewalInfo, output)],
    [accountLabels.rollover, ({ keyChange }) => answer(keyChange, output)],
  ]
  return alignedRows([
    columns.map(([label]) => output.text(label)),
    ...knownIssuers
      .filter(({ endedOn }) => endedOn === undefined)
      .map((issuer) => columns.map(([, cell]) => cell(issuer))),
  ])
}

function details(issuer: KnownIssuer, output: Output): readonly string[] {
  const { externalAccount, profiles = [], limits = [] } = issuer
  const listed = (values: readonly unknown[] | undefined): string | undefined =>
    values && values.length > 0 ? values.join(', ') : undefined
  const rows: readonly (readonly [Text, string | undefined])[] = [
    [accountLabels.name, issuer.name],
    [accountLabels.title, issuer.title],
    [accountLabels.ended, issuer.endedOn],
    [accountLabels.directory, issuer.directoryUrl ?? output.text(accountLabels.ownUrl)],
    [accountLabels.customersOnly, customersText(issuer, output)],
    [accountLabels.from, externalAccount?.from],
    [accountLabels.singleUse, externalAccount && answer(externalAccount.singleUse, output)],
    [accountLabels.contactRequired, issuer.contactRequired && answer(true, output)],
    [accountLabels.maxNames, issuer.maxNames?.toString()],
    [accountLabels.wildcards, answer(issuer.wildcards, output)],
    [accountLabels.identifiers, listed(issuer.identifierTypes)],
    [accountLabels.challenges, listed(issuer.challenges)],
    [accountLabels.accountKeys, listed(issuer.accountKeys)],
    [accountLabels.certificateKeys, listed(issuer.certificateKeys)],
    [accountLabels.renewalInfo, answer(issuer.renewalInfo, output)],
    [accountLabels.rollover, answer(issuer.keyChange, output)],
    [accountLabels.ordersList, answer(issuer.ordersList, output)],
    [accountLabels.caa, listed(issuer.caaIdentities)],
    ...profiles.map(({ name, lifetimes, maxNames }) => {
      return [
        accountLabels.profiles,
        `${name}: ${lifetimesText(lifetimes)}, ≤ ${maxNames}`,
      ] as const
    }),
    ...limits.map((limit) => [accountLabels.limit, limitText(limit, output)] as const),
    [accountLabels.asOf, issuer.asOf],
  ]
  return alignedRows(
    rows.flatMap(([label, value]) => (value === undefined ? [] : [[output.text(label), value]])),
  )
}

function customersText({ externalAccount }: KnownIssuer, output: Output): string {
  return output.text(externalAccount ? accountLabels.needed : accountLabels.no)
}

function answer(value: boolean | undefined, output: Output): string {
  if (value === undefined) return output.text(accountLabels.unknown)
  return output.text(value ? accountLabels.yes : accountLabels.no)
}

/** `90d → 64d (2027-02-10)`. */
function lifetimesText(lifetimes: readonly DatedSpan[]): string {
  return lifetimes
    .map(({ from, ms }) => (from === undefined ? spanText(ms) : `${spanText(ms)} (${from})`))
    .join(' → ')
}

function limitText({ scope, capacity, refillMs, endpoint }: IssuerLimit, output: Output): string {
  const named = endpoint === undefined ? scope : `${scope} ${endpoint}`
  if (scope === 'requests-ip') {
    const perSecond = Math.round(1000 / refillMs)
    return output.text(accountLabels.rate, { scope: named, capacity, perSecond })
  }
  return output.text(accountLabels.bucket, { scope: named, capacity, refill: spanText(refillMs) })
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const

/** In the greatest unit of which there is a whole one, with one decimal at most. */
function spanText(ms: number): string {
  const [unit, size] = units.find(([, unitMs]) => ms >= unitMs) ?? ['ms', 1]
  return `${Math.round((ms / size) * 10) / 10}${unit}`
}
