import { createHash } from 'node:crypto'
import { momentOf } from '@certwright/acme'
import { alibabaAccount, alibabaAccountOptions } from '../../cloud/alibaba/account-options.ts'
import { alibabaClient, type AlibabaClient } from '../../cloud/alibaba/client.ts'
import { deliverableChain, traditionalPrivateKey } from '../../cloud/alibaba/pem-forms.ts'
import { isRefusal } from '../../cloud/alibaba/refusal.ts'
import { isWithin } from '../../dns/domain-name.ts'
import { CertwrightError } from '../../runtime/error.ts'
import type { CertificateBundle } from '../../x509/bundle.ts'
import { describe } from '../../x509/certificate.ts'
import type { TargetContext } from '../target-context.ts'
import { targetValues } from '../target-options.ts'
import { targetSpecifier } from '../target-specifier.ts'
import type { DeployTarget, Discovered, Endpoint, Installed, TargetKind } from '../target.ts'
import { covers, handshakeName, hexOf } from './alibaba/bound-certificate.ts'
import { domainName } from './alibaba/domain-target.ts'
import { hostnameDetail, hostnamesOf, hostnameTarget } from './alibaba/esa-hostname.ts'
import {
  certificatesOf,
  proxiedNames,
  siteOf,
  sitesOf,
  type Site,
  type SiteCertificate,
} from './alibaba/esa-site.ts'
import { permissions } from './alibaba/permissions.ts'
import { installedFrom, presented } from './alibaba/presented-chain.ts'
import { turnsAt } from './alibaba/turns.ts'

export const target = {
  name: 'alibaba-esa',
  summary: { en: 'A site of Edge Security Acceleration (ESA)', zh: '边缘安全加速 ESA 的站点' },
  options: [
    {
      key: 'site-name',
      summary: {
        en: 'Name or id of the site, e.g. example.com',
        zh: '站点名称或 ID，例如 example.com',
      },
      required: true,
    },
    {
      key: 'hostname',
      summary: {
        en: 'A custom hostname of the site (SaaS) instead of the site itself; all: every one that the certificate is for',
        zh: '该站点的自定义主机名（SaaS），代替站点本身；all：证书适用的全部主机名',
      },
    },
    {
      key: 'certificate-id',
      summary: {
        en: 'Id of the certificate of the site to replace; by default the one of ours for the same names',
        zh: '要替换的站点证书 ID；默认替换本工具为相同名称安装的证书',
      },
    },
    ...alibabaAccountOptions,
  ],
  keyTypes: ['rsa2048'],
  permissions: permissions('esa', [
    'ListSites',
    'ListRecords',
    'ListCertificates',
    'SetCertificate',
    'DeleteCertificate',
    'ListCustomHostnames',
    'GetCustomHostname',
    'UpdateCustomHostname',
  ]),
} as const satisfies TargetKind

const prefix = 'certwright_'

/** Serves certificates on sites and custom hostnames of ESA. API version 2024-09-10. */
export function create(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
): DeployTarget {
  const set = targetValues(target, values, context)
  const esa = alibabaClient('esa', alibabaAccount(set, context), context.host)
  if (set.hostname !== undefined) return hostnameTarget(esa, set['site-name'], set.hostname)

  const certificates = async (signal?: AbortSignal): Promise<readonly SiteCertificate[]> => {
    const { SiteId } = await siteOf(esa, set['site-name'], signal)
    return certificatesOf(esa, SiteId, signal)
  }
  /** The certificate that this target stands for, among those of the site. */
  const own = (all: readonly SiteCertificate[], chainPem: string | undefined) => {
    const { 'certificate-id': id } = set
    if (id !== undefined) return all.find(({ Id }) => Id === id)
    const name = chainPem === undefined ? undefined : slotName(chainPem)
    return all.find(({ Name = '' }) => (name ? Name === name : Name.startsWith(prefix)))
  }

  return {
    async read(signal, wanted) {
      const all = await certificates(signal)
      const fingerprint = wanted && describe(wanted.chainPem).fingerprint
      // The very certificate serves, whoever put it there.
      const same = all.find(
        ({ FingerprintSha256 = '' }) => hexOf(FingerprintSha256) === fingerprint,
      )
      const found = same ?? own(all, wanted?.chainPem)
      return found && installedCertificate(found)
    },

    async write(bundle, signal) {
      const site = await siteOf(esa, set['site-name'], signal)
      requireInSite(site, bundle)
      await turnsAt(
        `esa ${site.SiteId}`,
        context.host,
      )(async () => {
        const all = await certificates(signal)
        const Id = set['certificate-id'] ?? own(all, bundle.chainPem)?.Id
        await setCertificate(esa, site, { Id, bundle }, signal)
      })
    },

    async endpoints(signal, wanted) {
      const { SiteId } = await siteOf(esa, set['site-name'], signal)
      const names = wanted ? describe(wanted.chainPem).names : []
      return endpointsOf(await proxiedNames(esa, SiteId, signal), names)
    },

    /** Expired ones of ours: they count against the quota. Valid ones may be another certificate's. */
    async prune(keep, signal) {
      const { SiteId } = await siteOf(esa, set['site-name'], signal)
      const { fingerprint } = describe(keep.chainPem)
      const removed: string[] = []
      for (const certificate of await certificates(signal)) {
        const { Id, Name = '', NotAfter = '', FingerprintSha256 = '' } = certificate
        const isExpired = (momentOf(NotAfter) ?? Number.POSITIVE_INFINITY) <= context.host.now()
        if (Id === undefined || !isOurs(Name) || !isExpired) continue
        if (hexOf(FingerprintSha256) === fingerprint) continue
        await deleteCertificate(esa, SiteId, Id, signal)
        removed.push(`${Name} (${Id})`)
      }
      return removed
    },

    async remove(installed, signal) {
      const { SiteId } = await siteOf(esa, set['site-name'], signal)
      for (const { Id, Name = '', FingerprintSha256 = '' } of await certificates(signal)) {
        const same = hexOf(FingerprintSha256) === installed.fingerprint
        if (Id !== undefined && same && isOurs(Name)) {
          await deleteCertificate(esa, SiteId, Id, signal)
        }
      }
    },
  }
}

/**
 * The name of the one place that certificates for these names, with this kind of key, have in a site: it stays the
 * same from one renewal to the next, for a site has room for few.
 */
function slotName(chainPem: string): string {
  const { names, keyType } = describe(chainPem)
  const text = [keyType, ...[...names].sort()].join(' ')
  return prefix + createHash('sha256').update(text).digest('hex').slice(0, 16)
}

function isOurs(name: string): boolean {
  return /^certwright_[0-9a-f]{16}$/.test(name)
}

async function setCertificate(
  esa: AlibabaClient,
  { SiteId, SiteName }: Required<Site>,
  { Id, bundle }: { readonly Id: string | undefined; readonly bundle: CertificateBundle },
  signal: AbortSignal | undefined,
): Promise<void> {
  const parameters = {
    SiteId,
    Type: 'upload',
    Name: slotName(bundle.chainPem),
    Certificate: deliverableChain(bundle.chainPem),
    PrivateKey: traditionalPrivateKey(bundle.privateKey),
    Id,
  }
  try {
    await esa.rpc('SetCertificate', parameters, signal)
  } catch (error) {
    // The site has this very certificate.
    if (isRefusal(error, 'Certificate.Duplicated')) return
    if (!isRefusal(error, 'CertQuotaCheckFailed')) throw error
    const params = { target: target.name, resource: SiteName }
    throw new CertwrightError('TARGET_QUOTA', params, { cause: error })
  }
}

async function deleteCertificate(
  esa: AlibabaClient,
  SiteId: number,
  Id: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  await esa.rpc('DeleteCertificate', { SiteId, Id }, signal)
}

function endpointsOf(domains: readonly string[], names: readonly string[]): readonly Endpoint[] {
  return domains
    .filter((domain) => covers(names, domain))
    .map((domain) => {
      const servername = handshakeName(domain)
      return { host: servername, port: 443, servername }
    })
}

/** A certificate that is for nothing in the site would take one of its few places in vain. */
function requireInSite({ SiteName }: Required<Site>, { chainPem }: CertificateBundle): void {
  const { names } = describe(chainPem)
  const site = domainName(SiteName)
  if (names.some((name) => isWithin(name.replace(/^\*\./, ''), site))) return
  const params = { target: target.name, resource: site, names: names.join(', ') }
  throw new CertwrightError('TARGET_NAME_NOT_COVERED', params)
}

function installedCertificate(certificate: SiteCertificate): Installed {
  const { Id, Name, NotAfter = '', FingerprintSha256 = '' } = certificate
  const fingerprint = hexOf(FingerprintSha256)
  const notAfter = momentOf(NotAfter)
  return {
    ...(fingerprint.length === 64 && { fingerprint }),
    ...(Id !== undefined && { reference: Id }),
    ...(Name !== undefined && { name: Name }),
    ...(notAfter !== undefined && { notAfter }),
  }
}

function sansOf(text: string): readonly string[] {
  return text.split(',').map((name) => name.trim().toLowerCase())
}

/** Every certificate of every site, and every custom hostname. */
export async function* discover(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
  signal?: AbortSignal,
): AsyncGenerator<Discovered> {
  const esa = alibabaClient('esa', alibabaAccount(values, context), context.host)
  for await (const { SiteId, SiteName: site } of sitesOf(esa, undefined, signal)) {
    if (SiteId === undefined || site === undefined) continue
    let https = false
    for (const certificate of await certificatesOf(esa, SiteId, signal)) {
      https = true
      yield {
        ...place(site, {}, certificate.Name ?? certificate.Id),
        https,
        installed: installedCertificate(certificate),
        ...(certificate.SAN && { names: sansOf(certificate.SAN) }),
        ...(certificate.Issuer && { issuer: certificate.Issuer }),
      }
    }
    if (!https) yield { ...place(site, {}), https }
    for await (const { HostnameId, Hostname: hostname } of hostnamesOf(esa, SiteId, signal)) {
      if (HostnameId === undefined || hostname === undefined) continue
      const detail = await hostnameDetail(esa, HostnameId, signal)
      const { Certificate = '', CertId, SslFlag } = detail
      const on = Certificate !== '' && SslFlag !== 'off'
      yield {
        ...place(site, { hostname }, hostname),
        https: on,
        ...(on && { installed: installedFrom(Certificate, { reference: CertId }) }),
        ...(on && presented(Certificate)),
      }
    }
  }
}

function place(
  site: string,
  values: Readonly<Record<string, string>>,
  part?: string,
): Pick<Discovered, 'target' | 'product' | 'resource'> {
  return {
    target: targetSpecifier(target.name, { 'site-name': site, ...values }),
    product: 'ESA',
    resource: part === undefined ? site : `${site}/${part}`,
  }
}
