import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { Secret } from '../../src/runtime/secret.ts'
import { rekeyStore } from '../../src/store/rekey.ts'
import type { Sealing } from '../../src/store/sealing.ts'
import type { Store } from '../../src/store/store.ts'
import {
  certificate,
  heldHere,
  installation,
  issuer,
  journaledChallenge,
  pendingOrder,
  revealed,
  version,
} from './samples.ts'
import { host, opened, scratchDirectory } from './state-directory.ts'

const byFile: Sealing = { by: 'file' }
const byPassphrase: Sealing = { by: 'passphrase', passphrase: new Secret('correct horse') }
const kept = installation()

/** One of everything that is sealed. */
async function filled(directory: string, sealing: Sealing = byFile): Promise<Store> {
  const store = await opened(directory, { sealing })
  await store.saveIssuer(issuer({ id: 'i' }))
  await store.stageAccountKey('i', { key: heldHere('next'), thumbprint: 'next' })
  await store.saveCertificate(certificate())
  await store.addVersion(version())
  await store.savePendingOrder(pendingOrder({ stagedKey: new Secret('staged') }))
  await store.journalChallenge(journaledChallenge({ id: 'j' }))
  await store.saveInstallation(kept)
  return store
}

async function contents(store: Store): Promise<unknown> {
  return revealed([
    await store.issuers(),
    await store.certificates(),
    await store.versions('example.com'),
    await store.pendingOrder('example.com'),
    await store.journaledChallenges(),
    await store.installations(),
  ])
}

/** Every sealed text of the database, with the id of its key. */
function keyIds(directory: string): ReadonlySet<string> {
  const database = new DatabaseSync(join(directory, 'certwright.db'), { readOnly: true })
  try {
    const tables = database
      .prepare("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'")
      .all()
    const rows = tables.flatMap(({ name }) =>
      database.prepare(`select * from ${String(name)}`).all(),
    )
    const texts = rows.flatMap((row) => Object.values(row)).filter((v) => typeof v === 'string')
    return new Set(texts.flatMap((text) => /^v1\.([0-9a-f]{16})\./.exec(text)?.[1] ?? []))
  } finally {
    database.close()
  }
}

describe('rekeyStore', () => {
  it.each([
    ['a new key file', byFile, byFile],
    ['a passphrase', byFile, byPassphrase],
    ['a key file again', byPassphrase, byFile],
  ])('seals everything under %s, and loses nothing', async (_name, from, to) => {
    const directory = scratchDirectory()
    const store = await filled(directory, from)
    const before = await contents(store)
    const former = keyIds(directory)
    await store.close()
    expect(await rekeyStore({ directory, from, to, host })).toBe(7)
    const ids = keyIds(directory)
    expect(ids.size).toBe(1)
    expect([...ids].some((id) => former.has(id))).toBe(false)
    expect(await contents(await opened(directory, { sealing: to }))).toStrictEqual(before)
    expect(existsSync(join(directory, 'seal.key.next'))).toBe(false)
    expect(existsSync(join(directory, 'seal.key'))).toBe(to.by === 'file')
  })

  it('lets nobody open it with the former key, or write who has it open', async () => {
    const directory = scratchDirectory()
    const store = await filled(directory)
    const keyFile = join(directory, 'seal.key')
    const former = readFileSync(keyFile)
    await rekeyStore({ directory, from: byFile, to: byFile, host })
    const late = store.addVersion(version({ serial: '01' }))
    await expect(late).rejects.toMatchObject({ code: 'STORE_REKEYED' })
    await expect(store.saveIssuer(issuer({ id: 'i' }))).rejects.toMatchObject({
      code: 'STORE_REKEYED',
    })
    writeFileSync(keyFile, former)
    await expect(opened(directory)).rejects.toMatchObject({ code: 'STORE_KEY_WRONG' })
  })

  it('can be done again, and its guards follow the key', async () => {
    const directory = scratchDirectory()
    await (await filled(directory)).close()
    await rekeyStore({ directory, from: byFile, to: byFile, host })
    await rekeyStore({ directory, from: byFile, to: byFile, host })
    const store = await opened(directory)
    expect((await store.addVersion(version({ serial: '02' }))).number).toBe(2)
  })

  it('goes on where a run died between the last statement and the key file', async () => {
    const directory = scratchDirectory()
    await (await filled(directory)).close()
    const keyFile = join(directory, 'seal.key')
    const former = readFileSync(keyFile)
    await rekeyStore({ directory, from: byFile, to: byFile, host })
    renameSync(keyFile, `${keyFile}.next`)
    writeFileSync(keyFile, former, { mode: 0o600 })
    expect(await (await opened(directory)).versions('example.com')).toHaveLength(1)
    expect(existsSync(`${keyFile}.next`)).toBe(false)
  })

  it('changes nothing with a wrong key', async () => {
    const directory = scratchDirectory()
    await (await filled(directory)).close()
    const ids = keyIds(directory)
    const wrong: Sealing = { by: 'passphrase', passphrase: new Secret('wrong') }
    await expect(
      rekeyStore({ directory, from: wrong, to: byPassphrase, host }),
    ).rejects.toMatchObject({ code: 'STORE_KEY_WRONG' })
    expect(keyIds(directory)).toStrictEqual(ids)
  })
})
