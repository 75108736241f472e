import { CertwrightError } from '../runtime/error.ts'

/** CRLReason (RFC 5280 §5.3.1): "The value 7 is not used." */
const reasons: Readonly<Record<string, number>> = {
  unspecified: 0,
  keyCompromise: 1,
  cACompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  certificateHold: 6,
  removeFromCRL: 8,
  privilegeWithdrawn: 9,
  aACompromise: 10,
}

export const reasonNames: readonly string[] = Object.keys(reasons)

/** The number that a name (in any case) or a number stands for. */
export function revocationReason(text: string): number {
  const found = Object.entries(reasons).find(
    ([name, number]) => name.toLowerCase() === text.toLowerCase() || String(number) === text,
  )
  if (!found) {
    const list = Object.entries(reasons).map(([name, number]) => `${name} (${number})`)
    throw new CertwrightError('USAGE_NOT_A_REASON', { value: text, reasons: list.join(', ') })
  }
  return found[1]
}

/** The name of a number, for people. */
export function reasonName(reason: number): string {
  return Object.entries(reasons).find(([, number]) => number === reason)?.[0] ?? String(reason)
}
