import {
  AcmeError,
  dnsPersist01Name,
  dnsPersist01Value,
  dnsPersistAccountUri,
  dnsPersistOffer,
  readDnsPersist01Value,
  txtStrings,
  type Challenge,
  type DnsPersistRecord,
} from '@certwright/acme'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { failure } from './failure.ts'

const accountUri = 'https://ca.example/acct/123'
const plain: DnsPersistRecord = {
  issuerDomainName: 'authority.example',
  accountUri,
  wildcard: false,
}

function challenge(raw: Record<string, unknown>, type = 'dns-persist-01'): Challenge {
  return { type, status: 'pending', url: 'https://ca.example/chall/1', raw }
}

describe('dnsPersistOffer', () => {
  it('reads what the first drafts write', () => {
    const raw = { 'issuer-domain-names': ['authority.example', 'ca.example.net'] }
    expect(dnsPersistOffer(challenge(raw))).toEqual({
      issuerDomainNames: raw['issuer-domain-names'],
      dialect: 'account-url',
    })
    const named = challenge({ ...raw, accounturi: accountUri })
    expect(dnsPersistOffer(named)).toHaveProperty('accountUri', accountUri)
  })

  it('reads what draft -02 writes', () => {
    expect(dnsPersistOffer(challenge({ issuerDomainNames: ['authority.example'] }))).toEqual({
      issuerDomainNames: ['authority.example'],
      dialect: 'account-hash',
    })
  })

  it.each([
    undefined,
    null,
    'authority.example',
    [],
    Array.from({ length: 11 }, (_, at) => `ca${at}.example`),
    ['Authority.example'],
    ['authority.example.'],
    ['*.authority.example'],
    ['bücher.example'],
    ['192.0.2.1; x'],
    ['a; accounturi=evil'],
    ['authority.example', 'Authority.example'],
    [''],
    [7],
  ])('refuses the names %j', (names) => {
    for (const member of ['issuer-domain-names', 'issuerDomainNames']) {
      expect(() => dnsPersistOffer(challenge({ [member]: names }))).toThrow(
        failure('ACME_RESPONSE_NOT_CONFORM', {
          url: 'https://ca.example/chall/1',
          message:
            'the dns-persist-01 challenge does not name its issuer by one to ten domain names',
        }),
      )
    }
  })

  it('takes ten names, and no account that is none', () => {
    const issuerDomainNames = Array.from({ length: 10 }, (_, at) => `ca${at}.example`)
    for (const accounturi of ['', 7, null]) {
      expect(dnsPersistOffer(challenge({ issuerDomainNames, accounturi }))).toStrictEqual({
        issuerDomainNames,
        dialect: 'account-hash',
      })
    }
  })

  it('is for challenges of this type alone', () => {
    expect(() => dnsPersistOffer(challenge({}, 'dns-01'))).toThrow(
      new TypeError('the challenge is dns-01, not dns-persist-01'),
    )
  })
})

describe('dnsPersistAccountUri', () => {
  const given = {
    prefix: 'https://ca.example/account-hash/',
    accountUrl: accountUri,
    // RFC 7638 §3.1.
    thumbprint: 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
  }

  it.each([
    ['example.com', '5SQm7n6tPh2-PlLbCKGnViTXX5z19SCN4cPGQHSk-kw'],
    ['*', 'NpDnSwUthQK8zCgFdefYxAdAVPnygMLbs9US6oO-5ug'],
  ])('is for %s what draft -02 §10.2 says', async (domain, hash) => {
    await expect(dnsPersistAccountUri({ ...given, domain })).resolves.toBe(
      `https://ca.example/account-hash/sha-256/${hash}`,
    )
  })

  it('is the same in whatever way the name is written', async () => {
    const [one, other] = await Promise.all(
      ['Bücher.Example.', 'xn--bcher-kva.example'].map(async (domain) =>
        dnsPersistAccountUri({ ...given, domain }),
      ),
    )
    expect(one).toBe(other)
  })

  it('is for names alone', async () => {
    await expect(dnsPersistAccountUri({ ...given, domain: 'a b' })).rejects.toThrow(AcmeError)
  })
})

describe('a dns-persist-01 record', () => {
  it('stands at the name, without the wildcard', () => {
    expect(dnsPersist01Name('example.com')).toBe('_validation-persist.example.com')
    expect(dnsPersist01Name('*.example.com')).toBe('_validation-persist.example.com')
    expect(dnsPersist01Name('a*.example.com')).toBe('_validation-persist.a*.example.com')
  })

  it.each<[DnsPersistRecord, string]>([
    [plain, `authority.example; accounturi=${accountUri}`],
    [
      { ...plain, wildcard: true, persistUntil: 1_721_952_000 },
      `authority.example; accounturi=${accountUri}; policy=wildcard; persistUntil=1721952000`,
    ],
  ])('is written and read: %j', (record, value) => {
    expect(dnsPersist01Value(record)).toBe(value)
    expect(readDnsPersist01Value(value)).toEqual(record)
  })

  it.each<[Partial<DnsPersistRecord>, string]>([
    [{ issuerDomainName: '' }, 'issuerDomainName is no domain name'],
    [{ issuerDomainName: 'a.example; policy=wildcard' }, 'issuerDomainName is no domain name'],
    [{ accountUri: '' }, 'accountUri is not a URI'],
    [{ accountUri: 'https://a.example/1;policy=wildcard' }, 'accountUri is not a URI'],
    [{ accountUri: 'https://a.example/ 1' }, 'accountUri is not a URI'],
    [{ persistUntil: -1 }, 'persistUntil is not a Unix time in whole seconds'],
    [{ persistUntil: 1.5 }, 'persistUntil is not a Unix time in whole seconds'],
    [
      { persistUntil: Number.POSITIVE_INFINITY },
      'persistUntil is not a Unix time in whole seconds',
    ],
  ])('is not written of %j', (change, why) => {
    expect(() => dnsPersist01Value({ ...plain, ...change })).toThrow(new TypeError(why))
  })

  it('may end at the beginning of time', () => {
    const value = `authority.example; accounturi=${accountUri}; persistUntil=0`
    expect(dnsPersist01Value({ ...plain, persistUntil: 0 })).toBe(value)
    expect(readDnsPersist01Value(value)).toEqual({ ...plain, persistUntil: 0 })
  })

  it('is read in any case and spacing, unknown parameters passed over', () => {
    const value = `AUTHORITY.example ;AccountURI = ${accountUri};new=1; Policy=WildCard;;persistuntil=7`
    expect(readDnsPersist01Value(value)).toEqual({ ...plain, wildcard: true, persistUntil: 7 })
    const narrow = `authority.example; accounturi=${accountUri}; policy=other`
    expect(readDnsPersist01Value(narrow)).toStrictEqual(plain)
  })

  it.each([
    '',
    'v=spf1 -all',
    'authority.example',
    'authority.example; accounturi=',
    `; accounturi=${accountUri}`,
    `authority.example accounturi=${accountUri}`,
    `authority.example; accounturi=${accountUri}; ACCOUNTURI=${accountUri}`,
    `authority.example; accounturi=${accountUri}; persistUntil=soon`,
    `authority.example; accounturi=${accountUri}; persistUntil=1e9`,
    `authority.example; accounturi=${accountUri}; persistUntil=`,
    `authority.example; accounturi=${accountUri}; a b=1`,
    `authority.example; accounturi=${accountUri} and more`,
    `authority.example; accounturi=${accountUri}; =1`,
  ])('is not read out of %j', (value) => {
    expect(readDnsPersist01Value(value)).toBeUndefined()
  })

  it('never makes reading fail', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        readDnsPersist01Value(text)
        readDnsPersist01Value(`authority.example; accounturi=${text}`)
      }),
    )
  })
})

describe('txtStrings', () => {
  it('cuts what a character-string cannot hold, and nothing else', () => {
    expect(txtStrings('')).toEqual([''])
    expect(txtStrings('a'.repeat(255))).toHaveLength(1)
    const long = dnsPersist01Value({ ...plain, accountUri: `https://a.example/${'1'.repeat(600)}` })
    const strings = txtStrings(long)
    expect(strings.map(({ length }) => length)).toEqual([255, 255, long.length - 510])
    expect(strings.join('')).toBe(long)
  })

  it('refuses what DNS tools would spoil', () => {
    for (const value of ['ä', 'a\nb', '\u0000', 'a\u0000', '\u0000a']) {
      expect(() => txtStrings(value)).toThrow(new TypeError('the value is not printable ASCII'))
    }
  })
})
