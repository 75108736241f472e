import { storedName } from '../../../cloud/alibaba/certificate-store.ts'
import type { AlibabaClient } from '../../../cloud/alibaba/client.ts'
import { isRefusal } from '../../../cloud/alibaba/refusal.ts'
import { CertwrightError } from '../../../runtime/error.ts'
import type { CertificateBundle } from '../../../x509/bundle.ts'
import { describe } from '../../../x509/certificate.ts'
import type { Discovered, Installed, Wanted } from '../../target.ts'

/** A certificate of the store (CAS) that a product names by its number or its identifier. */
export interface BoundCertificate extends Installed {
  readonly reference: string
  /** Empty where the store no longer has it. */
  readonly names: readonly string[]
  readonly issuer?: string
}

interface CertificateDetail {
  readonly Name?: string
  readonly Common?: string
  /** Separated by commas. */
  readonly Sans?: string
  readonly Issuer?: string
  /** SHA-256 and SHA-1 of the leaf. */
  readonly Sha2?: string
  readonly Fingerprint?: string
  /** Padded with zeros. */
  readonly SerialNo?: string
  readonly NotAfter?: number
}

/** The store's number in `12345` or `12345-cn-hangzhou`; `undefined` in anything else. */
export function certIdIn(reference: string): number | undefined {
  const [, digits] = /^(\d{1,15})(?:-[a-z]+-[a-z0-9-]+)?$/.exec(reference) ?? []
  return digits === undefined ? undefined : Number(digits)
}

/** What the store says of a certificate. Without its key: the store would give that too. */
export async function boundCertificate(
  reference: string,
  cas: AlibabaClient,
  signal?: AbortSignal,
): Promise<BoundCertificate> {
  const CertId = certIdIn(reference)
  if (CertId === undefined) return { reference, names: [] }
  try {
    const parameters = { CertId, CertFilter: true }
    const detail = await cas.rpc<CertificateDetail>('GetUserCertificateDetail', parameters, signal)
    return certificateFrom(reference, detail)
  } catch (error) {
    // It may have been deleted while it is bound, or belong to another account.
    if (isRefusal(error, 'NotFound', 'InvalidCertId.NotFound')) return { reference, names: [] }
    throw error
  }
}

function certificateFrom(
  reference: string,
  { Name, Common = '', Sans = '', Issuer, ...detail }: CertificateDetail,
): BoundCertificate {
  const { Sha2 = '', Fingerprint = '', SerialNo = '', NotAfter } = detail
  const [fingerprint, sha1] = [hexOf(Sha2), hexOf(Fingerprint)]
  const serial = hexOf(SerialNo).replace(/^0+/, '')
  const names = [Common, ...Sans.split(',')].map((name) => name.trim().toLowerCase())
  return {
    reference,
    names: [...new Set(names.filter(Boolean))],
    ...(Issuer && { issuer: Issuer }),
    ...(fingerprint.length === 64 && { fingerprint }),
    ...(sha1.length === 40 && { sha1 }),
    ...(serial !== '' && { serial }),
    ...(Name !== undefined && { name: Name }),
    ...(NotAfter !== undefined && { notAfter: NotAfter }),
  }
}

/** One finding of an account's discovery. Without a certificate, HTTPS is off there. */
export async function discovered(
  place: Pick<Discovered, 'target' | 'product' | 'resource' | 'region'>,
  reference: string | undefined,
  cas: AlibabaClient,
  signal?: AbortSignal,
): Promise<Discovered> {
  if (!reference) return { ...place, https: false }
  const { names, issuer, ...installed } = await boundCertificate(reference, cas, signal)
  const known = { ...(names.length > 0 && { names }), ...(issuer !== undefined && { issuer }) }
  return { ...place, https: true, installed, ...known }
}

/** A digest or a number in one form: products write them in either case, with colons or without. */
export function hexOf(text: string): string {
  return text.replaceAll(/[^0-9a-f]/gi, '').toLowerCase()
}

/** Whether a name is one that we give. */
export function isOurs(name: string | undefined): boolean {
  const digest = /_([0-9a-f]{16})$/.exec(name ?? '')?.[1]
  return digest !== undefined && name === storedName(digest)
}

/** Whether one of these names of a certificate stands for a domain, which may be a wildcard itself. */
export function covers(names: readonly string[], domain: string): boolean {
  const wanted = domain.toLowerCase()
  const parent = wanted.replace(/^[^.]+/, '*')
  return names.some((name) => name === wanted || (!wanted.startsWith('*.') && name === parent))
}

/** Throws `TARGET_NAME_NOT_COVERED` where a bundle would be installed for a domain that it is not for. */
export function requireCovered(
  target: string,
  domain: string,
  { chainPem }: Pick<CertificateBundle, 'chainPem'>,
): void {
  const { names } = describe(chainPem)
  if (covers(names, domain)) return
  const params = { target, resource: domain, names: names.join(', ') }
  throw new CertwrightError('TARGET_NAME_NOT_COVERED', params)
}

/** A name to ask for in a handshake: of a wildcard, one that it stands for. */
export function handshakeName(domain: string): string {
  return domain.replace(/^\*?\./, 'certwright.')
}

/** What to ask for in a handshake: the domain that is meant, else a name of the certificate that should be there. */
export function servernameFor(
  domain: string | undefined,
  wanted: Wanted | undefined,
): string | undefined {
  const name = domain ?? (wanted && describe(wanted.chainPem).names[0])
  return name && handshakeName(name)
}
