import { instantOf } from '@certwright/acme'
import { issuerName } from '../issuance/known-issuers.ts'
import type { Keeping, standingInStore } from '../manager/takeover/keep.ts'
import type { TakeoverRemark } from '../manager/takeover/taken.ts'
import type { Takeover } from '../manager/takeover/takeover.ts'
import { fill, type ErrorText, type Language, type Text } from '../runtime/catalogue.ts'
import { labelTexts } from '../runtime/messages/command-texts.ts'
import { errorTexts } from '../runtime/messages/index.ts'
import { takeoverRemarks, takeoverTexts } from '../runtime/messages/takeover-texts.ts'
import { dateText } from './certificate-report.ts'
import { readableName } from './readable-name.ts'
import type { Output } from './output.ts'
import { alignedRows } from './table.ts'

/** What is told of one run. */
export interface TakeoverReport {
  readonly client: string
  readonly path: string
  readonly decided: Takeover
  /** Where the configuration goes, and its text. */
  readonly file: string
  readonly text: string
  /** What is in the store already; absent where nothing was ever kept. */
  readonly standing?: Awaited<ReturnType<typeof standingInStore>> | undefined
  /** What became of each certificate; absent where nothing was done. */
  readonly keepings?: ReadonlyMap<string, Keeping>
}

export function reportTakeover(report: TakeoverReport, output: Output): void {
  const remarks = remarksOf(report)
  output.result(takeoverDocument(report, remarks, output.language), () => [
    ...headLines(report, output),
    ...(remarks.length === 0 ? [] : ['', output.text(takeoverTexts.byHand)]),
    ...remarks.map((remark) => remarkLine(remark, output)),
    '',
    ...fileLines(report, output),
  ])
  output.note(output.text(report.keepings ? takeoverTexts.next : takeoverTexts.dryRun))
}

/** Those of the files, and those of what is in the store already. */
function remarksOf({ decided, standing, keepings }: TakeoverReport): readonly TakeoverRemark[] {
  const kept = decided.accounts
    .filter(({ directoryUrl }) => standing?.accounts.has(directoryUrl))
    .map(({ directoryUrl, path }): TakeoverRemark => {
      return { code: 'account-kept-before', params: { issuer: issuerName(directoryUrl), path } }
    })
  const taken = decided.certificates
    .filter(({ id }) => (standing?.ids.has(id) ?? false) || keepings?.get(id) === 'id-taken')
    .map(({ id, taken: { name } }): TakeoverRemark => {
      return { code: 'id-taken', params: { id }, certificate: name }
    })
  return [...decided.remarks, ...kept, ...taken]
}

function headLines({ client, path, decided, keepings }: TakeoverReport, output: Output): string[] {
  const { accounts, certificates } = decided
  const counts = { certificates: certificates.length, accounts: accounts.length }
  const headings = [
    labelTexts.id,
    labelTexts.names,
    labelTexts.issuer,
    labelTexts.until,
    takeoverTexts.becomes,
  ]
  const rows = certificates.map(({ id, identifiers, directoryUrl, described, version }) => {
    const becomes = keepings?.get(id) ?? (version ? 'version' : 'anew')
    return [
      id,
      identifiers.map(({ value }) => readableName(value)).join(', '),
      directoryUrl === undefined ? '-' : issuerName(directoryUrl),
      described ? dateText(described.notAfter) : '-',
      output.text(takeoverTexts[becomes]),
    ]
  })
  return [
    output.text(takeoverTexts.found, { client, path, ...counts }),
    ...(rows.length === 0
      ? []
      : ['', ...alignedRows([headings.map((label) => output.text(label)), ...rows])]),
    ...(accounts.length === 0 ? [] : ['']),
    ...alignedRows(
      accounts.map(({ directoryUrl, accountUrl = '-' }) => [
        output.text(takeoverTexts.account),
        issuerName(directoryUrl),
        accountUrl,
      ]),
    ),
  ]
}

function remarkLine({ certificate, ...remark }: TakeoverRemark, output: Output): string {
  const text = remarkText(remark, output.language)
  return certificate === undefined
    ? output.text(takeoverTexts.general, { remark: text })
    : output.text(takeoverTexts.about, { certificate, remark: text })
}

function remarkText({ code, params }: TakeoverRemark, language: Language): string {
  const { error } = params
  // Why it cannot be used is an error of ours, whose words stand in the catalogue.
  const why = error === undefined ? '' : fill(errorText(error), language, params)
  const text: Text = takeoverRemarks[code]
  return fill(text, language, { ...params, why })
}

function errorText(code: string): Text {
  const texts: Readonly<Record<string, ErrorText>> = errorTexts
  return texts[code]?.message ?? { en: code, zh: code }
}

function fileLines({ file, text, decided, keepings }: TakeoverReport, output: Output): string[] {
  if (keepings) {
    return [...decided.secrets.map(({ path }) => path), file].map((path) =>
      output.text(takeoverTexts.wrote, { path }),
    )
  }
  const secrets = decided.secrets.map(({ path }) =>
    output.text(takeoverTexts.wouldWrite, { path }).replace(/[:：]$/, ''),
  )
  return [
    ...secrets,
    output.text(takeoverTexts.wouldWrite, { path: file }),
    '',
    ...text.trimEnd().split('\n'),
  ]
}

/** What is to be done by hand about each certificate, for the comments of the file. */
export function takeoverNotes(
  { certificates, remarks }: Takeover,
  language: Language,
): ReadonlyMap<number, readonly string[]> {
  return new Map(
    certificates.map(({ taken: { name } }, i) => [
      i,
      remarks
        .filter(({ certificate }) => certificate === name)
        .map((remark) => remarkText(remark, language)),
    ]),
  )
}

function takeoverDocument(
  { client, path, decided, file, text, keepings }: TakeoverReport,
  remarks: readonly TakeoverRemark[],
  language: Language,
): object {
  return {
    client,
    path,
    applied: keepings !== undefined,
    certificates: decided.certificates.map(
      ({ id, identifiers, directoryUrl, described, version }) => ({
        id,
        names: identifiers.map(({ value }) => value),
        ...(directoryUrl !== undefined && { issuer: directoryUrl }),
        ...(described && {
          notAfter: instantOf(described.notAfter),
          fingerprint: described.fingerprint,
        }),
        becomes: keepings?.get(id) ?? (version ? 'version' : 'anew'),
      }),
    ),
    accounts: decided.accounts.map(({ directoryUrl, accountUrl }) => ({
      issuer: directoryUrl,
      url: accountUrl,
    })),
    remarks: remarks.map(({ code, params, certificate }) => ({
      code,
      ...(certificate !== undefined && { certificate }),
      message: remarkText({ code, params }, language),
    })),
    file,
    secrets: decided.secrets.map((secret) => secret.path),
    text,
  }
}
