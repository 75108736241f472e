import { CertwrightError } from '../runtime/error.ts'
import type { Certificate, Store, Version } from '../store/store.ts'

/**
 * Makes a former version current again: as the newest of all, so that whoever follows the numbers sees one way only.
 * `NO_FORMER_VERSION`, `VERSION_NOT_FOUND`, `VERSION_NOT_GOOD`.
 *
 * @param to Number of the version; the one before the current one where absent.
 */
export async function rollBack(
  { id, current }: Certificate,
  { to, now }: { readonly to?: number | undefined; readonly now: number },
  store: Pick<Store, 'version' | 'versions' | 'addVersion'>,
): Promise<Version> {
  const number = to ?? (await formerOf(id, current, store))
  const version = await store.version(id, number)
  if (!version) throw new CertwrightError('VERSION_NOT_FOUND', { id, number })
  if (version.revokedAt !== undefined || version.notAfter <= now) {
    throw new CertwrightError('VERSION_NOT_GOOD', { id, number })
  }
  const { number: _, ...copied } = version
  return store.addVersion({ ...copied, createdAt: now })
}

/** The newest one that is another certificate than the current one. */
async function formerOf(
  id: string,
  current: number | undefined,
  store: Pick<Store, 'versions'>,
): Promise<number> {
  const versions = await store.versions(id)
  const fingerprint = versions.find(({ number }) => number === current)?.fingerprint
  const former = versions.findLast((one) => one.fingerprint !== fingerprint)
  if (!former) throw new CertwrightError('NO_FORMER_VERSION', { id })
  return former.number
}
