import { findingText, type Area, type Finding, type Level } from '../diagnosis/finding.ts'
import type { DiagnosisContext } from '../diagnosis/issue.ts'
import { fill, type Language, type Params, type Text } from '../runtime/catalogue.ts'
import { diagnosisLabels, preflightTexts } from '../runtime/messages/finding-texts.ts'
import { cellWidth } from './cell-width.ts'
import type { Output } from './output.ts'
import { alignedRows, wrapped } from './table.ts'

/** One finding as `--json` shows it. Others script against this: members are only added. Never a secret. */
export interface FindingDocument {
  readonly area: Area
  readonly level: Level
  readonly code: string
  /** In the reader's language, as is `hint`. */
  readonly message: string
  /** What to do; only where something is wrong. */
  readonly hint?: string
  /** What the message was filled from. */
  readonly params: Params
}

export function findingDocument(finding: Finding, language: Language): FindingDocument {
  const { area, level, code, params } = finding
  const { message, hint } = findingText(finding)
  return {
    area,
    level,
    code,
    message: fill(message, language, params),
    ...(hint && isTrouble(finding) && { hint: fill(hint, language, params) }),
    params,
  }
}

/** A finding for people: what, and what to do. */
export function findingLines({ message, hint }: FindingDocument, language: Language): string[] {
  return [
    fill(preflightTexts.finding, language, { message }),
    ...(hint === undefined
      ? []
      : [`  ${fill(diagnosisLabels.advice, language, { advice: hint })}`]),
  ]
}

/** What the look before an order has found wrong, told as it happens and kept for the document. */
export interface Telling {
  readonly told: readonly FindingDocument[]
  readonly context: Pick<DiagnosisContext, 'onFindings' | 'onPreflightBroken'>
}

export function tellingFindings(output: Output): Telling {
  const told: FindingDocument[] = []
  return {
    told,
    context: {
      onFindings(findings) {
        for (const finding of findings.filter(isTrouble)) {
          const document = findingDocument(finding, output.language)
          told.push(document)
          for (const line of findingLines(document, output.language)) output.note(line)
        }
      },
      onPreflightBroken(reason) {
        output.note(output.text(preflightTexts.failed, { reason: String(reason) }))
      },
    },
  }
}

function isTrouble({ level }: Finding): boolean {
  return level === 'warning' || level === 'fault'
}

/** All findings as a list: how it stands, what was looked at, what was found, and under it what to do. */
export function doctorLines(
  documents: readonly FindingDocument[],
  { language, width }: Pick<Output, 'language' | 'width'>,
): string[] {
  const say = (text: Text, params?: Params): string => fill(text, language, params)
  const heads = documents.map(({ level, area }) => [
    say(diagnosisLabels[level]),
    say(diagnosisLabels[area]),
  ])
  const aligned = alignedRows(heads.map((head) => [...head, '|'])).map((row) => row.slice(0, -1))
  const room = cellWidth(aligned[0] ?? '')
  const lines = documents.flatMap(({ message, hint }, index) => {
    const told = hint === undefined ? [] : [say(diagnosisLabels.advice, { advice: hint })]
    const texts = [message, ...told].flatMap((text) => wrapped(text, Math.max(40, width - room)))
    return texts.map((text, at) => (at === 0 ? (aligned[index] ?? '') : ' '.repeat(room)) + text)
  })
  const count = (level: Level): number => documents.filter((one) => one.level === level).length
  const params = { faults: count('fault'), warnings: count('warning') }
  return [...lines, '', say(diagnosisLabels.summary, params)]
}
