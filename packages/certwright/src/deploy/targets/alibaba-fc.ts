import { alibabaAccount, alibabaAccountOptions } from '../../cloud/alibaba/account-options.ts'
import { storedName } from '../../cloud/alibaba/certificate-store.ts'
import { alibabaClient, regionOf, type AlibabaClient } from '../../cloud/alibaba/client.ts'
import { tokenPages } from '../../cloud/alibaba/paging.ts'
import { deliverableChain, traditionalPrivateKey } from '../../cloud/alibaba/pem-forms.ts'
import { isRefusal } from '../../cloud/alibaba/refusal.ts'
import { CertwrightError } from '../../runtime/error.ts'
import { describe } from '../../x509/certificate.ts'
import type { TargetContext } from '../target-context.ts'
import { targetValues } from '../target-options.ts'
import { targetSpecifier } from '../target-specifier.ts'
import type { DeployTarget, Discovered, TargetKind } from '../target.ts'
import {
  domainName,
  domainOption,
  domainTarget,
  type ServedDomain,
} from './alibaba/domain-target.ts'
import { permissions } from './alibaba/permissions.ts'
import { installedFrom, presented } from './alibaba/presented-chain.ts'
import { turnsAt } from './alibaba/turns.ts'

export const target = {
  name: 'alibaba-fc',
  summary: { en: 'A custom domain of Function Compute 3.0', zh: '函数计算 3.0 的自定义域名' },
  options: [domainOption, ...alibabaAccountOptions],
  keyTypes: ['rsa2048'],
  permissions: permissions('fc', ['ListCustomDomains', 'GetCustomDomain', 'UpdateCustomDomain']),
} as const satisfies TargetKind

/** A custom domain. What a certificate has nothing to do with is sent back as it was read. */
interface CustomDomain {
  readonly domainName?: string
  /** `HTTP`, `HTTPS` or `HTTP,HTTPS`. */
  readonly protocol?: string
  /** The private key may be in it. It is not read. */
  readonly certConfig?: { readonly certName?: string; readonly certificate?: string }
  readonly authConfig?: unknown
  readonly corsConfig?: unknown
  readonly routeConfig?: unknown
  readonly tlsConfig?: unknown
  readonly wafConfig?: unknown
}

interface CustomDomains {
  readonly customDomains?: readonly CustomDomain[]
  readonly nextToken?: string
}

interface FunctionDomain extends ServedDomain {
  readonly wireName: string
}

const root = '/2023-03-30/custom-domains'

/** Serves certificates on custom domains of Function Compute. API version 2023-03-30. */
export function create(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
): DeployTarget {
  const set = targetValues(target, values, context)
  const { host } = context
  const fc = alibabaClient('fc', alibabaAccount(set, context), host)

  return domainTarget<FunctionDomain>(
    {
      target: target.name,
      async *list(signal) {
        for await (const { domainName: wireName } of domainsOf(fc, signal)) {
          if (wireName !== undefined) yield { name: domainName(wireName), wireName }
        }
      },
      async find(name, signal) {
        const found = await customDomain(fc, name, signal)
        return found && { name, wireName: name }
      },
      async read({ wireName }, signal) {
        const found = await customDomain(fc, wireName, signal)
        return found && servesHttps(found) ? installed(found) : undefined
      },
      async write({ wireName }, { chainPem, privateKey }, signal) {
        const certConfig = {
          certName: storedName(describe(chainPem).fingerprint),
          certificate: deliverableChain(chainPem),
          privateKey: traditionalPrivateKey(privateKey),
        }
        // What another writer adds between our reading and our writing would be lost.
        await turnsAt(
          `fc ${wireName}`,
          host,
        )(async () => {
          const current = await customDomain(fc, wireName, signal)
          if (!current) throw notFound(wireName)
          await update(fc, wireName, { ...kept(current), certConfig }, signal)
        })
      },
    },
    set.domain,
  )
}

/** Everything that can be set but the certificate, as it is now; HTTPS beside HTTP where it was off. */
function kept({
  protocol = 'HTTP',
  authConfig,
  corsConfig,
  routeConfig,
  tlsConfig,
  wafConfig,
}: CustomDomain): Readonly<Record<string, unknown>> {
  const settings = { authConfig, corsConfig, routeConfig, tlsConfig, wafConfig }
  return {
    protocol: protocol === 'HTTP' ? 'HTTP,HTTPS' : protocol,
    ...Object.fromEntries(Object.entries(settings).filter(([, value]) => value ?? false)),
  }
}

function notFound(resource: string): CertwrightError {
  return new CertwrightError('TARGET_RESOURCE_NOT_FOUND', { target: target.name, resource })
}

async function update(
  fc: AlibabaClient,
  wireName: string,
  body: Readonly<Record<string, unknown>>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const path = `${root}/${encodeURIComponent(wireName)}`
  await fc.roa({ action: 'UpdateCustomDomain', method: 'PUT', path, body }, signal)
}

async function customDomain(
  fc: AlibabaClient,
  wireName: string,
  signal: AbortSignal | undefined,
): Promise<CustomDomain | undefined> {
  const path = `${root}/${encodeURIComponent(wireName)}`
  try {
    return await fc.roa<CustomDomain>({ action: 'GetCustomDomain', method: 'GET', path }, signal)
  } catch (error) {
    if (isRefusal(error, 'DomainNameNotFound')) return undefined
    throw error
  }
}

function domainsOf(
  fc: AlibabaClient,
  signal: AbortSignal | undefined,
): AsyncGenerator<CustomDomain> {
  return tokenPages(async (nextToken) => {
    const query = { limit: 100, nextToken }
    const page = await fc.roa<CustomDomains>(
      { action: 'ListCustomDomains', method: 'GET', path: root, query },
      signal,
    )
    return { items: page.customDomains ?? [], nextToken: page.nextToken }
  })
}

function servesHttps({ protocol, certConfig }: CustomDomain): boolean {
  return Boolean(certConfig?.certificate) && protocol?.includes('HTTPS') === true
}

function installed({ certConfig }: CustomDomain) {
  return installedFrom(certConfig?.certificate ?? '', { name: certConfig?.certName })
}

/** Every custom domain of the region. */
export async function* discover(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
  signal?: AbortSignal,
): AsyncGenerator<Discovered> {
  const account = alibabaAccount(values, context)
  const region = regionOf(account)
  for await (const found of domainsOf(alibabaClient('fc', account, context.host), signal)) {
    if (found.domainName === undefined) continue
    const https = servesHttps(found)
    const domain = domainName(found.domainName)
    yield {
      target: targetSpecifier(target.name, { domain, region }),
      product: 'Function Compute',
      resource: domain,
      region,
      https,
      ...(https && { installed: installed(found), ...presented(found.certConfig?.certificate) }),
    }
  }
}
