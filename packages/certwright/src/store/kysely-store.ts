import type { Kysely } from 'kysely'
import { CertwrightError } from '../runtime/error.ts'
import { bucketsIn } from './buckets.ts'
import { eventLogIn } from './event-log.ts'
import {
  adoptedKeyRow,
  certificateOf,
  certificateRow,
  installationOf,
  installationRow,
  issuerFactsRow,
  issuerOf,
  issuerRow,
  journaledChallengeOf,
  journalRow,
  pendingOrderOf,
  pendingOrderRow,
  persistRecordOf,
  persistRecordRow,
  renewalOf,
  renewalRow,
  stagedKeyRow,
  versionOf,
  versionRow,
} from './rows.ts'
import { noticesIn } from './notices.ts'
import { revocationsIn } from './revocations.ts'
import { schedulesIn } from './schedules.ts'
import type { Schema } from './schema.ts'
import type { Seal } from './seal.ts'
import type { Lease, Store, Version } from './store.ts'

/** Runs a task that is one transaction; again where the database asks for it. Its errors are `CertwrightError`s. */
export type Attempt = <T>(task: () => Promise<T>) => Promise<T>

export interface KyselyStoreOptions {
  readonly db: Kysely<Schema>
  readonly seal: Seal
  readonly attempt: Attempt
}

/** The store in a migrated SQL database: statements that SQLite and PostgreSQL both take. */
export function kyselyStore(options: KyselyStoreOptions): Store {
  return {
    ...issuersIn(options),
    ...certificatesIn(options),
    ...versionsIn(options),
    ...renewalsIn(options),
    ...revocationsIn(options),
    ...pendingOrdersIn(options),
    ...journalIn(options),
    ...persistRecordsIn(options),
    ...installationsIn(options),
    ...schedulesIn(options),
    ...bucketsIn(options),
    ...eventLogIn(options),
    ...noticesIn(options),
    close: () => options.db.destroy(),
  }
}

type Issuers = Pick<
  Store,
  'issuers' | 'issuer' | 'saveIssuer' | 'stageAccountKey' | 'adoptAccountKey'
>

function issuersIn({ db, seal, attempt }: KyselyStoreOptions): Issuers {
  // Of two made in the same millisecond, the same one is always the newest.
  const newestFirst = db
    .selectFrom('issuers')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
  return {
    async issuers() {
      const rows = await attempt(() => newestFirst.execute())
      return rows.map((row) => issuerOf(row, seal))
    },
    async issuer(directoryUrl) {
      const inUse = newestFirst
        .where('directory_url', '=', directoryUrl)
        .where('status', '<>', 'deactivated')
        .limit(1)
      const row = await attempt(() => inUse.executeTakeFirst())
      return row && issuerOf(row, seal)
    },
    async saveIssuer(issuer) {
      const upsert = db
        .insertInto('issuers')
        .values(issuerRow(issuer, seal))
        .onConflict((conflict) => conflict.column('id').doUpdateSet(issuerFactsRow(issuer)))
      await attempt(() => upsert.execute())
    },
    async stageAccountKey(issuerId, next) {
      const stage = db
        .updateTable('issuers')
        .set(stagedKeyRow(issuerId, next, seal))
        .where('id', '=', issuerId)
      const { numUpdatedRows } = await attempt(() => stage.executeTakeFirstOrThrow())
      if (numUpdatedRows === 0n) throw new TypeError(`There is no issuer ${issuerId}`)
    },
    async adoptAccountKey(issuerId, thumbprint) {
      await attempt(() =>
        db.transaction().execute((tx) => adoptAccountKey(tx, { issuerId, thumbprint }, seal)),
      )
    },
  }
}

/** Only the key that was found to be the CA's, whatever another process has staged meanwhile. */
async function adoptAccountKey(
  tx: Kysely<Schema>,
  { issuerId, thumbprint }: { readonly issuerId: string; readonly thumbprint: string },
  seal: Seal,
): Promise<void> {
  const row = await tx
    .selectFrom('issuers')
    .selectAll()
    .where('id', '=', issuerId)
    .executeTakeFirst()
  if (row?.thumbprint === thumbprint) return
  const adopted = row?.next_thumbprint === thumbprint ? adoptedKeyRow(row, seal) : undefined
  if (!adopted) throw new TypeError(`The key ${thumbprint} is not staged for issuer ${issuerId}`)
  await tx.updateTable('issuers').set(adopted).where('id', '=', issuerId).execute()
}

type Certificates = Pick<
  Store,
  'certificates' | 'certificate' | 'saveCertificate' | 'forgetCertificate'
>

function certificatesIn({ db, seal, attempt }: KyselyStoreOptions): Certificates {
  return {
    async certificates() {
      const all = db.selectFrom('certificates').selectAll().orderBy('id')
      const rows = await attempt(() => all.execute())
      return rows.map((row) => certificateOf(row, seal))
    },
    async certificate(id) {
      const one = db.selectFrom('certificates').selectAll().where('id', '=', id)
      const row = await attempt(() => one.executeTakeFirst())
      return row && certificateOf(row, seal)
    },
    async saveCertificate(certificate) {
      const row = certificateRow(certificate, seal)
      const upsert = db
        .insertInto('certificates')
        .values({ ...row, current: null })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
      await attempt(() => upsert.execute())
    },
    async forgetCertificate(id) {
      await attempt(() => db.transaction().execute(async (tx) => forgetCertificate(tx, id)))
    },
  }
}

const tablesOfCertificate = [
  'schedules',
  'installations',
  'journal',
  'pending_orders',
  'persist_records',
  'renewals',
  'versions',
] as const

async function forgetCertificate(tx: Kysely<Schema>, id: string): Promise<void> {
  for (const table of tablesOfCertificate) {
    await tx.deleteFrom(table).where('certificate_id', '=', id).execute()
  }
  await tx.deleteFrom('certificates').where('id', '=', id).execute()
}

type Versions = Pick<Store, 'versions' | 'version' | 'addVersion' | 'markRevoked'>

function versionsIn({ db, seal, attempt }: KyselyStoreOptions): Versions {
  return {
    async versions(certificateId) {
      const all = db
        .selectFrom('versions')
        .selectAll()
        .where('certificate_id', '=', certificateId)
        .orderBy('number')
      const rows = await attempt(() => all.execute())
      return rows.map((row) => versionOf(row, seal))
    },
    async version(certificateId, number) {
      const one = db
        .selectFrom('versions')
        .selectAll()
        .where('certificate_id', '=', certificateId)
        .where('number', '=', number)
      const row = await attempt(() => one.executeTakeFirst())
      return row && versionOf(row, seal)
    },
    async addVersion(version, lease) {
      return attempt(() =>
        db.transaction().execute(async (tx) => {
          if (lease) await requireLease(tx, lease)
          return addVersion(tx, version, seal)
        }),
      )
    },
    async markRevoked(certificateId, number, at, reason) {
      const mark = db
        .updateTable('versions')
        .set({ revoked_at: at, revocation_reason: reason, revoked_by: null })
        .where('certificate_id', '=', certificateId)
        .where('number', '=', number)
      const { numUpdatedRows } = await attempt(() => mark.executeTakeFirstOrThrow())
      if (numUpdatedRows === 0n)
        throw new TypeError(`There is no version ${number} of certificate ${certificateId}`)
    },
  }
}

/** Writes before it reads, so that no other process can take the lease until this transaction has ended. */
async function requireLease(tx: Kysely<Schema>, { certificateId, epoch }: Lease): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('schedules')
    .set({ lease_epoch: epoch })
    .where('certificate_id', '=', certificateId)
    .where('lease_epoch', '=', epoch)
    .executeTakeFirstOrThrow()
  if (numUpdatedRows === 0n) throw new CertwrightError('LEASE_LOST', { id: certificateId })
}

/** The certificate's row is written first: whoever else adds a version to it waits until this one is there. */
async function addVersion(
  tx: Kysely<Schema>,
  version: Omit<Version, 'number'>,
  seal: Seal,
): Promise<Version> {
  const { certificateId } = version
  const moved = await tx
    .updateTable('certificates')
    .set((eb) => ({ current: eb(eb.fn.coalesce('current', eb.lit(0)), '+', eb.lit(1)) }))
    .where('id', '=', certificateId)
    .returning('current')
    .executeTakeFirst()
  if (typeof moved?.current !== 'number')
    throw new TypeError(`There is no certificate ${certificateId} to add a version to`)

  const added: Version = { ...version, number: moved.current }
  await tx.insertInto('versions').values(versionRow(added, seal)).execute()
  await tx.deleteFrom('pending_orders').where('certificate_id', '=', certificateId).execute()
  return added
}

type Renewals = Pick<Store, 'renewal' | 'saveRenewal'>

function renewalsIn({ db, attempt }: KyselyStoreOptions): Renewals {
  return {
    async renewal(certificateId, number) {
      const one = db
        .selectFrom('renewals')
        .selectAll()
        .where('certificate_id', '=', certificateId)
        .where('number', '=', number)
      const row = await attempt(() => one.executeTakeFirst())
      return row && renewalOf(row)
    },
    async saveRenewal(renewal) {
      const row = renewalRow(renewal)
      const upsert = db
        .insertInto('renewals')
        .values(row)
        .onConflict((conflict) => conflict.columns(['certificate_id', 'number']).doUpdateSet(row))
      await attempt(() => upsert.execute())
    },
  }
}

type PendingOrders = Pick<
  Store,
  'pendingOrder' | 'pendingOrders' | 'savePendingOrder' | 'forgetPendingOrder'
>

function pendingOrdersIn({ db, seal, attempt }: KyselyStoreOptions): PendingOrders {
  return {
    async pendingOrder(certificateId) {
      const one = db
        .selectFrom('pending_orders')
        .selectAll()
        .where('certificate_id', '=', certificateId)
      const row = await attempt(() => one.executeTakeFirst())
      return row && pendingOrderOf(row, seal)
    },
    async pendingOrders(directoryUrl) {
      const all = db
        .selectFrom('pending_orders')
        .selectAll()
        .where('directory_url', '=', directoryUrl)
        .orderBy('certificate_id')
      const rows = await attempt(() => all.execute())
      return rows.map((row) => pendingOrderOf(row, seal))
    },
    async savePendingOrder(order) {
      const row = pendingOrderRow(order, seal)
      const upsert = db
        .insertInto('pending_orders')
        .values(row)
        .onConflict((conflict) => conflict.column('certificate_id').doUpdateSet(row))
      await attempt(() => upsert.execute())
    },
    async forgetPendingOrder(certificateId) {
      const forget = db.deleteFrom('pending_orders').where('certificate_id', '=', certificateId)
      await attempt(() => forget.execute())
    },
  }
}

type Journal = Pick<Store, 'journaledChallenges' | 'journalChallenge' | 'forgetChallenge'>

function journalIn({ db, seal, attempt }: KyselyStoreOptions): Journal {
  return {
    async journaledChallenges(certificateId) {
      const all = db.selectFrom('journal').selectAll().orderBy('id')
      const wanted =
        certificateId === undefined ? all : all.where('certificate_id', '=', certificateId)
      const rows = await attempt(() => wanted.execute())
      return rows.map((row) => journaledChallengeOf(row, seal))
    },
    async journalChallenge(challenge) {
      const row = journalRow(challenge, seal)
      const upsert = db
        .insertInto('journal')
        .values(row)
        .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
      await attempt(() => upsert.execute())
    },
    async forgetChallenge(id) {
      const forget = db.deleteFrom('journal').where('id', '=', id)
      await attempt(() => forget.execute())
    },
  }
}

type PersistRecords = Pick<Store, 'persistRecords' | 'savePersistRecords'>

function persistRecordsIn({ db, attempt }: KyselyStoreOptions): PersistRecords {
  return {
    async persistRecords(certificateId) {
      const all = db
        .selectFrom('persist_records')
        .selectAll()
        .where('certificate_id', '=', certificateId)
        .orderBy('name')
      return (await attempt(() => all.execute())).map(persistRecordOf)
    },
    async savePersistRecords(certificateId, records) {
      const rows = records.map(persistRecordRow)
      await attempt(() =>
        db.transaction().execute(async (tx) => {
          await tx
            .deleteFrom('persist_records')
            .where('certificate_id', '=', certificateId)
            .execute()
          if (rows.length > 0) await tx.insertInto('persist_records').values(rows).execute()
        }),
      )
    },
  }
}

type Installations = Pick<
  Store,
  'installations' | 'saveInstallation' | 'markSeen' | 'forgetInstallation'
>

function installationsIn({ db, seal, attempt }: KyselyStoreOptions): Installations {
  return {
    async installations(certificateId) {
      const all = db
        .selectFrom('installations')
        .selectAll()
        .orderBy('certificate_id')
        .orderBy('target')
      const wanted =
        certificateId === undefined ? all : all.where('certificate_id', '=', certificateId)
      const rows = await attempt(() => wanted.execute())
      return rows.map((row) => installationOf(row, seal))
    },
    async saveInstallation(installation) {
      const row = installationRow(installation, seal)
      const upsert = db
        .insertInto('installations')
        .values(row)
        .onConflict((conflict) => conflict.columns(['certificate_id', 'target']).doUpdateSet(row))
      await attempt(() => upsert.execute())
    },
    async markSeen(certificateId, target, seen) {
      const mark = db
        .updateTable('installations')
        .set({ last_seen: JSON.stringify(seen) })
        .where('certificate_id', '=', certificateId)
        .where('target', '=', target)
      await attempt(() => mark.execute())
    },
    async forgetInstallation(certificateId, target) {
      const forget = db
        .deleteFrom('installations')
        .where('certificate_id', '=', certificateId)
        .where('target', '=', target)
      await attempt(() => forget.execute())
    },
  }
}
