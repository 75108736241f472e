import type { Host } from '../../runtime/host.ts'
import type { CertificateBundle } from '../../x509/bundle.ts'
import { describe } from '../../x509/certificate.ts'
import { storedName, type StoredCertificate, type StoreOptions } from './certificate-store.ts'
import { alibabaClient, type AlibabaAccount, type AlibabaClient } from './client.ts'
import { numberedPages } from './paging.ts'
import { casRegion } from './product.ts'
import { isRefusal } from './refusal.ts'

export interface PruneOptions extends StoreOptions {
  /** Numbers that our own records say are installed somewhere: CAS does not know every use. */
  readonly inUse?: readonly number[] | undefined
  /** How long a certificate stays after the one that replaced it began; by default 7 days. */
  readonly retentionMs?: number | undefined
}

/** Why a superseded certificate was left in the store. */
export interface KeptCertificate extends StoredCertificate {
  readonly reason: 'in-use' | 'recent' | 'not-ours'
  /** The products that CAS says use it. */
  readonly products: readonly string[]
}

export interface Pruned {
  readonly removed: readonly StoredCertificate[]
  readonly kept: readonly KeptCertificate[]
}

interface ListedCertificate {
  readonly CertificateId?: number | string
  readonly CertificateName?: string
  readonly CommonName?: string
  readonly NotBefore?: number
  readonly Algorithm?: string
  readonly UsingProductList?: readonly string[]
}

interface CertificateDetail {
  readonly Common?: string
  /** Separated by commas. Lists of certificates leave it empty. */
  readonly Sans?: string
}

const weekMs = 7 * 86_400_000

/**
 * Removes certificates of ours that a newer one has replaced: uploaded under our names, for exactly the names of
 * `keep`, with its kind of key, used by no product and by none of `inUse`, and replaced longer ago than the retention.
 * What else a newer one has replaced is reported, and nothing is removed that was uploaded by others.
 */
export async function pruneCertificates(
  keep: CertificateBundle,
  account: AlibabaAccount,
  host: Host,
  { namePrefix, inUse = [], retentionMs = weekMs }: PruneOptions = {},
  signal?: AbortSignal,
): Promise<Pruned> {
  const cas = alibabaClient('cas', account, host)
  const newest = describe(keep.chainPem)
  const wanted = { names: namesOf(newest.names), algorithm: algorithmOf(newest.keyType) }
  const family: Member[] = []
  for await (const listed of uploaded(cas, signal)) {
    const member = memberFrom(listed, account, namePrefix)
    if (!member || listed.Algorithm?.toUpperCase() !== wanted.algorithm) continue
    const likely = member.ours || newest.names.includes(listed.CommonName ?? '')
    if (likely && (await storedNames(cas, member.certId, signal)) === wanted.names) {
      family.push(member)
    }
  }
  const kept: KeptCertificate[] = []
  const removed: StoredCertificate[] = []
  const keptName = storedName(newest.fingerprint, namePrefix)
  for (const { notBefore, ours, products, ...certificate } of family) {
    // What stands in the store decides: `keep` may not be there, or be an older one again.
    const successors = family.map((other) => other.notBefore).filter((start) => start > notBefore)
    if (successors.length === 0 || certificate.name === keptName) continue
    const replacedMs = host.now() - Math.min(...successors)
    const used = products.length > 0 || inUse.includes(certificate.certId)
    const reason = reasonToKeep({ ours, used, recent: replacedMs < retentionMs })
    if (reason) kept.push({ ...certificate, products, reason })
    else {
      await remove(cas, certificate.certId, signal)
      removed.push(certificate)
    }
  }
  return { removed, kept }
}

function reasonToKeep(facts: {
  readonly ours: boolean
  readonly used: boolean
  readonly recent: boolean
}): KeptCertificate['reason'] | undefined {
  if (!facts.ours) return 'not-ours'
  if (facts.used) return 'in-use'
  return facts.recent ? 'recent' : undefined
}

interface Member extends StoredCertificate {
  readonly notBefore: number
  readonly products: readonly string[]
  /** It bears a name that only we give. */
  readonly ours: boolean
}

function memberFrom(
  { CertificateId, CertificateName: name = '', NotBefore, UsingProductList }: ListedCertificate,
  { site }: AlibabaAccount,
  namePrefix: string | undefined,
): Member | undefined {
  const certId = Number(CertificateId)
  if (!Number.isSafeInteger(certId) || NotBefore === undefined) return undefined
  const digest = /_([0-9a-f]{16})$/.exec(name)?.[1]
  return {
    certId,
    identifier: `${certId}-${casRegion(site)}`,
    name,
    notBefore: NotBefore,
    products: UsingProductList ?? [],
    ours: digest !== undefined && name === storedName(digest, namePrefix),
  }
}

function uploaded(cas: AlibabaClient, signal: AbortSignal | undefined) {
  return numberedPages(async (CurrentPage) => {
    const { CertificateList: items = [], TotalCount: total } = await cas.rpc<{
      readonly CertificateList?: readonly ListedCertificate[]
      readonly TotalCount?: number
    }>('ListCertificates', { CertificateSource: 'UPLOAD', CurrentPage, ShowSize: 100 }, signal)
    return { items, total }
  })
}

/** The names in one form; empty where another process removed the certificate in the meantime. */
async function storedNames(
  cas: AlibabaClient,
  CertId: number,
  signal: AbortSignal | undefined,
): Promise<string> {
  try {
    const { Common = '', Sans = '' } = await cas.rpc<CertificateDetail>(
      'GetUserCertificateDetail',
      { CertId, CertFilter: true },
      signal,
    )
    // The common name is one of the names, in every certificate that a CA issues for the web.
    return namesOf([Common, ...Sans.split(',')])
  } catch (error) {
    if (!isRefusal(error, ...goneCodes)) throw error
    return ''
  }
}

const goneCodes = ['NotFound', 'InvalidCertId.NotFound']

function namesOf(names: readonly string[]): string {
  const plain = names.map((name) => name.trim().toLowerCase()).filter(Boolean)
  return [...new Set(plain)].sort().join(',')
}

function algorithmOf(keyType: string): string {
  return keyType.startsWith('rsa') ? 'RSA' : 'ECC'
}

async function remove(
  cas: AlibabaClient,
  CertId: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await cas.rpc('DeleteUserCertificate', { CertId }, signal)
  } catch (error) {
    if (!isRefusal(error, ...goneCodes)) throw error
  }
}
