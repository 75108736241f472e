import {
  createClock,
  type RateLimits,
  type RunningCa,
  type SandboxOptions,
} from '@certwright/sandbox'
import { expect, it } from 'vitest'
import type { Applied } from '../../src/manager/apply.ts'
import type { Desired, DesiredLimits } from '../../src/manager/desired.ts'
import { estateOnClock, type Estate } from './estate.ts'

const hourMs = 3_600_000
/** After this a limit of orders is whole again. */
const periodMs = 3 * hourMs
const dayMs = 24 * hourMs
const empty = { actions: [], later: [], unseen: [] }
/** As many as `apply` works on at once by default. */
const atOnce = 8

/** Let's Encrypt's, as an operator writes them. */
const letsEncrypt: DesiredLimits = {
  orders: { count: 300, periodMs },
  'certificates-per-domain': { count: 50, periodMs: 7 * dayMs },
  'certificates-per-set': { count: 5, periodMs: 7 * dayMs },
}

interface Drill {
  readonly world: Estate
  readonly ca: RunningCa
  readonly desired: Desired
  readonly ids: readonly string[]
  /** How many were issued before the first wait for limits, the second, and so on. */
  readonly spread: readonly number[]
}

/** So many certificates, of a domain each, on one store; from a CA that counts, within its limits. */
async function issued(
  count: number,
  limits: DesiredLimits,
  ca: SandboxOptions['ca'],
): Promise<Drill> {
  const clock = createClock({ stopped: true, seed: 1 })
  const quick = { preApproved: 'authorizations', issueAtOnce: true, nonceRejectPercent: 0 } as const
  const world = await estateOnClock(clock, { ca: { ...quick, ...ca } })
  const ids = Array.from({ length: count }, (_, i) => `n${i}.test`)
  const base = world.desired(...ids.map((id) => world.certificate(id)))
  const issuers = base.issuers.map((issuer) => ({ ...issuer, limits }))
  const desired = { ...base, issuers }
  const [sandbox] = world.sandboxes
  if (!sandbox) throw new Error('no CA')
  const spread: number[] = []
  for (let left = count; left > 0;) {
    const applied = await world.apply(desired)
    const done = applied.outcomes.filter(({ result }) => result === 'done').length
    spread.push(done)
    left -= done
    const later = applied.outcomes.filter(({ result }) => result === 'deferred').length
    expect([done + later, applied.broken, done > 0]).toStrictEqual([left + done, [], true])
    if (left > 0) clock.advance(periodMs)
  }
  return { world, ca: sandbox.ca, desired, ids, spread }
}

/** The most orders that stood open at the CA at any time. */
function openAtMost({ requests }: RunningCa): number {
  let [open, most] = [0, 0]
  for (const { endpoint, status } of requests) {
    if (endpoint === 'newOrder' && status === 201) open += 1
    if (endpoint === 'certificate' && status === 200) open -= 1
    most = Math.max(most, open)
  }
  return most
}

/** Of the CA's own account: none beyond a limit, none twice, none lost. */
function expectRenewedOnce({ ca, ids }: Drill): void {
  const orders = ca.requests.filter(({ endpoint }) => endpoint === 'newOrder')
  expect(orders.filter(({ status }) => status === 429)).toStrictEqual([])
  expect(orders.filter(({ status }) => status === 201)).toHaveLength(ids.length)
  expect(ca.orders().filter(({ status }) => status !== 'valid')).toStrictEqual([])
  expect(openAtMost(ca)).toBeLessThanOrEqual(atOnce)
  const each = Map.groupBy(ca.certificates(), ({ identifiers }) => identifiers[0]?.value ?? '')
  expect([...each.keys()].sort()).toStrictEqual([...ids].sort())
  expect([...each.values()].filter((versions) => versions.length !== 2)).toStrictEqual([])
}

/** What is current here is what the CA gave last, and nothing that it has revoked. */
async function expectCurrent({ world, ca, ids }: Drill): Promise<void> {
  const known = new Map(ca.certificates().map((one) => [one.serial, one]))
  for (const id of ids) {
    const { current } = (await world.context.store.certificate(id)) ?? {}
    const { serial = '' } = (await world.context.store.version(id, current ?? 0)) ?? {}
    expect([id, current, known.get(serial)?.identifiers[0]?.value]).toStrictEqual([id, 2, id])
    expect(known.get(serial)?.revoked).toBeUndefined()
  }
}

function expectAllDone({ outcomes, broken }: Applied, ids: readonly string[]): void {
  expect(broken).toStrictEqual([])
  expect(outcomes.filter(({ result }) => result !== 'done')).toStrictEqual([])
  expect(outcomes.map(({ action }) => action.certificateId).sort()).toStrictEqual([...ids].sort())
}

function reasonsOf(plan: Awaited<ReturnType<Estate['plan']>>): Readonly<Record<string, number>> {
  const reasons = Map.groupBy(plan.actions, ({ kind, reason, exempt }) =>
    [kind, reason, exempt].join(' '),
  )
  return Object.fromEntries([...reasons].map(([reason, actions]) => [reason, actions.length]))
}

it('1,000 certificates that their CA must revoke are each replaced once before it does, and none counts', async () => {
  const drill = await issued(1000, letsEncrypt, {
    rateLimits: 'letsencrypt',
  })
  const { world, ca, desired, ids, spread } = drill
  // The limit gives 300 at once, then one every 36 seconds.
  expect(spread[0]).toBe(300)
  expect(ca.requests.filter(({ status }) => status === 429)).toStrictEqual([])
  const before = ca.certificates().map(({ certificateId }) => certificateId)

  world.clock.now += 7 * hourMs
  ca.forgetRequests()
  ca.announceIncident({ explanationUrl: 'https://ca.test/why', revokeAfterMs: dayMs })
  const plan = await world.plan(desired)
  expect(reasonsOf(plan)).toStrictEqual({ 'renew asked-by-issuer renewal-information': ids.length })
  const buckets = await world.context.store.buckets()
  expectAllDone(await world.apply(desired), ids)

  expectRenewedOnce(drill)
  const replaced = ca.orders().flatMap(({ replaces }) => replaces ?? [])
  expect([...replaced].sort()).toStrictEqual([...before].sort())
  // Exempt on this side as well: no bucket has paid for it.
  expect(await world.context.store.buckets()).toStrictEqual(buckets)
  world.clock.now += dayMs
  await expect
    .poll(() => ca.certificates().filter(({ revoked }) => revoked).length)
    .toBe(ids.length)
  await expectCurrent(drill)
  expect(await world.plan(desired)).toStrictEqual(empty)

  // The next incident, of which this CA tells by its CRL alone: one list for all of them.
  const { length: fetches } = world.fetched
  ca.setKnobs({ renewalInfo: false })
  for (const { serial } of ca.certificates()) ca.revoke(serial)
  world.clock.now += 7 * hourMs
  const next = await world.plan(desired)
  expect(reasonsOf(next)).toStrictEqual({ 'renew revoked-by-issuer same-names': ids.length })
  expect(world.fetched.slice(fetches)).toStrictEqual([ca.crlUrl])
}, 900_000)

/** Small ones, so that few certificates reach them. */
const limits: DesiredLimits = {
  orders: { count: 50, periodMs },
  'certificates-per-set': { count: 5, periodMs: 7 * dayMs },
}
const rateLimits: RateLimits = {
  newOrdersPerAccount: { count: 50, periodMs },
  certificatesPerSet: { count: 5, periodMs: 7 * dayMs },
}

it('60 certificates that a CA without renewal information has revoked are each replaced once', async () => {
  const drill = await issued(60, limits, { rateLimits, renewalInfo: false })
  const { world, ca, desired, ids, spread } = drill
  expect(spread[0]).toBe(50)
  world.clock.now += 7 * hourMs
  ca.forgetRequests()
  for (const { serial } of ca.certificates()) ca.revoke(serial, 4)
  const { length: fetches } = world.fetched
  expectAllDone(await world.apply(desired), ids)

  expectRenewedOnce(drill)
  await expectCurrent(drill)
  expect(world.fetched.slice(fetches)).toStrictEqual([ca.crlUrl])
  const seen = world.events.filter(({ type }) => type === 'revoked-by-issuer')
  expect(seen.map(({ certificateId = '' }) => certificateId).sort()).toStrictEqual([...ids].sort())
  expect(await world.plan(desired)).toStrictEqual(empty)
})
