import { type Host as AcmeHost, systemHost as acmeSystemHost } from '@certwright/acme'

/** Everything that the world lends: time, chance, the network. Tests lend their own. */
export interface Host extends AcmeHost {
  /** HTTP for DNS providers, targets and everything else that is not ACME. */
  readonly fetch: typeof globalThis.fetch
}

/** The machine's own clock, chance and network. */
export const systemHost: Host = {
  ...acmeSystemHost,
  fetch: (input, init) => globalThis.fetch(input, init),
}
