import { poll } from '@certwright/acme'
import { CertwrightError } from '../runtime/error.ts'
import type { Host } from '../runtime/host.ts'
import type { CertificateBundle } from '../x509/bundle.ts'
import { describe } from '../x509/certificate.ts'
import { isCertificate } from './installed.ts'
import { served, type Served, type ServedOptions } from './served.ts'
import type { DeployTarget, Endpoint, Installed, Wanted } from './target.ts'

/** What a target says it has, and what handshakes with its endpoints show. */
export interface Observation {
  /** Absent where no certificate is bound. */
  readonly installed?: Installed
  /** Whether that is the certificate that should be there; absent where the target says nothing to tell it by. */
  readonly current?: boolean
  readonly endpoints: readonly ObservedEndpoint[]
}

export interface ObservedEndpoint {
  readonly endpoint: Endpoint
  /** Absent where no certificate was shown. */
  readonly served?: Served
  /** Whether it serves the very certificate that should be there. */
  readonly current: boolean
  /** Why nothing was shown. */
  readonly error?: CertwrightError
}

export interface ObserveOptions {
  readonly target: DeployTarget
  /** What to shake hands with, instead of what the target names. */
  readonly endpoints?: readonly Endpoint[] | undefined
  /** PEM roots to trust beside the system's. */
  readonly ca?: ServedOptions['ca'] | undefined
}

export interface InstallOptions extends ObserveOptions {
  readonly bundle: CertificateBundle
  readonly host: Host
  /** For what was written to arrive, at the target and then at its endpoints. Default ten minutes each. */
  readonly deadlineMs?: number | undefined
}

export interface Installation extends Observation {
  /** Whether anything had to be written. */
  readonly written: boolean
}

/** Looks once and changes nothing. */
export async function observe(
  { target, wanted, ...options }: ObserveOptions & { readonly wanted: Wanted },
  signal?: AbortSignal,
): Promise<Observation> {
  const installed = await target.read(signal, wanted)
  const { fingerprint } = describe(wanted.chainPem)
  const endpoints = await endpointsOf(target, wanted, options.endpoints, signal)
  return {
    ...targetSays(installed, wanted),
    endpoints: await Promise.all(
      endpoints.map(async (endpoint) => look(endpoint, fingerprint, options.ca, signal)),
    ),
  }
}

/**
 * Makes a target serve this bundle, and looks until it does: `read`, `write` unless it is there already, `read` until
 * the target says so, then handshakes until every endpoint shows it. What has not arrived by the deadline is part of
 * the observation, for `verifyInstallation` to judge; what the target refuses is thrown.
 */
export async function installVersion(
  { target, bundle, host, deadlineMs = 600_000, ca, ...options }: InstallOptions,
  signal?: AbortSignal,
): Promise<Installation> {
  const { fingerprint } = describe(bundle.chainPem)
  const read = async (): Promise<Observed> => targetSays(await target.read(signal, bundle), bundle)
  let state = await read()
  const written = state.current !== true
  if (written) {
    await target.write(bundle, signal)
    // A target that says nothing to tell a certificate by says no more the second time.
    const arrived = ({ installed, current }: Observed): boolean =>
      current ?? installed !== undefined
    state = await lastOf(read, arrived, { host, deadlineMs, signal })
  }
  const endpoints = await endpointsOf(target, bundle, options.endpoints, signal)
  const observed = await Promise.all(
    endpoints.map(async (endpoint) =>
      lookUntilCurrent(endpoint, fingerprint, ca, { host, deadlineMs, signal }),
    ),
  )
  return { ...state, written, endpoints: observed }
}

type Observed = Pick<Observation, 'installed' | 'current'>

function targetSays(installed: Installed | undefined, wanted: Wanted): Observed {
  if (installed === undefined) return { current: false }
  const current = isCertificate(installed, wanted)
  return { installed, ...(current !== undefined && { current }) }
}

async function endpointsOf(
  target: DeployTarget,
  wanted: Wanted,
  given: readonly Endpoint[] | undefined,
  signal: AbortSignal | undefined,
): Promise<readonly Endpoint[]> {
  return given ?? (await target.endpoints?.(signal, wanted)) ?? []
}

async function look(
  endpoint: Endpoint,
  fingerprint: string,
  ca: ServedOptions['ca'] | undefined,
  signal: AbortSignal | undefined,
): Promise<ObservedEndpoint> {
  try {
    const shown = await served({ ...endpoint, ...(ca && { ca }) }, signal)
    return { endpoint, served: shown, current: shown.fingerprint === fingerprint }
  } catch (error) {
    if (error instanceof CertwrightError) return { endpoint, current: false, error }
    throw error
  }
}

/** Faults that a certificate on its way cannot explain: looked at a few times more, not until the deadline. */
const unreachable: ReadonlySet<string> = new Set([
  'ENDPOINT_NAME_NOT_FOUND',
  'ENDPOINT_REFUSED',
  'ENDPOINT_UNREACHABLE',
  'ENDPOINT_SILENT',
])
const triesToReach = 3

async function lookUntilCurrent(
  endpoint: Endpoint,
  fingerprint: string,
  ca: ServedOptions['ca'] | undefined,
  patience: Patience,
): Promise<ObservedEndpoint> {
  let failures = 0
  return lastOf(
    async () => look(endpoint, fingerprint, ca, patience.signal),
    ({ current, error }) => {
      failures = error && unreachable.has(error.code) ? failures + 1 : 0
      return current || failures >= triesToReach
    },
    patience,
  )
}

interface Patience {
  readonly host: Host
  readonly deadlineMs: number
  readonly signal: AbortSignal | undefined
}

/** Reads until it is enough or the deadline comes, and gives what was read last. */
async function lastOf<T>(
  read: () => Promise<T>,
  until: (value: T) => boolean,
  patience: Patience,
): Promise<T> {
  const seen: { value: T }[] = []
  const tooLate = new Error('the deadline has come')
  try {
    return await poll(
      async () => {
        const value = await read()
        seen[0] = { value }
        return value
      },
      { ...patience, until, firstMs: 0, late: () => tooLate },
    )
  } catch (error) {
    if (error === tooLate && seen[0]) return seen[0].value
    throw error
  }
}
