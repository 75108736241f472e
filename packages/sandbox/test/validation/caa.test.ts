import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Attempt } from '../../src/ca/validation/validation.ts'
import { keyAuthorization, name, newWorld } from './world.ts'

const digest = createHash('sha256').update(keyAuthorization).digest('base64url')
const account = 'https://ca.test/account/1'
type Caa = readonly [tag: string, value: string, critical?: boolean]

/** Proves the name by dns-01, with these CAA records at it, and says what comes of it. */
async function withRecords(records: readonly Caa[], attempt: Partial<Attempt> = {}, at = name) {
  const { dns, outcome } = await newWorld({ caaIdentities: ['ca.test', 'other-name.test'] })
  dns.add({ name: `_acme-challenge.${name}`, type: 'TXT', data: digest })
  for (const [tag, value, critical = false] of records) {
    dns.add({ name: at, type: 'CAA', data: { tag, value, critical } })
  }
  return outcome({ type: 'dns-01', ...attempt })
}

describe('CAA', () => {
  it.each<[string, Caa[]]>([
    ['names another CA', [['issue', 'elsewhere.test']]],
    ['names nobody', [['issue', ';']]],
    ['cannot be read', [['issue', 'ca.test; accounturi']]],
    [
      'has a critical tag that nobody knows',
      [
        ['issue', 'ca.test'],
        ['future', 'x', true],
      ],
    ],
    ['names another account', [['issue', `ca.test; accounturi=${account}0`]]],
    ['allows other methods', [['issue', 'ca.test; validationmethods=http-01,tls-alpn-01']]],
  ])('forbids where it %s', async (_what, records) => {
    expect(await withRecords(records)).toBe(
      `caa 403: CAA record for ${name} prevents issuance for ${name}`,
    )
  })

  it.each<[string, Caa[]]>([
    ['is absent', []],
    ['names this CA', [['issue', 'CA.test']]],
    [
      'names this CA among others',
      [
        ['issue', 'elsewhere.test'],
        ['issue', 'other-name.test'],
      ],
    ],
    ['says nothing of issuing', [['iodef', 'mailto:a@example.test']]],
    ['has a tag that nobody knows', [['future', 'x']]],
    ['forbids wildcards only', [['issuewild', ';']]],
    [
      'names this account and method',
      [['issue', `ca.test; accounturi=${account}; validationmethods=dns-01`]],
    ],
  ])('allows where it %s', async (_what, records) => {
    expect(await withRecords(records)).toBe('fine')
  })

  it('takes issuewild for a wildcard, and issue where there is none', async () => {
    const wildcard = { wildcard: true }
    expect(
      await withRecords(
        [
          ['issue', 'ca.test'],
          ['issuewild', ';'],
        ],
        wildcard,
      ),
    ).toContain(`prevents issuance for *.${name}`)
    expect(
      await withRecords(
        [
          ['issue', ';'],
          ['issuewild', 'ca.test'],
        ],
        wildcard,
      ),
    ).toBe('fine')
    expect(await withRecords([['issue', ';']], wildcard)).toContain('caa 403')
  })

  it('is looked for above the name, the nearest first (RFC 8659 §3)', async () => {
    const { dns, outcome } = await newWorld({ caaIdentities: ['ca.test'] })
    dns.add({ name: `_acme-challenge.${name}`, type: 'TXT', data: digest })
    dns.add({ name: 'example.test', type: 'CAA', data: { tag: 'issue', value: ';' } })
    expect(await outcome({ type: 'dns-01' })).toContain('caa 403: CAA record for example.test')
    dns.add({ name, type: 'CAA', data: { tag: 'issue', value: 'ca.test' } })
    expect(await outcome({ type: 'dns-01' })).toBe('fine')
    const asked = dns.log.filter(({ type }) => type === 'CAA').map((one) => one.name)
    expect(asked).toEqual([name, 'example.test', name])
  })

  it('4.3 setServfail is a dns problem where it cannot be looked up, and concerns no addresses', async () => {
    const { dns, outcome } = await newWorld({ caaIdentities: ['ca.test'] })
    dns.add({ name: `_acme-challenge.${name}`, type: 'TXT', data: digest })
    dns.setServfail(name)
    expect(await outcome({ type: 'dns-01' })).toContain(
      'dns 400: DNS problem: SERVFAIL looking up CAA',
    )
  })

  it('is not looked at by a CA that has no name', async () => {
    const { dns, outcome } = await newWorld()
    dns.add({ name: `_acme-challenge.${name}`, type: 'TXT', data: digest })
    dns.add({ name, type: 'CAA', data: { tag: 'issue', value: ';' } })
    expect(await outcome({ type: 'dns-01' })).toBe('fine')
  })
})
