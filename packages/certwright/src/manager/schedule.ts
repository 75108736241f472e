import { definitionOf, digestOf } from './definition.ts'
import { issuersOf, type Desired } from './desired.ts'
import type { ManagerContext } from './manager-context.ts'

export interface ScheduleInput {
  readonly desired: Desired
  /** The file that `desired` is of, as an absolute path. */
  readonly managedBy: string
}

export interface Scheduled {
  /** Those that are looked at now, because the file says something new of them. */
  readonly changed: readonly string[]
  /** Those that the file no longer names. They are left as they are: forgetting is for people to say. */
  readonly orphans: readonly string[]
}

/** Sees to it that all that a file names is scheduled, and what it says anew is looked at now. One look at the store. */
export async function scheduleAll(
  { desired, managedBy }: ScheduleInput,
  context: ManagerContext,
): Promise<Scheduled> {
  const { store, host } = context
  const kept = new Map((await store.schedules()).map((one) => [one.certificateId, one]))
  const changed: string[] = []
  for (const certificate of desired.certificates) {
    const { id: certificateId } = certificate
    const digest = digestOf(certificate)
    const known = kept.get(certificateId)
    if (known?.managedBy === managedBy && known.digest === digest) continue
    changed.push(certificateId)
    if (!known) {
      await store.saveCertificate(
        await definitionOf(certificate, issuersOf(desired, certificate), context),
      )
    }
    // Its digest is kept once it has been looked at.
    await store.saveSchedule({ certificateId, managedBy, nextCheckAt: host.now() })
  }
  const wanted = new Set(desired.certificates.map(({ id }) => id))
  const orphans = [...kept.values()]
    .filter((one) => one.managedBy === managedBy && !wanted.has(one.certificateId))
    .map(({ certificateId }) => certificateId)
  return { changed, orphans }
}
