import { thumbprint } from './account-key.ts'
import { validAuthorization } from './authorizations.ts'
import { decodeBase64url } from './base64url.ts'
import type { CaContext } from './context.ts'
import { AcmeProblem, malformed, notFound, unauthorized } from './problem.ts'
import type { Certificate } from './records.ts'
import type { Reply } from './reply.ts'
import { payloadObject, type SignedRequest } from './signed-request.ts'

/** How revokeCert is offered: as it should be, listed but answered 501, or not listed. */
export type RevocationOffer = 'offered' | 'not-implemented' | 'missing'

/** The three of RFC 8555 §7.6: who was issued the certificate, who may be issued one, who has its key. */
export type Revoker = 'account' | 'authorized-account' | 'key'

/** RFC 5280 §5.3.1 */
const keyCompromise = 1
const cessationOfOperation = 5

/** RFC 8555 §7.6 */
export function revokeCertificate(context: CaContext, request: SignedRequest): Reply {
  const { clock, knobs } = context
  const { revocationPolicy } = knobs.rules
  if (knobs.revocation === 'not-implemented') {
    throw new AcmeProblem('serverInternal', 'revokeCert is not implemented', { status: 501 })
  }
  const { certificate: text, reason = 0 } = payloadObject(request)
  // The one looks at the reason first, the other at the certificate.
  if (!revocationPolicy) checkReason(context, reason)
  const certificate = findByDer(context, text)
  if (revocationPolicy && certificate.leaf.notAfter < clock.now()) {
    throw unauthorized('the certificate has expired')
  }
  checkReason(context, reason)
  const by = revokerOf(context, request, certificate)
  if (revocationPolicy) revokeByPolicy(context, certificate, { by, reason })
  else {
    refuseRevoked(certificate)
    checkRevoker(context, by)
    certificate.revoked = { at: clock.now(), reason }
  }
  return { status: 200, headers: {}, body: '' }
}

/** Who has the key proves that it is in wrong hands; who has only the names, that they changed hands. */
function revokeByPolicy(
  context: CaContext,
  certificate: Certificate,
  { by, reason }: { readonly by: Revoker | undefined; readonly reason: number },
): void {
  const { clock, records } = context
  checkRevoker(context, by)
  const isUpgrade = by === 'key' && certificate.revoked?.reason !== keyCompromise
  if (!isUpgrade) refuseRevoked(certificate)
  const forced = { account: reason, 'authorized-account': cessationOfOperation, key: keyCompromise }
  certificate.revoked = { at: certificate.revoked?.at ?? clock.now(), reason: forced[by] }
  if (by === 'key') records.blockedKeys.add(thumbprint(certificate.leaf.publicKeyJwk))
}

function checkReason({ knobs }: CaContext, reason: unknown): asserts reason is number {
  const { revocationReasons } = knobs
  if (typeof reason === 'number' && revocationReasons.includes(reason)) return
  throw new AcmeProblem(
    'badRevocationReason',
    `reason is not one of ${revocationReasons.join(', ')}`,
  )
}

function refuseRevoked({ revoked }: Certificate): void {
  if (revoked !== undefined) {
    throw new AcmeProblem('alreadyRevoked', 'the certificate has been revoked before')
  }
}

function checkRevoker({ knobs }: CaContext, by: Revoker | undefined): asserts by is Revoker {
  if (by === undefined || !knobs.revocationBy.includes(by)) {
    throw unauthorized('the key that signed may not revoke this certificate')
  }
}

/** The list of all that were revoked, for anyone (RFC 5280 §5). */
export async function showCrl(context: CaContext): Promise<Reply> {
  const body = await revocationList(context)
  return { status: 200, headers: { 'content-type': 'application/pkix-crl' }, body }
}

/** That list, DER. */
export async function revocationList(context: CaContext): Promise<Uint8Array> {
  const { authority, knobs, records } = context
  const revoked = [...records.certificates.values()].flatMap(({ leaf, revoked }) =>
    revoked === undefined ? [] : [{ serial: leaf.serial, ...revoked }],
  )
  return authority.crl(revoked, { lifetimeMs: knobs.crlLifetimeMs })
}

function findByDer({ knobs, records }: CaContext, text: unknown): Certificate {
  const der = typeof text === 'string' ? decodeBase64url(text) : undefined
  if (der === undefined || der.length === 0) throw malformed('certificate is not base64url')
  const all = [...records.certificates.values()]
  const found = all.find(({ leaf }) => Buffer.compare(leaf.der, der) === 0)
  if (found !== undefined) return found
  // 0x30 begins every certificate: what is none is malformed, what is unknown is not there.
  if (knobs.rules.revocationPolicy && der[0] === 0x30) throw notFound('certificate of this CA')
  throw malformed('this CA did not issue the certificate')
}

/**
 * "The account that issued the certificate", "an account that holds authorizations for all of the
 * identifiers in the certificate", or the key of the certificate itself.
 */
function revokerOf(
  context: CaContext,
  { account, signingKey }: SignedRequest,
  certificate: Certificate,
): Revoker | undefined {
  if (account === undefined) {
    const isItsKey = signingKey.thumbprint === thumbprint(certificate.leaf.publicKeyJwk)
    return isItsKey ? 'key' : undefined
  }
  if (account === certificate.account) return 'account'
  const isAuthorized = certificate.identifiers.every(
    (identifier) => validAuthorization(context, account, identifier) !== undefined,
  )
  return isAuthorized ? 'authorized-account' : undefined
}
