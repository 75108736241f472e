import { instantOf } from '../clock.ts'
import { decodeBase64url, encodeBase64url } from './base64url.ts'
import type { CaContext } from './context.ts'
import { AcmeProblem, malformed, notFound } from './problem.ts'
import type { Certificate } from './records.ts'
import { jsonReply, type Reply } from './reply.ts'

/** A window that the CA suggests for renewal. */
interface Window {
  /** Milliseconds since the Unix epoch. */
  readonly start: number
  readonly end: number
  readonly explanationUrl?: string
}

/**
 * What the CA is made to say of a certificate. It is said as it is: `end` before `start`, if that is
 * wanted; `missing` is 404.
 */
export type RenewalOverride = Window | 'missing'

/** What is said of certificates for which nothing else was set: the usual, or always the same. */
export type WindowForm = 'usual' | 'past' | 'invalid' | 'missing'

const tenDaysMs = 864_000_000
const hourMs = 3_600_000

/** RFC 9773 §4: when a certificate should be renewed, for anyone who asks. */
export function showRenewalInfo(context: CaContext, id: string): Reply {
  const certificate = certificateBy(context, id)
  const window = certificate && windowOf(context, certificate)
  if (window === undefined) throw notFound('certificate')
  const { start, end, explanationUrl } = window
  const { renewalInfoRetryAfter: wait } = context.knobs
  return jsonReply(
    context,
    {
      suggestedWindow: { start: instantOf(start), end: instantOf(end) },
      ...(explanationUrl === undefined ? {} : { explanationURL: explanationUrl }),
    },
    { headers: wait === '' ? {} : { 'retry-after': wait } },
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
export function certificateBy(
  { authority, records }: CaContext,
  id: string,
): Certificate | undefined {
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

/** Whether the CA would have the certificate renewed at this moment. */
export function isRenewalTime(context: CaContext, certificate: Certificate): boolean {
  const now = context.clock.now()
  const { start, end } = windowOf(context, certificate) ?? { start: Infinity, end: -Infinity }
  return start <= now && now < end
}

/** What is said of a certificate; `undefined` where nothing is. */
function windowOf(context: CaContext, certificate: Certificate): Window | undefined {
  const { renewal, revoked } = certificate
  if (renewal !== undefined) return renewal === 'missing' ? undefined : renewal
  if (revoked !== undefined) return pastWindow(context)
  const usual = usualWindow(certificate)
  return {
    usual,
    past: pastWindow(context),
    invalid: { start: usual.end, end: usual.start },
    missing: undefined,
  }[context.knobs.renewalWindow]
}

/** An hour ago, for half an hour: "now", to whoever asks later. */
export function pastWindow({ clock }: Pick<CaContext, 'clock'>): Window {
  const start = clock.now() - hourMs
  return { start, end: start + hourMs / 2 }
}

/**
 * About the moment when a third of the lifetime is left, or half of one below ten days, one part in a hundred either
 * way.
 */
function usualWindow({ leaf }: Certificate): Window {
  const lifetime = leaf.notAfter - leaf.notBefore
  const left = lifetime < tenDaysMs ? lifetime / 2 : lifetime / 3
  const [centre, half] = [leaf.notAfter - left, Math.max(lifetime / 100, 1000)]
  return { start: centre - half, end: centre + half }
}
