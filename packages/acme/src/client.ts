import { directoryCache, type DirectoryCache } from './directory.ts'
import { fetchTransport } from './fetch-transport.ts'
import { systemHost, type Host } from './host.ts'
import { noncePool, type NoncePool } from './nonce.ts'
import type { Exchange } from './transcript.ts'
import type { Transport } from './transport.ts'
import { userAgentOf } from './user-agent.ts'

/** Which CA, and how it is reached. All but the directory has a default. */
export interface ClientOptions {
  /** Of the CA, e.g. `https://acme-v02.api.letsencrypt.org/directory`. */
  readonly directoryUrl: string
  /** By default `fetchTransport()`; on Node `nodeTransport()` needs a quarter of its CPU. */
  readonly transport?: Transport
  readonly host?: Host
  /** Put before our own product name in `User-Agent`. */
  readonly userAgent?: string
  /** The languages for the CA's words to people, as in HTTP; by default `en`. */
  readonly acceptLanguage?: string
  /** Hears of every exchange, decoded and redacted. What it throws is ignored. */
  readonly onExchange?: (exchange: Exchange) => void
  /**
   * How many signed requests may be in flight at once; by default 10, more trips CA limits on new
   * nonces.
   */
  readonly nonceLimit?: number
}

/**
 * One CA: its directory, its nonces and the connection to it. Made once for each directory and
 * kept.
 */
export interface Client {
  readonly directoryUrl: string
  readonly transport: Transport
  readonly host: Host
  /** Sent with every request. */
  readonly headers: Readonly<Record<string, string>>
  readonly nonces: NoncePool
  readonly directory: DirectoryCache
  /** Passes an exchange on, if anybody listens. */
  record(exchange: () => Exchange): void
}

/** A client for one CA. Nothing is sent yet. */
export function acmeClient({
  directoryUrl,
  transport = fetchTransport(),
  host = systemHost,
  userAgent,
  acceptLanguage = 'en',
  onExchange,
  nonceLimit = 10,
}: ClientOptions): Client {
  if (!URL.canParse(directoryUrl)) throw new TypeError(`directoryUrl is not a URL: ${directoryUrl}`)
  if (!Number.isInteger(nonceLimit) || nonceLimit < 1) {
    throw new TypeError('nonceLimit is not a whole number of at least 1')
  }
  return {
    directoryUrl,
    transport,
    host,
    headers: { 'user-agent': userAgentOf(userAgent), 'accept-language': acceptLanguage },
    nonces: noncePool(host, nonceLimit),
    directory: directoryCache(),
    record(exchange) {
      try {
        onExchange?.(exchange())
      } catch {
        // An order must not fail because its transcript cannot be written.
      }
    },
  }
}
