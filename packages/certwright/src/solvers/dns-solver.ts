import type { Solver } from '@certwright/acme'
import { systemHost, type Host } from '../runtime/host.ts'
import { solverFor } from './registry.ts'

export interface DnsSolverOptions {
  /** What `--dns-option` takes. */
  readonly options?: Readonly<Record<string, string>>
  /** `ADDRESS:PORT` of recursive resolvers; the system's where absent. */
  readonly resolvers?: readonly string[]
  /** Whether `settle` waits for every authoritative server; by default it does. */
  readonly propagationCheck?: boolean
  /** Where providers find credentials that no option names; empty where absent. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** The machine's own where absent. */
  readonly host?: Host
}

/** A solver of dns-01 for `obtain`, by the DNS provider that `--dns` would name. */
export async function dnsSolver(
  provider: string,
  { options, resolvers, propagationCheck, env = {}, host = systemHost }: DnsSolverOptions = {},
): Promise<Solver> {
  const settings = {
    type: 'dns-01',
    dns: provider,
    ...(options && { dnsOptions: options }),
    ...(resolvers && { resolvers }),
    ...(propagationCheck !== undefined && { propagationCheck }),
  } as const
  return solverFor(settings, { host, env })
}
