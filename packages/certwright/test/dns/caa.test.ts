import type { RunningDns } from '@certwright/sandbox'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  judgeCaa,
  judgeRelevantCaa,
  relevantCaa,
  type CaaRecord,
  type CaaRequest,
} from '../../src/dns/caa.ts'
import { resolver, type Resolver } from '../../src/dns/resolver.ts'
import { closedPort, serverText, zonesAt } from './world.ts'

const account = 'https://ca.example/acct/1'
const request: CaaRequest = {
  caaIdentities: ['ca.example', 'ca2.example'],
  accountUrl: account,
  method: 'dns-01',
  wildcard: false,
}

const issue = (value: string, tag = 'issue', critical = false): CaaRecord => ({
  critical,
  tag,
  value,
})

const judged = (values: readonly (string | CaaRecord)[], more: Partial<CaaRequest> = {}) =>
  judgeCaa(
    values.map((value) => (typeof value === 'string' ? issue(value) : value)),
    { ...request, ...more },
  )

describe('CAA records forbid', () => {
  it.each([
    ['nobody may', [';'], 'nobody'],
    ['an empty value', [''], 'nobody'],
    ['a value that cannot be read (RFC 8659 §4.2)', ['%%%%%'], 'nobody'],
    ['a parameter without a value', ['ca.example; accounturi'], 'nobody'],
    ['a name with a final dot, which the grammar does not have', ['ca.example.'], 'nobody'],
    ['another CA may', ['other.example'], 'others'],
    ['other CAs may, and one record names nobody', [';', 'other.example'], 'others'],
    ['another account may', [`ca.example; accounturi=${account}2`], 'other-account'],
    ['an account without a URL', ['ca.example; accounturi='], 'other-account'],
    [
      'two accounts at once (RFC 8657 §3)',
      [`ca.example; accounturi=${account}; accounturi=${account}`],
      'parameter-repeated',
    ],
    [
      'two lists of methods',
      ['ca.example; validationmethods=dns-01; validationmethods=dns-01'],
      'parameter-repeated',
    ],
    ['another method may', ['ca.example; validationmethods=http-01'], 'other-method'],
    ['no method may', ['ca.example; validationmethods='], 'other-method'],
    ['a method in another case', ['ca.example; validationmethods=DNS-01'], 'other-method'],
    [
      'a critical property that nobody knows (RFC 8659 §4.5)',
      ['ca.example', issue('Unknown', 'tbs', true)],
      'critical-unknown',
    ],
  ] as const)('where %s', (_, values, reason) => {
    expect(judged(values)).toMatchObject({ verdict: 'forbidden', reason })
  })

  it('a wildcard where issuewild names nobody, though issue names the CA', () => {
    const values = ['ca.example', issue(';', 'issuewild')]
    expect(judged(values, { wildcard: true })).toMatchObject({ verdict: 'forbidden' })
    expect(judged(values)).toMatchObject({ verdict: 'permitted' })
  })

  it('and say what comes nearest to a permission, and who is named', () => {
    expect(judged(['other.example', 'ca.example; validationmethods=http-01'])).toEqual({
      verdict: 'forbidden',
      reason: 'other-method',
      params: {
        issuer: 'ca.example',
        methods: 'http-01',
        method: 'dns-01',
        named: 'other.example, ca.example',
      },
    })
  })
})

describe('CAA records permit', () => {
  it.each([
    ['there are none', []],
    ['they say only where to report', [issue('mailto:a@example.com', 'iodef')]],
    ['only wildcards are restricted', [issue('other.example', 'issuewild')]],
    ['a property that nobody knows is not critical', [issue('Unknown', 'tbs')]],
    ['a critical one is known', ['ca.example', issue('mailto:a@example.com', 'iodef', true)]],
    ['the CA is named', ['ca.example']],
    ['the CA is named by its second name', ['ca2.example']],
    ['the CA is named in capitals and with spaces', ['  CA.Example \t; ']],
    ['the CA is named beside a record that names nobody', [';', 'ca.example']],
    ['the account is ours', [`ca.example; accounturi=${account}`]],
    ['the method is ours', ['ca.example;validationmethods=http-01,dns-01']],
    [
      'account and method are ours',
      [`ca.example; accounturi=${account}; validationmethods=dns-01`],
    ],
    ['a parameter is the CA’s own', ['ca.example; account=230123']],
    [
      'one record has another account and one has ours',
      [`ca.example; accounturi=${account}2`, `ca.example; accounturi=${account}`],
    ],
  ] as const)('where %s', (_, values) => {
    expect(judged(values)).toMatchObject({ verdict: 'permitted' })
  })

  it('a wildcard by issue, where there is no issuewild', () => {
    expect(judged(['ca.example'], { wildcard: true })).toMatchObject({ reason: 'named' })
  })
})

describe('CAA records leave it open', () => {
  it('where the CA does not say by which names they know it', () => {
    expect(judged(['some.example'], { caaIdentities: [] })).toMatchObject({
      verdict: 'uncertain',
      reason: 'identity-unknown',
      params: { named: 'some.example' },
    })
    expect(judged([';'], { caaIdentities: [] })).toMatchObject({ verdict: 'forbidden' })
  })

  it('where they name an account and there is none yet', () => {
    const values = [`ca.example; accounturi=${account}`]
    expect(judged(values, { accountUrl: undefined })).toMatchObject({
      verdict: 'uncertain',
      reason: 'account-unknown',
    })
  })
})

async function caaWorld(): Promise<{ dns: RunningDns; resolver: Resolver }> {
  const dns = await zonesAt('example.test', 'elsewhere.test')
  onTestFinished(async () => dns.close())
  return { dns, resolver: resolver({ servers: [serverText(dns)], timeoutMs: 200, attempts: 1 }) }
}

const caa = (name: string, value: string) =>
  ({ name, type: 'CAA', data: { tag: 'issue', value } }) as const

describe('the records that count', () => {
  it('are the first found from the name upwards', async () => {
    const { dns, resolver } = await caaWorld()
    dns.add(caa('example.test', 'top.example'))
    dns.add(caa('b.example.test', 'middle.example'))
    dns.add(caa('b.example.test', 'second.example'))
    const found = await relevantCaa('*.a.b.example.test', resolver)
    expect(found.name).toBe('b.example.test')
    expect(found.records.map(({ value }) => value).sort()).toEqual([
      'middle.example',
      'second.example',
    ])
    expect(dns.log.filter(({ type }) => type === 'CAA').map(({ name }) => name)).toEqual([
      'a.b.example.test',
      'b.example.test',
    ])
  })

  it('are none where there are none up to the top, and the root is not asked', async () => {
    const { dns, resolver } = await caaWorld()
    dns.addZone({ name: 'test' })
    expect(await relevantCaa('www.example.test', resolver)).toEqual({
      name: 'www.example.test',
      records: [],
    })
    expect(dns.log.filter(({ type }) => type === 'CAA').map(({ name }) => name)).toEqual([
      'www.example.test',
      'example.test',
      'test',
    ])
  })

  it('are found behind an alias, which is named', async () => {
    const { dns, resolver } = await caaWorld()
    dns.add({ name: 'www.example.test', type: 'CNAME', data: 'cdn.elsewhere.test' })
    dns.add(caa('cdn.elsewhere.test', 'other.example'))
    expect(await relevantCaa('www.example.test', resolver)).toMatchObject({
      name: 'www.example.test',
      alias: 'cdn.elsewhere.test',
      records: [{ tag: 'issue', value: 'other.example', critical: false }],
    })
  })

  it('are looked for above the name, never above what it is an alias of (RFC 8659 §7)', async () => {
    const { dns, resolver } = await caaWorld()
    dns.add({ name: 'www.example.test', type: 'CNAME', data: 'cdn.elsewhere.test' })
    dns.add({ name: 'cdn.elsewhere.test', type: 'A', data: '127.0.0.1' })
    dns.add(caa('elsewhere.test', 'wrong.example'))
    dns.add(caa('example.test', 'right.example'))
    expect(await relevantCaa('www.example.test', resolver)).toMatchObject({
      name: 'example.test',
      records: [{ value: 'right.example' }],
    })
  })

  it('are unknown where a server fails at a name, and the climb ends there', async () => {
    const { dns, resolver } = await caaWorld()
    dns.add(caa('example.test', 'ca.example'))
    dns.setServfail('www.example.test')
    const found = await relevantCaa('www.example.test', resolver)
    expect(found).toEqual({ name: 'www.example.test', records: [], unanswered: 'SERVFAIL' })
    expect(judgeRelevantCaa(found, request)).toMatchObject({
      verdict: 'uncertain',
      reason: 'unanswered',
      params: { at: 'www.example.test', answer: 'SERVFAIL' },
    })
  })

  it('are unknown where nobody answers', async () => {
    const silent = resolver({
      servers: [`127.0.0.1:${await closedPort()}`],
      timeoutMs: 100,
      attempts: 1,
    })
    const found = await relevantCaa('www.example.test', silent)
    expect(found.unanswered).toMatch(/cannot be reached|did not answer/)
  })
})
