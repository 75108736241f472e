import { CertwrightError } from '../runtime/error.ts'
import type { Certificate, Store, Version } from '../store/store.ts'

/** The version with that number, or the current one where none was named. */
export async function versionOf(
  { id, current }: Certificate,
  number: number | undefined,
  store: Pick<Store, 'version'>,
): Promise<Version> {
  const wanted = number ?? current
  if (wanted === undefined) throw new CertwrightError('NOT_ISSUED_YET', { id })
  const version = await store.version(id, wanted)
  if (!version) throw new CertwrightError('VERSION_NOT_FOUND', { id, number: wanted })
  return version
}
