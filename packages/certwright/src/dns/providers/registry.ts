import { CertwrightError } from '../../runtime/error.ts'
import { type ProviderContext, type ProviderModule } from '../provider-options.ts'
import { nearest } from '../../runtime/nearest.ts'
import type { DnsProvider } from '../provider.ts'

/** Every provider, by the name a person gives with `--dns`. One row a file of this folder. */
export const providers = {
  'acme-dns': () => import('./acme-dns.ts'),
  'alibaba-dns': () => import('./alibaba-dns.ts'),
  'alibaba-esa-dns': () => import('./alibaba-esa-dns.ts'),
  exec: () => import('./exec.ts'),
  manual: () => import('./manual.ts'),
  rfc2136: () => import('./rfc2136.ts'),
} as const satisfies Readonly<Record<string, () => Promise<ProviderModule>>>

export type ProviderName = keyof typeof providers

export function isProviderName(name: string): name is ProviderName {
  return Object.hasOwn(providers, name)
}

/** Loads a provider and makes it from a person's options. An unknown name throws an error that lists the known ones. */
export async function dnsProvider(
  name: string,
  values: Readonly<Record<string, string>>,
  context: ProviderContext,
): Promise<DnsProvider> {
  if (!isProviderName(name)) {
    const known = Object.keys(providers)
    const suggestion = nearest(name, known) ?? known[0] ?? ''
    throw new CertwrightError('DNS_PROVIDER_UNKNOWN', {
      provider: name,
      known: known.join(', '),
      suggestion,
    })
  }
  const { provider } = await providers[name]()
  return provider(values, context)
}
