import type { Solver } from '@certwright/acme'
import type { NameServer } from '../dns/name-server.ts'
import type { DnsProvider } from '../dns/provider.ts'
import type { ProviderContext } from '../dns/provider-options.ts'
import { CertwrightError } from '../runtime/error.ts'
import type { ChallengeSettings } from './challenge-settings.ts'
import type { TxtChallengeOptions } from './txt-challenge.ts'

/** What is lent to solvers, and through them to DNS providers. */
export interface SolverContext extends ProviderContext {
  /** Called where name servers could not be asked, because this machine has no way to IPv6. */
  readonly onLeftOut?: ((servers: readonly NameServer[]) => void) | undefined
  /** Solvers by their settings: where it is given, those that are at work at once share one, and with it one port. */
  readonly solvers?: Map<string, Promise<Solver>> | undefined
}

type MakeSolver = (settings: ChallengeSettings, context: SolverContext) => Promise<Solver>

/** Every type of challenge. Its code is loaded when it is needed. */
const solvers: Readonly<Record<ChallengeSettings['type'], MakeSolver>> = {
  'http-01': async ({ webroot: directory, httpPort }) => {
    if (directory === undefined) {
      const { http01 } = await import('./http-01.ts')
      return http01({ port: httpPort })
    }
    const { webroot } = await import('./webroot.ts')
    return webroot({ directory })
  },

  'tls-alpn-01': async ({ tlsPort }, { host }) => {
    const { tlsAlpn01 } = await import('./tls-alpn-01.ts')
    return tlsAlpn01({ host, port: tlsPort })
  },

  'dns-01': async (settings, context) => {
    const options = await txtOptionsOf(settings, context)
    const { dns01 } = await import('./dns-01.ts')
    return dns01(options)
  },

  'dns-account-01': async (settings, context) => {
    const options = await txtOptionsOf(settings, context)
    const { dnsAccount01 } = await import('./dns-account-01.ts')
    return dnsAccount01(options)
  },

  'dns-persist-01': async () => {
    const { dnsPersist01 } = await import('./dns-persist-01.ts')
    return dnsPersist01()
  },
}

async function txtOptionsOf(
  { resolvers, propagationCheck, ...settings }: ChallengeSettings,
  context: SolverContext,
): Promise<TxtChallengeOptions> {
  const { host, onLeftOut } = context
  const provider = await providerFor(settings, context)
  return { provider, host, resolvers, propagationCheck, onLeftOut }
}

/** The DNS provider that a person's settings name. */
export async function providerFor(
  { dns, dnsOptions = {} }: Pick<ChallengeSettings, 'dns' | 'dnsOptions'>,
  context: ProviderContext,
): Promise<DnsProvider> {
  const { dnsProvider, providers } = await import('../dns/providers/registry.ts')
  if (dns === undefined) {
    const known = Object.keys(providers).join(', ')
    throw new CertwrightError('DNS_PROVIDER_NOT_NAMED', { known })
  }
  return dnsProvider(dns, dnsOptions, context)
}

/** The solver that a person's settings ask for. Checks them; listens, asks and publishes nothing yet. */
export async function solverFor(
  settings: ChallengeSettings,
  context: SolverContext,
): Promise<Solver> {
  const key = JSON.stringify(settings)
  const shared = context.solvers?.get(key)
  if (shared) return shared
  const made = solvers[settings.type](settings, context)
  context.solvers?.set(key, made)
  try {
    return await made
  } catch (error) {
    context.solvers?.delete(key)
    throw error
  }
}
