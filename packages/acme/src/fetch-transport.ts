import { within } from './abort.ts'
import { bodyTooLarge, networkError, timedOut } from './network-error.ts'
import type { AcmeResponse, Transport } from './transport.ts'

/** How `fetchTransport` sends, and how much it reads. */
export interface FetchTransportOptions {
  /** By default the runtime's own. */
  readonly fetch?: typeof globalThis.fetch
  /** For one exchange; by default 30 seconds. */
  readonly timeoutMs?: number
  /** By default 1 MiB. */
  readonly maxBodyBytes?: number
}

/** Carries exchanges by `fetch`, in any runtime. */
export function fetchTransport({
  fetch = (input, init) => globalThis.fetch(input, init),
  timeoutMs = 30_000,
  maxBodyBytes = 1_048_576,
}: FetchTransportOptions = {}): Transport {
  return {
    exchange({ method, url, headers, body }, signal) {
      const late = (): Error => timedOut(url, timeoutMs)
      return within({ limitMs: timeoutMs, signal, late }, async (signal) => {
        try {
          const response = await fetch(url, {
            method,
            headers,
            redirect: 'manual',
            signal,
            ...(body !== undefined && { body }),
          })
          return await responseFrom(response, url, maxBodyBytes)
        } catch (error) {
          signal.throwIfAborted()
          throw networkError(url, error)
        }
      })
    },
  }
}

async function responseFrom(
  response: Response,
  url: string,
  maxBodyBytes: number,
): Promise<AcmeResponse> {
  const chunks: Uint8Array[] = []
  let length = 0
  const stream: ReadableStream<Uint8Array> | null = response.body
  const reader = stream?.getReader()
  for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
    length += part.value.length
    if (length > maxBodyBytes) {
      await reader?.cancel()
      throw bodyTooLarge(url, maxBodyBytes)
    }
    chunks.push(part.value)
  }
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: joined(chunks, length),
  }
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const body = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    body.set(chunk, offset)
    offset += chunk.length
  }
  return body
}
