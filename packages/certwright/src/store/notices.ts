import type { KyselyStoreOptions } from './kysely-store.ts'
import type { Store, ToldNotice } from './store.ts'

type Notices = Pick<Store, 'toldNotices' | 'saveTold'>

export function noticesIn({ db, attempt }: KyselyStoreOptions): Notices {
  return {
    async toldNotices(channel) {
      const all = db
        .selectFrom('notices')
        .selectAll()
        .where('channel', '=', channel)
        .orderBy('subject')
      const rows = await attempt(() => all.execute())
      return rows.map((row) => ({
        subject: row.subject,
        lastEvent: row.last_event,
        told: row.told,
        toldAt: row.told_at,
      }))
    },
    async saveTold(channel, notices) {
      await attempt(() =>
        db.transaction().execute(async (tx) => {
          for (const notice of notices) {
            const row = rowOf(channel, notice)
            await tx
              .insertInto('notices')
              .values(row)
              .onConflict((conflict) => conflict.columns(['channel', 'subject']).doUpdateSet(row))
              .execute()
          }
        }),
      )
    },
  }
}

function rowOf(channel: string, { subject, lastEvent, told, toldAt }: ToldNotice) {
  return { channel, subject, last_event: lastEvent, told, told_at: toldAt }
}
