import { describe, expect, it } from 'vitest'
import { endsTooSoon } from '../../src/manager/persist-record.ts'

const day = 86_400_000
const now = Date.UTC(2026, 10, 24)

describe('a record ends too soon', () => {
  it.each([
    ['never', undefined, now + 90 * day, false],
    ['after the version', now + 91 * day, now + 90 * day, false],
    ['before the version', now + 89 * day, now + 90 * day, true],
    ['within two weeks, after a version that lives for days', now + 13 * day, now + 6 * day, true],
    ['long after a version that lives for days', now + 15 * day, now + 6 * day, false],
    ['in the past', now - 1, now - day, true],
  ])('where it ends %s', (_what, persistUntil, notAfter, expected) => {
    const record = persistUntil === undefined ? {} : { persistUntil }
    expect(endsTooSoon(record, { notAfter }, now)).toBe(expected)
  })

  it('within two weeks where nothing was issued yet', () => {
    expect(endsTooSoon({ persistUntil: now + 13 * day }, undefined, now)).toBe(true)
    expect(endsTooSoon({ persistUntil: now + 15 * day }, undefined, now)).toBe(false)
  })
})
