import { dnsPersist01Value } from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { judgeRecords, proposedValue, type WantedRecord } from '../../src/issuance/dns-persist.ts'

const now = Date.UTC(2026, 10, 24)
const day = 86_400_000
const seconds = (ms: number): number => Math.floor(ms / 1000)

const wanted: WantedRecord = {
  domain: 'example.com',
  name: '_validation-persist.example.com',
  wildcard: false,
  issuerDomainNames: ['ca.example', 'ca.example.net'],
  accountUris: ['https://ca.example/account/1', 'https://ca.example/hash/any'],
}

function value(change: Partial<Parameters<typeof dnsPersist01Value>[0]> = {}): string {
  return dnsPersist01Value({
    issuerDomainName: 'ca.example',
    accountUri: wanted.accountUris[0],
    wildcard: false,
    ...change,
  })
}

describe('the records at a name are judged', () => {
  it.each([
    ['nothing there', [], 'missing'],
    ['records of other kinds', ['v=spf1 -all', 'ca.example', ''], 'missing'],
    ['another issuer', [value({ issuerDomainName: 'other.example' })], 'other-issuer'],
    ['another account', [value({ accountUri: 'https://ca.example/account/2' })], 'other-account'],
    ['one that has ended', [value({ persistUntil: seconds(now - 1000) })], 'expired'],
    ['the right one', [value()], 'good'],
    ['the other name of the issuer', [value({ issuerDomainName: 'ca.example.net' })], 'good'],
    ['the other name of the account', [value({ accountUri: wanted.accountUris[1] ?? '' })], 'good'],
    [
      'the right one among wrong ones',
      ['x', value({ issuerDomainName: 'other.example' }), value()],
      'good',
    ],
    ['a wildcard’s where none is needed', [value({ wildcard: true })], 'good'],
  ] as const)('%s', (_what, values, verdict) => {
    expect(judgeRecords(values, wanted, now)).toEqual(expect.objectContaining({ verdict }))
  })

  it('to be for wildcards where one is to be proven', () => {
    const wild = { ...wanted, wildcard: true }
    expect(judgeRecords([value()], wild, now).verdict).toBe('not-for-wildcards')
    expect(judgeRecords([value({ wildcard: true })], wild, now).verdict).toBe('good')
  })

  it('by the one that lasts longest, for ever best', () => {
    const early = value({ persistUntil: seconds(now + day) })
    const late = value({ persistUntil: seconds(now + 2 * day) })
    expect(judgeRecords([late, early], wanted, now).persistUntil).toBe(now + 2 * day)
    expect(judgeRecords([early, value()], wanted, now)).toEqual({ verdict: 'good' })
  })

  it('of any issuer, where the CA does not say what it is called', () => {
    const unnamed = { ...wanted, issuerDomainNames: [] }
    expect(judgeRecords([value({ issuerDomainName: 'x.example' })], unnamed, now).verdict).toBe(
      'good',
    )
  })
})

it('is proposed as it will be found good', () => {
  for (const wildcard of [false, true]) {
    const one = { ...wanted, wildcard }
    const proposed = proposedValue(one, seconds(now + day))
    expect(judgeRecords([proposed], one, now)).toEqual({
      verdict: 'good',
      persistUntil: now + day,
    })
  }
})
