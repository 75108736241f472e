import { sql } from 'kysely'
import type { KyselyStoreOptions } from './kysely-store.ts'
import type { ScheduleRow } from './schema.ts'
import type { Schedule, Store } from './store.ts'

type Schedules = Pick<
  Store,
  | 'schedules'
  | 'schedule'
  | 'saveSchedule'
  | 'claimDue'
  | 'takeLease'
  | 'finish'
  | 'wake'
  | 'nextCheckAt'
>

/** The certificates' table is the schedule: claiming is one statement over the index of what is due. */
export function schedulesIn({ db, attempt }: KyselyStoreOptions): Schedules {
  return {
    async schedules() {
      const all = db.selectFrom('schedules').selectAll().orderBy('certificate_id')
      return (await attempt(() => all.execute())).map(scheduleOf)
    },
    async schedule(certificateId) {
      const one = db.selectFrom('schedules').selectAll().where('certificate_id', '=', certificateId)
      const row = await attempt(() => one.executeTakeFirst())
      return row && scheduleOf(row)
    },
    async saveSchedule({ certificateId, managedBy, digest, nextCheckAt }) {
      const change = {
        managed_by: managedBy ?? null,
        digest: digest ?? null,
        next_check_at: nextCheckAt,
      }
      const upsert = db
        .insertInto('schedules')
        .values({
          certificate_id: certificateId,
          ...change,
          lease_epoch: 0,
          failures: 0,
          last_failure: null,
        })
        .onConflict((conflict) => conflict.column('certificate_id').doUpdateSet(change))
      await attempt(() => upsert.execute())
    },
    async claimDue({ managedBy, now, limit, leaseMs }) {
      const due = db
        .selectFrom('schedules')
        .select('certificate_id')
        .where('managed_by', '=', managedBy)
        .where('next_check_at', '<=', now)
        .orderBy('next_check_at')
        .limit(limit)
      const claim = db
        .updateTable('schedules')
        .set({ next_check_at: now + leaseMs, lease_epoch: sql`lease_epoch + 1` })
        .where('certificate_id', 'in', due)
        .returning(['certificate_id', 'lease_epoch'])
      const rows = await attempt(() => claim.execute())
      return rows.map((row) => ({ certificateId: row.certificate_id, epoch: row.lease_epoch }))
    },
    async takeLease(certificateId, { now, leaseMs }) {
      const until = now + leaseMs
      const take = db
        .insertInto('schedules')
        .values({
          certificate_id: certificateId,
          managed_by: null,
          digest: null,
          next_check_at: until,
          lease_epoch: 1,
          failures: 0,
          last_failure: null,
        })
        .onConflict((conflict) =>
          conflict
            .column('certificate_id')
            .doUpdateSet({ next_check_at: until, lease_epoch: sql`schedules.lease_epoch + 1` }),
        )
        .returning('lease_epoch')
      const { lease_epoch: epoch } = await attempt(() => take.executeTakeFirstOrThrow())
      return { certificateId, epoch }
    },
    async finish({ certificateId, epoch }, { nextCheckAt, failures, lastFailure }) {
      const finish = db
        .updateTable('schedules')
        .set({
          next_check_at: nextCheckAt,
          failures,
          last_failure: lastFailure ? JSON.stringify(lastFailure) : null,
        })
        .where('certificate_id', '=', certificateId)
        .where('lease_epoch', '=', epoch)
      const { numUpdatedRows } = await attempt(() => finish.executeTakeFirstOrThrow())
      return numUpdatedRows > 0n
    },
    async wake(certificateId, at) {
      const sooner = db
        .updateTable('schedules')
        .set({ next_check_at: at })
        .where('certificate_id', '=', certificateId)
        .where('next_check_at', '>', at)
      await attempt(() => sooner.execute())
    },
    async nextCheckAt(managedBy) {
      const first = db
        .selectFrom('schedules')
        .select('next_check_at')
        .where('managed_by', '=', managedBy)
        .orderBy('next_check_at')
        .limit(1)
      return (await attempt(() => first.executeTakeFirst()))?.next_check_at
    },
  }
}

function scheduleOf(row: ScheduleRow): Schedule {
  return {
    certificateId: row.certificate_id,
    ...(row.managed_by !== null && { managedBy: row.managed_by }),
    ...(row.digest !== null && { digest: row.digest }),
    nextCheckAt: row.next_check_at,
    leaseEpoch: row.lease_epoch,
    failures: row.failures,
    ...(row.last_failure !== null && {
      lastFailure: JSON.parse(row.last_failure) as NonNullable<Schedule['lastFailure']>,
    }),
  }
}
