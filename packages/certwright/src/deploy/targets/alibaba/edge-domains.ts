import { alibabaAccount, alibabaAccountOptions } from '../../../cloud/alibaba/account-options.ts'
import {
  alibabaClient,
  type AlibabaAccount,
  type AlibabaClient,
} from '../../../cloud/alibaba/client.ts'
import { numberedPages } from '../../../cloud/alibaba/paging.ts'
import { casRegion, type AlibabaProduct } from '../../../cloud/alibaba/product.ts'
import { isRefusal } from '../../../cloud/alibaba/refusal.ts'
import type { CertificateBundle } from '../../../x509/bundle.ts'
import type { TargetContext } from '../../target-context.ts'
import { targetSpecifier } from '../../target-specifier.ts'
import type { DeployTarget, Discovered } from '../../target.ts'
import { domainName, domainOption, domainTarget, type ServedDomain } from './domain-target.ts'
import {
  givenCertificate,
  uploadFrom,
  uploadOption,
  type GivenCertificate,
  type Upload,
} from './given-certificate.ts'
import { installedFrom, presented } from './presented-chain.ts'
import { pruneStore } from './slot.ts'

/** What CDN and the products made like it (DCDN, Live, VOD) have in common, and where each differs. */
export interface EdgeApi<Row, Info> {
  /** The target's name. */
  readonly target: string
  /** What people call the product. */
  readonly label: string
  readonly product: AlibabaProduct
  readonly listAction: string
  readonly readAction: string
  readonly writeAction: string
  /** The most rows of a page. */
  readonly pageSize: number
  /** How the certificate is given where the option does not say. */
  readonly upload: Upload
  readonly domainFrom: (row: Row) => EdgeDomain
  readonly certificateFrom: (info: Info) => EdgeCertificate
  /** The parameters that give a certificate, where they are not the usual ones. */
  readonly parameters?: (given: GivenCertificate) => Readonly<Record<string, unknown>>
}

export interface EdgeDomain {
  /** As the product writes it. */
  readonly domain: string | undefined
  readonly status: string | undefined
}

export interface EdgeCertificate {
  readonly pem: string | undefined
  /** Whether HTTPS is on. */
  readonly on: boolean
  readonly certId?: string | undefined
  /** Its name in the console. */
  readonly label?: string | undefined
}

/** The options of a product like CDN. */
export function edgeOptions(usual: Upload) {
  return [domainOption, uploadOption(usual), ...alibabaAccountOptions] as const
}

interface Domains<Row> {
  readonly Domains?: { readonly PageData?: readonly Row[] }
  readonly TotalCount?: number
}

interface Certificates<Info> {
  readonly CertInfos?: { readonly CertInfo?: readonly Info[] }
}

/** A change that is being rolled out takes the next one as soon as it is done: until then the client tries again. */
const inService: ReadonlySet<string> = new Set(['online', 'configuring'])

export interface EdgeOptions {
  readonly domain: string
  readonly upload: string | undefined
}

/** The domains of one such product as targets. HTTPS is never off between two certificates. */
export function edgeTarget<Row, Info>(
  api: EdgeApi<Row, Info>,
  options: EdgeOptions & Readonly<Record<string, string | undefined>>,
  context: TargetContext,
): DeployTarget {
  const { host } = context
  const upload = uploadFrom(api.target, options.upload, api.upload)
  const account = alibabaAccount(options, context)
  const client = alibabaClient(api.product, account, host)
  const parameters = api.parameters ?? usualParameters
  const set = async (
    name: string,
    certificate: Readonly<Record<string, unknown>>,
    signal: AbortSignal | undefined,
  ): Promise<void> => {
    await client.rpc(api.writeAction, { DomainName: wireName(name), ...certificate }, signal)
  }

  const put = async (
    name: string,
    bundle: CertificateBundle,
    form: Upload,
    signal: AbortSignal | undefined,
  ): Promise<void> => {
    const given = await givenCertificate(bundle, { upload: form, account, host }, signal)
    await set(name, { SSLProtocol: 'on', ...parameters(given, account) }, signal)
  }

  const target = domainTarget(
    {
      target: api.target,
      list: (signal) => domainsOf(api, client, {}, signal),
      async find(name, signal) {
        const filter = { DomainName: wireName(name), DomainSearchType: 'full_match' }
        for await (const domain of domainsOf(api, client, filter, signal)) {
          if (domain.name === name) return domain
        }
        return undefined
      },
      async read({ name }, signal) {
        const { pem, on, certId, label } = await certificateOf(api, name, client, signal)
        return pem && on ? installedFrom(pem, { reference: certId, name: label }) : undefined
      },
      async write({ name }, bundle, signal) {
        try {
          await put(name, bundle, upload, signal)
        } catch (error) {
          // Every upload is kept in the store, under its name: this one is there, for another domain or from before.
          if (upload === 'cas' || !isRefusal(error, 'CertNameAlreadyExists')) throw error
          await put(name, bundle, 'cas', signal)
        }
      },
      unbind: async ({ name }, signal) => set(name, { SSLProtocol: 'off' }, signal),
    },
    options.domain,
  )
  return {
    ...target,
    async prune(keep, signal) {
      const bound = async (): Promise<ReadonlyArray<string | undefined>> => {
        const installed = await target.read(signal, keep)
        const parts = installed?.parts?.map((part) => part.installed?.reference) ?? []
        return [installed?.reference, ...parts]
      }
      return pruneStore(keep, bound, account, host, signal)
    },
  }
}

/** Every domain of one such product, with its certificate. */
export async function* edgeDiscovery<Row, Info>(
  api: EdgeApi<Row, Info>,
  values: Readonly<Record<string, string>>,
  context: TargetContext,
  signal?: AbortSignal,
): AsyncGenerator<Discovered> {
  const client = alibabaClient(api.product, alibabaAccount(values, context), context.host)
  for await (const { name } of domainsOf(api, client, {}, signal)) {
    const { pem, on, certId, label } = await certificateOf(api, name, client, signal)
    const https = on && Boolean(pem)
    yield {
      target: targetSpecifier(api.target, { domain: name }),
      product: api.label,
      resource: name,
      https,
      ...(pem && https && { installed: installedFrom(pem, { reference: certId, name: label }) }),
      ...(https && presented(pem)),
    }
  }
}

async function* domainsOf<Row>(
  {
    listAction,
    pageSize,
    domainFrom,
  }: Pick<EdgeApi<Row, never>, 'listAction' | 'pageSize' | 'domainFrom'>,
  client: AlibabaClient,
  filter: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): AsyncGenerator<ServedDomain> {
  const rows = numberedPages(async (PageNumber) => {
    const parameters = { ...filter, PageNumber, PageSize: pageSize }
    const page = await client.rpc<Domains<Row>>(listAction, parameters, signal)
    return { items: page.Domains?.PageData ?? [], total: page.TotalCount }
  })
  for await (const row of rows) {
    const { domain, status = 'online' } = domainFrom(row)
    if (domain === undefined) continue
    const notReady = inService.has(status) ? undefined : status
    yield { name: domainName(domain), notReady }
  }
}

async function certificateOf<Info>(
  { readAction, certificateFrom }: Pick<EdgeApi<never, Info>, 'readAction' | 'certificateFrom'>,
  name: string,
  client: AlibabaClient,
  signal: AbortSignal | undefined,
): Promise<EdgeCertificate> {
  const parameters = { DomainName: wireName(name) }
  const reply = await client.rpc<Certificates<Info>>(readAction, parameters, signal)
  const [info] = reply.CertInfos?.CertInfo ?? []
  return info === undefined ? { pem: undefined, on: false } : certificateFrom(info)
}

/** These products write a wildcard with its dot alone: `.example.com`. */
function wireName(name: string): string {
  return name.replace(/^\*\./, '.')
}

function usualParameters(
  given: GivenCertificate,
  { site }: AlibabaAccount,
): Readonly<Record<string, unknown>> {
  if (given.upload === 'direct') {
    const { name: CertName, chainPem: SSLPub, privateKey: SSLPri } = given
    // By its name it is known as ours when it is replaced.
    return { CertType: 'upload', CertName, SSLPub, SSLPri }
  }
  // The number alone is refused: "You must specify CertName".
  const { certId, name } = given
  return { CertType: 'cas', CertId: certId, CertName: name, CertRegion: casRegion(site) }
}
