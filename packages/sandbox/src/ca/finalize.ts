import { generateKeyPairSync } from 'node:crypto'
import { isIP } from 'node:net'
import { thumbprint } from './account-key.ts'
import { decodeBase64url } from './base64url.ts'
import { recheckCaa } from './caa-recheck.ts'
import {
  CertificateRequestError,
  readCertificateRequest,
  type CertificateRequest,
} from './certificate-request.ts'
import { happens, randomText, within } from './chance.ts'
import type { CaContext } from './context.ts'
import { identifierKey, type Identifier } from './identifiers.ts'
import { keyComplaint } from './key-policy.ts'
import { orderReply } from './orders.ts'
import { AcmeProblem, malformed, problemUrn, unauthorized } from './problem.ts'
import { lifetimeOf, profileOf } from './profiles.ts'
import { suffixesFor } from './public-suffixes.ts'
import { countCertificate } from './rate-limits.ts'
import { accountByKey, type Certificate, type Order } from './records.ts'
import type { Reply } from './reply.ts'
import { owned, payloadObject, type SignedRequest } from './signed-request.ts'
import { hasExpired, stateOf } from './status.ts'

const oneSecondMs = 1000
/** RFC 7633: the TLS feature extension, by which OCSP stapling is asked for. */
const mustStaple = '1.3.6.1.5.5.7.1.24'
/** RFC 5280, appendix A.1: ub-common-name. */
const longestCommonName = 64

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
  checkPolicy(context, csr)
  checkNames(csr, order)
  if (accountByKey(records, thumbprint(csr.publicKeyJwk)) !== undefined) {
    throw badCsr('the key of the CSR is an account key')
  }
  await recheckCaa(context, order)
  // Another finalize may have come in the meantime.
  checkIsReady(context, order)
  order.stage = 'processing'
  if (knobs.issueAtOnce && !knobs.stuckOrders) await issue(context, order, csr)
  else if (!knobs.stuckOrders) {
    work.start(async (signal) => {
      await clock.sleep(within(clock, knobs.issuanceDelayMs), signal)
      await issue(context, order, csr)
    })
  }
  const random = knobs.locationOnFinalize === 'random' && happens(clock, 50)
  const located = random || knobs.locationOnFinalize === 'always'
  return orderReply(context, order, { headers: located ? { location: paths.order(order.id) } : {} })
}

function checkIsReady(context: CaContext, order: Order): void {
  const state = stateOf(context, order)
  if (state !== 'ready') {
    throw new AcmeProblem('orderNotReady', `the order is ${state}, not ready`, { status: 403 })
  }
  if (hasExpired(context, order)) throw malformed('the order has expired', 404)
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

/** What a public CA refuses in a CSR beyond what is wrong with it. */
function checkPolicy(context: CaContext, csr: CertificateRequest): void {
  if (context.knobs.rules.csrPolicy) {
    if (csr.extensionsAsked.includes(mustStaple)) {
      throw unauthorized('the CSR asks for OCSP stapling, which is no longer to be had')
    }
    if (isIP(csr.commonName ?? '') !== 0) {
      throw badCsr('the CSR has an address as its common name')
    }
  }
  const complaint = keyComplaint(context, csr.publicKeyJwk)
  if (complaint !== undefined) throw badCsr(complaint)
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
  const { account, exemption, identifiers, profile } = order
  const { missingName = false, wrongLeafKey = false } = knobs.quirks
  const notBefore = order.notBefore ?? clock.now() - knobs.backdateMs
  const lifetimeMs = lifetimeOf(context, profile, 'certificateLifetimeMs')
  const commonName = commonNameOf(context, order, csr)
  try {
    const suffixes = await suffixesFor(context)
    const leaf = await authority.issue({
      publicKey: wrongLeafKey ? strangeKey() : csr.publicKey,
      identifiers: missingName && identifiers.length > 1 ? identifiers.slice(1) : identifiers,
      notBefore,
      // RFC 5280 §4.1.2.5: the last second of the period belongs to it.
      notAfter: order.notAfter ?? notBefore + lifetimeMs - oneSecondMs,
      crlUrl: paths.publicCrl,
      issuerUrl: paths.publicIssuer,
      ...(commonName === undefined ? {} : { commonName }),
    })
    const certificate: Certificate = {
      id: randomText(clock, 8),
      account,
      identifiers,
      leaf,
      issuedAt: clock.now(),
      emptyDownloads: knobs.emptyDownloads,
    }
    records.certificates.set(certificate.id, certificate)
    countCertificate(context, { identifiers, exemption, suffixes })
    order.certificate = certificate
    order.stage = 'valid'
  } catch (error) {
    const detail = `the certificate could not be made: ${String(error)}`
    order.error = { type: problemUrn('serverInternal'), detail, status: 500 }
    order.stage = 'invalid'
  }
}

function commonNameOf(
  context: CaContext,
  { identifiers, profile }: Order,
  { commonName }: CertificateRequest,
): string | undefined {
  const { commonName: wanted = 'as-asked' } = profileOf(context, profile)
  if (wanted === 'never') return undefined
  const fits = ({ type, value }: Identifier): boolean =>
    type === 'dns' && value.length <= longestCommonName
  return wanted === 'promoted' ? (commonName ?? identifiers.find(fits)?.value) : commonName
}

/** The public half of a key whose other half is thrown away. */
function strangeKey(): Uint8Array {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return publicKey.export({ format: 'der', type: 'spki' })
}

function badCsr(detail: string): AcmeProblem {
  return new AcmeProblem('badCSR', detail)
}
