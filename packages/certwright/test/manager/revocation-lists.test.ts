import { describe, expect, it } from 'vitest'
import type { ManagerEvent } from '../../src/manager/manager-context.ts'
import { lookUpRevocations, revocationListsOf } from '../../src/manager/revocation-lists.ts'
import { systemHost } from '../../src/runtime/host.ts'
import type { Store } from '../../src/store/store.ts'
import { certificate, version } from '../store/samples.ts'
import { opened, scratchDirectory } from '../store/state-directory.ts'
import { crl, type CrlOptions } from '../x509/crl.ts'
import { bundleOf, day, issue, now as begin } from '../x509/issued.ts'

const hour = 3_600_000
const url = 'http://ca.test/47.crl'
const root = issue({ subject: 'Root', ca: true })
const issuer = issue({ subject: 'Intermediate', by: root, ca: true })
const other = issue({ subject: 'Other', by: root, ca: true })

/** A store with certificates, a clock that stands still, and a list that is as it is told. */
class World {
  time = begin
  readonly fetched: string[] = []
  readonly events: ManagerEvent[] = []
  /** What the web answers with: a list, or a status. */
  answer: (at: string) => Uint8Array | number | Error = () => this.list([])
  store!: Store
  readonly state = scratchDirectory()

  async open(...ids: readonly string[]): Promise<this> {
    this.store = await opened(this.state)
    for (const [i, id] of ids.entries()) await this.add(id, { serial: i + 1 })
    return this
  }

  async add(
    id: string,
    { serial = 1, by = issuer, crlUrls = [url], notAfter = begin + 89 * day },
  ): Promise<void> {
    const leaf = issue({ names: [id], by, crlUrls, serial: [serial], notAfter })
    const { chainPem } = bundleOf([leaf, by])
    const hex = serial.toString(16).padStart(2, '0')
    await this.store.saveCertificate(certificate({ id }))
    await this.store.addVersion(version({ certificateId: id, chainPem, serial: hex, notAfter }))
  }

  list(serials: readonly number[], options: Partial<CrlOptions> = {}): Uint8Array {
    const nextUpdate = this.time + 7 * day
    const dates = { thisUpdate: this.time - hour, nextUpdate }
    return crl({ by: issuer, serials: serials.map((one) => [one]), ...dates, ...options })
  }

  get context() {
    const fetch: typeof globalThis.fetch = async (input) => {
      const at = input instanceof Request ? input.url : String(input)
      this.fetched.push(at)
      const answer = this.answer(at)
      if (answer instanceof Error) throw answer
      if (typeof answer === 'number') return new Response('', { status: answer })
      return new Response(Uint8Array.from(answer))
    }
    return {
      store: this.store,
      host: { ...systemHost, now: () => this.time, fetch, sleep: () => Promise.resolve() },
      onEvent: (event: ManagerEvent) => void this.events.push(event),
    }
  }

  async look(...ids: readonly string[]) {
    return lookUpRevocations(
      ids.map((id) => ({ id })),
      this.context,
    )
  }

  /** The certificates whose current version is known to be revoked by its CA. */
  async revoked(...ids: readonly string[]): Promise<readonly string[]> {
    const versions = await Promise.all(ids.map(async (id) => this.store.version(id, 1)))
    return versions.flatMap((one) => (one?.revokedBy === 'issuer' ? [one.certificateId] : []))
  }
}

describe('what a list has', () => {
  it('is marked, with when and why, told once, and looked at now', async () => {
    const world = await new World().open('a.test', 'b.test')
    await world.store.saveSchedule({ certificateId: 'b.test', nextCheckAt: begin + day })
    world.answer = () => world.list([2], { reason: 1 })
    const [looked] = await world.look('a.test')
    expect(looked?.revoked).toStrictEqual(['b.test'])
    const marked = { revokedAt: begin - day, revocationReason: 1, revokedBy: 'issuer' }
    expect(await world.store.version('b.test', 1)).toMatchObject(marked)
    expect(await world.store.version('a.test', 1)).not.toHaveProperty('revokedAt')
    expect(world.events).toStrictEqual([
      {
        type: 'revoked-by-issuer',
        at: begin,
        certificateId: 'b.test',
        details: { number: 1, reason: 1, revokedAt: begin - day },
      },
    ])
    expect((await world.store.schedule('b.test'))?.nextCheckAt).toBe(begin)
    world.time += 7 * hour
    await world.look('a.test', 'b.test')
    expect(world.events).toHaveLength(1)
  })

  it('leaves the schedule of what is being ordered alone', async () => {
    const world = await new World().open('a.test')
    await world.store.saveSchedule({ certificateId: 'a.test', nextCheckAt: begin + hour })
    await world.store.savePendingOrder({
      certificateId: 'a.test',
      directoryUrl: 'https://ca.test/directory',
      accountUrl: 'https://ca.test/account/1',
      identifierSet: 'dns:a.test',
      keyType: 'ec256',
      createdAt: begin,
    })
    world.answer = () => world.list([1])
    await world.look('a.test')
    expect(await world.revoked('a.test')).toStrictEqual(['a.test'])
    expect((await world.store.schedule('a.test'))?.nextCheckAt).toBe(begin + hour)
  })

  it('is not what a CA took back from it', async () => {
    const world = await new World().open('a.test')
    world.answer = () => world.list([1], { reason: 8 })
    await world.look('a.test')
    expect(await world.revoked('a.test')).toStrictEqual([])
  })

  it('is not asked of what was revoked from here, and changes nothing of that', async () => {
    const world = await new World().open('a.test', 'b.test')
    await world.store.markRevoked('a.test', 1, begin - hour, 5)
    world.answer = () => world.list([1, 2])
    expect(await world.look('a.test')).toStrictEqual([])
    expect(world.fetched).toStrictEqual([])
    await world.look('b.test')
    const kept = await world.store.version('a.test', 1)
    expect([kept?.revokedAt, kept?.revocationReason]).toStrictEqual([begin - hour, 5])
    expect(kept).not.toHaveProperty('revokedBy')
    expect(world.events.map(({ certificateId }) => certificateId)).toStrictEqual(['b.test'])
  })

  it('is not asked of a version that was replaced, or that has expired', async () => {
    const world = await new World().open('a.test')
    await world.add('a.test', { serial: 5 })
    await world.add('b.test', { serial: 6, notAfter: begin - 1 })
    world.answer = () => world.list([1])
    await world.look('a.test')
    expect(await world.look('b.test')).toStrictEqual([])
    expect(await world.revoked('a.test')).toStrictEqual([])
  })

  it('is said of its own issuer’s certificates alone, whatever serials others have', async () => {
    const world = await new World().open('a.test')
    await world.add('b.test', { serial: 1, by: other })
    await world.add('c.test', { serial: 1, crlUrls: ['http://ca.test/48.crl'] })
    world.answer = () => world.list([1])
    await world.look('a.test')
    expect(await world.revoked('a.test', 'b.test', 'c.test')).toStrictEqual(['a.test'])
  })

  it('is said where certificates of two issuers name one place', async () => {
    const world = await new World().open()
    await world.add('b.test', { serial: 1, by: other })
    await world.add('a.test', { serial: 2 })
    world.answer = () => world.list([1, 2])
    await world.look('b.test', 'a.test')
    expect(await world.revoked('a.test', 'b.test')).toStrictEqual(['a.test'])
  })
})

describe('a list is fetched', () => {
  it('once for all that share it, and not again for six hours', async () => {
    const ids = ['a.test', 'b.test', 'c.test']
    const world = await new World().open(...ids)
    await world.look(...ids)
    world.time += 6 * hour - 1
    for (const id of ids) expect(await world.look(id)).toStrictEqual([])
    expect(world.fetched).toStrictEqual([url])
    world.time += 1
    await world.look(...ids)
    expect(world.fetched).toStrictEqual([url, url])
    const { chainPem } = (await world.store.version('a.test', 1)) ?? { chainPem: '' }
    expect(await revocationListsOf({ chainPem }, world.context)).toStrictEqual([
      {
        url,
        thisUpdate: world.time - hour,
        nextUpdate: world.time + 7 * day,
        nextFetchAt: world.time + 6 * hour,
        failures: 0,
      },
    ])
  })

  it('by one process alone, when several come at once', async () => {
    const world = await new World().open('a.test', 'b.test')
    await Promise.all([world.look('a.test'), world.look('b.test')])
    expect(world.fetched).toStrictEqual([url])
  })

  it('again by others where the process that was about to has died', async () => {
    const world = await new World().open('a.test')
    await world.store.claimRevocationList(url, { now: begin, until: begin + 120_000 })
    expect(await world.look('a.test')).toStrictEqual([])
    world.time += 120_000
    expect(await world.look('a.test')).toHaveLength(1)
  })

  it('when the next one is out, where that is sooner; but not every moment', async () => {
    const world = await new World().open('a.test')
    world.answer = () => world.list([], { nextUpdate: world.time + hour })
    const [first] = await world.look('a.test')
    expect(first?.list.nextFetchAt).toBe(begin + hour)
    world.time += hour
    world.answer = () => world.list([], { nextUpdate: world.time + 1000 })
    const [second] = await world.look('a.test')
    expect(second?.list.nextFetchAt).toBe(world.time + 60_000)
  })
})

type Bad = readonly [string, (world: World) => ReturnType<World['answer']>, string]

describe('a list that cannot be had or trusted', () => {
  it.each<Bad>([
    ['is not there', () => 404, 'REVOCATION_LIST_NOT_THERE'],
    ['is of a server in trouble', () => 503, 'REVOCATION_LIST_NOT_THERE'],
    ['is a redirection', () => 302, 'REVOCATION_LIST_NOT_THERE'],
    ['does not come', () => new TypeError('fetch failed'), 'ACME_NETWORK'],
    ['is a page', () => Buffer.from('<html>'), 'REVOCATION_LIST_NOT_READABLE'],
    ['is cut off', (world) => world.list([1]).subarray(0, 90), 'REVOCATION_LIST_NOT_READABLE'],
    [
      'has a line that is none',
      (world) => world.list([1], { lineExtensions: [new Uint8Array([5, 0])] }),
      'REVOCATION_LIST_NOT_READABLE',
    ],
    [
      'is of last week',
      (world) => world.list([1], { nextUpdate: world.time }),
      'REVOCATION_LIST_STALE',
    ],
    ['is somebody else’s', (world) => world.list([1], { by: other }), 'REVOCATION_LIST_NOT_SIGNED'],
    [
      'is for another place',
      (world) => world.list([1], { scope: { urls: ['http://ca.test/48.crl'] } }),
      'REVOCATION_LIST_OF_OTHERS',
    ],
  ])('marks nothing where it %s, and is told once', async (_name, answer, code) => {
    const world = await new World().open('a.test')
    world.answer = () => answer(world)
    const [looked] = await world.look('a.test')
    expect(looked?.list.lastError?.code).toBe(code)
    expect(looked?.revoked).toStrictEqual([])
    world.time += day
    await world.look('a.test')
    expect(await world.revoked('a.test')).toStrictEqual([])
    expect(world.events).toStrictEqual([
      { type: 'revocation-list-failed', at: begin, details: { url, code } },
    ])
  })

  it('marks nothing where any line has something critical that is not understood', async () => {
    const world = await new World().open('a.test')
    const critical = new Uint8Array([
      0x30, 0x0d, 6, 3, 0x55, 0x1d, 0x1d, 1, 1, 0xff, 4, 3, 0x30, 1, 5,
    ])
    world.answer = () => world.list([1], { lineExtensions: [critical] })
    const [looked] = await world.look('a.test')
    expect(looked?.list.lastError?.code).toBe('REVOCATION_LIST_NOT_UNDERSTOOD')
    expect(await world.revoked('a.test')).toStrictEqual([])
  })

  it('is tried once more at once, where that may help', async () => {
    const world = await new World().open('a.test')
    world.answer = () => (world.fetched.length === 1 ? 503 : world.list([1]))
    await world.look('a.test')
    expect(await world.revoked('a.test')).toStrictEqual(['a.test'])
    expect(world.events.map(({ type }) => type)).toStrictEqual(['revoked-by-issuer'])
  })

  it('is not read on where it is endless', async () => {
    const world = await new World().open('a.test')
    const block = new Uint8Array(16 * 1_048_576)
    let pulled = 0
    const endless = (): Response =>
      new Response(
        new ReadableStream({
          pull(controller) {
            pulled += 1
            controller.enqueue(block)
          },
        }),
      )
    const { context } = world
    const host = { ...context.host, fetch: async () => endless() }
    const [looked] = await lookUpRevocations([{ id: 'a.test' }], { ...context, host })
    expect(looked?.list.lastError?.code).toBe('ACME_RESPONSE_NOT_CONFORM')
    expect(pulled).toBeLessThan(10)
  })

  it('leaves standing what was known, and is tried again after growing pauses', async () => {
    const world = await new World().open('a.test')
    await world.look('a.test')
    world.answer = () => new TypeError('fetch failed')
    const pauses: number[] = []
    world.time += 6 * hour
    for (let i = 0; i < 5; i += 1) {
      const [looked] = await world.look('a.test')
      expect(looked?.list.thisUpdate).toBe(begin - hour)
      pauses.push((looked?.list.nextFetchAt ?? 0) - world.time)
      world.time += pauses.at(-1) ?? 0
    }
    expect(pauses.map((ms) => ms / 60_000)).toStrictEqual([5, 15, 45, 135, 360])
    world.answer = () => world.list([1])
    const [looked] = await world.look('a.test')
    expect(looked?.list).not.toHaveProperty('lastError')
    expect(looked?.list.failures).toBe(0)
    expect(await world.revoked('a.test')).toStrictEqual(['a.test'])
  })
})
