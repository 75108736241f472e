import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { keyAuthorization, name, newWorld } from './world.ts'

const digest = createHash('sha256').update(keyAuthorization).digest('base64url')
const at = `_acme-challenge.${name}`
const dns01 = { type: 'dns-01' }

describe('dns-01', () => {
  it('is malformed for an address (RFC 8738 §7), and so is a type that nobody knows', async () => {
    const { outcome } = await newWorld()
    const identifier = { type: 'ip', value: '127.0.0.1' }
    for (const type of ['dns-01', 'dns-account-01', 'dns-persist-01']) {
      expect(await outcome({ type, identifier })).toContain('malformed 400')
    }
    expect(await outcome({ type: 'smoke-01' })).toContain('malformed 400')
  })

  it('4.1 #72 dns-01 is a dns problem where the name does not exist or the lookup fails', async () => {
    const { dns, outcome } = await newWorld()
    expect(await outcome(dns01)).toContain(
      `dns 400: DNS problem: NXDOMAIN looking up TXT for ${at}`,
    )
    dns.setServfail(at)
    expect(await outcome(dns01)).toContain(
      `dns 400: DNS problem: SERVFAIL looking up TXT for ${at}`,
    )
    await dns.close()
    expect(await outcome(dns01)).toMatch(/^dns 400: DNS problem: (?:CONNREFUSED|TIMEOUT)/)
  })

  it('4.1 #72 dns-01 is unauthorized without a TXT record and with wrong ones, which it counts and cuts', async () => {
    const { dns, outcome } = await newWorld()
    dns.add({ name: at, type: 'A', data: '127.0.0.1' })
    expect(await outcome(dns01)).toBe(`unauthorized 403: No TXT record found at ${at}`)
    dns.add({ name: at, type: 'TXT', data: 'x'.repeat(300) })
    dns.add({ name: at, type: 'TXT', data: `${digest}=` })
    expect(await outcome(dns01)).toBe(
      `unauthorized 403: Incorrect TXT record "${'x'.repeat(100)}…" (and 1 more) found at ${at}`,
    )
    dns.add({ name: at, type: 'TXT', data: digest.toLowerCase() })
    expect(await outcome(dns01)).toContain('unauthorized')
  })

  it('is proven by one right value among others, at the name without the wildcard', async () => {
    const { dns, validate } = await newWorld()
    for (const data of ['other', digest, 'third']) dns.add({ name: at, type: 'TXT', data })
    const { problem, record } = await validate({ ...dns01, wildcard: true })
    expect(problem).toBeUndefined()
    expect(record).toEqual({ hostname: name, name: at })
  })

  it('joins the strings of one record', async () => {
    const { dns, outcome } = await newWorld()
    dns.add({ name: at, type: 'TXT', data: [digest.slice(0, 10), digest.slice(10)] })
    expect(await outcome(dns01)).toBe('fine')
  })

  it('follows a chain of aliases into another zone', async () => {
    const { dns, outcome } = await newWorld()
    dns.addZone({ name: 'acme.test' })
    dns.add({ name: at, type: 'CNAME', data: 'a.acme.test' })
    dns.add({ name: 'a.acme.test', type: 'CNAME', data: 'b.acme.test' })
    expect(await outcome(dns01)).toContain('dns 400')
    dns.add({ name: 'b.acme.test', type: 'TXT', data: digest })
    expect(await outcome(dns01)).toBe('fine')
    dns.remove({ name: 'b.acme.test' })
    dns.add({ name: 'b.acme.test', type: 'CNAME', data: at })
    expect(await outcome(dns01)).toContain('dns 400')
  })

  it('asks anew each time', async () => {
    const { dns, outcome } = await newWorld()
    expect(await outcome(dns01)).toContain('dns 400')
    dns.add({ name: at, type: 'TXT', data: digest })
    expect(await outcome(dns01)).toBe('fine')
  })
})

it('dns-account-01 looks at the name that belongs to the account', async () => {
  const { dns, outcome } = await newWorld()
  const attempt = {
    type: 'dns-account-01',
    accountUrl: 'https://example.com/acme/acct/ExampleAccount',
  }
  dns.add({ name: at, type: 'TXT', data: digest })
  expect(await outcome(attempt)).toContain('dns 400')
  // The label that the draft gives for this account.
  dns.add({ name: `_ujmmovf2vn55tgye.${at}`, type: 'TXT', data: digest })
  expect(await outcome(attempt)).toBe('fine')
})

describe('dns-persist-01', () => {
  const persist = { type: 'dns-persist-01', accountUrl: 'https://ca.test/account/1' }
  const issuer = 'ca.test'
  const account = `accounturi=${persist.accountUrl}`
  const place = `_validation-persist.${name}`

  it.each([
    ['of another CA', `other.test; ${account}`, 'no record names this CA'],
    ['of another account', `${issuer}; ${account}1`, 'accounturi is not the account'],
    [
      'that has run out',
      `${issuer}; ${account}; persistUntil=1699999999`,
      'persistUntil has passed',
    ],
  ])('4.1 #74 dns-persist-01 is unauthorized for a record %s', async (_what, data, why) => {
    const { dns, outcome } = await newWorld({ caaIdentities: [issuer] })
    dns.add({ name: place, type: 'TXT', data })
    expect(await outcome(persist)).toBe(`unauthorized 403: TXT record at ${place}: ${why}`)
  })

  it.each([
    ['without an account', issuer, 'it has no accounturi'],
    ['with a parameter twice', `${issuer}; ${account}; ${account}`, 'it is no issue-value'],
    ['with a parameter that is none', `${issuer}; ${account}; wild card`, 'it is no issue-value'],
    [
      'with another time',
      `${issuer}; ${account}; persistUntil=soon`,
      'persistUntil is not a Unix time',
    ],
  ])('4.1 #74 dns-persist-01 is malformed for a record %s', async (_what, data, why) => {
    const { dns, outcome } = await newWorld({ caaIdentities: [issuer] })
    dns.add({ name: place, type: 'TXT', data: `other.test; ${account}` })
    dns.add({ name: place, type: 'TXT', data })
    expect(await outcome(persist)).toBe(`malformed 400: TXT record at ${place}: ${why}`)
    dns.add({ name: place, type: 'TXT', data: `${issuer}; ${account}` })
    expect(await outcome(persist)).toBe('fine')
  })

  it('is proven by one record of the CA and the account, unknown parameters ignored', async () => {
    const { dns, outcome } = await newWorld({ caaIdentities: [issuer] })
    dns.add({ name: place, type: 'TXT', data: `other.test; ${account}` })
    dns.add({ name: place, type: 'TXT', data: `CA.test;${account};new=1; persistUntil=1700000000` })
    expect(await outcome(persist)).toBe('fine')
  })

  it('takes an account by any of the names that the CA has for it, and then not by its URL', async () => {
    const { dns, outcome } = await newWorld({ caaIdentities: [issuer] })
    const accountUris = ['https://ca.test/hash/sha-256/abc', 'https://ca.test/hash/sha-256/def']
    const hashed = { ...persist, accountUris }
    dns.add({ name: place, type: 'TXT', data: `${issuer}; ${account}` })
    expect(await outcome(hashed)).toContain('accounturi is not the account')
    dns.add({ name: place, type: 'TXT', data: `${issuer}; accounturi=${accountUris[1]}` })
    expect(await outcome(hashed)).toBe('fine')
  })

  it('covers a wildcard only with policy=wildcard', async () => {
    const { dns, outcome } = await newWorld({ caaIdentities: [issuer] })
    const wild = { ...persist, wildcard: true }
    dns.add({ name: place, type: 'TXT', data: `${issuer}; ${account}; policy=other` })
    expect(await outcome(wild)).toContain('policy does not allow wildcards')
    expect(await outcome(persist)).toBe('fine')
    dns.add({ name: place, type: 'TXT', data: `${issuer}; ${account}; Policy=WildCard` })
    expect(await outcome(wild)).toBe('fine')
  })
})
