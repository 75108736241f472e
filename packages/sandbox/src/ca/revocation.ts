import { thumbprint } from './account-key.ts'
import { validAuthorization } from './authorizations.ts'
import { decodeBase64url } from './base64url.ts'
import type { CaContext } from './context.ts'
import { AcmeProblem, malformed, unauthorized } from './problem.ts'
import type { Certificate } from './records.ts'
import type { Reply } from './reply.ts'
import { payloadObject, type SignedRequest } from './signed-request.ts'

/** RFC 5280 §5.3.1: 7 is not used. */
const reasons = [0, 1, 2, 3, 4, 5, 6, 8, 9, 10]

/** RFC 8555 §7.6 */
export function revokeCertificate(context: CaContext, request: SignedRequest): Reply {
  const { certificate: text, reason = 0 } = payloadObject(request)
  if (typeof reason !== 'number' || !reasons.includes(reason)) {
    throw new AcmeProblem('badRevocationReason', `reason is not one of ${reasons.join(', ')}`)
  }
  const certificate = findByDer(context, text)
  if (certificate.revoked !== undefined) {
    throw new AcmeProblem('alreadyRevoked', 'the certificate has been revoked before')
  }
  if (!mayRevoke(context, request, certificate)) {
    throw unauthorized('the key that signed may not revoke this certificate')
  }
  certificate.revoked = { at: context.clock.now(), reason }
  return { status: 200, headers: {}, body: '' }
}

/** The list of all that were revoked, for anyone (RFC 5280 §5). */
export async function showCrl({ authority, records }: CaContext): Promise<Reply> {
  const revoked = [...records.certificates.values()].flatMap(({ leaf, revoked }) =>
    revoked === undefined ? [] : [{ serial: leaf.serial, ...revoked }],
  )
  const body = await authority.crl(revoked)
  return { status: 200, headers: { 'content-type': 'application/pkix-crl' }, body }
}

function findByDer({ records }: CaContext, text: unknown): Certificate {
  const der = typeof text === 'string' ? decodeBase64url(text) : undefined
  if (der === undefined) throw malformed('certificate is not unpadded base64url')
  const all = [...records.certificates.values()]
  const found = all.find(({ leaf }) => Buffer.compare(leaf.der, der) === 0)
  if (found === undefined) throw malformed('this CA did not issue the certificate')
  return found
}

/**
 * "The account that issued the certificate", "an account that holds authorizations for all of the
 * identifiers in the certificate", or the key of the certificate itself.
 */
function mayRevoke(
  context: CaContext,
  { account, signingKey }: SignedRequest,
  certificate: Certificate,
): boolean {
  if (account === undefined) {
    return signingKey.thumbprint === thumbprint(certificate.leaf.publicKeyJwk)
  }
  if (account === certificate.account) return true
  return certificate.identifiers.every(
    (identifier) => validAuthorization(context, account, identifier) !== undefined,
  )
}
