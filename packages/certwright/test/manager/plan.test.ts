import { identifierFrom } from '@certwright/acme'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Action } from '../../src/manager/action.ts'
import type { Desired, DesiredCertificate } from '../../src/manager/desired.ts'
import type {
  Observed,
  ObservedCertificate,
  ObservedInstallation,
  ObservedVersion,
} from '../../src/manager/observed.ts'
import { plan, type Plan } from '../../src/manager/plan.ts'
import type { Verdict } from '../../src/deploy/verify-installation.ts'

const now = 1_795_000_000_000
const dayMs = 86_400_000
const managedBy = '/etc/certwright.yaml'
const directories = ['https://one.test/directory', 'https://two.test/directory']
const verdicts: readonly Verdict[] = [
  'current',
  'settling',
  'former-version',
  'old-chain',
  'other-certificate',
  'expired',
  'name-mismatch',
  'untrusted',
  'not-served',
]

/** What doing an action makes of the world, by the promises of each: the model that the plan is held against. */
function done(world: Observed, desired: Desired, action: Action): Observed {
  const { certificateId, kind, target } = action
  const wanted = desired.certificates.find(({ id }) => id === certificateId)
  const change = (to: (one: ObservedCertificate) => ObservedCertificate | undefined): Observed => ({
    certificates: world.certificates.flatMap((one) =>
      one.certificate.id === certificateId ? (to(one) ?? []) : [one],
    ),
  })
  if (kind === 'forget') {
    if (target === undefined) return change(() => undefined)
    return change((one) => ({
      ...one,
      installations: one.installations.filter(({ installation }) => installation.target !== target),
    }))
  }
  if (!wanted) throw new Error(`${kind} of what nobody wants`)
  if (kind === 'issue' && !world.certificates.some((one) => one.certificate.id === certificateId)) {
    return { certificates: [...world.certificates, kept(wanted, freshVersion(wanted, desired))] }
  }
  if (kind === 'issue' || kind === 'renew' || kind === 'rekey') {
    return change((one) => ({
      ...one,
      challengeFits: true,
      schedule: schedule(certificateId),
      version: freshVersion(wanted, desired),
      files: true,
    }))
  }
  if (kind === 'update') {
    return change((one) => ({
      ...one,
      certificate: { ...one.certificate, out: wanted.out ?? one.certificate.out },
      challengeFits: true,
      schedule: { ...(one.schedule ?? schedule(certificateId)), managedBy },
      installations: one.installations.map((place) => ({ ...place, optionsFit: true })),
    }))
  }
  if (kind === 'files') return change((one) => ({ ...one, files: true }))
  if (kind === 'revoke') {
    return change((one) => ({
      ...one,
      ...(one.version && { version: { ...one.version, revokedAt: now } }),
    }))
  }
  if (kind === 'collect' || target === undefined) return world
  return change((one) => ({
    ...one,
    installations: [
      ...one.installations.filter(({ installation }) => installation.target !== target),
      installed(certificateId, target, one.version?.fingerprint ?? ''),
    ],
  }))
}

function schedule(certificateId: string): NonNullable<ObservedCertificate['schedule']> {
  return { certificateId, managedBy, nextCheckAt: now, leaseEpoch: 1, failures: 0 }
}

function freshVersion(wanted: DesiredCertificate, { issuers }: Desired): ObservedVersion {
  return {
    number: 9,
    fingerprint: '0f'.repeat(32),
    notBefore: now - 1000,
    notAfter: now + 90 * dayMs,
    directoryUrl: issuers.find(({ name }) => name === wanted.issuers[0])?.directoryUrl ?? '',
    identifiers: wanted.identifiers,
    keyType: wanted.keyType,
    ...(wanted.profile !== undefined && { profile: wanted.profile }),
  }
}

function kept(wanted: DesiredCertificate, version: ObservedVersion): ObservedCertificate {
  const { id, identifiers, keyType, out = `/live/${wanted.id}` } = wanted
  const directoryUrl = version.directoryUrl
  return {
    certificate: { id, identifiers, directoryUrl, keyType, out, current: 9, createdAt: 0 },
    challengeFits: true,
    schedule: schedule(id),
    version,
    ordered: false,
    files: true,
    installations: [],
  }
}

function installed(
  certificateId: string,
  target: string,
  fingerprint: string,
): ObservedInstallation {
  return {
    installation: {
      certificateId,
      target,
      name: 'web',
      createdAt: 0,
      lastWritten: { fingerprint, at: now - dayMs },
    },
    optionsFit: true,
    verified: { proven: true, settling: false, target: 'current', endpoints: [] },
    collects: false,
  }
}

const ids = ['a.test', 'b.test', 'c.test', 'd.test']
const targets = ['web:one', 'web:two', 'web:three']

const certificate = (id: string): fc.Arbitrary<DesiredCertificate> =>
  fc
    .record({
      names: fc.subarray([id, `www.${id}`, `*.${id}`], { minLength: 1 }),
      issuers: fc.shuffledSubarray(['one', 'two'], { minLength: 1 }),
      keyType: fc.constantFrom('ec256', 'rsa2048'),
      profile: fc.option(fc.constantFrom('classic', 'shortlived'), { nil: undefined }),
      out: fc.option(fc.constant(`/srv/${id}`), { nil: undefined }),
      fraction: fc.option(fc.double({ min: 0.3, max: 0.9, noNaN: true }), { nil: undefined }),
      installs: fc.subarray(targets),
      revoke: fc.option(fc.constant('superseded' as const), { nil: undefined, freq: 8 }),
    })
    .map(({ names, installs, fraction, profile, out, revoke, ...rest }) => ({
      id,
      identifiers: names.map(identifierFrom),
      reuseKey: false,
      challenge: { type: 'dns-01', dns: 'manual' },
      renewal: { windows: [], ...(fraction !== undefined && { fraction }) },
      installs: installs.map((text) => ({ target: 'web', options: {}, text })),
      ...rest,
      ...(profile !== undefined && { profile }),
      ...(out !== undefined && { out }),
      ...(revoke && { revoke }),
    }))

const observedInstallation = (
  certificateId: string,
  target: string,
): fc.Arbitrary<ObservedInstallation> =>
  fc
    .record({
      written: fc.option(fc.constantFrom('0f'.repeat(32), 'ab'.repeat(32)), { nil: undefined }),
      writtenAgoMs: fc.constantFrom(0, dayMs),
      failed: fc.boolean(),
      verdict: fc.option(fc.constantFrom(...verdicts), { nil: undefined }),
      optionsFit: fc.boolean(),
      collects: fc.boolean(),
    })
    .map(({ written, writtenAgoMs, failed, verdict, optionsFit, collects }) => ({
      installation: {
        certificateId,
        target,
        name: 'web',
        createdAt: 0,
        ...(written !== undefined && {
          lastWritten: { fingerprint: written, at: now - writtenAgoMs },
        }),
        ...(failed && { lastError: { code: 'TARGET_RESOURCE_NOT_FOUND', at: now } }),
      },
      optionsFit,
      ...(verdict === undefined
        ? { error: 'ENDPOINT_REFUSED' }
        : {
            verified: {
              proven: verdict === 'current',
              settling: verdict === 'settling',
              endpoints: [{ endpoint: { host: 'a', port: 443, servername: 'a' }, verdict }],
            },
          }),
      collects,
    }))

const observedCertificate = (id: string): fc.Arbitrary<ObservedCertificate> =>
  fc
    .record({
      names: fc.subarray([id, `www.${id}`], { minLength: 1 }),
      keyType: fc.constantFrom('ec256', 'rsa2048'),
      directoryUrl: fc.constantFrom(...directories, 'https://former.test/directory'),
      ageDays: fc.integer({ min: 0, max: 100 }),
      ari: fc.option(fc.integer({ min: -10, max: 60 }), { nil: undefined }),
      revoked: fc.constantFrom('no', 'from here', 'by its issuer'),
      issued: fc.boolean(),
      files: fc.boolean(),
      challengeFits: fc.boolean(),
      mine: fc.boolean(),
      failures: fc.integer({ min: 0, max: 5 }),
      installations: fc
        .subarray([...targets, 'web:dropped'])
        .chain((places) => fc.tuple(...places.map((target) => observedInstallation(id, target)))),
    })
    .map((seen) => ({
      certificate: {
        id,
        identifiers: seen.names.map(identifierFrom),
        directoryUrl: seen.directoryUrl,
        keyType: 'ec256',
        out: `/live/${id}`,
        createdAt: 0,
      },
      challengeFits: seen.challengeFits,
      schedule: {
        certificateId: id,
        ...(seen.mine && { managedBy }),
        nextCheckAt: now,
        leaseEpoch: 1,
        failures: seen.failures,
        ...(seen.failures > 0 && { lastFailure: { code: 'ACME_PROBLEM', at: now - 1000 } }),
      },
      ordered: false,
      files: seen.files,
      installations: seen.installations,
      ...(seen.issued && {
        version: {
          number: 1,
          fingerprint: '0f'.repeat(32),
          notBefore: now - seen.ageDays * dayMs,
          notAfter: now + (90 - seen.ageDays) * dayMs,
          directoryUrl: seen.directoryUrl,
          identifiers: seen.names.map(identifierFrom),
          keyType: seen.keyType,
          ...(seen.revoked !== 'no' && { revokedAt: now - 1 }),
          ...(seen.revoked === 'by its issuer' && { revokedBy: 'issuer' as const }),
          ...(seen.ari !== undefined && { renewAt: now + seen.ari * dayMs }),
        },
      }),
    }))

const world = fc
  .record({ wanted: fc.subarray(ids), there: fc.subarray(ids) })
  .chain(({ wanted, there }) =>
    fc.record({
      certificates: fc.tuple(...wanted.map(certificate)),
      observed: fc.tuple(...there.map(observedCertificate)),
    }),
  )
  .map(({ certificates, observed }) => ({
    desired: {
      issuers: ['one', 'two'].map((name, i) => ({
        name,
        directoryUrl: directories[i] ?? '',
        contact: [],
        agreeTerms: true,
        limits: {},
      })),
      certificates,
      notifications: [],
    } satisfies Desired,
    observed: { certificates: observed } satisfies Observed,
  }))

const planOf = (desired: Desired, observed: Observed): Plan =>
  plan({ desired, observed, now, managedBy })

describe('plan', () => {
  it('leaves nothing to be done once all that it names was done, whatever the world', () => {
    fc.assert(
      fc.property(world, ({ desired, observed }) => {
        const { actions } = planOf(desired, observed)
        const after = actions.reduce<Observed>((state, one) => done(state, desired, one), observed)
        expect(planOf(desired, after).actions).toStrictEqual([])
      }),
      { numRuns: 1000 },
    )
  })

  it('is the same for the same world, and changes nothing of it', () => {
    fc.assert(
      fc.property(world, ({ desired, observed }) => {
        const before = structuredClone({ desired, observed })
        expect(planOf(desired, observed)).toStrictEqual(planOf(desired, observed))
        expect({ desired, observed }).toStrictEqual(before)
      }),
      { numRuns: 200 },
    )
  })

  it('names each action once, and none of what another keeps', () => {
    fc.assert(
      fc.property(world, ({ desired, observed }) => {
        const { actions, later } = planOf(desired, observed)
        const keys = [...actions, ...later].map(({ kind, certificateId, target }) =>
          [kind, certificateId, target].join(' '),
        )
        expect(new Set(keys).size).toBe(keys.length)
        const others = observed.certificates
          .filter(({ schedule }) => schedule?.managedBy !== managedBy)
          .map(({ certificate: { id } }) => id)
          .filter((id) => !desired.certificates.some((one) => one.id === id))
        expect(keys.filter((key) => others.some((id) => key.includes(` ${id} `)))).toStrictEqual([])
      }),
      { numRuns: 300 },
    )
  })

  it('puts off what has failed, and does not what follows from it', () => {
    const [wanted] = fc.sample(certificate('a.test'), { seed: 1, numRuns: 1 })
    if (!wanted) throw new Error('no sample')
    const { revoke: _, ...alive } = wanted
    const desired: Desired = { ...planInput, certificates: [alive] }
    const failing: ObservedCertificate = {
      ...kept(alive, freshVersion(alive, desired)),
      schedule: {
        ...schedule('a.test'),
        failures: 2,
        lastFailure: { code: 'ACME_PROBLEM', at: now },
      },
    }
    const { version: __, ...neverIssued } = failing
    const { actions, later } = planOf(desired, { certificates: [neverIssued] })
    expect(actions).toStrictEqual([])
    expect(later).toMatchObject([{ kind: 'issue', delayed: { until: now + 600_000 } }])
  })
})

describe('a version that its issuer has revoked', () => {
  /** What is planned for such a one of the first issuer, where renewal information says so. */
  function replaced(
    change: Partial<ObservedVersion>,
    renewal: DesiredCertificate['renewal'] = { windows: [] },
  ): Plan {
    const [drawn] = fc.sample(certificate('a.test'), { seed: 1, numRuns: 1 })
    if (!drawn) throw new Error('no sample')
    const { revoke: _, ...alive } = drawn
    const wanted = { ...alive, issuers: ['one'], renewal }
    const desired: Desired = { ...planInput, certificates: [wanted] }
    const version = { ...freshVersion(wanted, desired), ...change }
    return planOf(desired, { certificates: [kept(wanted, version)] })
  }
  const revoked = { revokedAt: now - 1, revokedBy: 'issuer' } as const

  it('is renewed now, for a reason of its own, whatever windows say', () => {
    // It opens on Monday, and this is a Wednesday.
    const windows = [{ days: [1], fromMinute: 0, toMinute: 1, timeZone: 'UTC' }] as const
    const { actions, later } = replaced(revoked, { windows })
    expect([later, actions[0]?.kind, actions[0]?.reason]).toStrictEqual([
      [],
      'renew',
      'revoked-by-issuer',
    ])
    expect(replaced({ revokedAt: now - 1 }).actions[0]?.reason).toBe('revoked')
  })

  it('counts for nothing where the issuer asks for it too, and else for its names alone', () => {
    const exemptOf = (change: Partial<ObservedVersion>) => replaced(change).actions[0]?.exempt
    expect(exemptOf(revoked)).toBe('same-names')
    expect(exemptOf({ ...revoked, renewAt: now + 1 })).toBe('same-names')
    expect(exemptOf({ ...revoked, renewAt: now })).toBe('renewal-information')
  })
})

const planInput: Pick<Desired, 'issuers' | 'notifications'> = {
  issuers: ['one', 'two'].map((name, i) => ({
    name,
    directoryUrl: directories[i] ?? '',
    contact: [],
    agreeTerms: true,
    limits: {},
  })),
  notifications: [],
}
