import type { Text } from '../runtime/catalogue.ts'
import { renewalLabels, renewalTexts } from '../runtime/messages/renewal-texts.ts'
import type { Renewal } from '../store/store.ts'
import { momentText } from './certificate-report.ts'
import type { Output } from './output.ts'
import { explanationOf } from './renewal-document.ts'

/** The issuer's explanation as a line. RFC 9773 §4.2: "Clients SHOULD provide this URL to their operator". */
export function explanationLines(
  id: string,
  renewal: Renewal | undefined,
  output: Output,
): string[] {
  const { explanationUrl: url } = explanationOf(renewal)
  return url === undefined ? [] : [output.text(renewalTexts.explained, { id, url })]
}

/** What `show` says of it: rows of a label and a value. */
export function renewalRows(
  renewal: Renewal | undefined,
  output: Output,
): (readonly [Text, string])[] {
  if (!renewal) return []
  const { suggestion, nextPollAt, failures, lastError } = renewal
  const { explanationUrl } = explanationOf(renewal)
  const window = suggestion && {
    start: momentText(suggestion.start),
    end: momentText(suggestion.end),
  }
  const reason = lastError?.reason ?? ''
  return [
    ...(window ? [[renewalLabels.window, output.text(renewalTexts.window, window)] as const] : []),
    ...(explanationUrl === undefined ? [] : [[renewalLabels.explained, explanationUrl] as const]),
    ...(lastError
      ? [[renewalLabels.failure, output.text(renewalTexts.failure, { reason, failures })] as const]
      : []),
    [renewalLabels.asked, momentText(nextPollAt)],
  ]
}
