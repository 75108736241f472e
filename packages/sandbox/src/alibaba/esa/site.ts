import { assumed, documented, refusals } from '../errors.ts'
import type { Served } from '../installations.ts'
import type { Call } from '../request.ts'

/** A site of Edge Security Acceleration. */
export interface EsaSite {
  readonly id: number
  readonly name: string
  /** `NS`: its zone is hosted here; `CNAME`: names are pointed here one by one. */
  readonly accessType: 'NS' | 'CNAME'
  readonly status: 'active' | 'pending' | 'offline'
  readonly createdAt: number
  /** How many certificates of one's own it may hold, expired ones counted. */
  readonly quota: number
  readonly certificates: EsaCertificate[]
  readonly hostnames: CustomHostname[]
  readonly records: EsaRecord[]
}

export interface EsaCertificate {
  readonly id: string
  name: string
  type: 'upload' | 'cas'
  served: Served
  readonly createdAt: number
  updatedAt: number
}

/** A customer's name, served through a record of the site. */
export interface CustomHostname {
  readonly id: number
  readonly hostname: string
  readonly recordId: number
  sslFlag: 'on' | 'off'
  certType: '' | 'upload' | 'cas' | 'free'
  served: Served | undefined
  updatedAt: number
}

export interface EsaRecord {
  readonly id: number
  /** The whole name. */
  readonly name: string
  readonly type: string
  value: string
  ttl: number
  proxied: boolean
  comment: string
  readonly priority: number | undefined
  readonly createdAt: number
  updatedAt: number
}

export interface EsaState {
  readonly sites: Map<number, EsaSite>
}

export const esaErrors = {
  'Site.NotFound': assumed(404, 'The site does not exist.'),
  'Certificate.NotFound': assumed(404, 'The certificate does not exist.'),
  'Certificate.Duplicated': documented(400, 'The certificate is on the site already.'),
  CertQuotaCheckFailed: documented(400, 'The quota of certificates is used up.'),
  'Certificate.FormatError': assumed(400, 'The certificate cannot be read.'),
  'Certificate.PrivateKeyError': assumed(400, 'The private key cannot be read.'),
  'Certificate.MissMatch': assumed(400, 'The certificate and the private key do not match.'),
  'Certificate.NameNotCovered': assumed(400, 'The certificate holds no name of the site.'),
  'Hostname.NotFound': assumed(404, 'The custom hostname does not exist.'),
  'Record.NotFound': assumed(404, 'The record does not exist.'),
  'Record.Duplicated': assumed(400, 'The record exists already.'),
  'Record.Conflict': assumed(400, 'The record conflicts with another record.'),
  'Record.NameNotInSite': assumed(400, 'The name of the record is not in the site.'),
  InvalidType: assumed(400, 'The specified type is not supported.'),
  InvalidTtl: assumed(400, 'The TTL is 1 or between 30 and 86400 seconds.'),
}

export const refuse = refusals(esaErrors)

export function siteOf(call: Call, { sites }: EsaState): EsaSite {
  const site = sites.get(call.number('SiteId') ?? 0)
  if (!site) throw refuse('Site.NotFound')
  return site
}

/** Whether a name, or a wildcard, is the site's or below it. */
export function isOfSite(name: string, { name: site }: EsaSite): boolean {
  return name === site || name.endsWith(`.${site}`)
}
