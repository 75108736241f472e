import type { KyselyStoreOptions } from './kysely-store.ts'
import type { RevocationListRow } from './schema.ts'
import type { RevocationList, Store } from './store.ts'

type Revocations = Pick<
  Store,
  | 'revocationList'
  | 'claimRevocationList'
  | 'saveRevocationList'
  | 'currentSerials'
  | 'markRevokedByIssuer'
>

export function revocationsIn({ db, attempt }: KyselyStoreOptions): Revocations {
  return {
    async revocationList(url) {
      const one = db.selectFrom('revocation_lists').selectAll().where('url', '=', url)
      const row = await attempt(() => one.executeTakeFirst())
      return row && listOf(row)
    },
    async claimRevocationList(url, { now, until }) {
      const claim = db
        .insertInto('revocation_lists')
        .values({ ...nothingKnown, url, next_fetch_at: until })
        .onConflict((conflict) =>
          conflict
            .column('url')
            .doUpdateSet({ next_fetch_at: until })
            .where('revocation_lists.next_fetch_at', '<=', now),
        )
        .returning('url')
      return (await attempt(() => claim.executeTakeFirst())) !== undefined
    },
    async saveRevocationList(list) {
      const row = rowOf(list)
      const upsert = db
        .insertInto('revocation_lists')
        .values(row)
        .onConflict((conflict) => conflict.column('url').doUpdateSet(row))
      await attempt(() => upsert.execute())
    },
    async currentSerials() {
      const all = db
        .selectFrom('versions')
        .innerJoin('certificates', (join) =>
          join
            .onRef('certificates.id', '=', 'versions.certificate_id')
            .onRef('certificates.current', '=', 'versions.number'),
        )
        .select(['versions.certificate_id', 'versions.number', 'versions.serial'])
        .where('versions.revoked_at', 'is', null)
        .orderBy('versions.certificate_id')
      const rows = await attempt(() => all.execute())
      return rows.map(({ certificate_id: certificateId, number, serial }) => ({
        certificateId,
        number,
        serial,
      }))
    },
    async markRevokedByIssuer(certificateId, number, { at, reason }) {
      const mark = db
        .updateTable('versions')
        .set({ revoked_at: at, revocation_reason: reason, revoked_by: 'issuer' })
        .where('certificate_id', '=', certificateId)
        .where('number', '=', number)
        .where('revoked_at', 'is', null)
      const { numUpdatedRows } = await attempt(() => mark.executeTakeFirstOrThrow())
      return numUpdatedRows > 0n
    },
  }
}

const nothingKnown = { this_update: null, next_update: null, failures: 0, last_error: null }

function rowOf(list: RevocationList): RevocationListRow {
  const { url, thisUpdate, nextUpdate, nextFetchAt, failures, lastError } = list
  return {
    url,
    this_update: thisUpdate ?? null,
    next_update: nextUpdate ?? null,
    next_fetch_at: nextFetchAt,
    failures,
    last_error: lastError ? JSON.stringify(lastError) : null,
  }
}

function listOf(row: RevocationListRow): RevocationList {
  const { url, this_update: thisUpdate, next_update: nextUpdate, last_error: lastError } = row
  return {
    url,
    ...(thisUpdate !== null && { thisUpdate }),
    ...(nextUpdate !== null && { nextUpdate }),
    nextFetchAt: row.next_fetch_at,
    failures: row.failures,
    ...(lastError !== null && {
      lastError: JSON.parse(lastError) as NonNullable<RevocationList['lastError']>,
    }),
  }
}
