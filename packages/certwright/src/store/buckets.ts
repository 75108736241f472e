import { sql, type Kysely } from 'kysely'
import type { KyselyStoreOptions } from './kysely-store.ts'
import type { BucketRow, Schema } from './schema.ts'
import type { Bucket, Store, TokenRequest } from './store.ts'

type Buckets = Pick<Store, 'takeTokens' | 'block' | 'buckets'>

/**
 * Rate limits as the generic cell rate algorithm: a bucket is one moment, the theoretical arrival of the next cell
 * (ITU-T I.371 §A.1). Taken and refused in one statement, so that any number of processes share it.
 */
export function bucketsIn({ db, attempt }: KyselyStoreOptions): Buckets {
  return {
    async takeTokens(requests, now) {
      try {
        await attempt(() => db.transaction().execute((tx) => takeAll(tx, requests, now)))
        return { granted: true }
      } catch (error) {
        if (error instanceof Refused) return { granted: false, ...error.refusal }
        throw error
      }
    },
    async block(key, until, reason) {
      const row = { key, theoretical_arrival: 0, blocked_until: until, reason: reason ?? null }
      const upsert = db
        .insertInto('buckets')
        .values(row)
        .onConflict((conflict) =>
          conflict.column('key').doUpdateSet({ blocked_until: until, reason: reason ?? null }),
        )
      await attempt(() => upsert.execute())
    },
    async buckets({ keys, prefix } = {}) {
      let found = db.selectFrom('buckets').selectAll().orderBy('key')
      if (keys) found = found.where('key', 'in', keys.length > 0 ? keys : [''])
      if (prefix !== undefined) {
        found = found.where('key', '>=', prefix).where('key', '<', `${prefix}\u{10ffff}`)
      }
      return (await attempt(() => found.execute())).map(bucketOf)
    },
  }
}

/** Ends the transaction without a trace. */
class Refused extends Error {
  readonly refusal: { readonly key: string; readonly retryAt: number }

  constructor(refusal: { readonly key: string; readonly retryAt: number }) {
    super(`no token in ${refusal.key}`)
    this.refusal = refusal
  }
}

async function takeAll(
  tx: Kysely<Schema>,
  requests: readonly TokenRequest[],
  now: number,
): Promise<void> {
  // Always in the same order: two that want the same buckets never wait for each other in a ring.
  const inOrder = [...requests].sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)))
  for (const request of inOrder) await take(tx, request, now)
}

async function take(
  tx: Kysely<Schema>,
  { key, emissionMs, capacity }: TokenRequest,
  now: number,
): Promise<void> {
  const fresh = now + emissionMs
  const burstMs = emissionMs * capacity
  const later = sql<number>`case when buckets.theoretical_arrival > ${now} then buckets.theoretical_arrival else ${now} end + ${emissionMs}`
  const taken = await tx
    .insertInto('buckets')
    .values({ key, theoretical_arrival: fresh, blocked_until: 0, reason: null })
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet({ theoretical_arrival: later })
        .where('buckets.blocked_until', '<=', now)
        .where(sql<boolean>`${later} <= ${now + burstMs}`),
    )
    .returning('key')
    .executeTakeFirst()
  if (taken) return
  const row = await tx
    .selectFrom('buckets')
    .selectAll()
    .where('key', '=', key)
    .executeTakeFirstOrThrow()
  const refilledAt = row.theoretical_arrival + emissionMs - burstMs
  throw new Refused({ key, retryAt: Math.max(row.blocked_until, refilledAt) })
}

function bucketOf(row: BucketRow): Bucket {
  return {
    key: row.key,
    theoreticalArrival: row.theoretical_arrival,
    blockedUntil: row.blocked_until,
    ...(row.reason !== null && { reason: row.reason }),
  }
}
