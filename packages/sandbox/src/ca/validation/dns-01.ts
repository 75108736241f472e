import { createHash } from 'node:crypto'
import { ValidationFailure } from './failure.ts'
import type { Attempt, Reach } from './validation.ts'

/** RFC 8555 §8.4 */
export async function dns01(attempt: Attempt, reach: Reach): Promise<void> {
  await proveByTxt(`_acme-challenge.${attempt.identifier.value}`, attempt, reach)
}

/** draft-ietf-acme-dns-account-label: the same value at a name that belongs to the account. */
export async function dnsAccount01(attempt: Attempt, reach: Reach): Promise<void> {
  const digest = createHash('sha256').update(attempt.accountUrl).digest().subarray(0, 10)
  const label = `_${base32(digest)}`
  await proveByTxt(`${label}._acme-challenge.${attempt.identifier.value}`, attempt, reach)
}

async function proveByTxt(
  name: string,
  { identifier, keyAuthorization }: Attempt,
  { lookup, record }: Reach,
): Promise<void> {
  // RFC 8738 §7: "The existing "dns-01" challenge MUST NOT be used to validate IP identifiers."
  if (identifier.type !== 'dns') {
    throw new ValidationFailure('malformed', 'a DNS challenge cannot prove an IP address')
  }
  record['name'] = name
  const values = await lookup.texts(name)
  const expected = createHash('sha256').update(keyAuthorization).digest('base64url')
  if (values.includes(expected)) return
  const [first] = values
  if (first === undefined) {
    throw new ValidationFailure('unauthorized', `No TXT record found at ${name}`)
  }
  const more = values.length > 1 ? ` (and ${values.length - 1} more)` : ''
  const shown = first.length > 100 ? `${first.slice(0, 100)}…` : first
  throw new ValidationFailure(
    'unauthorized',
    `Incorrect TXT record "${shown}"${more} found at ${name}`,
  )
}

/** RFC 4648 §6 in lower case, for lengths that need no padding. */
function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const digits = bits.match(/.{5}/g) ?? []
  return digits
    .map((digit) => 'abcdefghijklmnopqrstuvwxyz234567'[Number.parseInt(digit, 2)])
    .join('')
}
