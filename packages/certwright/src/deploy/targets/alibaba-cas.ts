import { alibabaAccount, alibabaAccountOptions } from '../../cloud/alibaba/account-options.ts'
import { pruneCertificates } from '../../cloud/alibaba/certificate-pruning.ts'
import { uploadCertificate } from '../../cloud/alibaba/certificate-store.ts'
import { alibabaClient, type AlibabaClient } from '../../cloud/alibaba/client.ts'
import { numberedPages } from '../../cloud/alibaba/paging.ts'
import { casRegion } from '../../cloud/alibaba/product.ts'
import { isRefusal } from '../../cloud/alibaba/refusal.ts'
import { describe } from '../../x509/certificate.ts'
import type { TargetContext } from '../target-context.ts'
import { targetValues, wrongTargetOption } from '../target-options.ts'
import { targetSpecifier } from '../target-specifier.ts'
import type { DeployTarget, Discovered, Installed, TargetKind } from '../target.ts'
import { certIdIn, hexOf, isOurs } from './alibaba/bound-certificate.ts'
import { storePermissions } from './alibaba/permissions.ts'

export const target = {
  name: 'alibaba-cas',
  summary: {
    en: 'The certificate store (Certificate Management Service), without installing anywhere',
    zh: '数字证书管理服务（CAS）：仅上传，不部署',
  },
  options: [
    {
      key: 'retention-days',
      summary: {
        en: 'Days that a certificate stays in the store after a newer one has replaced it, by default 7',
        zh: '证书被新证书取代后在 CAS 中保留的天数，默认 7',
      },
    },
    ...alibabaAccountOptions,
  ],
  // Its lists name the algorithms RSA, ECC and SM2.
  keyTypes: ['rsa2048', 'ec256', 'ec384', 'rsa3072', 'rsa4096'],
  permissions: storePermissions,
} as const satisfies TargetKind

interface UploadedCertificate {
  readonly CertificateId?: number
  readonly Name?: string
  readonly CommonName?: string
  /** Separated by commas. */
  readonly Sans?: string
  readonly Issuer?: string
  /** SHA-256 and SHA-1 of the leaf. */
  readonly Sha2?: string
  readonly Fingerprint?: string
  readonly SerialNo?: string
  readonly CertEndTime?: number
}

interface UploadedCertificates {
  readonly CertificateOrderList?: readonly UploadedCertificate[]
  readonly TotalCount?: number
}

const dayMs = 86_400_000

/** Keeps certificates in the account's store, for whatever refers to them there. API version 2020-04-07. */
export function create(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
): DeployTarget {
  const set = targetValues(target, values, context)
  const retentionMs = retentionFrom(set['retention-days'])
  const { host } = context
  const account = alibabaAccount(set, context)
  const cas = alibabaClient('cas', account, host)
  const region = casRegion(account.site)

  return {
    /** The wanted certificate where it is there, else the one of ours that lasts longest. */
    async read(signal, wanted) {
      const leaf = wanted && describe(wanted.chainPem)
      let last: Installed | undefined
      for await (const certificate of uploaded(cas, signal)) {
        const installed = installedFrom(certificate, region)
        if (leaf && installed.fingerprint === leaf.fingerprint) return installed
        if (!isOurs(certificate.Name)) continue
        if (leaf && !namesOf(certificate).some((name) => leaf.names.includes(name))) continue
        if (!last || (installed.notAfter ?? 0) > (last.notAfter ?? 0)) last = installed
      }
      return last
    },

    async write(bundle, signal) {
      await uploadCertificate(bundle, account, host, {}, signal)
    },

    async prune(keep, signal) {
      const options = { ...(retentionMs !== undefined && { retentionMs }) }
      const { removed } = await pruneCertificates(keep, account, host, options, signal)
      return removed.map(({ name, identifier }) => `${name} (${identifier})`)
    },

    async remove({ reference = '', name }, signal) {
      const CertId = certIdIn(reference)
      if (CertId === undefined || !isOurs(name)) return
      try {
        await cas.rpc('DeleteUserCertificate', { CertId }, signal)
      } catch (error) {
        if (!isRefusal(error, 'NotFound', 'InvalidCertId.NotFound')) throw error
      }
    },
  }
}

/** Every uploaded certificate. None is served from here: another product may refer to it. */
export async function* discover(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
  signal?: AbortSignal,
): AsyncGenerator<Discovered> {
  const account = alibabaAccount(values, context)
  const cas = alibabaClient('cas', account, context.host)
  const keyTypes = await keyTypesOf(cas, signal)
  for await (const certificate of uploaded(cas, signal)) {
    const names = namesOf(certificate)
    const keyType = keyTypes.get(Number(certificate.CertificateId))
    yield {
      target: targetSpecifier(target.name),
      product: 'CAS',
      resource: certificate.Name ?? String(certificate.CertificateId),
      https: false,
      installed: installedFrom(certificate, casRegion(account.site)),
      ...(names.length > 0 && { names }),
      ...(certificate.Issuer && { issuer: certificate.Issuer }),
      ...(keyType !== undefined && { keyType }),
    }
  }
}

/** By the number of the certificate. The list of uploads knows the algorithm, and not the size. */
async function keyTypesOf(
  cas: AlibabaClient,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<number, string>> {
  const rows = numberedPages(async (CurrentPage) => {
    const parameters = { CertificateSource: 'UPLOAD', CurrentPage, ShowSize: 100 }
    const page = await cas.rpc<{
      readonly CertificateList?: ReadonlyArray<{
        readonly CertificateId?: number | string
        readonly Algorithm?: string
        readonly KeySize?: number
      }>
      readonly TotalCount?: number
    }>('ListCertificates', parameters, signal)
    return { items: page.CertificateList ?? [], total: page.TotalCount }
  })
  const types = new Map<number, string>()
  for await (const { CertificateId, Algorithm = '', KeySize } of rows) {
    const family = { RSA: 'rsa', ECC: 'ec' }[Algorithm.toUpperCase()]
    if (family && KeySize !== undefined) types.set(Number(CertificateId), `${family}${KeySize}`)
  }
  return types
}

function retentionFrom(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d{1,4}$/.test(text)) throw wrongTargetOption(target.name, 'retention-days', '0…9999')
  return Number(text) * dayMs
}

function namesOf({ CommonName = '', Sans = '' }: UploadedCertificate): readonly string[] {
  const names = [CommonName, ...Sans.split(',')].map((name) => name.trim().toLowerCase())
  return [...new Set(names.filter(Boolean))]
}

function installedFrom(certificate: UploadedCertificate, region: string): Installed {
  const { CertificateId, Name, Sha2 = '', Fingerprint = '', SerialNo = '' } = certificate
  const { CertEndTime } = certificate
  const [fingerprint, sha1] = [hexOf(Sha2), hexOf(Fingerprint)]
  const serial = hexOf(SerialNo).replace(/^0+/, '')
  return {
    ...(fingerprint.length === 64 && { fingerprint }),
    ...(sha1.length === 40 && { sha1 }),
    ...(serial !== '' && { serial }),
    ...(CertificateId !== undefined && { reference: `${CertificateId}-${region}` }),
    ...(Name !== undefined && { name: Name }),
    ...(CertEndTime !== undefined && { notAfter: CertEndTime }),
  }
}

function uploaded(
  cas: AlibabaClient,
  signal: AbortSignal | undefined,
): AsyncGenerator<UploadedCertificate> {
  return numberedPages(async (CurrentPage) => {
    const parameters = { OrderType: 'UPLOAD', CurrentPage, ShowSize: 50 }
    const { CertificateOrderList: items = [], TotalCount: total } =
      await cas.rpc<UploadedCertificates>('ListUserCertificateOrder', parameters, signal)
    return { items, total }
  })
}
