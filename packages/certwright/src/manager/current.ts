import type { Certificate, Renewal, Store, Version } from '../store/store.ts'

/** A certificate's current version, and what is known of its renewal. Both absent before the first. */
export interface Current {
  readonly version: Version | undefined
  readonly renewal: Renewal | undefined
}

/** Reads what is current of a certificate. */
export async function currentOf(
  { id, current }: Pick<Certificate, 'id' | 'current'>,
  store: Pick<Store, 'version' | 'renewal'>,
): Promise<Current> {
  if (current === undefined) return { version: undefined, renewal: undefined }
  const [version, renewal] = [await store.version(id, current), await store.renewal(id, current)]
  return { version, renewal }
}
