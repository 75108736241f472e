import type { KyselyStoreOptions } from './kysely-store.ts'
import type { EventRow } from './schema.ts'
import type { RecordedEvent, Store } from './store.ts'

type EventLog = Pick<Store, 'addEvent' | 'events' | 'forgetEvents'>

export function eventLogIn({ db, attempt }: KyselyStoreOptions): EventLog {
  return {
    async addEvent({ at, type, certificateId, target, details }) {
      const add = db
        .insertInto('events')
        .values({
          at,
          type,
          certificate_id: certificateId ?? null,
          target: target ?? null,
          details: JSON.stringify(details),
        })
        .returningAll()
      return eventOf(await attempt(() => add.executeTakeFirstOrThrow()))
    },
    async events({ after = 0, limit = 1000, certificateId } = {}) {
      const all = db
        .selectFrom('events')
        .selectAll()
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
      const wanted =
        certificateId === undefined ? all : all.where('certificate_id', '=', certificateId)
      return (await attempt(() => wanted.execute())).map(eventOf)
    },
    async forgetEvents(before) {
      const forget = db.deleteFrom('events').where('at', '<', before)
      await attempt(() => forget.execute())
    },
  }
}

function eventOf(row: EventRow): RecordedEvent {
  return {
    id: row.id,
    at: row.at,
    type: row.type,
    ...(row.certificate_id !== null && { certificateId: row.certificate_id }),
    ...(row.target !== null && { target: row.target }),
    details: JSON.parse(row.details) as RecordedEvent['details'],
  }
}
