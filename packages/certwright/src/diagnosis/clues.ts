import { isIPv6 } from 'node:net'
import { frontIn, isPage } from '../cloud/front-pages.ts'
import type { Params } from '../runtime/catalogue.ts'
import type { ClueCode } from '../runtime/messages/clue-texts.ts'

/** What words of a CA give away. */
export interface Clue {
  readonly code: ClueCode
  readonly params: Params
}

/** A pattern of CAs' words, in the order in which the clues are told. The words differ between CAs; these are common. */
const patterns: ReadonlyArray<readonly [code: ClueCode, pattern: RegExp]> = [
  ['clue-perspectives', /secondary validation|remote perspective|multi-?perspective|MPIC/i],
  ['clue-dnssec', /DNSSEC|bogus/i],
  ['clue-caa-unanswered', /(?=.*\bCAA\b)(?=.*(?:SERVFAIL|REFUSED|NOTIMP|timed? ?out|timeout))/is],
  ['clue-servfail', /SERVFAIL/],
  ['clue-nxdomain', /NXDOMAIN/],
  ['clue-no-address', /no valid (?:IP|A\b)/i],
  ['clue-no-txt', /no TXT record/i],
  ['clue-other-txt', /incorrect TXT record|incorrect validation certificate|no matching TXT/i],
  ['clue-timeout', /timeout during connect|connect.*timed? ?out|ETIMEDOUT|i\/o timeout/i],
  ['clue-refused', /connection refused|ECONNREFUSED/i],
  ['clue-reset', /connection reset|ECONNRESET/i],
  ['clue-redirect', /redirect loop|too many redirects|redirect target/i],
]

/** Where the first of them fits, the second says less or something false. */
const instead: ReadonlyArray<readonly [ClueCode, readonly ClueCode[]]> = [
  ['clue-caa-unanswered', ['clue-servfail', 'clue-nxdomain', 'clue-timeout']],
  ['clue-dnssec', ['clue-servfail']],
  ['clue-front', ['clue-page', 'clue-status']],
  ['clue-page', ['clue-status']],
]

/** Reads what a CA says of a failure. Its text is data from outside: it is searched, never trusted. */
export function cluesIn(detail: string): readonly Clue[] {
  const clues: Clue[] = patterns
    .filter(([, pattern]) => pattern.test(detail))
    .map(([code]) => ({ code, params: {} }))
  const page = isPage(detail)
  const front = frontIn(detail)
  if (page && front !== undefined) clues.push({ code: 'clue-front', params: { front } })
  if (page) clues.push({ code: 'clue-page', params: {} })
  const [, status] = /(?:response|status|: ?)\D{0,200}?\b([345]\d\d)\b/i.exec(detail) ?? []
  if (status !== undefined) clues.push({ code: 'clue-status', params: { status } })
  const found = new Set(clues.map(({ code }) => code))
  const hidden = new Set(instead.flatMap(([code, less]) => (found.has(code) ? less : [])))
  return clues.filter(({ code }) => !hidden.has(code))
}

/** What the CA's record of its attempt gives away: by which family it connected, and whether it saw other addresses. */
export function cluesInRecord(record: unknown, ours: readonly string[]): readonly Clue[] {
  const entries = [record].flat().filter((entry) => typeof entry === 'object' && entry !== null)
  const last = entries.at(-1) as Readonly<Record<string, unknown>> | undefined
  if (!last) return []
  const { addressUsed, addressesResolved } = last
  const used = typeof addressUsed === 'string' ? addressUsed : ''
  const theirs = [addressesResolved].flat().filter((one) => typeof one === 'string')
  const strange = theirs.filter((address) => !ours.includes(address))
  return [
    ...(isIPv6(used) ? [clue('clue-ipv6-used', { address: used })] : []),
    ...(ours.length > 0 && strange.length > 0
      ? [clue('clue-other-addresses', { theirs: theirs.join(', '), ours: ours.join(', ') })]
      : []),
  ]
}

function clue(code: ClueCode, params: Params): Clue {
  return { code, params }
}
