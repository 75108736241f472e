import { identifierFrom, identifierSet, newOrder } from '@certwright/acme'
import type { SandboxOptions } from '@certwright/sandbox'
import { describe, expect, it } from 'vitest'
import type { Action } from '../../src/manager/action.ts'
import type { Applied } from '../../src/manager/apply.ts'
import { definitionOf } from '../../src/manager/definition.ts'
import type { DesiredCertificate } from '../../src/manager/desired.ts'
import { estate, file, site, type Estate } from './estate.ts'

const dayMs = 86_400_000
const empty = { actions: [], later: [], unseen: [] }

/** `kind certificate target: reason`, in the order of the plan. */
function lines(actions: readonly Action[]): readonly string[] {
  return actions.map(({ kind, certificateId, target, reason }) =>
    [kind, certificateId, target, `(${reason})`].filter((word) => word !== undefined).join(' '),
  )
}

function results({ outcomes }: Applied): readonly string[] {
  return outcomes.map(({ action: { kind, target }, result, code }) =>
    [kind, target, result, code].filter((word) => word !== undefined).join(' '),
  )
}

async function issued(names: readonly string[] = ['a.example.test']): Promise<Estate> {
  const world = await estate()
  const wanted = names.map((name) => world.certificate(name, { installs: [site(name)] }))
  expect((await world.apply(world.desired(...wanted))).outcomes).toHaveLength(names.length * 2)
  return world
}

describe('apply', () => {
  it('gets what is missing, installs it, and leaves nothing to be planned', async () => {
    const world = await estate()
    const wanted = ['a.example.test', 'b.example.test'].map((name) =>
      world.certificate(name, { installs: [site(name)] }),
    )
    const desired = world.desired(...wanted)
    expect(lines((await world.plan(desired)).actions)).toStrictEqual([
      'issue a.example.test (never-issued)',
      'install a.example.test fake-web:site=a.example.test (new-version)',
      'issue b.example.test (never-issued)',
      'install b.example.test fake-web:site=b.example.test (new-version)',
    ])
    const applied = await world.apply(desired)
    expect(applied.outcomes.every(({ result }) => result === 'done')).toBe(true)
    expect(await world.plan(desired)).toStrictEqual(empty)
    expect(await world.context.store.issuers()).toHaveLength(1)
    expect(await world.context.store.schedule('a.example.test')).toMatchObject({
      managedBy: file,
      failures: 0,
    })
    expect(world.events.map(({ type }) => type).sort()).toStrictEqual([
      'installed',
      'installed',
      'issued',
      'issued',
    ])
  })

  it('renews when it is time, everywhere, and removes what is replaced', async () => {
    const world = await issued()
    const desired = world.desired(
      world.certificate('a.example.test', { installs: [site('a.example.test')] }),
    )
    const { notAfter, notBefore } = (await world.context.store.version('a.example.test', 1)) ?? {
      notAfter: 0,
      notBefore: 0,
    }
    world.clock.now = notBefore + ((notAfter - notBefore) * 2) / 3 + dayMs
    expect(lines((await world.plan(desired)).actions)).toStrictEqual([
      'renew a.example.test (asked-by-issuer)',
      'install a.example.test fake-web:site=a.example.test (new-version)',
      'collect a.example.test (replaced)',
    ])
    expect(results(await world.apply(desired))).toStrictEqual([
      'renew done',
      'install fake-web:site=a.example.test done',
      'collect done',
    ])
    expect(world.service.prunes).toStrictEqual(['a.example.test'])
    expect(await world.context.store.versions('a.example.test')).toHaveLength(2)
  })

  it('repairs what serves another certificate', async () => {
    const world = await issued(['a.example.test', 'b.example.test'])
    const desired = world.desired(
      ...['a.example.test', 'b.example.test'].map((name) =>
        world.certificate(name, { installs: [site(name)] }),
      ),
    )
    const other = world.service.sites.get('b.example.test')
    if (other) world.service.sites.set('a.example.test', other)
    expect(lines((await world.plan(desired)).actions)).toStrictEqual([
      'repair a.example.test fake-web:site=a.example.test (other-certificate)',
    ])
    expect(results(await world.apply(desired))).toStrictEqual([
      'repair fake-web:site=a.example.test done',
    ])
    expect(await world.plan(desired)).toStrictEqual(empty)
  })

  it('gives a new version its time to arrive before a former one is drift', async () => {
    const world = await issued()
    const former = world.service.sites.get('a.example.test')
    const desired = world.desired(
      world.certificate('a.example.test', {
        installs: [site('a.example.test')],
        keyType: 'ec384',
      }),
    )
    await world.apply(desired)
    if (former) world.service.sites.set('a.example.test', former)
    const settling = await world.plan(desired)
    expect(settling.actions).toStrictEqual([])
    expect(settling.later).toMatchObject([{ kind: 'repair', delayed: { by: 'settling' } }])
    world.clock.now += 601_000
    expect(lines((await world.plan(desired)).actions)).toStrictEqual([
      'repair a.example.test fake-web:site=a.example.test (former-version)',
    ])
  })

  it('stops nothing else where a target refuses, and tries that one again', async () => {
    const world = await estate()
    const desired = world.desired(
      world.certificate('a.example.test', {
        installs: [site('a.example.test'), site('www.a.example.test')],
      }),
      world.certificate('b.example.test', { installs: [site('b.example.test')] }),
    )
    world.service.refusing.set('a.example.test', 'write')
    const applied = await world.apply(desired)
    expect(results(applied)).toContain(
      'install fake-web:site=a.example.test failed TARGET_RESOURCE_NOT_FOUND',
    )
    expect(applied.outcomes.filter(({ result }) => result === 'done')).toHaveLength(3)
    expect(world.service.sites.has('b.example.test')).toBe(true)
    world.service.refusing.clear()
    expect(lines((await world.plan(desired)).actions)).toContain(
      'install a.example.test fake-web:site=a.example.test (failed-before)',
    )
  })

  it('issues anew for other names or another type of key, and does nothing twice', async () => {
    const world = await issued()
    const changed = world.certificate('a.example.test', {
      installs: [site('a.example.test')],
      keyType: 'ec384',
    })
    expect(lines((await world.plan(world.desired(changed))).actions)[0]).toBe(
      'rekey a.example.test (key-type)',
    )
    await Promise.all([world.apply(world.desired(changed)), world.apply(world.desired(changed))])
    expect(await world.context.store.versions('a.example.test')).toHaveLength(2)
    expect(await world.plan(world.desired(changed))).toStrictEqual(empty)
  })

  it('forgets what the file names no longer, and leaves what a command keeps', async () => {
    const world = await issued(['a.example.test', 'b.example.test'])
    const kept = world.certificate('a.example.test', { installs: [] })
    const desired = world.desired(kept)
    expect(lines((await world.plan(desired)).actions)).toStrictEqual([
      'forget a.example.test fake-web:site=a.example.test (not-in-file)',
      'forget b.example.test (not-in-file)',
    ])
    await world.apply(desired)
    expect(await world.context.store.certificate('b.example.test')).toBeUndefined()
    expect(world.service.sites.has('b.example.test')).toBe(true)
    expect(await world.plan(desired)).toStrictEqual(empty)
  })

  it('revokes what the file says is to be revoked, and then leaves it', async () => {
    const world = await issued()
    const desired = world.desired(
      world.certificate('a.example.test', {
        installs: [site('a.example.test')],
        revoke: 'superseded',
      }),
    )
    expect(lines((await world.plan(desired)).actions)).toStrictEqual([
      'revoke a.example.test (asked)',
    ])
    await world.apply(desired)
    expect(await world.context.store.version('a.example.test', 1)).toMatchObject({
      revocationReason: 4,
    })
    expect(await world.plan(desired)).toStrictEqual(empty)
  })

  it('waits longer after each failure, and says so', async () => {
    const world = await estate()
    const nowhere = world.certificate('a.example.test', {
      challenge: { type: 'http-01', httpPort: 1 },
    })
    const desired = world.desired(nowhere)
    const first = await world.apply(desired)
    expect(first.outcomes).toMatchObject([{ result: 'failed' }])
    const { later } = await world.plan(desired)
    expect(later).toMatchObject([
      { kind: 'issue', delayed: { by: 'back-off', until: world.clock.now + 60_000 } },
    ])
    world.clock.now += 60_000
    await world.apply(desired)
    expect((await world.plan(desired)).later).toMatchObject([
      { delayed: { until: world.clock.now + 600_000 } },
    ])
  })
})

describe('apply, with two issuers', () => {
  it('asks the next one after an outage, and the first again when it is over', async () => {
    const world = await estate({}, {})
    await world.sandboxes[0]?.close()
    const wanted = world.certificate('a.example.test', {
      challenge: { type: 'http-01', httpPort: world.sandboxes[1]?.httpPort ?? 0 },
    })
    const applied = await world.apply(world.desired(wanted))
    expect(results(applied)).toStrictEqual(['issue done'])
    expect((await world.context.store.version('a.example.test', 1))?.directoryUrl).toBe(
      world.sandboxes[1]?.directoryUrl,
    )
    expect(world.events).toContainEqual(
      expect.objectContaining({
        type: 'issuer-failed',
        details: expect.objectContaining({ issuer: 'ca0', reason: 'outage' }) as unknown,
      }),
    )
    expect(await world.plan(world.desired(wanted))).toStrictEqual(empty)
  })

  const at = (world: Estate, i: number): string => world.sandboxes[i]?.directoryUrl ?? ''
  const two = async (first: SandboxOptions): Promise<Estate> => estate(first, {})
  /** Both CAs look at their own port: it is answered at that of the one that is expected to be asked. */
  const wantedAt = (world: Estate, i: number): DesiredCertificate =>
    world.certificate('a.example.test', {
      challenge: { type: 'http-01', httpPort: world.sandboxes[i]?.httpPort ?? 0 },
    })

  it.each([
    ['answers 503', { status: 503, html: '<h1>down</h1>' }, 'outage'],
    [
      'says that a limit is reached',
      { status: 429, problem: { type: 'rateLimited', detail: 'too many' }, retryAfter: '3600' },
      'rateLimited',
    ],
  ] as const)('asks the next one where the first %s', async (_, fault, reason) => {
    const world = await two({
      ca: { faults: ({ endpoint }) => (endpoint === 'newOrder' ? fault : undefined) },
    })
    const wanted = wantedAt(world, 1)
    expect(results(await world.apply(world.desired(wanted)))).toStrictEqual(['issue done'])
    expect((await world.context.store.version('a.example.test', 1))?.directoryUrl).toBe(
      at(world, 1),
    )
    expect(world.events).toContainEqual(
      expect.objectContaining({
        type: 'issuer-failed',
        details: expect.objectContaining({ issuer: 'ca0', reason }) as unknown,
      }),
    )
  })

  it('goes on with an order of which it never heard, although the first takes no new one', async () => {
    let isDown = false
    const world = await two({
      ca: {
        faults: ({ endpoint }) =>
          isDown && endpoint === 'newOrder' ? { status: 503, html: '<h1>down</h1>' } : undefined,
      },
    })
    const { store, host } = world.context
    const wanted = wantedAt(world, 0)
    const [first] = world.issuers
    if (!first) throw new Error('there is no first issuer')
    // What a process leaves that is killed after the CA made its order and before it heard of it.
    const { client, account } = await world.context.account(first)
    await newOrder(client, account, { identifiers: wanted.identifiers })
    await store.saveCertificate(await definitionOf(wanted, [first], world.context))
    await store.savePendingOrder({
      certificateId: wanted.id,
      directoryUrl: first.directoryUrl,
      accountUrl: account.url,
      identifierSet: identifierSet(wanted.identifiers),
      keyType: wanted.keyType,
      createdAt: host.now(),
    })
    isDown = true
    const other = {
      ...wantedAt(world, 1),
      id: 'b',
      identifiers: [identifierFrom('b.example.test')],
    }
    expect(results(await world.apply(world.desired(other)))).toContain('issue done')
    await world.apply(world.desired(other, wanted))
    expect((await store.version(wanted.id, 1))?.directoryUrl).toBe(at(world, 0))
    const ordered = world.sandboxes.map(({ ca }) =>
      ca.orders().map(({ identifiers }) => identifiers[0]?.value),
    )
    expect(ordered).toStrictEqual([['a.example.test'], ['b.example.test']])
  })

  it('looks for no order that was refused', async () => {
    const fault = { status: 429, problem: { type: 'rateLimited', detail: 'too many' } }
    const faults = ({ endpoint }: { readonly endpoint: string }) =>
      endpoint === 'newOrder' ? fault : undefined
    const world = await estate({ ca: { faults } }, { ca: { faults } })
    const wanted = wantedAt(world, 0)
    expect(results(await world.apply(world.desired(wanted)))[0]).toMatch(/^issue deferred/)
    expect(await world.context.store.pendingOrder(wanted.id)).toBeUndefined()
  })

  it('asks the next one where the first does not offer the profile', async () => {
    const world = await estate({}, { ca: { profiles: { short: { description: 'short' } } } })
    const wanted = { ...wantedAt(world, 1), profile: 'short' }
    expect(results(await world.apply(world.desired(wanted)))).toStrictEqual(['issue done'])
    expect(await world.context.store.version('a.example.test', 1)).toMatchObject({
      directoryUrl: at(world, 1),
      profile: 'short',
    })
  })

  it('asks no other one after a validation that failed: that would fail there too', async () => {
    const world = await two({})
    const wanted = world.certificate('a.example.test', {
      challenge: { type: 'http-01', httpPort: 1 },
    })
    expect(results(await world.apply(world.desired(wanted)))[0]).toMatch(/^issue failed/)
    expect(world.sandboxes[1]?.ca.orders()).toStrictEqual([])
  })

  it('goes back to the first at the next renewal, once it is well again', async () => {
    let down = true
    const world = await two({
      ca: {
        faults: ({ endpoint }) => (down && endpoint === 'newOrder' ? { status: 503 } : undefined),
      },
    })
    await world.apply(world.desired(wantedAt(world, 1)))
    down = false
    const { notAfter = 0 } = (await world.context.store.version('a.example.test', 1)) ?? {}
    world.clock.now = notAfter - 20 * dayMs
    expect(results(await world.apply(world.desired(wantedAt(world, 0))))[0]).toBe('update done')
    const versions = await world.context.store.versions('a.example.test')
    expect(versions.map(({ directoryUrl }) => directoryUrl)).toStrictEqual([
      at(world, 1),
      at(world, 0),
    ])
  })
})
