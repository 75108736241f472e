import type { Client } from './client.ts'
import { endpointCall } from './directory.ts'
import { follow, judged, type CallOptions, type ExchangeOptions } from './exchange.ts'
import { notConform, replyNonce } from './reply.ts'
import { retry } from './retry.ts'
import type { Host } from './host.ts'

/**
 * Nonces of one CA, and the permits to use them: as many signed requests may be in flight as it has
 * permits.
 */
export interface NoncePool {
  /** Waits for a permit; then a kept nonce, the newest first, else a fetched one. */
  take(fetchNonce: () => Promise<string>, signal?: AbortSignal): Promise<string>
  /** Keeps a nonce that came with a reply. */
  keep(nonce: string | undefined): void
  /** Gives the permit of a `take` back. */
  release(): void
}

const keptAtMost = 10
/** CAs forget nonces, and all of them when they restart: better a new one than a `badNonce`. */
const maxAgeMs = 5 * 60_000

/** An empty pool. `limit` is the number of permits, and so of the nonces ever in use at once. */
export function noncePool(host: Host, limit: number): NoncePool {
  const kept: { readonly nonce: string; readonly at: number }[] = []
  const waiting: (() => void)[] = []
  let inFlight = 0

  const release = (): void => {
    const next = waiting.shift()
    if (next === undefined) inFlight -= 1
    else next()
  }
  const newest = (): string | undefined => {
    const entry = kept.pop()
    if (entry !== undefined && Math.abs(host.now() - entry.at) <= maxAgeMs) return entry.nonce
    // All others are older still.
    kept.length = 0
    return undefined
  }
  const permit = (signal: AbortSignal | undefined): Promise<void> | undefined => {
    signal?.throwIfAborted()
    if (inFlight < limit) {
      inFlight += 1
      return undefined
    }
    return new Promise((resolve, reject) => {
      const granted = (): void => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      }
      const onAbort = (): void => {
        waiting.splice(waiting.indexOf(granted), 1)
        reject(signal?.reason as Error)
      }
      waiting.push(granted)
      signal?.addEventListener('abort', onAbort, { once: true })
    })
  }

  return {
    async take(fetchNonce, signal) {
      await permit(signal)
      try {
        return newest() ?? (await fetchNonce())
      } catch (error) {
        release()
        throw error
      }
    },
    keep(nonce) {
      if (nonce === undefined) return
      kept.push({ nonce, at: host.now() })
      if (kept.length > keptAtMost) kept.shift()
    },
    release,
  }
}

/** A new nonce (RFC 8555 §7.2). */
export function newNonce(client: Client, options: CallOptions = {}): Promise<string> {
  return retry((attempt) => fetchNonce(client, { ...options, attempt }), {
    host: client.host,
    ...options,
  })
}

/**
 * By GET, since a HEAD reply without Content-Length costs HTTP/1.1 clients their connection. Sent
 * once.
 */
export function fetchNonce(client: Client, options: ExchangeOptions): Promise<string> {
  return endpointCall(client, 'newNonce', options, async (url) => {
    const reply = judged(await follow(client, url, options))
    const nonce = replyNonce(reply)
    if (nonce === undefined) throw notConform(reply, 'it has no usable Replay-Nonce')
    return nonce
  })
}
