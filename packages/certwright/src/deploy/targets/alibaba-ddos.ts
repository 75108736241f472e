import { alibabaAccount, alibabaAccountOptions } from '../../cloud/alibaba/account-options.ts'
import { alibabaClient, regionOf, type AlibabaClient } from '../../cloud/alibaba/client.ts'
import { numberedPages } from '../../cloud/alibaba/paging.ts'
import { CertwrightError } from '../../runtime/error.ts'
import type { DeployTarget, Discovered, TargetKind } from '../target.ts'
import type { TargetContext } from '../target-context.ts'
import { targetValues } from '../target-options.ts'
import { targetSpecifier } from '../target-specifier.ts'
import { discovered, handshakeName } from './alibaba/bound-certificate.ts'
import { permissions, storePermissions } from './alibaba/permissions.ts'
import { slotTarget } from './alibaba/slot.ts'

export const target = {
  name: 'alibaba-ddos',
  summary: {
    en: 'A website of Anti-DDoS Proxy',
    zh: 'DDoS 高防的网站业务',
  },
  options: [
    {
      key: 'domain',
      summary: { en: 'The protected domain', zh: '受防护的域名' },
      required: true,
    },
    ...alibabaAccountOptions,
  ],
  keyTypes: ['rsa2048'],
  permissions: [
    ...permissions('yundun-ddoscoo', ['DescribeWebRules', 'DescribeCerts', 'AssociateWebCert']),
    ...storePermissions,
  ],
} as const satisfies TargetKind

interface WebRule {
  readonly Domain?: string
  readonly Cname?: string
  /** What the product calls its certificate, and what a person did. */
  readonly CertName?: string
  readonly UserCertName?: string
  readonly ProxyTypes?: ReadonlyArray<{
    readonly ProxyType?: string
    readonly ProxyPorts?: readonly string[]
  }>
}

interface WebRules {
  readonly WebRules?: readonly WebRule[]
  readonly TotalCount?: number
}

interface Certs {
  readonly Certs?: ReadonlyArray<{
    readonly CertIdentifier?: string
    readonly Id?: number
    readonly Name?: string
  }>
}

/** Serves certificates on a website behind Anti-DDoS. API version 2020-01-01. */
export function create(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
): DeployTarget {
  const set = targetValues(target, values, context)
  const { domain } = set
  const account = alibabaAccount(set, context)
  const ddos = alibabaClient('ddoscoo', account, context.host)

  return slotTarget(
    {
      target: target.name,
      resource: domain,
      domain,
      bound: async (signal) => certificateOf(await ruleOf(domain, ddos, signal), ddos, signal),
      async bind({ identifier }, signal) {
        const asked = { Domain: domain, CertIdentifier: identifier }
        await ddos.rpc('AssociateWebCert', asked, signal)
      },
      async endpoints(signal) {
        const { Cname, ProxyTypes = [] } = await ruleOf(domain, ddos, signal)
        const https = ProxyTypes.find(({ ProxyType }) => ProxyType === 'https')
        const port = Number(https?.ProxyPorts?.[0])
        if (!Cname || !port) return []
        return [{ host: Cname, port, servername: handshakeName(domain) }]
      },
    },
    account,
    context.host,
  )
}

async function ruleOf(
  domain: string,
  ddos: AlibabaClient,
  signal: AbortSignal | undefined,
): Promise<WebRule> {
  const parameters = { Domain: domain, QueryDomainPattern: 'exact', PageNumber: 1, PageSize: 10 }
  const { WebRules: rules = [] } = await ddos.rpc<WebRules>('DescribeWebRules', parameters, signal)
  const rule = rules.find(({ Domain }) => Domain?.toLowerCase() === domain.toLowerCase())
  if (rule) return rule
  const params = { target: target.name, resource: domain }
  throw new CertwrightError('TARGET_RESOURCE_NOT_FOUND', params)
}

/** A rule names the certificate in use; the certificates that fit its domain tell which one has that name. */
async function certificateOf(
  { Domain, CertName, UserCertName }: WebRule,
  ddos: AlibabaClient,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const name = UserCertName || CertName
  if (!name) return undefined
  const { Certs: certs = [] } = await ddos.rpc<Certs>('DescribeCerts', { Domain }, signal)
  const found = certs.find(({ Name }) => Name === UserCertName || Name === CertName)
  return found?.CertIdentifier ?? found?.Id?.toString() ?? name
}

/** Every website of the account that is on this side of the Chinese border. */
export async function* discover(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
  signal?: AbortSignal,
): AsyncGenerator<Discovered> {
  const account = alibabaAccount(values, context)
  const ddos = alibabaClient('ddoscoo', account, context.host)
  const cas = alibabaClient('cas', account, context.host)
  const rules = numberedPages(async (PageNumber) => {
    const parameters = { PageNumber, PageSize: 10 }
    const page = await ddos.rpc<WebRules>('DescribeWebRules', parameters, signal)
    return { items: page.WebRules ?? [], total: page.TotalCount }
  })
  for await (const rule of rules) {
    const { Domain: domain } = rule
    if (domain === undefined) continue
    const place = {
      target: targetSpecifier(target.name, { domain }),
      product: 'DDoS',
      resource: domain,
      region: regionOf(account),
    }
    yield await discovered(place, await certificateOf(rule, ddos, signal), cas, signal)
  }
}
