import type { Certificate, PersistRecord, Store, Version } from '../store/store.ts'

const twoWeeksMs = 14 * 86_400_000

/**
 * Whether a record that proves a name ends too soon: before the current version does, so that its renewal may no longer
 * find it, or within two weeks.
 */
export function endsTooSoon(
  { persistUntil }: Pick<PersistRecord, 'persistUntil'>,
  version: Pick<Version, 'notAfter'> | undefined,
  now: number,
): boolean {
  if (persistUntil === undefined) return false
  return persistUntil < Math.max(now + twoWeeksMs, version?.notAfter ?? 0)
}

/** The certificate's records that end too soon, as they were last seen. */
export async function endingRecords(
  { id, challenge }: Pick<Certificate, 'id' | 'challenge'>,
  version: Pick<Version, 'notAfter'> | undefined,
  { store, now }: { readonly store: Pick<Store, 'persistRecords'>; readonly now: number },
): Promise<readonly PersistRecord[]> {
  if (challenge.type !== 'dns-persist-01') return []
  return (await store.persistRecords(id)).filter((record) => endsTooSoon(record, version, now))
}
