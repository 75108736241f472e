import { assumed, refusals } from '../errors.ts'
import type { Served } from '../installations.ts'

type Settings = Readonly<Record<string, unknown>>

/** A domain of web applications. */
export interface WebDomain {
  readonly domain: string
  readonly namespaceId: string
  readonly createdAt: number
  updatedAt: number
  protocol: string
  /** What else can be set. A change takes away what it leaves out. */
  settings: Settings
  certificate: { readonly name: string; readonly served: Served } | undefined
}

/** A route from a load balancer to applications, with the certificates that such a one takes. */
export interface Ingress {
  readonly id: number
  readonly namespaceId: string
  readonly name: string
  readonly balancer: 'clb' | 'alb'
  /** What can be set. A change takes away what it leaves out. */
  settings: Settings
  /** Of CLB: an id of its region's store. */
  certId: string
  /** Of ALB: identifiers of the account's store, the default one first. */
  certIds: readonly string[]
}

export interface SaeState {
  readonly domains: Map<string, WebDomain>
  readonly ingresses: Map<number, Ingress>
}

export const saeErrors = {
  CustomDomainNotFound: assumed(404, 'The custom domain does not exist.'),
  'InvalidParameter.Protocol': assumed(400, 'Protocol is HTTP, HTTPS or HTTP,HTTPS.'),
  'InvalidParameter.WebCertConfig': assumed(400, 'The certificate or its key is not valid.'),
  'InvalidParameter.NotFound.Ingress': assumed(404, 'The ingress does not exist.'),
  'InvalidParameter.Certificate': assumed(400, 'The ingress has no such certificate to serve.'),
  'InvalidParameter.WithMessage': assumed(400, 'The parameter is not valid.'),
}

export const refuse = refusals(saeErrors)
