import { identifierSet } from '@certwright/acme'
import { isCertificate } from '../deploy/installed.ts'
import { CertwrightError } from '../runtime/error.ts'
import type { Certificate, Installation, Store, Version } from '../store/store.ts'
import { withKey } from '../x509/bundle.ts'
import {
  isPending,
  placeOfInstallation,
  type DeployContext,
  type Outcome,
} from './installations.ts'

/** What came of removing what newer uploads have replaced. */
export interface Pruned {
  readonly target: string
  readonly removed: readonly string[]
  readonly error?: unknown
}

/**
 * Removes what this version has replaced at the services, once it is proven wherever it should be. While anything may
 * still need an older one, which is also where another certificate of ours has the same names, nothing is removed.
 */
export async function pruneAll(
  certificate: Certificate,
  outcomes: readonly Outcome[],
  context: DeployContext,
  signal?: AbortSignal,
): Promise<readonly Pruned[]> {
  const version = outcomes[0]?.version
  if (!version || !outcomes.some(({ written }) => written)) return []
  const all = await context.store.installations(certificate.id)
  if (all.some((installation) => isPending(installation, version))) return []
  if (await hasTwin(certificate, context.store)) return []
  const pruned: Pruned[] = []
  // One after the other: several targets look after the same store of uploads.
  for (const installation of all) {
    const { target } = installation
    try {
      const { target: place } = await placeOfInstallation(installation, context)
      const removed = (await place.prune?.(withKey(version), signal)) ?? []
      if (removed.length > 0) pruned.push({ target, removed })
    } catch (error) {
      signal?.throwIfAborted()
      pruned.push({ target, removed: [], error })
    }
  }
  return pruned
}

/** Whether another certificate for the same names is installed anywhere: services tell uploads by their names. */
async function hasTwin({ id, identifiers }: Certificate, store: Store): Promise<boolean> {
  const set = identifierSet(identifiers)
  const installed = new Set((await store.installations()).map(({ certificateId }) => certificateId))
  return (await store.certificates()).some(
    (other) =>
      other.id !== id && installed.has(other.id) && identifierSet(other.identifiers) === set,
  )
}

/**
 * Unbinds one of these versions from a target. Another's certificate is never touched: `not-ours`. Throws
 * `INSTALLATION_NOT_REMOVABLE` where the target knows no way.
 */
export async function unbind(
  installation: Installation,
  versions: readonly Version[],
  context: DeployContext,
  signal?: AbortSignal,
): Promise<'unbound' | 'not-ours' | 'empty'> {
  const { target } = await placeOfInstallation(installation, context)
  const installed = await target.read(signal, versions.at(-1))
  if (!installed) return 'empty'
  if (!versions.some((version) => isCertificate(installed, version))) return 'not-ours'
  if (!target.remove) {
    throw new CertwrightError('INSTALLATION_NOT_REMOVABLE', { target: installation.target })
  }
  await target.remove(installed, signal)
  return 'unbound'
}
