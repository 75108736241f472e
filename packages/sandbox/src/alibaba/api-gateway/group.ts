import { belongsTo, readCertificate, readPrivateKey } from '../certificate.ts'
import { assumed, documented, refusals } from '../errors.ts'
import type { Place, Served } from '../installations.ts'
import type { Call } from '../request.ts'
import type { World } from '../world.ts'

export interface ApiGroup {
  readonly id: string
  readonly name: string
  readonly regionId: string
  readonly instanceId: string
  readonly createdAt: number
  readonly domains: Map<string, ApiDomain>
}

export interface ApiDomain {
  readonly domain: string
  /** `BINDING` means that it is bound, `BOUND` that it is not: so the API spells it. */
  bindingStatus: 'BINDING' | 'BOUND'
  stage: string
  redirectsToHttps: boolean
  wildcardPatterns: string
  webSocket: 'OPEN' | 'CLOSE'
  certificate: DomainCertificate | undefined
}

export interface DomainCertificate {
  readonly id: string
  readonly name: string
  readonly served: Served
  /** Who signs the certificates of clients: the domain asks for one. */
  readonly caCertPem: string
  readonly verifyDepth: string
  readonly ocsp: boolean
  readonly ocspCache: boolean
  readonly passThrough: boolean
}

export interface CloudapiState {
  readonly groups: Map<string, ApiGroup>
}

/** The codes of API Gateway. */
export const cloudapiErrors = {
  'InvalidGroupId.NotFound': documented(404, 'Cannot find resource according to your request.'),
  'InvalidDomain.NotFound': assumed(404, 'The domain is not found in the group.'),
  'InvalidDomain.NotBound': assumed(400, 'The domain is not bound to the group.'),
  InvalidCertificateName: assumed(
    400,
    'The name has 4 to 50 characters: a letter or Chinese character, then those, digits and _.',
  ),
  InvalidCertificateBody: assumed(400, 'The certificate cannot be read.'),
  InvalidCertificatePrivateKey: assumed(400, 'The private key cannot be read.'),
  CertificateKeyNotMatch: assumed(400, 'The private key does not belong to the certificate.'),
}

export const refuse = refusals(cloudapiErrors)

/** Resource Orchestration's documents give the rule; hyphen and dot are refused. */
export const nameRule = /^[A-Za-z\u4e00-\u9fff][\w\u4e00-\u9fff]{3,49}$/

export function addDomain(
  group: ApiGroup,
  domain: string,
  bindingStatus: ApiDomain['bindingStatus'],
): ApiDomain {
  const one: ApiDomain = {
    domain: domain.toLowerCase(),
    bindingStatus,
    stage: '',
    redirectsToHttps: false,
    wildcardPatterns: '',
    webSocket: 'CLOSE',
    certificate: undefined,
  }
  group.domains.set(one.domain, one)
  return one
}

export function groupOf(call: Call, { groups }: CloudapiState): ApiGroup {
  const group = groups.get(call.text('GroupId'))
  if (!group) throw refuse('InvalidGroupId.NotFound')
  return group
}

export function domainOf(call: Call, { domains }: ApiGroup): ApiDomain {
  const one = domains.get(call.text('DomainName').toLowerCase())
  if (!one) throw refuse('InvalidDomain.NotFound')
  return one
}

export function servedFrom(certPem: string, keyPem: string): Served {
  const certificate = readCertificate(certPem)
  if (!certificate) throw refuse('InvalidCertificateBody')
  const key = readPrivateKey(keyPem)
  if (!key) throw refuse('InvalidCertificatePrivateKey')
  if (!belongsTo(key, certificate)) throw refuse('CertificateKeyNotMatch')
  return { certificate, keyPem }
}

export function install(
  { id }: ApiGroup,
  one: ApiDomain,
  certificate: DomainCertificate | undefined,
  { installations }: World,
): void {
  one.certificate = certificate
  const resource = `${id}/${one.domain}`
  const place: Place = { product: 'APIGateway', resource, names: [one.domain] }
  installations.install(place, certificate?.served)
}
