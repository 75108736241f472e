import { instantOf } from '../clock.ts'
import { decodeBase64url, encodeBase64url } from './base64url.ts'
import type { CaContext } from './context.ts'
import { identifierKey, type Identifier } from './identifiers.ts'
import { AcmeProblem, malformed, notFound, unauthorized } from './problem.ts'
import type { Account, Certificate } from './records.ts'
import { jsonReply, type Reply } from './reply.ts'
import { orderStatus } from './status.ts'

/** What the CA is made to say of a certificate. It is said as it is: `end` before `start`, if that is wanted. */
export interface RenewalOverride {
  /** Milliseconds since the Unix epoch. */
  readonly start: number
  readonly end: number
  readonly explanationUrl?: string
}

const tenDaysMs = 864_000_000
const hourMs = 3_600_000

/** RFC 9773 §4: when a certificate should be renewed, for anyone who asks. */
export function showRenewalInfo(context: CaContext, id: string): Reply {
  const certificate = certificateBy(context, id)
  if (certificate === undefined) throw notFound('certificate')
  const { start, end, explanationUrl } = windowOf(context, certificate)
  return jsonReply(
    context,
    {
      suggestedWindow: { start: instantOf(start), end: instantOf(end) },
      ...(explanationUrl === undefined ? {} : { explanationURL: explanationUrl }),
    },
    { headers: { 'retry-after': context.knobs.renewalInfoRetryAfter } },
  )
}

/** RFC 9773 has no POST; this is what test CAs answer to the one of its drafts. */
export function refuseRenewalUpdate(): never {
  throw new AcmeProblem('serverInternal', 'renewal information is only to be read', { status: 500 })
}

/** RFC 9773 §4.1: the key identifier of who signed, a dot, and the serial number's octets. */
export function certificateIdOf({ authority }: CaContext, { leaf }: Certificate): string {
  const serial = Buffer.from(leaf.serial, 'hex')
  return `${encodeBase64url(authority.keyIdentifier)}.${encodeBase64url(serial)}`
}

/** The certificate of that name; `undefined` where this CA's key signed none with such a serial number. */
function certificateBy({ authority, records }: CaContext, id: string): Certificate | undefined {
  const [key, serial, ...rest] = id.split('.').map(decodeBase64url)
  if (key === undefined || serial === undefined || rest.length > 0) {
    throw malformed('the certificate is not named by two parts in unpadded base64url')
  }
  if (Buffer.compare(key, authority.keyIdentifier) !== 0) {
    throw malformed('the key identifier is not that of this CA')
  }
  const hex = Buffer.from(serial).toString('hex')
  return [...records.certificates.values()].find(({ leaf }) => leaf.serial === hex)
}

/**
 * About the moment when a third of the lifetime is left, or half of one below ten days, one part in a hundred either
 * way; an hour ago for what is revoked.
 */
function windowOf({ clock }: CaContext, certificate: Certificate): RenewalOverride {
  const { leaf, renewal, revoked } = certificate
  if (renewal !== undefined) return renewal
  if (revoked !== undefined) {
    const start = clock.now() - hourMs
    return { start, end: start + 1000 }
  }
  const lifetime = leaf.notAfter - leaf.notBefore
  const left = lifetime < tenDaysMs ? lifetime / 2 : lifetime / 3
  const [centre, half] = [leaf.notAfter - left, Math.max(lifetime / 100, 1000)]
  return { start: centre - half, end: centre + half }
}

/** RFC 9773 §5: the certificate that an order says it replaces, by its name; refused where it may not. */
export function replacedBy(
  context: CaContext,
  account: Account,
  {
    replaces,
    identifiers,
  }: { readonly replaces: unknown; readonly identifiers: readonly Identifier[] },
): string | undefined {
  if (replaces === undefined || replaces === null || replaces === '') return undefined
  if (typeof replaces !== 'string') throw malformed('replaces is not a string')
  const certificate = certificateBy(context, replaces)
  if (certificate === undefined) {
    throw new AcmeProblem('serverInternal', 'there is no certificate to replace', { status: 500 })
  }
  if (certificate.account !== account) throw unauthorized("the certificate is another account's")
  // "not already been marked as replaced by a different Order that is not 'invalid'"
  const isReplaced = [...context.records.orders.values()].some(
    (order) => order.replaces === replaces && orderStatus(context, order) !== 'invalid',
  )
  if (isReplaced) {
    const detail = 'another order has replaced the certificate or is about to'
    throw new AcmeProblem('alreadyReplaced', detail, { status: 409 })
  }
  const keys = new Set(certificate.identifiers.map(identifierKey))
  if (!identifiers.some((identifier) => keys.has(identifierKey(identifier)))) {
    const detail = 'the order has no identifier of the certificate'
    throw new AcmeProblem('serverInternal', detail, { status: 500 })
  }
  return replaces
}
