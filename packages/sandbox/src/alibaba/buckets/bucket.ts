import { randomBytes } from 'node:crypto'
import { assumed, documented, refusals } from '../errors.ts'
import type { Served } from '../installations.ts'
import type { RestRequest } from '../product.ts'
import { readPair, servedOf } from '../supplied-certificate.ts'
import type { World } from '../world.ts'
import { readXml, textAt } from './xml.ts'

export interface Bucket {
  readonly name: string
  /** E.g. `cn-hangzhou`. */
  readonly region: string
  readonly createdAt: number
  /** The domains that are bound to it. */
  readonly cnames: Map<string, Cname>
  /** By domain: what `_dnsauth.<domain>` has to say before the domain is bound. */
  readonly tokens: Map<string, { readonly token: string; readonly expiresAt: number }>
}

export interface Cname {
  readonly domain: string
  modifiedAt: number
  status: 'Enabled' | 'Disabled'
  certificate: CnameCertificate | undefined
}

export interface CnameCertificate {
  readonly type: 'CAS' | 'Upload'
  readonly id: string
  readonly createdAt: number
  readonly served: Served
}

export interface OssState {
  readonly buckets: Map<string, Bucket>
  /** Domains that are known to be the account's, and all below them. */
  readonly verified: Set<string>
}

export const ossErrors = {
  NoSuchBucket: documented(404, 'The specified bucket does not exist.'),
  MalformedXML: assumed(400, 'The XML you provided was not well-formed.'),
  InvalidArgument: assumed(400, 'The certificate or its private key cannot be read.'),
  NeedVerifyDomainOwnership: documented(403, 'You should add a TXT record for your domain first.'),
  CnameAlreadyExists: assumed(409, 'The domain is bound to another bucket.'),
  NoSuchCnameInRecord: assumed(404, 'The domain is not bound to the bucket.'),
  CnameTokenNotFound: assumed(404, 'No token was made for the domain.'),
  NoSuchCertificate: assumed(404, 'The certificate does not exist.'),
  CertificateNotMatch: assumed(400, 'The private key does not belong to the certificate.'),
  PreviousCertIdNotMatch: assumed(409, 'Another certificate is bound than PreviousCertId says.'),
}

export const refuse = refusals(ossErrors)

export function bucketOf({ bucket }: RestRequest, { buckets }: OssState): Bucket {
  const found = buckets.get(bucket)
  if (!found) throw refuse('NoSuchBucket')
  return found
}

/** The domain that a request's body names, and what it wants with its certificate. */
export function cnameRequest({ body }: RestRequest) {
  const cname = readXml(body)?.['BucketCnameConfiguration']
  const domain = textAt(cname, 'Cname', 'Domain').toLowerCase()
  if (!/^(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(domain)) throw refuse('MalformedXML')
  const member = (name: string): string => textAt(cname, 'Cname', 'CertificateConfiguration', name)
  return {
    domain,
    certId: member('CertId'),
    certPem: member('Certificate'),
    keyPem: member('PrivateKey'),
    previousCertId: member('PreviousCertId'),
    force: member('Force') === 'true',
    deletes: member('DeleteCertificate') === 'true',
  }
}

export type CnameRequest = ReturnType<typeof cnameRequest>

const tokenLife = 72 * 60 * 60 * 1000

/** A token stays the same until it ends. */
export function tokenFor({ tokens }: Bucket, domain: string, now: number) {
  const known = tokens.get(domain)
  if (known && known.expiresAt > now) return known
  const made = { token: randomBytes(16).toString('hex'), expiresAt: now + tokenLife }
  tokens.set(domain, made)
  return made
}

/** Binds a domain, or changes the certificate of one that is bound. */
export function bind(
  bucket: Bucket,
  asked: CnameRequest,
  { buckets, verified }: OssState,
  world: World,
): void {
  const { domain } = asked
  const modifiedAt = world.clock.now()
  const bound = bucket.cnames.get(domain)
  if (!bound) {
    const others = [...buckets.values()].filter((other) => other !== bucket)
    if (others.some(({ cnames }) => cnames.has(domain))) throw refuse('CnameAlreadyExists')
    requireOwnership(bucket, domain, verified, world)
  }
  const certificate = changed(bound?.certificate, asked, world)
  const cname: Cname = bound ?? { domain, modifiedAt, status: 'Enabled', certificate }
  Object.assign(cname, { modifiedAt, certificate })
  bucket.cnames.set(domain, cname)
  serve(bucket, cname, world)
}

export function serve({ name }: Bucket, cname: Cname, { installations }: World): void {
  const { domain, status, certificate } = cname
  const place = { product: 'OSS', resource: `${name}/${domain}`, names: [domain] }
  installations.install(place, status === 'Enabled' ? certificate?.served : undefined)
}

/** The record `_dnsauth.<domain>` is looked up where the sandbox's DNS server answers. */
function requireOwnership(
  { tokens }: Bucket,
  domain: string,
  verified: ReadonlySet<string>,
  { dns, clock }: World,
): void {
  const plain = domain.replace(/^\*\./, '')
  if ([...verified].some((own) => plain === own || plain.endsWith(`.${own}`))) return
  const token = tokens.get(domain)
  const published = dns?.records(`_dnsauth.${plain}`, 'TXT') ?? []
  const proves = token && published.some(({ data }) => data === token.token)
  if (!proves || token.expiresAt < clock.now()) throw refuse('NeedVerifyDomainOwnership')
}

/** The certificate that a domain has after a change. */
function changed(
  before: CnameCertificate | undefined,
  asked: CnameRequest,
  world: World,
): CnameCertificate | undefined {
  const { certId, certPem, keyPem, previousCertId, force, deletes } = asked
  if (deletes) return undefined
  if (certId === '' && certPem === '' && keyPem === '') return before
  // Compare and swap: without Force, the certificate that is bound must be the one that the caller knows of.
  if (!force && before && before.id !== previousCertId) throw refuse('PreviousCertIdNotMatch')
  const createdAt = world.clock.now()
  if (certId !== '') {
    const stored = world.store.identified(certId)
    if (!stored) throw refuse('NoSuchCertificate')
    return { type: 'CAS', id: certId, createdAt, served: servedOf(stored) }
  }
  const served = readPair(certPem, keyPem, (fault) =>
    refuse(fault === 'match' ? 'CertificateNotMatch' : 'InvalidArgument'),
  )
  const id = `${world.nextNumber()}-${world.store.region}`
  return { type: 'Upload', id, createdAt, served }
}
