import { uploadCertificate, storedName } from '../../../cloud/alibaba/certificate-store.ts'
import { regionOf, type AlibabaAccount, type AlibabaClient } from '../../../cloud/alibaba/client.ts'
import { deliverableChain, traditionalPrivateKey } from '../../../cloud/alibaba/pem-forms.ts'
import { casRegion } from '../../../cloud/alibaba/product.ts'
import { isRefusal } from '../../../cloud/alibaba/refusal.ts'
import { CertwrightError } from '../../../runtime/error.ts'
import type { Host } from '../../../runtime/host.ts'
import type { CertificateBundle } from '../../../x509/bundle.ts'
import { certificatesIn, describe } from '../../../x509/certificate.ts'
import type { Installed, Wanted } from '../../target.ts'
import { hexOf, isOurs } from './bound-certificate.ts'
import { pruneStore } from './slot.ts'
import { turnsAt } from './turns.ts'

/** The store of CLB (slb), which is another than CAS: each region has its own. */
export interface ServerCertificateStore {
  readonly slb: AlibabaClient
  readonly account: AlibabaAccount
  readonly host: Host
}

/** How a certificate comes into it: as a reference to CAS, or with its key. */
export type UploadForm = 'cas' | 'direct'

export interface ServerCertificate {
  readonly ServerCertificateId?: string
  readonly ServerCertificateName?: string
  /** Of the leaf: SHA-1 or SHA-256. */
  readonly Fingerprint?: string
  readonly ExpireTimeStamp?: number
  readonly CommonName?: string
  readonly SubjectAlternativeNames?: { readonly SubjectAlternativeName?: readonly string[] }
  /** Of the CAS certificate that it is a reference to. */
  readonly AliCloudCertificateId?: string
}

/** The id of this certificate in the store, where it is put unless it is there already, whoever put it there. */
export async function serverCertificateFor(
  bundle: CertificateBundle,
  form: UploadForm,
  store: ServerCertificateStore,
  signal?: AbortSignal,
): Promise<string> {
  const { account, host, slb } = store
  const RegionId = regionOf(account)
  const { accessKeyId } = await account.credentials()
  const place = ['slb', account.endpoint, account.site, accessKeyId, RegionId].join(' ')
  return turnsAt(
    place,
    host,
  )(async () => {
    const known = (await serverCertificates(store, signal)).find(
      (certificate) => certificate.ServerCertificateId && isSame(certificate, bundle),
    )
    if (known?.ServerCertificateId) return known.ServerCertificateId
    const parameters = form === 'cas' ? await reference(bundle, store, signal) : content(bundle)
    const { ServerCertificateId = '' } = await slb.rpc<ServerCertificate>(
      'UploadServerCertificate',
      { RegionId, ...parameters },
      signal,
    )
    return ServerCertificateId
  })
}

function content(bundle: CertificateBundle): Readonly<Record<string, unknown>> {
  return {
    ServerCertificateName: storedName(describe(bundle.chainPem).fingerprint),
    ServerCertificate: deliverableChain(bundle.chainPem),
    PrivateKey: traditionalPrivateKey(bundle.privateKey),
  }
}

async function reference(
  bundle: CertificateBundle,
  { account, host }: ServerCertificateStore,
  signal: AbortSignal | undefined,
): Promise<Readonly<Record<string, unknown>>> {
  const { certId, name } = await uploadCertificate(bundle, account, host, {}, signal)
  return {
    ServerCertificateName: storedName(describe(bundle.chainPem).fingerprint),
    AliCloudCertificateId: certId,
    AliCloudCertificateName: name,
    AliCloudCertificateRegionId: casRegion(account.site),
  }
}

export async function serverCertificates(
  { slb, account }: ServerCertificateStore,
  signal?: AbortSignal,
  ServerCertificateId?: string,
): Promise<readonly ServerCertificate[]> {
  const { ServerCertificates } = await slb.rpc<{
    readonly ServerCertificates?: { readonly ServerCertificate?: readonly ServerCertificate[] }
  }>('DescribeServerCertificates', { RegionId: regionOf(account), ServerCertificateId }, signal)
  return ServerCertificates?.ServerCertificate ?? []
}

/** What the store says of one. */
export async function installedServerCertificate(
  id: string,
  store: ServerCertificateStore,
  signal?: AbortSignal,
): Promise<Installed> {
  const found = (await serverCertificates(store, signal, id)).find(
    ({ ServerCertificateId }) => ServerCertificateId === id,
  )
  const { Fingerprint = '', ServerCertificateName, ExpireTimeStamp } = found ?? {}
  const digest = hexOf(Fingerprint)
  return {
    reference: id,
    ...(digest.length === 64 && { fingerprint: digest }),
    ...(digest.length === 40 && { sha1: digest }),
    ...(ServerCertificateName !== undefined && { name: ServerCertificateName }),
    ...(ExpireTimeStamp !== undefined && { notAfter: ExpireTimeStamp }),
  }
}

function isSame({ Fingerprint = '' }: ServerCertificate, { chainPem }: Wanted): boolean {
  const [{ x509 }] = certificatesIn(chainPem)
  return [x509.fingerprint256, x509.fingerprint].map(hexOf).includes(hexOf(Fingerprint))
}

/** Its names, in lower case. */
export function namesOf({
  CommonName,
  SubjectAlternativeNames,
}: ServerCertificate): readonly string[] {
  const all = [CommonName ?? '', ...(SubjectAlternativeNames?.SubjectAlternativeName ?? [])]
  return [...new Set(all.map((name) => name.toLowerCase()).filter(Boolean))].toSorted()
}

/**
 * Removes certificates of ours for the very names of `keep` that are older than it. The API refuses to delete one that
 * is in use: it stays.
 */
export async function pruneServerCertificates(
  keep: CertificateBundle,
  store: ServerCertificateStore,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const { names, notAfter } = describe(keep.chainPem)
  const wanted = [...new Set(names)].toSorted().join(',')
  const removed: string[] = []
  for (const certificate of await serverCertificates(store, signal)) {
    const { ServerCertificateId, ServerCertificateName, ExpireTimeStamp } = certificate
    if (ServerCertificateId === undefined || !isOurs(ServerCertificateName)) continue
    if (namesOf(certificate).join(',') !== wanted || isSame(certificate, keep)) continue
    if (ExpireTimeStamp === undefined || ExpireTimeStamp >= notAfter) continue
    if (await deleted(ServerCertificateId, store, signal)) {
      removed.push(`${ServerCertificateName} (${ServerCertificateId})`)
    }
  }
  return removed
}

/** Also removes what they were references to, where no certificate of the region refers to it any more. */
export async function pruneWithReferences(
  keep: CertificateBundle,
  store: ServerCertificateStore,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const removed = await pruneServerCertificates(keep, store, signal)
  // CAS keeps what is referred to even where it does not know.
  const references = async (): Promise<ReadonlyArray<string | undefined>> =>
    (await serverCertificates(store, signal)).map(({ AliCloudCertificateId }) =>
      AliCloudCertificateId?.toString(),
    )
  const ofStore = await pruneStore(keep, references, store.account, store.host, signal)
  return [...removed, ...ofStore]
}

/** False where it is in use: for whatever reason the API refuses to delete a certificate, it had better stay. */
async function deleted(
  ServerCertificateId: string,
  { slb, account }: ServerCertificateStore,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    const parameters = { RegionId: regionOf(account), ServerCertificateId }
    await slb.rpc('DeleteServerCertificate', parameters, signal)
    return true
  } catch (error) {
    if (isRefusal(error, 'ServerCertificateId.NotFound')) return true
    if (error instanceof CertwrightError && error.code === 'ALIBABA_REFUSED') return false
    throw error
  }
}
