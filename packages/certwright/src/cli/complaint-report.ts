import { pathText, positionText, type Complaint } from '../manager/config/complaint.ts'
import {
  fill,
  type ErrorText,
  type Language,
  type Params,
  type Text,
} from '../runtime/catalogue.ts'
import { nameReasons, reportTexts } from '../runtime/messages/acme-texts.ts'
import { configTexts, wordTexts } from '../runtime/messages/config-texts.ts'
import { errorTexts } from '../runtime/messages/index.ts'
import type { Output } from './output.ts'

/** A complaint about a file as `--json` shows it. Others script against this: members are added, never changed. */
export interface ComplaintDocument {
  readonly severity: 'error' | 'warning'
  readonly code: string
  /** In the reader's language, as is `hint`. */
  readonly message: string
  readonly hint?: string
  readonly file: string
  /** From 1; absent where the file is a program. */
  readonly line?: number
  readonly column?: number
  /** E.g. `certificates[0].names[1]`. */
  readonly path: string
}

export function complaintDocument(complaint: Complaint, language: Language): ComplaintDocument {
  const { severity, code, path, position } = complaint
  const { message, hint }: ErrorText = errorTexts[code]
  const words = code === 'CONFIG_NOT_A_NAME' ? nameReasons : wordTexts
  const params = inLanguage(complaint.params, words, language)
  return {
    severity,
    code,
    message: fill(message, language, params),
    ...(hint && { hint: fill(hint, language, params) }),
    ...position,
    path: pathText(path),
  }
}

/** The words among the parameters are said in the reader's language too. */
function inLanguage(
  params: Params,
  words: Readonly<Record<string, Text>>,
  language: Language,
): Params {
  const said = Object.entries(params).map(([name, value]) => {
    if (!['expected', 'found', 'kind', 'reason'].includes(name)) return [name, value] as const
    const parts = String(value).split(' | ')
    return [name, parts.map((word) => words[word]?.[language] ?? word).join(' | ')] as const
  })
  return Object.fromEntries(said)
}

/** Says what a person should know about a file that can be used. */
export function warnOf(warnings: readonly Complaint[], output: Output): void {
  for (const warning of warnings) {
    const document = complaintDocument(warning, output.language)
    for (const line of complaintLines(document, output.language)) output.warn(line)
  }
}

/** `file:line:column: error: what`, as editors and terminals follow it, and under it what to do. */
export function complaintLines(document: ComplaintDocument, language: Language): string[] {
  const { severity, message, hint, line, path } = document
  // Without lines the path says where it is.
  const place =
    line === undefined && path !== '' ? `${document.file}: ${path}` : positionText(document)
  return [
    fill(configTexts[severity], language, { place, message }),
    ...(hint === undefined ? [] : [`  ${fill(reportTexts.hint, language, { hint })}`]),
  ]
}
