import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dueAt, isDue, isPollDue, nextCheckAt } from '../../src/manager/renewal.ts'

const hour = 3_600_000
const day = 24 * hour
const notBefore = 1_795_478_400_000

const living = (days: number) => ({ notBefore, notAfter: notBefore + days * day })

const moment = fc.integer({ min: 0, max: 4_000_000_000_000 })
const lifetime = fc.oneof(
  fc.integer({ min: 0, max: 800 * day }),
  fc.integer({ min: 10 * day - 5, max: 10 * day + 5 }),
)
const validity = fc
  .tuple(moment, lifetime)
  .map(([start, length]) => ({ notBefore: start, notAfter: start + length }))

describe('a version is due', () => {
  it.each([
    [90, 60 * day],
    [47, 31 * day + 8 * hour],
    [45, 30 * day],
    [10, 6 * day + 16 * hour],
    [6, 3 * day],
    [160 / 24, 80 * hour],
  ])('of %d days after two thirds of them, or one half where they are few', (days, gone) => {
    expect(dueAt(living(days)) - notBefore).toBe(gone)
  })

  it('from that moment on and not before', () => {
    const version = living(90)
    expect(isDue(version, dueAt(version) - 1)).toBe(false)
    expect(isDue(version, dueAt(version))).toBe(true)
    expect(isDue(version, version.notAfter + day)).toBe(true)
  })

  it('within its lifetime, at a whole millisecond', () => {
    fc.assert(
      fc.property(validity, (version) => {
        const at = dueAt(version)
        expect(Number.isInteger(at)).toBe(true)
        expect(at).toBeGreaterThanOrEqual(version.notBefore)
        expect(at).toBeLessThanOrEqual(version.notAfter)
      }),
    )
  })

  it('always once it has expired, even if it was never valid', () => {
    fc.assert(
      fc.property(moment, moment, fc.nat(), (start, end, later) => {
        expect(isDue({ notBefore: start, notAfter: end }, end + later)).toBe(true)
      }),
    )
  })

  it('for ever after it has become so', () => {
    fc.assert(
      fc.property(validity, moment, fc.nat(), (version, now, later) => {
        if (isDue(version, now)) expect(isDue(version, now + later)).toBe(true)
      }),
    )
  })

  it('no sooner where it lives longer', () => {
    fc.assert(
      fc.property(validity, fc.integer({ min: 0, max: 20 * day }), (version, more) => {
        const longer = { ...version, notAfter: version.notAfter + more }
        expect(dueAt(longer)).toBeGreaterThanOrEqual(dueAt(version))
      }),
    )
  })

  it('with a quarter of its lifetime left for attempts, and never in its first half', () => {
    fc.assert(
      fc.property(validity, (version) => {
        const [left, whole] = [
          version.notAfter - dueAt(version),
          version.notAfter - version.notBefore,
        ]
        expect(left).toBeGreaterThanOrEqual(whole / 4)
        expect(left).toBeLessThanOrEqual(whole / 2 + 1)
      }),
    )
  })
})

const suggesting = (renewAt: number, nextPollAt = notBefore) => ({
  suggestion: { start: renewAt - hour, end: renewAt + hour, renewAt },
  nextPollAt,
})

describe('a version whose CA suggests a window', () => {
  it('is due at the moment that was drawn from it', () => {
    const version = living(90)
    const renewal = suggesting(notBefore + 50 * day)
    expect(dueAt(version, renewal)).toBe(notBefore + 50 * day)
    expect(isDue(version, notBefore + 50 * day - 1, renewal)).toBe(false)
    expect(isDue(version, notBefore + 50 * day, renewal)).toBe(true)
  })

  it('is due now where that moment is past, even before it was valid', () => {
    expect(isDue(living(90), notBefore, suggesting(notBefore - day))).toBe(true)
  })

  it('never waits for longer than without', () => {
    fc.assert(
      fc.property(validity, moment, (version, renewAt) => {
        expect(dueAt(version, suggesting(renewAt))).toBe(Math.min(renewAt, dueAt(version)))
      }),
    )
  })

  it('is due by its lifetime where the CA has suggested nothing', () => {
    expect(dueAt(living(90), {})).toBe(dueAt(living(90)))
  })
})

describe('a CA is asked again', () => {
  const version = living(90)

  it('at once where it was never asked', () => {
    expect(isPollDue(version, undefined, notBefore)).toBe(true)
  })

  it('when the time has come that it named, and not before', () => {
    const renewal = { nextPollAt: notBefore + 6 * hour }
    expect(isPollDue(version, renewal, notBefore + 6 * hour - 1)).toBe(false)
    expect(isPollDue(version, renewal, notBefore + 6 * hour)).toBe(true)
  })

  it('never after the version has expired or was revoked', () => {
    const { notAfter } = version
    expect(isPollDue(version, undefined, notAfter)).toBe(true)
    expect(isPollDue(version, undefined, notAfter + 1)).toBe(false)
    expect(isPollDue({ ...version, revokedAt: notBefore }, undefined, notBefore)).toBe(false)
  })
})

describe('a version is looked at again', () => {
  const version = living(90)
  const now = notBefore + day

  it('at once where its CA was never asked, or it was revoked', () => {
    expect(nextCheckAt(version, undefined, now)).toBe(now)
    const revoked = { ...version, revokedAt: notBefore }
    expect(nextCheckAt(revoked, suggesting(now + day, now + day), now)).toBe(now)
  })

  it('when the CA is to be asked again or the version is due, whichever comes first', () => {
    const due = notBefore + 50 * day
    expect(nextCheckAt(version, suggesting(due, now + hour), now)).toBe(now + hour)
    expect(nextCheckAt(version, suggesting(due, due + hour), now)).toBe(due)
    expect(nextCheckAt(version, { nextPollAt: notBefore + 89 * day }, now)).toBe(dueAt(version))
  })

  it('no sooner than now', () => {
    fc.assert(
      fc.property(validity, moment, moment, moment, (any, renewAt, nextPollAt, at) => {
        const next = nextCheckAt(any, suggesting(renewAt, nextPollAt), at)
        expect(next).toBeGreaterThanOrEqual(at)
        expect(next).toBeLessThanOrEqual(Math.max(at, dueAt(any)))
      }),
    )
  })
})
