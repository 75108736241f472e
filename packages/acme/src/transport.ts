/** One HTTP request of the protocol. Bodies are text: JWS in flattened JSON. */
export interface AcmeRequest {
  readonly method: 'GET' | 'HEAD' | 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** One HTTP reply, read whole. */
export interface AcmeResponse {
  readonly status: number
  /** Names in lower case; repeated fields joined by `, ` (RFC 9110 §5.3). */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/**
 * Carries one HTTP exchange and nothing more: no retry, no redirect on POST, no cache. Rejects with an
 * `AcmeError` of code `ACME_NETWORK` when no reply came, and with the signal's reason when it aborts.
 * Safe to call concurrently.
 */
export interface Transport {
  exchange(request: AcmeRequest, signal?: AbortSignal): Promise<AcmeResponse>
  /** Lets go of kept connections. Later exchanges open new ones. */
  close?(): void
}
