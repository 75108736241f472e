import { CertwrightError } from '../../runtime/error.ts'
import type { Host } from '../../runtime/host.ts'
import type { CertificateBundle } from '../../x509/bundle.ts'
import { certificatesIn, describe } from '../../x509/certificate.ts'
import { alibabaClient, type AlibabaAccount, type AlibabaClient } from './client.ts'
import { numberedPages } from './paging.ts'
import { deliverableChain, traditionalPrivateKey } from './pem-forms.ts'
import { casRegion } from './product.ts'

/** One certificate of the store (CAS): the same for all regions of a site. */
export interface StoredCertificate {
  /** CAS's own number, which CDN, DCDN, ACR and EAS take. */
  readonly certId: number
  /** The number with the store's region, e.g. `12345-cn-hangzhou`, which the load balancers, WAF and others take. */
  readonly identifier: string
  readonly name: string
}

export interface StoreOptions {
  /** Begins the names of certificates that we upload: letters, digits and `_`; by default `certwright`. */
  readonly namePrefix?: string | undefined
}

interface UploadedCertificates {
  readonly CertificateOrderList?: ReadonlyArray<{
    readonly CertificateId?: number
    readonly Name?: string
    /** Digests of the leaf, in hex: SHA-256 and SHA-1. */
    readonly Sha2?: string
    readonly Fingerprint?: string
  }>
  readonly TotalCount?: number
}

/** Uploads that are under way, by store, account and fingerprint: one table a host. */
const uploads = new WeakMap<Host, Map<string, Promise<StoredCertificate>>>()

/**
 * Puts a certificate into the store (CAS) unless it is there already, whoever uploaded it and under whatever name:
 * certificates are compared by their fingerprint. Callers that ask for the same one at once share one upload.
 */
export async function uploadCertificate(
  bundle: CertificateBundle,
  account: AlibabaAccount,
  host: Host,
  options: StoreOptions = {},
  signal?: AbortSignal,
): Promise<StoredCertificate> {
  const { accessKeyId } = await account.credentials()
  const { fingerprint } = describe(bundle.chainPem)
  const key = [account.endpoint, account.site, accessKeyId, fingerprint].join(' ')
  const underWay = uploads.get(host) ?? new Map<string, Promise<StoredCertificate>>()
  uploads.set(host, underWay)
  // Another caller's abort may end an upload that is shared; then it is this caller's turn.
  for (let shared = underWay.get(key); shared; shared = underWay.get(key)) {
    const [outcome] = await Promise.allSettled([shared])
    signal?.throwIfAborted()
    if (outcome.status === 'fulfilled') return outcome.value
    if (outcome.reason instanceof CertwrightError) throw outcome.reason
  }
  const upload = findOrUpload(bundle, account, host, options, signal).finally(() =>
    underWay.delete(key),
  )
  underWay.set(key, upload)
  return upload
}

/** What names a certificate of ours: unique to it, and good for every product that is given it. */
export function storedName(fingerprint: string, namePrefix = 'certwright'): string {
  return `${namePrefix.replaceAll(/\W/g, '_').slice(0, 32)}_${fingerprint.slice(0, 16)}`
}

async function findOrUpload(
  bundle: CertificateBundle,
  account: AlibabaAccount,
  host: Host,
  { namePrefix }: StoreOptions,
  signal: AbortSignal | undefined,
): Promise<StoredCertificate> {
  const cas = alibabaClient('cas', account, host)
  const [{ x509 }] = certificatesIn(bundle.chainPem)
  const [sha256, sha1] = [hexOf(x509.fingerprint256), hexOf(x509.fingerprint)]
  const find = async (): Promise<StoredCertificate | undefined> => {
    for await (const { CertificateId, Name = '', Sha2, Fingerprint } of uploaded(cas, signal)) {
      const same = Sha2 ? hexOf(Sha2) === sha256 : hexOf(Fingerprint ?? '') === sha1
      if (same && CertificateId !== undefined) return stored(CertificateId, Name, account)
    }
    return undefined
  }
  const known = await find()
  if (known) return known
  const name = storedName(sha256, namePrefix)
  const parameters = {
    Name: name,
    Cert: deliverableChain(bundle.chainPem),
    Key: traditionalPrivateKey(bundle.privateKey),
  }
  try {
    const { CertId } = await cas.rpc<{ CertId: number }>(
      'UploadUserCertificate',
      parameters,
      signal,
    )
    return stored(CertId, name, account)
  } catch (error) {
    // The name is taken where an upload succeeded whose reply was lost, or another process was quicker.
    const taken =
      error instanceof CertwrightError && error.code === 'ALIBABA_REFUSED'
        ? await find()
        : undefined
    if (taken) return taken
    throw error
  }
}

function uploaded(cas: AlibabaClient, signal: AbortSignal | undefined) {
  return numberedPages(async (CurrentPage) => {
    const { CertificateOrderList: items = [], TotalCount: total } =
      await cas.rpc<UploadedCertificates>(
        'ListUserCertificateOrder',
        { OrderType: 'UPLOAD', CurrentPage, ShowSize: 50 },
        signal,
      )
    return { items, total }
  })
}

function stored(certId: number, name: string, { site }: AlibabaAccount): StoredCertificate {
  return { certId, identifier: `${certId}-${casRegion(site)}`, name }
}

/** A digest in one form: products write it in either case, with colons or without. */
function hexOf(digest: string): string {
  return digest.replaceAll(/[^0-9a-f]/gi, '').toLowerCase()
}
