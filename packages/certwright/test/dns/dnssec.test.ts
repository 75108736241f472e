import { describe, expect, it } from 'vitest'
import { dnssecChecker, type DnssecReport } from '../../src/dns/dnssec.ts'
import type { QuestionType } from '../../src/dns/query.ts'
import { resolver } from '../../src/dns/resolver.ts'
import { rootAnchors } from '../../src/dns/trust-anchor.ts'
import { signedWorld, type SignedWorld, type SignedZone } from './signed-zones.ts'
import { closedPort, serverText, zonesAt } from './world.ts'

const host = { name: 'www.example.test', type: 'A', ttl: 60, data: '127.0.0.1' } as const

/** `test` is the anchor; `example.test` below it is as the test says. */
async function worldWith(
  zone: Partial<SignedZone> = {},
  top: Partial<SignedZone> = {},
): Promise<SignedWorld> {
  return signedWorld([
    { name: 'test', ...top },
    { name: 'example.test', records: [host], ...zone },
  ])
}

async function check(
  { resolver: server, anchors }: SignedWorld,
  name = 'www.example.test',
  types: readonly QuestionType[] = ['A'],
  now = Date.now(),
): Promise<DnssecReport> {
  return dnssecChecker({ resolver: resolver({ servers: [server] }), anchors, now }).check(
    name,
    types,
  )
}

describe('an answer is bogus', () => {
  it('where its signature has expired, and since when is said', async () => {
    const report = await check(await worldWith({ valid: [-7200, -3600] }))
    expect(report).toMatchObject({ state: 'bogus', zone: 'example.test', fault: 'expired' })
    expect(report.params).toMatchObject({ name: 'example.test', type: 'DNSKEY' })
    expect(report.params['moment']).toMatch(/^\d{4}-\d\d-\d\dT/)
  })

  it('where the signature is for later', async () => {
    const report = await check(await worldWith({ valid: [600, 7200] }))
    expect(report).toMatchObject({ state: 'bogus', fault: 'not-yet-valid' })
  })

  it('where the signature has been changed', async () => {
    const world = await worldWith({
      spoil: (signature, name) =>
        name === host.name
          ? { ...signature, signature: Buffer.from(signature.signature).fill(7, 0, 8) }
          : signature,
    })
    expect(await check(world)).toMatchObject({
      state: 'bogus',
      fault: 'wrong',
      params: { name: 'www.example.test', type: 'A' },
    })
  })

  it('where the signature is left out', async () => {
    const world = await worldWith({
      spoil: (signature, name) => (name === host.name ? undefined : signature),
    })
    expect(await check(world)).toMatchObject({ state: 'bogus', fault: 'missing' })
  })

  it('where the signature names another signer, or a key that is not shown', async () => {
    const signer = await worldWith({
      spoil: (signature, name) =>
        name === host.name ? { ...signature, signersName: 'test' } : signature,
    })
    expect(await check(signer)).toMatchObject({ state: 'bogus', fault: 'missing' })
    const key = await worldWith({
      spoil: (signature, name) =>
        name === host.name ? { ...signature, keyTag: signature.keyTag ^ 1 } : signature,
    })
    expect(await check(key)).toMatchObject({ state: 'bogus', fault: 'key-missing' })
  })

  it('where the parent names keys and the zone has none: signing was switched off', async () => {
    const report = await check(await worldWith({ shownKeys: () => [] }))
    expect(report).toMatchObject({ state: 'bogus', zone: 'example.test', fault: 'keys-missing' })
  })

  it('where the parent still names an old key', async () => {
    const report = await check(
      await worldWith({
        shownKeys: (keys) => keys.map((key) => ({ ...key, key: Buffer.alloc(64, 5) })),
      }),
    )
    expect(report).toMatchObject({ state: 'bogus', fault: 'keys-differ' })
    expect(report.params).toHaveProperty('shown')
  })

  it('where a key is shown that may not sign: revoked, or of no zone', async () => {
    for (const flags of [257 | 0x80, 1]) {
      const world = await worldWith({ shownKeys: (keys) => keys.map((key) => ({ ...key, flags })) })
      expect(await check(world)).toMatchObject({ state: 'bogus', fault: 'keys-missing' })
    }
  })

  it('where nothing proves that there is nothing', async () => {
    const world = await worldWith({ unprovenAbsence: true })
    expect(await check(world, 'www.example.test', ['CAA'])).toMatchObject({
      state: 'bogus',
      fault: 'absence-unproven',
      params: { name: 'www.example.test', type: 'CAA' },
    })
  })

  it('where one of several questions has a bogus answer', async () => {
    const world = await worldWith({ unprovenAbsence: true })
    const report = await check(world, 'www.example.test', ['A', 'CAA'])
    expect(report).toMatchObject({ state: 'bogus' })
  })

  it('where the zone above cannot prove that this one is not signed', async () => {
    const world = await worldWith({ unsigned: true }, { unprovenAbsence: true })
    expect(await check(world)).toMatchObject({
      state: 'bogus',
      zone: 'test',
      fault: 'absence-unproven',
    })
  })

  it('where an alias leads into a zone whose signatures have expired', async () => {
    const world = await signedWorld([
      { name: 'test' },
      {
        name: 'example.test',
        records: [{ name: host.name, type: 'CNAME', ttl: 60, data: 'www.other.test' }],
      },
      {
        name: 'other.test',
        valid: [-7200, -60],
        records: [{ ...host, name: 'www.other.test' }],
      },
    ])
    const report = await check(world)
    expect(report).toMatchObject({ state: 'bogus', zone: 'other.test', fault: 'expired' })
  })
})

describe('an answer is unknown, not bogus', () => {
  it('where no resolver answers', async () => {
    const world = await worldWith()
    const report = await check({ ...world, resolver: `127.0.0.1:${await closedPort()}` })
    expect(report).toMatchObject({ state: 'unknown', fault: 'unanswered' })
  })

  it('where the resolver keeps signatures back', async () => {
    const dns = await zonesAt('test', 'example.test')
    const { anchors } = await worldWith()
    const report = await check({ resolver: serverText(dns), anchors, asked: [] })
    await dns.close()
    expect(report).toMatchObject({ state: 'unknown', zone: 'test', fault: 'anchor-unproven' })
  })

  it('where the keys at the top are others than ours: nobody below can set that right', async () => {
    const other = await worldWith()
    const report = await check({ ...(await worldWith()), anchors: other.anchors })
    expect(report).toMatchObject({ state: 'unknown', zone: 'test', fault: 'anchor-unproven' })
  })

  it('where the zone uses an algorithm that is not checked here', async () => {
    const world = await worldWith({
      spoil: (signature, name) => (name === host.name ? { ...signature, algorithm: 5 } : signature),
    })
    expect(await check(world)).toMatchObject({ state: 'unknown', fault: 'algorithm' })
  })

  it('where no anchor stands above the name', async () => {
    const report = await check(await worldWith(), 'www.example.org')
    expect(report).toMatchObject({ state: 'unknown', fault: 'anchor-unproven' })
  })
})

describe('an answer is insecure', () => {
  it('where the zone above proves that the zone is not signed', async () => {
    const report = await check(await worldWith({ unsigned: true }))
    expect(report).toEqual({
      state: 'insecure',
      zone: 'example.test',
      fault: 'not-signed',
      params: { zone: 'example.test' },
    })
  })
})

describe('an answer is secure', () => {
  it.each([8, 13, 14, 15] as const)('with algorithm %i at every step', async (algorithm) => {
    const world = await worldWith({ algorithm }, { algorithm })
    expect(await check(world)).toMatchObject({ state: 'secure', zone: 'example.test' })
  })

  it('where an alias and its target are both signed', async () => {
    const alias = { name: 'a.example.test', type: 'CNAME', ttl: 60, data: host.name } as const
    expect(await check(await worldWith({ records: [host, alias] }), alias.name)).toMatchObject({
      state: 'secure',
    })
  })

  it('where it is made from a wildcard', async () => {
    const wild = { ...host, name: '*.example.test' }
    expect(await check(await worldWith({ records: [wild] }), 'any.example.test')).toMatchObject({
      state: 'secure',
    })
  })

  it('where several addresses stand in any order and case', async () => {
    const second = { ...host, data: '127.0.0.2' }
    const world = await worldWith({ records: [second, host] })
    expect(await check(world, 'WWW.Example.TEST.')).toMatchObject({ state: 'secure' })
  })

  it('where nothing is there and that is proven', async () => {
    expect(await check(await worldWith(), host.name, ['CAA'])).toMatchObject({ state: 'secure' })
  })

  it('for many names of a zone with its keys asked for once', async () => {
    const world = await worldWith()
    const checker = dnssecChecker({
      resolver: resolver({ servers: [world.resolver] }),
      anchors: world.anchors,
      now: Date.now(),
    })
    await checker.check(host.name, ['A'])
    await checker.check('ns1.example.test', ['A'])
    expect(world.asked.filter((one) => one === 'example.test DNSKEY')).toHaveLength(1)
  })
})

it('is judged by the clock that is lent', async () => {
  const day = 86_400
  const world = await worldWith({}, { valid: [-3600, 10 * day] })
  const later = Date.now() + day * 1000
  expect(await check(world, host.name, ['A'], later)).toMatchObject({ fault: 'expired' })
  // With a clock so wrong that the top itself seems to have expired, no zone is accused.
  const far = Date.now() + 20 * day * 1000
  expect(await check(world, host.name, ['A'], far)).toMatchObject({ state: 'unknown' })
})

it('believes the two keys that IANA publishes for the root, by name', () => {
  expect(rootAnchors.map(({ keyTag }) => keyTag)).toEqual([20326, 38696])
  for (const { digest } of rootAnchors) expect(digest).toMatch(/^[0-9A-F]{64}$/)
})
