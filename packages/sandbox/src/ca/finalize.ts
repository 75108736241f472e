import { generateKeyPairSync } from 'node:crypto'
import { thumbprint } from './account-key.ts'
import { decodeBase64url } from './base64url.ts'
import {
  CertificateRequestError,
  readCertificateRequest,
  type CertificateRequest,
} from './certificate-request.ts'
import { happens, randomText, within } from './chance.ts'
import type { CaContext } from './context.ts'
import { identifierKey } from './identifiers.ts'
import { orderReply } from './orders.ts'
import { AcmeProblem, malformed, problemUrn, unauthorized } from './problem.ts'
import { lifetimeOf } from './profiles.ts'
import { accountByKey, type Certificate, type Order } from './records.ts'
import type { Reply } from './reply.ts'
import { owned, payloadObject, type SignedRequest } from './signed-request.ts'
import { hasExpired, orderStatus } from './status.ts'

const oneSecondMs = 1000

/** RFC 8555 §7.4. A refused CSR leaves the order ready, so that another one can follow. */
export async function finalizeOrder(
  context: CaContext,
  request: SignedRequest,
  id: string,
): Promise<Reply> {
  const { clock, knobs, paths, records, work } = context
  const order = owned(records.orders.get(id), { request, what: 'order' })
  checkIsReady(context, order)
  const csr = await readCsr(payloadObject(request)['csr'])
  checkNames(csr, order)
  if (accountByKey(records, thumbprint(csr.publicKeyJwk)) !== undefined) {
    throw badCsr('the key of the CSR is an account key')
  }
  // Another finalize may have come while the CSR was read.
  checkIsReady(context, order)
  order.stage = 'processing'
  work.start(async (signal) => {
    await clock.sleep(within(clock, knobs.issuanceDelayMs), signal)
    await issue(context, order, csr)
  })
  const random = knobs.locationOnFinalize === 'random' && happens(clock, 50)
  const located = random || knobs.locationOnFinalize === 'always'
  return orderReply(context, order, { headers: located ? { location: paths.order(id) } : {} })
}

function checkIsReady(context: CaContext, order: Order): void {
  if (hasExpired(context, order)) throw malformed('the order has expired', 404)
  const status = orderStatus(context, order)
  if (status !== 'ready') {
    throw new AcmeProblem('orderNotReady', `the order is ${status}, not ready`, { status: 403 })
  }
}

async function readCsr(value: unknown): Promise<CertificateRequest> {
  const der = typeof value === 'string' ? decodeBase64url(value) : undefined
  if (der === undefined || der.length === 0) throw malformed('csr is not unpadded base64url')
  try {
    return await readCertificateRequest(der)
  } catch (error) {
    if (!(error instanceof CertificateRequestError)) throw error
    throw error.reason === 'not-der' ? malformed(error.message) : badCsr(error.message)
  }
}

/** "The CSR MUST indicate the exact same set of requested identifiers as the initial newOrder request." */
function checkNames(csr: CertificateRequest, order: Order): void {
  const { commonName, hasForeignNames, identifiers } = csr
  if (hasForeignNames) throw badCsr('the CSR has names that are neither dns nor ip')
  const ordered = new Set(order.identifiers.map(identifierKey))
  const asked = new Set(identifiers.map(identifierKey))
  if (commonName !== undefined) asked.add(keyOfCommonName(commonName, ordered))
  if (asked.size !== ordered.size || ![...asked].every((key) => ordered.has(key))) {
    throw unauthorized('the CSR does not name exactly the identifiers of the order')
  }
}

function keyOfCommonName(commonName: string, ordered: ReadonlySet<string>): string {
  const address = identifierKey({ type: 'ip', value: commonName })
  return ordered.has(address) ? address : identifierKey({ type: 'dns', value: commonName })
}

/** Makes the certificate; whatever goes wrong ends the order, as §7.1.6 has it. */
async function issue(context: CaContext, order: Order, csr: CertificateRequest): Promise<void> {
  const { authority, clock, knobs, paths, records } = context
  const { account, identifiers } = order
  const notBefore = order.notBefore ?? clock.now() - knobs.backdateMs
  try {
    const leaf = await authority.issue({
      publicKey: knobs.quirks.wrongLeafKey === true ? strangeKey() : csr.publicKey,
      identifiers,
      notBefore,
      // RFC 5280 §4.1.2.5: the last second of the period belongs to it.
      notAfter: order.notAfter ?? notBefore + lifetimeOf(context, order.profile) - oneSecondMs,
      crlUrl: paths.crl,
      ...(csr.commonName === undefined ? {} : { commonName: csr.commonName }),
    })
    const certificate: Certificate = { id: randomText(clock, 8), account, identifiers, leaf }
    records.certificates.set(certificate.id, certificate)
    order.certificate = certificate
    order.stage = 'valid'
  } catch (error) {
    const detail = `the certificate could not be made: ${String(error)}`
    order.error = { type: problemUrn('serverInternal'), detail, status: 500 }
    order.stage = 'invalid'
  }
}

/** The public half of a key whose other half is thrown away. */
function strangeKey(): Uint8Array {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return publicKey.export({ format: 'der', type: 'spki' })
}

function badCsr(detail: string): AcmeProblem {
  return new AcmeProblem('badCSR', detail)
}
