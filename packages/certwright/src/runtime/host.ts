import { type Host as AcmeHost, systemHost as acmeSystemHost } from '@certwright/acme'
import { proxiedFetch } from './proxy.ts'

/** Everything that the world lends: time, chance, the network. Tests lend their own. */
export interface Host extends AcmeHost {
  /** HTTP for DNS providers, targets and everything else that is not ACME. */
  readonly fetch: typeof globalThis.fetch
}

/** The machine's own clock, chance and network, which may lie behind a proxy. */
export const systemHost: Host = {
  ...acmeSystemHost,
  fetch: proxiedFetch(process.env, (input, init) => globalThis.fetch(input, init)),
}
