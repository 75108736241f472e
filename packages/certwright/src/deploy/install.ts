import { poll } from '@certwright/acme'
import type { Host } from '../runtime/host.ts'
import type { CertificateBundle } from '../x509/bundle.ts'
import { isCertificate } from './installed.ts'
import { lookAt, type LookOptions, type ObservedEndpoint } from './look.ts'
import type { CommandOutcome, DeployTarget, Endpoint, Installed, Wanted } from './target.ts'

/** What a target says it has, and what handshakes with its endpoints show. */
export interface Observation {
  /** Absent where no certificate is bound. */
  readonly installed?: Installed
  /** Whether that is the certificate that should be there; absent where the target says nothing to tell it by. */
  readonly current?: boolean
  /** One an address of each endpoint. */
  readonly endpoints: readonly ObservedEndpoint[]
}

export interface ObserveOptions extends Pick<LookOptions, 'ca' | 'lookup'> {
  readonly target: DeployTarget
  /** What to shake hands with, instead of what the target names. */
  readonly endpoints?: readonly Endpoint[] | undefined
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
  /** What was run on the way: checks, reloads. Absent where nothing was. */
  readonly commands?: readonly CommandOutcome[]
}

/** Looks once and changes nothing. */
export async function observe(
  { target, wanted, ca, lookup, ...options }: ObserveOptions & { readonly wanted: Wanted },
  signal?: AbortSignal,
): Promise<Observation> {
  const installed = await target.read(signal, wanted)
  const endpoints = await endpointsOf(target, wanted, options.endpoints, signal)
  const look = { wanted, ca, lookup, signal }
  const seen = await Promise.all(endpoints.map(async (endpoint) => lookAt(endpoint, look)))
  return { ...targetSays(installed, wanted), endpoints: seen.flat() }
}

/**
 * Makes a target serve this bundle, and looks until it does: `read`, `write` unless it is there already, `read` until
 * the target says so, then handshakes until every address of every endpoint shows it. Where the target has it already
 * and an endpoint shows another one, the server is told to take it up. What has not arrived by the deadline is part of
 * the observation, for `verifyInstallation` to judge; what the target refuses is thrown.
 */
export async function installVersion(
  { target, bundle, host, deadlineMs = 600_000, ca, lookup, ...options }: InstallOptions,
  signal?: AbortSignal,
): Promise<Installation> {
  const read = async (): Promise<Observed> => targetSays(await target.read(signal, bundle), bundle)
  let state = await read()
  const written = state.current !== true && !target.watches
  const commands: CommandOutcome[] = []
  if (written) commands.push(...((await target.write(bundle, signal)) ?? []))
  if (state.current !== true) {
    // A target that says nothing to tell a certificate by says no more the second time.
    const arrived = ({ installed, current }: Observed): boolean =>
      current ?? installed !== undefined
    state = await lastOf(read, arrived, { host, deadlineMs, signal })
  }
  const endpoints = await endpointsOf(target, bundle, options.endpoints, signal)
  const look = { wanted: bundle, ca, lookup, signal }
  if (!written && target.reload && (await isOutdated(endpoints, look))) {
    commands.push(...(await target.reload(signal)))
  }
  const observed = await Promise.all(
    endpoints.map(async (endpoint) =>
      lookUntilCurrent(endpoint, look, { host, deadlineMs, signal }),
    ),
  )
  return {
    ...state,
    written,
    ...(commands.length > 0 && { commands }),
    endpoints: observed.flat(),
  }
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

/** Whether any of these shows a certificate, and not the wanted one or not with its chain. */
async function isOutdated(endpoints: readonly Endpoint[], look: LookOptions): Promise<boolean> {
  const seen = await Promise.all(endpoints.map(async (endpoint) => lookAt(endpoint, look)))
  return seen.flat().some(({ served, current, otherChain }) => served && (!current || otherChain))
}

/** Faults that a certificate on its way cannot explain: looked at a few times more, not until the deadline. */
const unreachable: ReadonlySet<string> = new Set([
  'ENDPOINT_NAME_NOT_FOUND',
  'ENDPOINT_NO_ROUTE',
  'ENDPOINT_REFUSED',
  'ENDPOINT_UNREACHABLE',
  'ENDPOINT_SILENT',
  'ENDPOINT_STARTTLS_NOT_CONFORM',
])
const triesToReach = 3

async function lookUntilCurrent(
  endpoint: Endpoint,
  look: LookOptions,
  patience: Patience,
): Promise<readonly ObservedEndpoint[]> {
  let failures = 0
  return lastOf(
    async () => lookAt(endpoint, look),
    (seen) => {
      const late = seen.filter(({ current }) => !current)
      const hopeless = late.every(({ error }) => error && unreachable.has(error.code))
      failures = hopeless ? failures + 1 : 0
      return late.length === 0 || failures >= triesToReach
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
