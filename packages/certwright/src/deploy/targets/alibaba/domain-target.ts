import { domainToASCII } from 'node:url'
import { CertwrightError } from '../../../runtime/error.ts'
import type { CertificateBundle } from '../../../x509/bundle.ts'
import { describe } from '../../../x509/certificate.ts'
import { isCertificate, isSameCertificate } from '../../installed.ts'
import type { DeployTarget, Installed, InstalledPart, TargetOption } from '../../target.ts'
import { covers, handshakeName, requireCovered } from './bound-certificate.ts'

/** One domain that a product serves. */
export interface ServedDomain {
  /** As `domainName` writes it. */
  readonly name: string
  /** The product's word for why it takes no certificate now; absent where it takes one. */
  readonly notReady?: string | undefined
}

/** How one product lists, reads and changes the certificates of its domains. */
export interface DomainService<Domain extends ServedDomain> {
  /** The target's name, for errors. */
  readonly target: string
  list(signal?: AbortSignal): AsyncIterable<Domain>
  /** By the name as `domainName` writes it. */
  find(name: string, signal?: AbortSignal): Promise<Domain | undefined>
  /** `undefined` where HTTPS is off, or no certificate is bound. */
  read(domain: Domain, signal?: AbortSignal): Promise<Installed | undefined>
  write(domain: Domain, bundle: CertificateBundle, signal?: AbortSignal): Promise<void>
  unbind?(domain: Domain, signal?: AbortSignal): Promise<void>
  prune?: DeployTarget['prune']
}

/** The option that chooses among a product's domains. */
export const domainOption = {
  key: 'domain',
  summary: {
    en: 'The domain, e.g. www.example.com or *.example.com; all: every one that the certificate is for',
    zh: '域名，例如 www.example.com 或 *.example.com；all：证书适用的全部域名',
  },
  required: true,
} as const satisfies TargetOption

/** One form for a domain: lower case, A-labels, and `*.example.com` for what CDN calls `.example.com`. */
export function domainName(text: string): string {
  const plain = text.trim().toLowerCase().replace(/\.$/, '').replace(/^\./, '*.')
  return domainToASCII(plain) || plain
}

/**
 * A target that is one domain of a product, or with `all` every domain in service that the certificate is for: each is
 * then written on its own, and those that fail are named together at the end.
 */
export function domainTarget<Domain extends ServedDomain>(
  service: DomainService<Domain>,
  option: string,
): DeployTarget {
  const { target } = service
  const isAll = option === 'all'
  const name = domainName(option)

  const chosen = async (
    names: readonly string[] | undefined,
    signal: AbortSignal | undefined,
  ): Promise<readonly Domain[]> => {
    if (isAll) {
      const domains: Domain[] = []
      for await (const domain of service.list(signal)) {
        const matches = names === undefined || covers(names, domain.name)
        if (matches && domain.notReady === undefined) domains.push(domain)
      }
      return domains
    }
    const found = await service.find(name, signal)
    if (!found) throw new CertwrightError('TARGET_RESOURCE_NOT_FOUND', { target, resource: name })
    return [found]
  }

  return {
    async read(signal, wanted) {
      const names = wanted && describe(wanted.chainPem).names
      const parts = await Promise.all(
        (await chosen(names, signal)).map(async (domain) => {
          const installed = await service.read(domain, signal)
          return { resource: domain.name, ...(installed && { installed }) }
        }),
      )
      return isAll ? together(parts) : parts[0]?.installed
    },

    async write(bundle, signal) {
      const { names } = describe(bundle.chainPem)
      const domains = await chosen(names, signal)
      if (domains.length === 0) {
        throw new CertwrightError('TARGET_NOTHING_MATCHES', { target, names: names.join(', ') })
      }
      await eachOf(
        target,
        domains,
        async (domain) => {
          requireReady(target, domain)
          requireCovered(target, domain.name, bundle)
          const installed = await service.read(domain, signal)
          if (installed && isCertificate(installed, bundle)) return
          await service.write(domain, bundle, signal)
        },
        signal,
      )
    },

    async endpoints(signal, wanted) {
      const names = wanted && describe(wanted.chainPem).names
      const domains = isAll ? await chosen(names, signal) : [{ name }]
      return domains.map((domain) => {
        const servername = handshakeName(domain.name)
        return { host: servername, port: 443, servername }
      })
    },

    ...(service.prune && { prune: service.prune }),

    ...(service.unbind && {
      async remove(installed, signal) {
        const domains = await chosen(undefined, signal)
        await eachOf(
          target,
          domains,
          async (domain) => {
            const bound = await service.read(domain, signal)
            if (bound && isOneOf(bound, installed)) await service.unbind?.(domain, signal)
          },
          signal,
        )
      },
    }),
  }
}

/** Throws `TARGET_RESOURCE_NOT_READY` for a domain that takes no certificate now. */
function requireReady(target: string, { name, notReady }: ServedDomain): void {
  if (notReady === undefined) return
  const params = { target, resource: name, status: notReady }
  throw new CertwrightError('TARGET_RESOURCE_NOT_READY', params)
}

function isOneOf(bound: Installed, { parts, ...installed }: Installed): boolean {
  const each = [installed, ...(parts ?? []).flatMap((part) => part.installed ?? [])]
  return each.some((one) => isSameCertificate(bound, one))
}

/** What several domains have as one: what they share, and each of them. */
function together(parts: readonly InstalledPart[]): Installed | undefined {
  const [first] = parts
  if (!first) return undefined
  const { installed } = first
  const same = parts.every(
    (part) => part.installed && installed && isSameCertificate(part.installed, installed),
  )
  return { ...(same && installed), parts }
}

/** Does one thing to each, one after the other. Those that fail hold up none of the others. */
async function eachOf<Domain extends ServedDomain>(
  target: string,
  domains: readonly Domain[],
  change: (domain: Domain) => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const failures: Array<{ readonly name: string; readonly error: unknown }> = []
  for (const domain of domains) {
    try {
      await change(domain)
    } catch (error) {
      signal?.throwIfAborted()
      if (domains.length === 1) throw error
      failures.push({ name: domain.name, error })
    }
  }
  if (failures.length === 0) return
  const errors = failures.map(({ error }) => error)
  throw new CertwrightError(
    'TARGET_PARTLY_INSTALLED',
    {
      target,
      failed: failures.length,
      total: domains.length,
      details: failures.map(({ name, error }) => `${name}: ${reasonOf(error)}`).join('; '),
    },
    { cause: new AggregateError(errors) },
  )
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
