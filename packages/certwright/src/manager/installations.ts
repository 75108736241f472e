import { readFile } from 'node:fs/promises'
import {
  installVersion,
  observe,
  type Installation as InstalledVersion,
  type Observation,
  type ObserveOptions,
} from '../deploy/install.ts'
import { placeOf, type Place } from '../deploy/place.ts'
import type { TargetContext } from '../deploy/target-context.ts'
import type { TargetRegistry } from '../deploy/targets/registry.ts'
import { verifyInstallation, type VerifiedInstallation } from '../deploy/verify-installation.ts'
import { CertwrightError } from '../runtime/error.ts'
import type { Installation, SeenInstallation, Store, Version } from '../store/store.ts'
import { withKey } from '../x509/bundle.ts'

/** What installing works with: everything from outside is lent. */
export interface DeployContext extends TargetContext {
  readonly store: Store
  /** Every target there is; those of this package where absent. */
  readonly targets?: TargetRegistry | undefined
  /** For what was written to arrive, at a target and then at its endpoints. Default ten minutes each. */
  readonly deadlineMs?: number | undefined
  /** How long after an install a former version is no drift. Default ten minutes. */
  readonly graceMs?: number | undefined
  /** Told what came of one installation, as it ends. */
  readonly onOutcome?: (outcome: Outcome) => void
}

/** What came of one installation, or what a look at it has shown. */
export interface Outcome {
  readonly installation: Installation
  /** The certificate that should be there. */
  readonly version: Version
  /** Whether anything had to be written; never by a look. */
  readonly written: boolean
  readonly observation?: Observation & Pick<InstalledVersion, 'commands'>
  readonly verified?: VerifiedInstallation
  /** Why it is not installed, or could not be looked at. */
  readonly error?: unknown
}

/** Keeps these places as the certificate's. One that is kept already gets the new options. */
export async function keepPlaces(
  certificateId: string,
  places: readonly Place[],
  { store, host }: Pick<DeployContext, 'store' | 'host'>,
): Promise<readonly Installation[]> {
  const kept = new Map(
    (await store.installations(certificateId)).map((one) => [one.target, one] as const),
  )
  const installations = new Map<string, Installation>()
  for (const { text: target, kind, options } of places) {
    const before = kept.get(target) ?? { certificateId, target, createdAt: host.now() }
    installations.set(target, { ...before, name: kind.name, options })
  }
  for (const installation of installations.values()) await store.saveInstallation(installation)
  return [...installations.values()]
}

/** The place that an installation was made from. */
export async function placeOfInstallation(
  { name, options }: Installation,
  context: DeployContext,
): Promise<Place> {
  return placeOf({ name, values: options }, context, context.targets)
}

/** Whether a target is not known to hold this version: never written, failed, or seen with something else. */
export function isPending(
  { lastWritten, lastSeen, lastError }: Installation,
  { fingerprint }: Pick<Version, 'fingerprint'>,
): boolean {
  return (
    lastWritten?.fingerprint !== fingerprint ||
    lastError !== undefined ||
    lastSeen?.proven === false
  )
}

/**
 * Installs a version on all of these at once, and proves each. One that fails stops no other: its error is part of
 * its outcome, and is kept for the next run, which tries again. Rejects only where the signal aborts.
 */
export async function installAll(
  version: Version,
  installations: readonly Installation[],
  context: DeployContext,
  signal?: AbortSignal,
): Promise<readonly Outcome[]> {
  return Promise.all(
    installations.map(async (installation) => {
      const outcome = await install(version, installation, context, signal)
      context.onOutcome?.(outcome)
      return outcome
    }),
  )
}

async function install(
  version: Version,
  installation: Installation,
  context: DeployContext,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  const { store, host, deadlineMs } = context
  let outcome: Outcome
  try {
    const { target, ca } = await opened(installation, version, context)
    const options = { target, ca, bundle: withKey(version), host, deadlineMs }
    const { written, ...observation } = await installVersion(options, signal)
    const former = await formerVersions(version, store)
    const verified = verifyInstallation(observation, host.now(), { former })
    const error = verified.proven ? undefined : notProven(installation, verified)
    outcome = {
      installation,
      version,
      written,
      observation,
      verified,
      ...(error && { error }),
    }
  } catch (error) {
    signal?.throwIfAborted()
    outcome = { installation, version, written: false, error }
  }
  const noted = installedNow(outcome, host.now())
  await store.saveInstallation(noted)
  return { ...outcome, installation: noted }
}

/** What is kept of an attempt. */
function installedNow(
  { installation, version, observation, verified, error }: Outcome,
  now: number,
) {
  const { lastError: _, ...before } = installation
  const { fingerprint } = version
  const held = verified && (verified.target ?? 'current') === 'current'
  const already = before.lastWritten?.fingerprint === fingerprint
  return {
    ...before,
    ...(held && !already && { lastWritten: { fingerprint, at: now } }),
    ...(observation && verified && { lastSeen: seen(observation, verified, now) }),
    ...(error !== undefined && { lastError: { code: codeOf(error), at: now } }),
  }
}

function seen(
  { installed, endpoints }: Observation,
  { proven }: VerifiedInstallation,
  at: number,
): SeenInstallation {
  const fingerprint =
    installed?.fingerprint ?? endpoints.find(({ served }) => served)?.served?.fingerprint
  return { at, proven, ...(fingerprint !== undefined && { fingerprint }) }
}

function codeOf(error: unknown): string {
  return error instanceof CertwrightError ? error.code : 'UNEXPECTED'
}

function notProven({ target }: Installation, verified: VerifiedInstallation): CertwrightError {
  const details = [
    ...(verified.target && verified.target !== 'current' ? [`API: ${verified.target}`] : []),
    ...verified.endpoints
      .filter(({ verdict }) => verdict !== 'current')
      .map(({ endpoint: { host, servername, port }, address, verdict, reason }) =>
        [
          `${servername}:${port}`,
          ...(address !== undefined && address !== host ? [`at ${address}`] : []),
          `${verdict}${reason ? ` (${reason})` : ''}`,
        ].join(': '),
      ),
  ]
  return new CertwrightError('INSTALLATION_NOT_PROVEN', { target, details: details.join('; ') })
}

/** Looks at all of these at once and changes nothing. One that cannot be looked at has an error. */
export async function lookAtAll(
  version: Version,
  installations: readonly Installation[],
  context: DeployContext,
  signal?: AbortSignal,
): Promise<readonly Outcome[]> {
  return Promise.all(
    installations.map(async (installation): Promise<Outcome> => {
      const head = { installation, version, written: false }
      try {
        const { target, ca } = await opened(installation, version, context)
        const observation = await observe({ target, ca, wanted: version }, signal)
        const { host, store, graceMs } = context
        const verified = verifyInstallation(observation, host.now(), {
          former: await formerVersions(version, store),
          writtenAt: writtenAt(installation, version),
          ...(graceMs !== undefined && { graceMs }),
        })
        return { ...head, observation, verified }
      } catch (error) {
        signal?.throwIfAborted()
        return { ...head, error }
      }
    }),
  )
}

async function formerVersions(
  { certificateId, number }: Version,
  store: Store,
): Promise<readonly Version[]> {
  return (await store.versions(certificateId)).filter((one) => one.number !== number)
}

function writtenAt({ lastWritten }: Installation, { fingerprint }: Version): number | undefined {
  return lastWritten?.fingerprint === fingerprint ? lastWritten.at : undefined
}

/** Keeps what a look has shown, so that the next renewal sets right what is not as it should be. */
export async function noteSeen(
  { installation: { certificateId, target }, observation, verified }: Outcome,
  { store, host }: Pick<DeployContext, 'store' | 'host'>,
): Promise<void> {
  // What settles by itself is no reason to install it again.
  if (!observation || !verified || verified.settling) return
  await store.markSeen(certificateId, target, seen(observation, verified, host.now()))
}

/**
 * The target, and the roots that its handshakes are judged by. Who trusts a CA's server by roots of its own trusts what
 * that CA issues by them too, where nothing else is said.
 */
async function opened(
  installation: Installation,
  { directoryUrl }: Version,
  context: DeployContext,
): Promise<Pick<ObserveOptions, 'target' | 'ca'>> {
  const { target, roots } = await placeOfInstallation(installation, context)
  if (roots !== undefined) return { target, ca: roots }
  const caFile = (await context.store.issuer(directoryUrl))?.caFile
  const ca =
    caFile === undefined ? undefined : await readFile(caFile, 'utf8').catch(() => undefined)
  return { target, ca }
}
