import { momentOf } from '@certwright/acme'
import { alibabaAccount, alibabaAccountOptions } from '../../cloud/alibaba/account-options.ts'
import { regionOf } from '../../cloud/alibaba/client.ts'
import { ossClient, type OssClient } from '../../cloud/alibaba/oss.ts'
import { isRefusal } from '../../cloud/alibaba/refusal.ts'
import { childrenOf, textOf, type XmlContent, type XmlElement } from '../../cloud/alibaba/xml.ts'
import { CertwrightError } from '../../runtime/error.ts'
import type { CertificateBundle } from '../../x509/bundle.ts'
import { isCertificate } from '../installed.ts'
import type { TargetContext } from '../target-context.ts'
import { targetValues } from '../target-options.ts'
import { targetSpecifier } from '../target-specifier.ts'
import type { DeployTarget, Discovered, Installed, TargetKind } from '../target.ts'
import { hexOf } from './alibaba/bound-certificate.ts'
import {
  domainName,
  domainOption,
  domainTarget,
  type ServedDomain,
} from './alibaba/domain-target.ts'
import {
  givenCertificate,
  uploadFrom,
  uploadOption,
  type GivenCertificate,
} from './alibaba/given-certificate.ts'
import { storePermissions } from './alibaba/permissions.ts'
import { pruneStore } from './alibaba/slot.ts'

export const target = {
  name: 'alibaba-oss',
  summary: { en: 'A custom domain of an OSS bucket', zh: 'OSS 存储空间的自定义域名' },
  options: [
    { key: 'bucket', summary: { en: 'The bucket', zh: '存储空间（Bucket）名称' }, required: true },
    domainOption,
    uploadOption('cas'),
    ...alibabaAccountOptions,
  ],
  keyTypes: ['rsa2048'],
  permissions: [
    { action: 'oss:ListBuckets', resource: 'acs:oss:*:*:*' },
    { action: 'oss:ListCname', resource: 'acs:oss:*:*:{bucket}' },
    { action: 'oss:PutCname', resource: 'acs:oss:*:*:{bucket}' },
    ...storePermissions,
  ],
} as const satisfies TargetKind

/** An element `Cname` of ListCnameResult. */
interface Cname {
  readonly domain: string
  /** `Enabled` or `Disabled`. */
  readonly status: string | undefined
  readonly certificate: BoundToCname | undefined
}

interface BoundToCname {
  /** E.g. `12345-cn-hangzhou`, or an id of OSS's own for what was uploaded to it. */
  readonly certId: string | undefined
  /** Whether it is in use: `Enabled` or `Disabled`. */
  readonly status: string | undefined
  /** SHA-1 of the leaf, with colons. */
  readonly fingerprint: string | undefined
  readonly validEndDate: string | undefined
}

interface BucketDomain extends ServedDomain {
  readonly cname: Cname
}

/** Serves certificates on the custom domains (CNAMEs) of an OSS bucket. */
export function create(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
): DeployTarget {
  const set = targetValues(target, values, context)
  const { host } = context
  const { bucket } = set
  const upload = uploadFrom(target.name, set.upload, 'cas')
  const account = alibabaAccount(set, context)
  const oss = ossClient(account, host)

  const list = async function* (signal?: AbortSignal): AsyncGenerator<BucketDomain> {
    for (const cname of await cnamesOf(bucket, oss, signal)) {
      const notReady = cname.status === 'Disabled' ? cname.status : undefined
      yield { name: domainName(cname.domain), notReady, cname }
    }
  }

  return domainTarget<BucketDomain>(
    {
      target: target.name,
      list,
      async find(name, signal) {
        for await (const domain of list(signal)) if (domain.name === name) return domain
        return undefined
      },
      async read({ cname }) {
        return installedFrom(cname)
      },
      async write({ name, cname }, bundle, signal) {
        const certificate = {
          ...xmlOf(await givenCertificate(bundle, { upload, account, host }, signal)),
          // OSS refuses where another certificate has been bound since: compare and swap.
          PreviousCertId: cname.certificate?.certId,
          Force: false,
        }
        try {
          await putCname(bucket, cname.domain, certificate, oss, signal)
        } catch (error) {
          if (isRefusal(error, 'NeedVerifyDomainOwnership')) throw notProven(name, error)
          const now = await cnameNow(cname, bucket, oss, signal)
          // It was done, and the reply was lost.
          if (now && isBundle(now, bundle)) return
          if (now?.certificate?.certId === cname.certificate?.certId) throw error
          throw replacedMeanwhile(name, error)
        }
      },
      async unbind({ cname }, signal) {
        await putCname(bucket, cname.domain, { DeleteCertificate: true }, oss, signal)
      },
      ...(upload === 'cas' && {
        prune: async (keep, signal) => {
          const bound = async (): Promise<ReadonlyArray<string | undefined>> =>
            (await cnamesOf(bucket, oss, signal)).map(({ certificate }) => certificate?.certId)
          return pruneStore(keep, bound, account, host, signal)
        },
      }),
    },
    set.domain,
  )
}

function xmlOf(given: GivenCertificate): Readonly<Record<string, XmlContent>> {
  return given.upload === 'cas'
    ? { CertId: given.identifier }
    : { Certificate: given.chainPem, PrivateKey: given.privateKey }
}

async function putCname(
  bucket: string,
  domain: string,
  certificate: Readonly<Record<string, XmlContent>>,
  oss: OssClient,
  signal: AbortSignal | undefined,
): Promise<void> {
  const content = { Cname: { Domain: domain, CertificateConfiguration: certificate } }
  const xml = ['BucketCnameConfiguration', content] as const
  const query = { cname: '', comp: 'add' }
  await oss.request({ action: 'PutCname', method: 'POST', bucket, query, xml }, signal)
}

/** OSS wants to see `_dnsauth` under a domain before it serves it. */
function notProven(resource: string, cause: unknown): CertwrightError {
  const record = `_dnsauth.${resource.replace(/^\*\./, '')}`
  const params = { target: target.name, resource, record }
  return new CertwrightError('TARGET_OWNERSHIP_NOT_PROVEN', params, { cause })
}

/** A refusal is explained by another's change. */
function replacedMeanwhile(resource: string, cause: unknown): CertwrightError {
  const params = { target: target.name, resource }
  return new CertwrightError('TARGET_REPLACED_MEANWHILE', params, { cause })
}

async function cnameNow(
  { domain }: Cname,
  bucket: string,
  oss: OssClient,
  signal: AbortSignal | undefined,
): Promise<Cname | undefined> {
  return (await cnamesOf(bucket, oss, signal)).find((cname) => cname.domain === domain)
}

function isBundle(cname: Cname, bundle: CertificateBundle): boolean {
  const installed = installedFrom(cname)
  return installed !== undefined && isCertificate(installed, bundle) === true
}

async function cnamesOf(
  bucket: string,
  oss: OssClient,
  signal: AbortSignal | undefined,
): Promise<readonly Cname[]> {
  const query = { cname: '' }
  const reply = await oss.request({ action: 'ListCname', method: 'GET', bucket, query }, signal)
  return childrenOf(reply, 'Cname').flatMap((element) => {
    const domain = textOf(element, 'Domain')
    return domain === undefined ? [] : [{ domain, ...factsOf(element) }]
  })
}

function factsOf(element: XmlElement): Omit<Cname, 'domain'> {
  const [certificate] = childrenOf(element, 'Certificate')
  return {
    status: textOf(element, 'Status'),
    certificate: certificate && {
      certId: textOf(certificate, 'CertId'),
      status: textOf(certificate, 'Status'),
      fingerprint: textOf(certificate, 'Fingerprint'),
      validEndDate: textOf(certificate, 'ValidEndDate'),
    },
  }
}

function installedFrom({ certificate }: Cname): Installed | undefined {
  if (!certificate || certificate.status === 'Disabled') return undefined
  const digest = hexOf(certificate.fingerprint ?? '')
  const notAfter = momentOf(certificate.validEndDate ?? '')
  return {
    ...(digest.length === 40 && { sha1: digest }),
    ...(digest.length === 64 && { fingerprint: digest }),
    ...(certificate.certId !== undefined && { reference: certificate.certId }),
    ...(notAfter !== undefined && { notAfter }),
  }
}

/** Every custom domain of every bucket. */
export async function* discover(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
  signal?: AbortSignal,
): AsyncGenerator<Discovered> {
  const account = alibabaAccount(values, context)
  const buckets = await ossClient(account, context.host).request(
    { action: 'ListBuckets', method: 'GET' },
    signal,
  )
  for (const element of childrenOf(childrenOf(buckets, 'Buckets')[0], 'Bucket')) {
    const bucket = textOf(element, 'Name')
    const region = textOf(element, 'Location')?.replace(/^oss-/, '') ?? regionOf(account)
    if (bucket === undefined) continue
    const oss = ossClient({ ...account, region }, context.host)
    for (const cname of await cnamesAllowed(bucket, oss, signal)) {
      const installed = installedFrom(cname)
      const domain = domainName(cname.domain)
      yield {
        target: targetSpecifier(target.name, { bucket, domain, region }),
        product: 'OSS',
        resource: `${bucket}/${domain}`,
        region,
        https: installed !== undefined,
        ...(installed && { installed }),
      }
    }
  }
}

/** A bucket may be deleted while the list is read. */
async function cnamesAllowed(
  bucket: string,
  oss: OssClient,
  signal: AbortSignal | undefined,
): Promise<readonly Cname[]> {
  try {
    return await cnamesOf(bucket, oss, signal)
  } catch (error) {
    if (isRefusal(error, 'NoSuchBucket')) return []
    throw error
  }
}
