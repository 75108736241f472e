import { describe, expect, it, onTestFinished } from 'vitest'
import { Secret } from '../../src/runtime/secret.ts'
import type { Store } from '../../src/store/store.ts'
import {
  certificate,
  directoryUrl,
  heldHere,
  installation,
  issuer,
  journaledChallenge,
  pendingOrder,
  renewal,
  revealed,
  version,
} from './samples.ts'

/** One empty database, opened as often as a test likes. */
export interface StoreWorld {
  open(): Promise<Store>
  remove(): Promise<void> | void
}

/** The contract of `Store`: every implementation runs it. */
export function storeSuite(name: string, makeWorld: () => Promise<StoreWorld> | StoreWorld): void {
  /** `count` handles of one new database. */
  async function handles(count: number): Promise<readonly Store[]> {
    const world = await makeWorld()
    const stores: Store[] = []
    onTestFinished(async () => {
      await Promise.all(stores.map((store) => store.close()))
      await world.remove()
    })
    for (let i = 0; i < count; i++) stores.push(await world.open())
    return stores
  }

  async function opened(): Promise<Store> {
    const [store] = await handles(1)
    if (!store) throw new Error('no store')
    return store
  }

  async function openedTwice(): Promise<readonly [Store, Store]> {
    const [one, other] = await handles(2)
    if (!one || !other) throw new Error('no store')
    return [one, other]
  }

  describe(`${name}: issuers`, () => {
    it('knows none at first', async () => {
      const store = await opened()
      expect(await store.issuers()).toStrictEqual([])
      expect(await store.issuer(directoryUrl)).toBeUndefined()
    })

    it('gives an issuer back as it was saved, with what was absent absent', async () => {
      const store = await opened()
      const bare = issuer({ status: 'new', contact: [] })
      const whole = issuer({
        directoryUrl: 'https://other.test/directory',
        accountUrl: 'https://other.test/account/1',
        externalAccountId: 'kid-1',
        nextKey: { key: { held: 'by-program', program: '/usr/bin/sign' }, thumbprint: 'next' },
        termsOfService: 'https://other.test/terms',
        termsAgreedAt: 1_795_000_000_009,
        caFile: '/etc/ca.pem',
      })
      await store.saveIssuer(bare)
      await store.saveIssuer(whole)
      expect(revealed(await store.issuer(bare.directoryUrl))).toStrictEqual(revealed(bare))
      expect(revealed(await store.issuer(whole.directoryUrl))).toStrictEqual(revealed(whole))
    })

    it('replaces an issuer by its id, also what is absent now, but for its keys', async () => {
      const store = await opened()
      const before = issuer({ accountUrl: 'https://ca.test/account/1', caFile: '/etc/ca.pem' })
      await store.saveIssuer(before)
      const { caFile: _, ...rest } = before
      const after = { ...rest, contact: [] }
      await store.saveIssuer({ ...after, accountKey: heldHere('stale'), thumbprint: 'stale' })
      expect(revealed(await store.issuers())).toStrictEqual([revealed(after)])
    })

    it('keeps the next key beside the account’s own, sealed, until it is adopted', async () => {
      const [store, other] = await openedTwice()
      const before = issuer()
      await store.saveIssuer(before)
      const nextKey = { key: heldHere('next'), thumbprint: 'next' }
      await store.stageAccountKey(before.id, nextKey)
      expect(revealed(await other.issuer(directoryUrl))).toStrictEqual(
        revealed({ ...before, nextKey }),
      )
      // A process that read the issuer earlier changes neither key.
      await other.saveIssuer({ ...before, contact: [] })
      await store.adoptAccountKey(before.id, 'next')
      await other.adoptAccountKey(before.id, 'next')
      expect(revealed(await store.issuers())).toStrictEqual([
        revealed({ ...before, contact: [], accountKey: nextKey.key, thumbprint: 'next' }),
      ])
    })

    it('adopts no key but the one that was found good, and forgets one that was not', async () => {
      const store = await opened()
      const before = issuer()
      await store.saveIssuer(before)
      await expect(store.adoptAccountKey(before.id, 'next')).rejects.toThrow(TypeError)
      await expect(store.stageAccountKey('nobody', undefined)).rejects.toThrow(TypeError)
      const program = { held: 'by-program', program: '/opt/sign with spaces' } as const
      await store.stageAccountKey(before.id, { key: program, thumbprint: 'next' })
      await expect(store.adoptAccountKey(before.id, 'another')).rejects.toThrow(TypeError)
      await store.stageAccountKey(before.id, undefined)
      expect(revealed(await store.issuer(directoryUrl))).toStrictEqual(revealed(before))
    })

    it('uses the newest account of a directory that is not deactivated', async () => {
      const store = await opened()
      const older = issuer({ createdAt: 1 })
      const newer = issuer({ createdAt: 2 })
      const gone = issuer({ createdAt: 3, status: 'deactivated' })
      const elsewhere = issuer({ createdAt: 4, directoryUrl: 'https://other.test/directory' })
      for (const one of [newer, gone, older, elsewhere]) await store.saveIssuer(one)
      expect((await store.issuer(directoryUrl))?.id).toBe(newer.id)
      expect((await store.issuers()).map(({ id }) => id)).toStrictEqual(
        [elsewhere, gone, newer, older].map(({ id }) => id),
      )
    })

    it('has no account in use where all are deactivated', async () => {
      const store = await opened()
      await store.saveIssuer(issuer({ status: 'deactivated' }))
      expect(await store.issuer(directoryUrl)).toBeUndefined()
    })
  })

  describe(`${name}: certificates`, () => {
    it('knows none at first', async () => {
      const store = await opened()
      expect(await store.certificates()).toStrictEqual([])
      expect(await store.certificate('example.com')).toBeUndefined()
    })

    it('gives a certificate back as it was saved', async () => {
      const store = await opened()
      await store.saveCertificate(certificate())
      expect(await store.certificate('example.com')).toStrictEqual(certificate())
      const given = { keyType: 'ec521', publicKey: 'ab'.repeat(32) }
      for (const keySource of [
        { from: 'reuse' },
        { from: 'file', path: '/etc/own.pem', ...given },
        { from: 'csr', request: 'MIIB', ...given },
      ] as const) {
        const whole = certificate({ keySource, profile: 'shortlived', preferredChain: 'Root X1' })
        await store.saveCertificate(whole)
        expect(await store.certificate('example.com')).toStrictEqual(whole)
      }
    })

    it('takes ids and settings with any character', async () => {
      const store = await opened()
      const odd = certificate({
        id: `证书 'quoted" #1 \u0001`,
        challenge: { type: 'http-01', webroot: `/srv/网站/'"\\` },
      })
      await store.saveCertificate(odd)
      expect(await store.certificate(odd.id)).toStrictEqual(odd)
    })

    it('does not take the current version from what is saved', async () => {
      const store = await opened()
      await store.saveCertificate(certificate({ current: 7 }))
      expect(await store.certificate('example.com')).toStrictEqual(certificate())
    })

    it('replaces a certificate and leaves its current version as it stands', async () => {
      const store = await opened()
      await store.saveCertificate(certificate())
      await store.addVersion(version())
      const changed = certificate({
        keyType: 'rsa2048',
        out: '/srv/other',
        challenge: { type: 'http-01' },
      })
      await store.saveCertificate(changed)
      expect(await store.certificates()).toStrictEqual([{ ...changed, current: 1 }])
    })
  })

  describe(`${name}: versions`, () => {
    it('numbers versions from one, each certificate for itself', async () => {
      const store = await opened()
      await store.saveCertificate(certificate())
      await store.saveCertificate(certificate({ id: 'other' }))
      await store.addVersion(version())
      await store.addVersion(version({ certificateId: 'other' }))
      const added = await store.addVersion(version())
      expect(added.number).toBe(2)
      expect((await store.certificate('example.com'))?.current).toBe(2)
      expect((await store.certificate('other'))?.current).toBe(1)
    })

    it('gives versions back as they were added, oldest first', async () => {
      const store = await opened()
      await store.saveCertificate(certificate())
      const first = await store.addVersion(version({ privateKey: new Secret('first key') }))
      const whole = { accountUrl: 'https://ca.test/account/1', profile: 'shortlived' }
      const second = await store.addVersion(
        version({ ...whole, privateKey: new Secret('second key') }),
      )
      expect(revealed(first)).toStrictEqual(
        revealed({ ...version({ privateKey: new Secret('first key') }), number: 1 }),
      )
      expect(revealed(await store.versions('example.com'))).toStrictEqual(revealed([first, second]))
      expect(revealed(await store.version('example.com', 1))).toStrictEqual(revealed(first))
    })

    it('keeps a version whose private key is elsewhere', async () => {
      const store = await opened()
      await store.saveCertificate(certificate())
      const { privateKey: _, ...keyless } = version()
      expect(await store.addVersion(keyless)).toStrictEqual({ ...keyless, number: 1 })
      expect(await store.version('example.com', 1)).toStrictEqual({ ...keyless, number: 1 })
    })

    it('keeps the order of ten and more', async () => {
      const store = await opened()
      await store.saveCertificate(certificate())
      for (let i = 0; i < 11; i++) await store.addVersion(version())
      const numbers = (await store.versions('example.com')).map(({ number }) => number)
      expect(numbers).toStrictEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    })

    it('knows no version that was not added', async () => {
      const store = await opened()
      await store.saveCertificate(certificate())
      await store.addVersion(version())
      expect(await store.versions('other')).toStrictEqual([])
      expect(await store.version('example.com', 2)).toBeUndefined()
      expect(await store.version('other', 1)).toBeUndefined()
    })

    it('forgets the pending order of that certificate alone when a version is added', async () => {
      const store = await opened()
      await store.saveCertificate(certificate())
      await store.savePendingOrder(pendingOrder())
      await store.savePendingOrder(pendingOrder({ certificateId: 'other' }))
      await store.addVersion(version())
      expect(await store.pendingOrder('example.com')).toBeUndefined()
      expect(await store.pendingOrder('other')).toBeDefined()
    })

    it('refuses a version of an unknown certificate', async () => {
      const store = await opened()
      await store.savePendingOrder(pendingOrder())
      await expect(store.addVersion(version())).rejects.toThrow(TypeError)
      expect(await store.versions('example.com')).toStrictEqual([])
      expect(await store.pendingOrder('example.com')).toBeDefined()
    })

    it('changes nothing when the database refuses a version', async () => {
      const store = await opened()
      await store.saveCertificate(certificate())
      await store.addVersion(version())
      await store.savePendingOrder(pendingOrder())
      await expect(store.addVersion(version({ notAfter: Number.NaN }))).rejects.toThrow()
      expect((await store.certificate('example.com'))?.current).toBe(1)
      expect(await store.pendingOrder('example.com')).toBeDefined()
      expect((await store.addVersion(version())).number).toBe(2)
    })

    it('records a revocation, and the later one where there are two', async () => {
      const store = await opened()
      await store.saveCertificate(certificate())
      await store.addVersion(version())
      await store.addVersion(version())
      await store.markRevoked('example.com', 1, 1_795_000_000_010, 0)
      expect(await store.version('example.com', 1)).toMatchObject({
        revokedAt: 1_795_000_000_010,
        revocationReason: 0,
      })
      await store.markRevoked('example.com', 1, 1_795_000_000_011, 1)
      expect(await store.version('example.com', 1)).toMatchObject({
        revokedAt: 1_795_000_000_011,
        revocationReason: 1,
      })
      expect(await store.version('example.com', 2)).not.toHaveProperty('revokedAt')
    })

    it('records that its CA has revoked a version, once, and never over what was known before', async () => {
      const store = await opened()
      await store.saveCertificate(certificate())
      await store.addVersion(version())
      await store.addVersion(version())
      const revocation = { at: 1_795_000_000_010, reason: 4 }
      expect(await store.markRevokedByIssuer('example.com', 1, revocation)).toBe(true)
      expect(await store.version('example.com', 1)).toMatchObject({
        revokedAt: 1_795_000_000_010,
        revocationReason: 4,
        revokedBy: 'issuer',
      })
      const later = { at: 1_795_000_000_011, reason: 1 }
      expect(await store.markRevokedByIssuer('example.com', 1, later)).toBe(false)
      expect((await store.version('example.com', 1))?.revokedAt).toBe(1_795_000_000_010)
      await store.markRevoked('example.com', 2, 1_795_000_000_012, 5)
      expect(await store.markRevokedByIssuer('example.com', 2, later)).toBe(false)
      expect(await store.version('example.com', 2)).not.toHaveProperty('revokedBy')
      expect(await store.markRevokedByIssuer('example.com', 3, later)).toBe(false)
    })

    it('gives the serials of current versions that are not revoked, and no others', async () => {
      const store = await opened()
      for (const id of ['a', 'b', 'c']) await store.saveCertificate(certificate({ id }))
      await store.addVersion(version({ certificateId: 'a', serial: '01' }))
      await store.addVersion(version({ certificateId: 'a', serial: '02' }))
      await store.addVersion(version({ certificateId: 'b', serial: '03' }))
      expect(await store.currentSerials()).toStrictEqual([
        { certificateId: 'a', number: 2, serial: '02' },
        { certificateId: 'b', number: 1, serial: '03' },
      ])
      await store.markRevoked('b', 1, 1_795_000_000_010, 0)
      await store.markRevoked('a', 1, 1_795_000_000_010, 0)
      expect((await store.currentSerials()).map(({ serial }) => serial)).toStrictEqual(['02'])
    })

    it('refuses to mark a version that is not there', async () => {
      const store = await opened()
      await store.saveCertificate(certificate())
      await expect(store.markRevoked('example.com', 1, 1, 0)).rejects.toThrow(TypeError)
    })
  })

  describe(`${name}: renewals`, () => {
    it('gives one back as it was saved, each version for itself', async () => {
      const store = await opened()
      await store.saveCertificate(certificate())
      const { suggestion: _, ...bare } = renewal({
        number: 2,
        failures: 3,
        lastError: { code: 'ACME_NETWORK', reason: 'no reply', at: 1_795_000_000_000 },
      })
      await store.saveRenewal(renewal())
      await store.saveRenewal(bare)
      expect(await store.renewal('example.com', 1)).toStrictEqual(renewal())
      expect(await store.renewal('example.com', 2)).toStrictEqual(bare)
      expect(await store.renewal('example.com', 3)).toBeUndefined()
      expect(await store.renewal('other', 1)).toBeUndefined()
    })

    it('replaces one, also what is absent now', async () => {
      const store = await opened()
      await store.saveCertificate(certificate())
      await store.saveRenewal(renewal())
      const { suggestion: _, ...bare } = renewal({ nextPollAt: 1_796_000_000_000 })
      await store.saveRenewal(bare)
      expect(await store.renewal('example.com', 1)).toStrictEqual(bare)
    })

    it('refuses one of an unknown certificate', async () => {
      const store = await opened()
      await expect(store.saveRenewal(renewal())).rejects.toThrow()
    })
  })

  describe(`${name}: revocation lists`, () => {
    const url = 'http://ca.test/47.crl'
    const list = {
      url,
      thisUpdate: 1_795_000_000_000,
      nextUpdate: 1_795_600_000_000,
      nextFetchAt: 1_795_021_600_000,
      failures: 0,
    }

    it('gives one back as it was saved, and replaces it, also what is absent now', async () => {
      const store = await opened()
      expect(await store.revocationList(url)).toBeUndefined()
      await store.saveRevocationList(list)
      expect(await store.revocationList(url)).toStrictEqual(list)
      const lastError = { code: 'ACME_NETWORK', reason: 'no reply', at: 1_795_021_600_000 }
      const { thisUpdate: _, ...failed } = { ...list, failures: 1, lastError }
      await store.saveRevocationList(failed)
      expect(await store.revocationList(url)).toStrictEqual(failed)
    })

    it('lets one alone fetch it, when it is due, and what was known stays', async () => {
      const store = await opened()
      const claim = async (now: number): Promise<boolean> =>
        store.claimRevocationList(url, { now, until: now + 10 })
      const claims = await Promise.all([claim(5), claim(5), claim(5)])
      expect(claims.filter(Boolean)).toHaveLength(1)
      expect(await claim(14)).toBe(false)
      expect(await claim(15)).toBe(true)
      await store.saveRevocationList(list)
      expect(await claim(list.nextFetchAt - 1)).toBe(false)
      expect(await claim(list.nextFetchAt)).toBe(true)
      expect(await store.revocationList(url)).toStrictEqual({
        ...list,
        nextFetchAt: list.nextFetchAt + 10,
      })
    })
  })

  describe(`${name}: pending orders`, () => {
    it('keeps at most one for a certificate, through all its steps', async () => {
      const store = await opened()
      expect(await store.pendingOrder('example.com')).toBeUndefined()
      const intent = pendingOrder()
      const ordered = pendingOrder({
        orderUrl: 'https://ca.test/order/1',
        publicKey: 'cd'.repeat(32),
        profile: 'shortlived',
      })
      const staged = { ...ordered, stagedKey: new Secret('staged key') }
      for (const step of [intent, ordered, staged, intent]) {
        await store.savePendingOrder(step)
        expect(revealed(await store.pendingOrder('example.com'))).toStrictEqual(revealed(step))
      }
    })

    it('lists those at one directory', async () => {
      const store = await opened()
      const here = [pendingOrder(), pendingOrder({ certificateId: 'other', orderUrl: 'https://a' })]
      const elsewhere = pendingOrder({ certificateId: 'third', directoryUrl: 'https://b' })
      for (const order of [elsewhere, ...here]) await store.savePendingOrder(order)
      expect(await store.pendingOrders(directoryUrl)).toStrictEqual(here)
      expect(await store.pendingOrders('https://c')).toStrictEqual([])
    })

    it('forgets one, and forgetting none is success', async () => {
      const store = await opened()
      await store.savePendingOrder(pendingOrder())
      await store.forgetPendingOrder('example.com')
      await store.forgetPendingOrder('example.com')
      expect(await store.pendingOrder('example.com')).toBeUndefined()
    })
  })

  describe(`${name}: journal`, () => {
    it('lists the challenges of one certificate or of all', async () => {
      const store = await opened()
      const ours = [journaledChallenge({ id: 'a' }), journaledChallenge({ id: 'c' })]
      const theirs = journaledChallenge({ id: 'b', certificateId: 'other' })
      for (const one of [theirs, ...ours]) await store.journalChallenge(one)
      expect(await store.journaledChallenges('example.com')).toStrictEqual(ours)
      expect(await store.journaledChallenges()).toStrictEqual([ours[0], theirs, ours[1]])
      expect(await store.journaledChallenges('third')).toStrictEqual([])
    })

    it('replaces an entry by its id when the receipt has come', async () => {
      const store = await opened()
      const presented = { ...journaledChallenge({ id: 'a' }), receipt: { RecordId: '4711' } }
      await store.journalChallenge(journaledChallenge({ id: 'a' }))
      await store.journalChallenge(presented)
      expect(await store.journaledChallenges()).toStrictEqual([presented])
    })

    it('forgets one entry, and forgetting none is success', async () => {
      const store = await opened()
      await store.journalChallenge(journaledChallenge({ id: 'a' }))
      await store.journalChallenge(journaledChallenge({ id: 'b' }))
      await store.forgetChallenge('a')
      await store.forgetChallenge('a')
      expect((await store.journaledChallenges()).map(({ id }) => id)).toStrictEqual(['b'])
    })
  })

  describe(`${name}: records that stay`, () => {
    it('gives those of one certificate back, by name, and replaces them all', async () => {
      const store = await opened()
      await store.saveCertificate(certificate())
      await store.saveCertificate(certificate({ id: 'other' }))
      const record = (name: string, more = {}) => ({
        certificateId: 'example.com',
        name,
        seenAt: 1,
        ...more,
      })
      const both = [record('a', { persistUntil: 2 }), record('b')]
      await store.savePersistRecords('example.com', both.toReversed())
      await store.savePersistRecords('other', [{ ...record('c'), certificateId: 'other' }])
      expect(await store.persistRecords('example.com')).toStrictEqual(both)
      await store.savePersistRecords('example.com', [record('b', { seenAt: 3 })])
      expect(await store.persistRecords('example.com')).toStrictEqual([record('b', { seenAt: 3 })])
      await store.savePersistRecords('example.com', [])
      expect(await store.persistRecords('example.com')).toStrictEqual([])
      expect(await store.persistRecords('other')).toHaveLength(1)
    })
  })

  describe(`${name}: installations`, () => {
    /** A store with the certificates that installations need. */
    async function certified(): Promise<Store> {
      const store = await opened()
      await store.saveCertificate(certificate())
      await store.saveCertificate(certificate({ id: 'other' }))
      return store
    }

    it('refuses one of an unknown certificate', async () => {
      const store = await opened()
      await expect(store.saveInstallation(installation())).rejects.toThrow()
      expect(await store.installations()).toStrictEqual([])
    })

    it('lists those of one certificate or of all, by certificate and target', async () => {
      const store = await certified()
      const ours = [installation({ target: 'a' }), installation({ target: 'c' })]
      const theirs = installation({ target: 'b', certificateId: 'other' })
      for (const one of [theirs, ...ours.toReversed()]) await store.saveInstallation(one)
      expect(await store.installations('example.com')).toStrictEqual(ours)
      expect(await store.installations()).toStrictEqual([...ours, theirs])
      expect(await store.installations('third')).toStrictEqual([])
    })

    it('replaces one by its target, also what is absent now', async () => {
      const store = await certified()
      const failed = installation({
        lastWritten: { fingerprint: 'ab'.repeat(32), at: 1 },
        lastSeen: { at: 2, proven: false, fingerprint: 'cd'.repeat(32) },
        lastError: { code: 'ENDPOINT_REFUSED', at: 3 },
      })
      await store.saveInstallation(failed)
      expect(await store.installations()).toStrictEqual([failed])
      const changed = installation({ options: { directory: '/srv/tls', password: 'new' } })
      await store.saveInstallation(changed)
      expect(await store.installations()).toStrictEqual([changed])
    })

    it('notes what was seen and leaves the rest, and seeing what is gone is success', async () => {
      const store = await certified()
      const written = installation({ lastError: { code: 'ENDPOINT_REFUSED', at: 3 } })
      await store.saveInstallation(written)
      const lastSeen = { at: 4, proven: true }
      await store.markSeen('example.com', written.target, lastSeen)
      await store.markSeen('other', written.target, lastSeen)
      expect(await store.installations()).toStrictEqual([{ ...written, lastSeen }])
    })

    it('forgets one, and forgetting none is success', async () => {
      const store = await certified()
      await store.saveInstallation(installation({ target: 'a' }))
      await store.saveInstallation(installation({ target: 'b' }))
      await store.forgetInstallation('example.com', 'a')
      await store.forgetInstallation('example.com', 'a')
      await store.forgetInstallation('other', 'b')
      expect((await store.installations()).map(({ target }) => target)).toStrictEqual(['b'])
    })
  })

  describe(`${name}: several users at once`, () => {
    it('shows at once in one handle what another has written', async () => {
      const [one, other] = await openedTwice()
      await one.saveCertificate(certificate())
      expect(await other.certificate('example.com')).toStrictEqual(certificate())
      await other.addVersion(version())
      expect((await one.certificate('example.com'))?.current).toBe(1)
    })

    it('gives every version its own number when two handles add at once', async () => {
      const [one, other] = await openedTwice()
      await one.saveCertificate(certificate())
      const added = await Promise.all(
        Array.from({ length: 20 }, (_, i) => (i % 2 ? one : other).addVersion(version())),
      )
      const expected = Array.from({ length: 20 }, (_, i) => i + 1)
      expect(added.map(({ number }) => number).sort((a, b) => a - b)).toStrictEqual(expected)
      const stored = (await other.versions('example.com')).map(({ number }) => number)
      expect(stored).toStrictEqual(expected)
      expect((await one.certificate('example.com'))?.current).toBe(20)
    })

    it('never shows a version added whose pending order is still there', async () => {
      const [writer, reader] = await openedTwice()
      await writer.saveCertificate(certificate())
      for (let round = 1; round <= 10; round++) {
        await writer.savePendingOrder(pendingOrder())
        const adding = writer.addVersion(version())
        while ((await reader.certificate('example.com'))?.current !== round);
        expect(await reader.pendingOrder('example.com')).toBeUndefined()
        await adding
      }
    })

    it('saves many things at once through one handle', async () => {
      const store = await opened()
      await Promise.all(
        Array.from({ length: 25 }, async (_, i) => {
          await store.saveCertificate(certificate({ id: `c${i}` }))
          await store.addVersion(version({ certificateId: `c${i}` }))
        }),
      )
      const currents = (await store.certificates()).map(({ current }) => current)
      expect(currents).toStrictEqual(Array.from({ length: 25 }, () => 1))
    })

    it('does nothing any more once it is closed', async () => {
      const store = await opened()
      await store.close()
      await expect(store.certificates()).rejects.toThrow()
      await expect(store.saveCertificate(certificate())).rejects.toThrow()
    })
  })
}
