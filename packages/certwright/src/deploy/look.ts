import { CertwrightError } from '../runtime/error.ts'
import { describe } from '../x509/certificate.ts'
import { addressesOf, type Lookup } from './addresses.ts'
import { served, type Served, type ServedOptions } from './served.ts'
import type { Endpoint, Wanted } from './target.ts'

/** What one address of an endpoint shows. */
export interface ObservedEndpoint {
  readonly endpoint: Endpoint
  /** Which of the host's addresses was looked at; absent where it has none. */
  readonly address?: string
  /** Absent where no certificate was shown. */
  readonly served?: Served
  /** Whether it serves the very certificate that should be there. */
  readonly current: boolean
  /** Whether that certificate came with an intermediate that was never given to it. */
  readonly otherChain?: true
  /** Why nothing was shown. */
  readonly error?: CertwrightError
}

export interface LookOptions {
  readonly wanted: Wanted
  /** PEM roots to trust beside the system's. */
  readonly ca?: ServedOptions['ca'] | undefined
  /** Finds a host's addresses; the machine's own resolver by default. */
  readonly lookup?: Lookup | undefined
  readonly signal?: AbortSignal | undefined
}

/** Shakes hands with every address of an endpoint at once. What shows nothing is part of what is seen. */
export async function lookAt(
  endpoint: Endpoint,
  { wanted, ca, lookup, signal }: LookOptions,
): Promise<readonly ObservedEndpoint[]> {
  const ours = describe(wanted.chainPem)
  const look = async (address?: string): Promise<ObservedEndpoint> => {
    const at = { endpoint, ...(address !== undefined && { address }) }
    try {
      const shown = await served({ ...at.endpoint, ...at, ...(ca && { ca }) }, signal)
      const current = shown.fingerprint === ours.fingerprint
      const otherChain = current && hasOtherIntermediates(shown.chainPem, ours)
      return { ...at, served: shown, current, ...(otherChain && { otherChain }) }
    } catch (error) {
      if (error instanceof CertwrightError) return { ...at, current: false, error }
      throw error
    }
  }
  const addresses = await addressesIn(endpoint, lookup, signal)
  if (addresses instanceof CertwrightError) return [{ endpoint, current: false, error: addresses }]
  return Promise.all(addresses.map(look))
}

async function addressesIn(
  { host, port, servername }: Endpoint,
  lookup: Lookup | undefined,
  signal: AbortSignal | undefined,
): Promise<readonly string[] | CertwrightError> {
  const notFound = (reason: string, cause?: unknown): CertwrightError => {
    const params = { host, endpoint: `${host}:${port}`, servername, reason }
    return new CertwrightError('ENDPOINT_NAME_NOT_FOUND', params, { cause })
  }
  signal?.throwIfAborted()
  // The system's resolver cannot be told to stop; its answer is not waited for then.
  const patience = AbortSignal.timeout(lookupTimeoutMs)
  const either = signal ? AbortSignal.any([signal, patience]) : patience
  try {
    const addresses = await Promise.race([addressesOf(host, lookup), rejectedBy(either)])
    return addresses.length === 0 ? notFound('ENODATA') : addresses
  } catch (error) {
    signal?.throwIfAborted()
    const { code, message } = error as NodeJS.ErrnoException
    return notFound(patience.aborted ? 'ETIMEDOUT' : (code ?? message), error)
  }
}

const lookupTimeoutMs = 10_000

async function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => reject(signal.reason as Error)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}

/** A chain that was cut short, or had its root added, is still ours: clients judge that. */
function hasOtherIntermediates(chainPem: string, ours: ReturnType<typeof describe>): boolean {
  const given = new Set(ours.chain.map(({ fingerprint }) => fingerprint))
  return describe(chainPem)
    .chain.slice(1)
    .some(
      ({ fingerprint, subject, issuer }) => !given.has(fingerprint) && (subject ?? '') !== issuer,
    )
}
