import type { Kysely } from 'kysely'
import { CertwrightError } from '../runtime/error.ts'
import type { Schema, SealRow } from './schema.ts'
import { type Place, type Seal, sealWith } from './seal.ts'
import type { KeySource } from './sealing.ts'

/** Where something known is sealed, which tells whether a key is the right one. */
export const knownPlace: Place = { table: 'seal', column: 'known', record: 'current' }

export async function sealRow(db: Kysely<Schema>): Promise<SealRow | undefined> {
  return db.selectFrom('seal').selectAll().where('id', '=', 'current').executeTakeFirst()
}

/** The seal of a store, where the source has the key that it was made with. `STORE_KEY_MISSING`, `STORE_KEY_WRONG`. */
export async function sealOf(row: SealRow, source: KeySource): Promise<Seal> {
  const key = await source.find(row.salt, row.key_id)
  if (!key) throw keyMissing(source, row.source)
  const seal = sealWith(key)
  try {
    seal.unseal(row.known, knownPlace)
  } catch (cause) {
    const params = { source: source.shown, expected: row.source }
    throw new CertwrightError('STORE_KEY_WRONG', params, { cause })
  }
  return seal
}

export function keyMissing({ shown }: KeySource, expected: string): CertwrightError {
  return new CertwrightError('STORE_KEY_MISSING', { path: shown, expected })
}
