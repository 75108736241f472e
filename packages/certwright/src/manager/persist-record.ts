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

/** What a look has shown of a record that proves a name until further notice. */
export interface SeenPersistRecord extends Omit<PersistRecord, 'certificateId'> {
  /** The name that it proves, without `*.`. */
  readonly domain: string
  /** Whether it is for wildcards, too. */
  readonly wildcard: boolean
}

/** Notes of good records how long they will do, for the certificates that rely on them. */
export async function notePersistRecords(
  seen: readonly SeenPersistRecord[],
  directoryUrl: string,
  store: Pick<Store, 'certificates' | 'persistRecords' | 'savePersistRecords'>,
): Promise<void> {
  for (const { id, identifiers, challenge, directoryUrl: own } of await store.certificates()) {
    if (challenge.type !== 'dns-persist-01' || own !== directoryUrl) continue
    const kept = await store.persistRecords(id)
    const records = kept.map((record): PersistRecord => {
      const look = seen.find(({ name }) => name === record.name)
      const isWild = identifiers.some(({ value }) => value === `*.${look?.domain}`)
      if (!look || (isWild && !look.wildcard)) return record
      const { name, persistUntil, seenAt } = look
      return {
        certificateId: id,
        name,
        ...(persistUntil !== undefined && { persistUntil }),
        seenAt,
      }
    })
    if (records.some((record, i) => record !== kept[i])) await store.savePersistRecords(id, records)
  }
}
