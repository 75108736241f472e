import type { SecureContext } from 'node:tls'
import { abortable } from '../abort.ts'
import { networkError } from '../network-error.ts'
import type { Transport } from '../transport.ts'
import type { Connection } from './connection.ts'

/** Whom `nodeTransport` trusts, how it gets there, how long it waits, and how much it reads. */
export interface NodeTransportOptions {
  /** Roots in PEM that are trusted beside Node's own. */
  readonly ca?: string | readonly string[]
  /**
   * The URL of the HTTP proxy that leads to an origin by CONNECT (RFC 9110 §9.3.6), e.g. `http://user:password@proxy:3128`;
   * `undefined` where it is reached directly. By default everything is.
   */
  readonly proxy?: (url: URL) => string | undefined
  /** For connecting, and again for each exchange; by default 30 seconds. */
  readonly timeoutMs?: number
  /** By default 1 MiB. */
  readonly maxBodyBytes?: number
}

/** A connection that is being opened, or is open. */
interface Opening {
  readonly connection: Promise<Connection>
  opened?: Connection
}

/**
 * Carries exchanges on Node: one kept HTTP/2 session for each origin that speaks it, kept HTTP/1.1
 * connections else. What is idle neither keeps the process alive nor stays for more than five
 * minutes.
 */
export function nodeTransport({
  ca,
  proxy,
  timeoutMs = 30_000,
  maxBodyBytes = 1_048_576,
}: NodeTransportOptions = {}): Transport {
  const connections = new Map<string, Opening>()
  let trust: SecureContext | undefined

  const open = async (url: URL): Promise<Connection> => {
    // Node takes longer to load HTTP/2 and TLS than all of this library; many import it and ask nobody.
    const { openConnection, trusting } = await import('./connection.ts')
    trust ??= trusting(ca)
    return openConnection({ url, trust, proxy: proxy?.(url), timeoutMs, maxBodyBytes })
  }
  const connection = async (url: URL): Promise<Connection> => {
    const kept = connections.get(url.origin)
    if (kept !== undefined && (await kept.connection).usable()) return kept.connection
    // Another caller may have opened a new one meanwhile.
    if (connections.get(url.origin) !== kept) return connection(url)
    const opening: Opening = { connection: open(url) }
    connections.set(url.origin, opening)
    opening.connection.then(
      (opened) => (opening.opened = opened),
      () => {
        if (connections.get(url.origin) === opening) connections.delete(url.origin)
      },
    )
    return opening.connection
  }

  return {
    async exchange(request, signal) {
      signal?.throwIfAborted()
      const url = new URL(request.url)
      try {
        const kept = connections.get(url.origin)?.opened
        // Not under the caller's signal alone: others may wait for the same connection.
        const { exchange } = kept?.usable() ? kept : await abortable(connection(url), signal)
        return await exchange(request, url, signal)
      } catch (error) {
        signal?.throwIfAborted()
        throw networkError(request.url, error)
      }
    },
    close() {
      const opened = [...connections.values()]
      connections.clear()
      for (const { connection } of opened) {
        void connection.then(({ close }) => close()).catch(() => undefined)
      }
    },
  }
}
