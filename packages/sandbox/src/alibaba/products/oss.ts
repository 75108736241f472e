import { httpDateOf, instantOf } from '../../clock.ts'
import {
  bind,
  bucketOf,
  cnameRequest,
  ossErrors,
  refuse,
  serve,
  tokenFor,
} from '../buckets/bucket.ts'
import type { Bucket, Cname, OssState } from '../buckets/bucket.ts'
import { writeXml } from '../buckets/xml.ts'
import type { XmlContent } from '../buckets/xml.ts'
import { ownUid } from '../accounts.ts'
import type { Refusal } from '../errors.ts'
import type { RestProduct, RestReply, RestRequest } from '../product.ts'
import { readPair, seededInStore, servedOf } from '../supplied-certificate.ts'
import type { SeededCertificate } from '../supplied-certificate.ts'
import type { World } from '../world.ts'

export interface OssSeed {
  /** Domains that need no proof before they are bound, nor do those below them. */
  readonly verified?: readonly string[]
  readonly buckets?: ReadonlyArray<{
    readonly name: string
    /** Default `cn-hangzhou`. */
    readonly region?: string
    readonly cnames?: ReadonlyArray<{
      readonly domain: string
      readonly status?: Cname['status']
      /** In the account's store, unless it was uploaded to OSS itself. */
      readonly certificate?: SeededCertificate & { readonly uploaded?: boolean }
    }>
  }>
}

/** What RAM calls each request; the sub-resource `comp` tells them apart. */
function actionOf({ method, bucket, query }: RestRequest): string | undefined {
  if (bucket === '') return method === 'GET' ? 'ListBuckets' : undefined
  if (!query.has('cname')) return undefined
  return actions[`${method} ${query.get('comp') ?? ''}`]
}

const actions: Readonly<Record<string, string>> = {
  'GET ': 'ListCname',
  'GET token': 'GetCnameToken',
  'POST add': 'PutCname',
  'POST delete': 'DeleteCname',
  'POST token': 'CreateCnameToken',
}

/** Object Storage Service: the domains of its buckets. */
export const oss: RestProduct<OssState, OssSeed> = {
  style: 'rest',
  ram: 'oss',
  errors: ossErrors,
  actionOf,
  resourceOf: ({ uid, bucket }) => `acs:oss:*:${uid}:${bucket === '' ? '*' : bucket}`,
  open: () => ({ buckets: new Map(), verified: new Set() }),

  seed(state, { verified = [], buckets = [] }, world) {
    for (const domain of verified) state.verified.add(domain.toLowerCase())
    for (const { name, region = 'cn-hangzhou', cnames = [] } of buckets) {
      const createdAt = world.clock.now()
      const bucket: Bucket = { name, region, createdAt, cnames: new Map(), tokens: new Map() }
      state.buckets.set(name, bucket)
      for (const { domain, status = 'Enabled', certificate } of cnames) {
        const cname: Cname = {
          domain: domain.toLowerCase(),
          modifiedAt: createdAt,
          status,
          certificate: certificate && seeded(certificate, world),
        }
        bucket.cnames.set(cname.domain, cname)
        serve(bucket, cname, world)
      }
    }
  },

  handle(request, state, world) {
    const action = actionOf(request)
    if (action === 'ListBuckets') return xml(listBuckets(request, state))
    const bucket = bucketOf(request, state)
    if (action === 'ListCname') return xml(listCname(bucket, request))
    if (action === 'GetCnameToken') return xml(getToken(bucket, request))
    const asked = cnameRequest(request)
    if (action === 'PutCname') {
      bind(bucket, asked, state, world)
      return { status: 200, body: '' }
    }
    if (action === 'CreateCnameToken') {
      const token = tokenFor(bucket, asked.domain, world.clock.now())
      return xml(['CnameToken', tokenContent(bucket, asked.domain, token)])
    }
    const cname = bucket.cnames.get(asked.domain)
    if (!cname) throw refuse('NoSuchCnameInRecord')
    bucket.cnames.delete(cname.domain)
    serve(bucket, { ...cname, certificate: undefined }, world)
    return { status: 204, body: '' }
  },

  refusal(refusal, requestId) {
    const { code, status } = spoken(refusal)
    const detail = refusal.data['AccessDeniedDetail'] as
      | Readonly<Record<string, string>>
      | undefined
    return {
      status,
      headers: { 'content-type': 'application/xml', 'x-oss-request-id': requestId },
      body: writeXml('Error', {
        Code: code,
        Message: refusal.message,
        RequestId: requestId,
        HostId: 'oss.aliyuncs.com',
        AccessDeniedDetail: detail,
      }),
    }
  },
}

function seeded(
  given: SeededCertificate & { readonly uploaded?: boolean },
  world: World,
): Cname['certificate'] {
  const createdAt = world.clock.now()
  if (!given.uploaded) {
    const stored = seededInStore(given, world)
    return { type: 'CAS', id: stored.identifier, createdAt, served: servedOf(stored) }
  }
  const served = readPair(given.certPem, given.keyPem, (fault) => new TypeError(`wrong ${fault}`))
  const id = `${world.nextNumber()}-${world.store.region}`
  return { type: 'Upload', id, createdAt, served }
}

type Document = readonly [root: string, content: XmlContent]

function xml(document: Document): RestReply {
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: writeXml(...document),
  }
}

/** One page holds what an emulator has. */
function listBuckets({ uid, query }: RestRequest, { buckets }: OssState): Document {
  const prefix = query.get('prefix') ?? ''
  const Bucket = [...buckets.values()]
    .filter(({ name }) => name.startsWith(prefix))
    .map(({ name, region, createdAt }) => ({
      Name: name,
      Location: `oss-${region}`,
      Region: region,
      CreationDate: instantOf(createdAt),
      ExtranetEndpoint: `oss-${region}.aliyuncs.com`,
      StorageClass: 'Standard',
    }))
  const Owner = { ID: uid, DisplayName: uid }
  return ['ListAllMyBucketsResult', { Owner, Buckets: { Bucket } }]
}

function listCname({ name, cnames }: Bucket, { uid }: RestRequest): Document {
  return [
    'ListCnameResult',
    {
      Bucket: name,
      Owner: uid === '' ? ownUid : uid,
      Cname: [...cnames.values()].map(cnameContent),
    },
  ]
}

function cnameContent({ domain, modifiedAt, status, certificate }: Cname): XmlContent {
  return {
    Domain: domain,
    LastModified: instantOf(modifiedAt),
    Status: status,
    IsPurgeCdnCache: 'false',
    Certificate: certificate && {
      Type: certificate.type,
      CertId: certificate.id,
      Status: 'Enabled',
      CreationDate: httpDateOf(certificate.createdAt),
      Fingerprint: certificate.served.certificate.x509.fingerprint,
      ValidStartDate: httpDateOf(certificate.served.certificate.notBefore),
      ValidEndDate: httpDateOf(certificate.served.certificate.notAfter),
    },
  }
}

function getToken(bucket: Bucket, { query }: RestRequest): Document {
  const domain = (query.get('cname') ?? '').toLowerCase()
  const token = bucket.tokens.get(domain)
  if (!token) throw refuse('CnameTokenNotFound')
  return ['CnameToken', tokenContent(bucket, domain, token)]
}

function tokenContent(
  { name }: Bucket,
  domain: string,
  { token, expiresAt }: ReturnType<typeof tokenFor>,
): XmlContent {
  return { Bucket: name, Cname: domain, Token: token, ExpireTime: httpDateOf(expiresAt) }
}

/** OSS has words of its own for what the gateway of the others says. */
const ownCodes: Readonly<Record<string, string>> = {
  'InvalidAccessKeyId.NotFound': 'InvalidAccessKeyId',
  'InvalidAccessKeyId.Inactive': 'InvalidAccessKeyId',
  'InvalidTimeStamp.Expired': 'RequestTimeTooSkewed',
  'InvalidTimeStamp.Format': 'AccessDenied',
  'InvalidSecurityToken.Expired': 'SecurityTokenExpired',
  'InvalidSecurityToken.Malformed': 'InvalidSecurityToken',
  SignatureDoesNotMatch: 'SignatureDoesNotMatch',
  IncompleteSignature: 'AccessDenied',
  MissingSecurityToken: 'AccessDenied',
  'Forbidden.RAM': 'AccessDenied',
}

function spoken({ code, status }: Refusal): Pick<Refusal, 'code' | 'status'> {
  const own = ownCodes[code]
  return own === undefined ? { code, status } : { code: own, status: 403 }
}
