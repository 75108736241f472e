import { X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { startCa } from '../../src/ca/ca.ts'
import type { CaKnobs } from '../../src/ca/options.ts'
import type { ReplacementRefusal } from '../../src/ca/replacement.ts'
import type { Validate } from '../../src/ca/validation/validation.ts'
import { createAuthority } from '../../src/ca/authority.ts'
import { base64url, newKey, thumbprintOf, type RawReply } from '../ca/raw-client.ts'
import {
  believe,
  challenges,
  csr,
  dns,
  hourMs,
  issue,
  newWorld,
  order,
  problemOf,
  prove,
  readyOrder,
  settled,
  testClock,
  type World,
  type WorldOptions,
} from '../ca/world.ts'

const agreed = { termsOfServiceAgreed: true }
const dayMs = 24 * hourMs

async function home(options: WorldOptions = {}) {
  const world = await newWorld(options)
  const member = await world.member()
  const ask = async (payload: object, by = member): Promise<RawReply> =>
    by.post(world.directory['newOrder'] ?? '', { identifiers: dns('a.example'), ...payload })
  return { world, member, ask }
}

async function registered(world: World, payload: object, alg?: string): Promise<RawReply> {
  const stranger = await world.stranger(alg === undefined ? undefined : await newKey(alg))
  return stranger.post(world.directory['newAccount'] ?? '', payload)
}

/** From finalize on, with the order's URL. */
async function finalized(options: WorldOptions) {
  const { world, member } = await home(options)
  const at = await readyOrder(world, member, 'a.example')
  const body = { csr: base64url(await csr({ names: ['a.example'] })) }
  return { world, member, url: at.url, reply: await member.post(at.finalize, body) }
}

describe('a wrong knob is a TypeError that says what is wrong, and where', () => {
  it.each<[unknown, string]>([
    [{ nonceRejectPercent: 'often' }, 'nonceRejectPercent is not a number from 0 to 100'],
    [{ retryAfterForm: 'soon' }, 'retryAfterForm is not one of "seconds", "date"'],
    [{ quirks: { pemCRLF: true } }, 'quirks.pemCRLF is not known here; did you mean pemCrlf?'],
    [
      { rules: { publicName: true } },
      'rules.publicName is not known here; did you mean publicNames?',
    ],
    [
      { rateLimits: { requests: { other: { count: 1 } } } },
      'rateLimits.requests.other has no periodMs',
    ],
    [{ profiles: { short: {} } }, 'profiles.short has no description'],
    [{ challengeTypes: ['dns-02'] }, 'challengeTypes[0] is not one of "http-01"'],
    [
      { perspectives: [{ name: 'a', resolver: 'b' }] },
      'perspectives[0].resolver is not a string such as',
    ],
    [{ faults: [{ drop: 'now' }] }, 'faults[0].drop is not one of "before", "after"'],
    [{ perspectives: [{ name: 'a', resolver: '192.0.2.1:53' }] }, 'of a is not on this machine'],
    [{ strict: 'le' }, 'strict is not one of true, false, "letsencrypt"'],
  ])('%j', async (knobs, says) => {
    const clock = testClock()
    const authority = await createAuthority({ clock, name: 'Test' })
    const given = { authority, clock, validate: believe, ...(knobs as CaKnobs) }
    await expect(startCa(given)).rejects.toThrow(TypeError)
    await expect(startCa(given)).rejects.toThrow(says)
  })
})

describe('finalize and download', () => {
  it('4.3 issuanceDelayMs keeps the order processing as long as it says', async () => {
    const span = { min: 5000, max: 5000 }
    const { world, member, url, reply } = await finalized({ issuanceDelayMs: span })
    expect(reply.json['status']).toBe('processing')
    world.clock.advance(4999)
    expect((await member.read(url)).json['status']).toBe('processing')
    world.clock.advance(1)
    expect((await settled(member, url)).json['status']).toBe('valid')
  })

  it('4.3 stuckOrders leaves the order processing for good', async () => {
    const { world, member, url, reply } = await finalized({ stuckOrders: true })
    expect(reply.json['status']).toBe('processing')
    world.clock.advance(365 * dayMs)
    expect((await member.read(url)).json['status']).toBe('processing')
    expect(world.ca.certificates()).toEqual([])
  })

  it('4.3 issueAtOnce answers finalize with a valid order and its certificate', async () => {
    const { world, reply } = await finalized({ issueAtOnce: true })
    expect(reply.json).toMatchObject({ status: 'valid' })
    expect(reply.json['certificate']).toBe(world.ca.certificates()[0]?.url)
    expect(reply.headers['retry-after']).toBeUndefined()
  })

  it('4.3 retryAfterSeconds is what Retry-After says', async () => {
    const { reply } = await finalized({
      retryAfterSeconds: 17,
      issuanceDelayMs: { min: 1000, max: 1000 },
    })
    expect(reply.headers['retry-after']).toBe('17')
  })

  it('4.3 emptyDownloads answers so many times with nothing, each time after the last', async () => {
    const { world, member } = await home({ emptyDownloads: 2 })
    const { certificateUrl, pem } = await issue(world, member, 'a.example')
    expect([pem.status, pem.text]).toEqual([200, ''])
    expect((await member.read(certificateUrl)).text).toBe('')
    expect((await member.read(certificateUrl)).text).toMatch(/^-----BEGIN CERTIFICATE/)
  })

  it('4.3 quirks.missingName leaves one of several names out of the certificate', async () => {
    const { world, member } = await home({ quirks: { missingName: true } })
    const several = await issue(world, member, 'a.example', 'b.example')
    expect(new X509Certificate(several.der).subjectAltName).toBe('DNS:b.example')
    const one = await issue(world, member, 'a.example')
    expect(new X509Certificate(one.der).subjectAltName).toBe('DNS:a.example')
  })

  it('4.3 certificateLifetimeMs backdateMs say when a certificate begins and ends', async () => {
    const options = { certificateLifetimeMs: 47 * dayMs, backdateMs: 2 * hourMs }
    const { world, member } = await home(options)
    const { der } = await issue(world, member, 'a.example')
    const { validFromDate, validToDate } = new X509Certificate(der)
    expect(world.clock.now() - validFromDate.getTime()).toBe(2 * hourMs)
    expect(validToDate.getTime() - validFromDate.getTime()).toBe(47 * dayMs - 1000)
  })
})

describe('orders', () => {
  it('4.3 preApproved has orders ready at once, whose authorizations have no challenges', async () => {
    const { member, ask } = await home({ preApproved: 'authorizations' })
    const asked = await ask({ identifiers: dns('a.example', '*.b.example') })
    expect(asked.json['status']).toBe('ready')
    for (const url of asked.json['authorizations'] as string[]) {
      expect((await member.read(url)).json).toMatchObject({ status: 'valid', challenges: [] })
    }
    const names = ['a.example', '*.b.example']
    const body = { csr: base64url(await csr({ names })) }
    expect((await member.post(String(asked.json['finalize']), body)).status).toBe(200)
    const done = await settled(member, asked.headers['location'] ?? '')
    expect(done.json['status']).toBe('valid')
  })

  it('4.3 preApproved answers with an order that is valid already, where there is one', async () => {
    const { world, member, ask } = await home({ preApproved: 'orders' })
    expect((await ask({})).json['status']).toBe('pending')
    const { certificateUrl } = await issue(world, member, 'b.example')
    const again = await ask({ identifiers: dns('b.example') })
    expect(again.status).toBe(201)
    expect(again.json).toMatchObject({ status: 'valid', certificate: certificateUrl })
    const other = await ask({ identifiers: dns('b.example') }, await world.member())
    expect(other.json['status']).toBe('pending')
  })

  it('4.3 pendingAuthorizationLifetimeMs ends what nobody has tried', async () => {
    const { world, member } = await home({ pendingAuthorizationLifetimeMs: 1000 })
    const { authorizations, url } = await order(world, member, 'a.example')
    world.clock.advance(999)
    expect((await member.read(url)).json['status']).toBe('pending')
    world.clock.advance(1)
    expect((await member.read(url)).json['status']).toBe('invalid')
    expect((await member.read(authorizations[0] ?? '')).json['status']).toBe('invalid')
  })

  it('4.3 ordersList can be missing from the account, and from the CA', async () => {
    const { world, member } = await home({ ordersList: false })
    expect((await member.read(member.kid)).json).not.toHaveProperty('orders')
    expect(problemOf(await member.read(`${member.kid}/asked`))).toBe('404 malformed')
    const usual = await (await newWorld()).member()
    expect((await usual.read(usual.kid)).json['orders']).toBe(`${usual.kid}/asked`)
    expect(world.ca.accounts()).toHaveLength(1)
  })

  it('4.3 blocklist names are refused with all names below them', async () => {
    const { ask } = await home({ blocklist: ['bad.example'] })
    const reply = await ask({ identifiers: dns('x.bad.example', 'a.example') })
    expect(problemOf(reply)).toBe('400 rejectedIdentifier')
    expect((await ask({ identifiers: dns('notbad.example') })).status).toBe(201)
  })
})

describe('accounts', () => {
  it('4.3 maxContacts bounds the contacts of an account', async () => {
    const { world } = await home({ maxContacts: 1 })
    const contact = ['mailto:a@example.org', 'mailto:b@example.org']
    expect(problemOf(await registered(world, { ...agreed, contact }))).toBe('400 malformed')
    const one = { ...agreed, contact: contact.slice(1) }
    expect((await registered(world, one)).status).toBe(201)
  })

  it('4.3 externalAccountRequired refuses whoever is bound to nothing', async () => {
    const world = await newWorld({
      externalAccountRequired: true,
      externalAccounts: [{ keyId: 'k', macKey: 'c2VjcmV0' }],
    })
    expect(problemOf(await registered(world, agreed))).toBe('403 externalAccountRequired')
    const { json } = await world.get(world.ca.directoryUrl)
    expect(json['meta']).toMatchObject({ externalAccountRequired: true })
  })

  it('4.3 acceptEdDsa can be off, as it is at public CAs', async () => {
    const off = await newWorld({ acceptEdDsa: false })
    expect(problemOf(await registered(off, agreed, 'EdDSA'))).toBe('400 badSignatureAlgorithm')
    expect((await registered(await newWorld(), agreed, 'EdDSA')).status).toBe(201)
  })

  it('4.3 blockedKeys are refused under the key policy', async () => {
    const key = await newKey()
    const options = { blockedKeys: [thumbprintOf(key.jwk)], rules: { keyPolicy: true } }
    const world = await newWorld(options)
    const stranger = await world.stranger(key)
    const reply = await stranger.post(world.directory['newAccount'] ?? '', agreed)
    expect(problemOf(reply)).toBe('400 badPublicKey')
    expect((await registered(world, agreed)).status).toBe(201)
  })

  it('4.3 strict refuses "resource" unless it is off, and is more than that by name', async () => {
    const old = { ...agreed, resource: 'new-reg' }
    expect(problemOf(await registered(await newWorld(), old))).toBe('400 malformed')
    expect((await registered(await newWorld({ strict: false }), old)).status).toBe(201)
    const strict = await newWorld({ strict: 'letsencrypt' })
    const { json } = await strict.get(strict.ca.directoryUrl)
    expect(json['meta']).toMatchObject({ profiles: { shortlived: expect.any(String) as string } })
    expect(problemOf(await registered(strict, {}))).toBe('400 malformed')
  })

  it('4.3 rateLimits forwardedFor count whom a proxy names, where it is believed', async () => {
    const limit = { newAccountsPerAddress: { count: 1, periodMs: hourMs } }
    const from = async (world: World, address: string) => {
      const url = world.directory['newAccount'] ?? ''
      const body = JSON.stringify(await (await world.stranger()).envelope(url, agreed))
      return (await world.post(url, body, { 'x-forwarded-for': address })).status
    }
    const believing = await newWorld({ rateLimits: limit, forwardedFor: true })
    expect(await from(believing, '192.0.2.1')).toBe(201)
    expect(await from(believing, '192.0.2.1')).toBe(429)
    expect(await from(believing, '192.0.2.2')).toBe(201)
    expect(await from(believing, 'nonsense')).toBe(201)
    const doubting = await newWorld({ rateLimits: limit })
    expect(await from(doubting, '192.0.2.1')).toBe(201)
    expect(await from(doubting, '192.0.2.2')).toBe(429)
  })
})

describe('validation', () => {
  const slow = () => {
    const waiting: (() => void)[] = []
    const seen: string[] = []
    const validate: Validate = async ({ identifier }) => {
      seen.push(identifier.value)
      await new Promise<void>((resolve) => void waiting.push(resolve))
      return { record: {} }
    }
    return { validate, seen, release: () => waiting.shift()?.() }
  }

  it('4.3 validationConcurrency has others wait for their turn', async () => {
    const { validate, seen, release } = slow()
    const { world, member } = await home({ validate, validationConcurrency: 1 })
    const { authorizations } = await order(world, member, 'a.example', 'b.example')
    for (const url of authorizations) {
      await member.post((await challenges(member, url))[0]?.url ?? '', {})
    }
    expect(seen).toEqual(['a.example'])
    release()
    await settled(member, authorizations[0] ?? '')
    expect(seen).toEqual(['a.example', 'b.example'])
    release()
  })

  it('4.3 validationTimeoutMs ends what does not answer', async () => {
    const { validate } = slow()
    const { world, member } = await home({ validate, validationTimeoutMs: 1 })
    const { authorizations } = await order(world, member, 'a.example')
    const { json } = await prove(member, authorizations[0] ?? '')
    expect(json['challenges']).toMatchObject([
      { error: { type: 'urn:ietf:params:acme:error:connection' } },
    ])
  })
})

describe('revocation', () => {
  async function certified(options: WorldOptions) {
    const at = await home(options)
    const { der } = await issue(at.world, at.member, 'a.example')
    const url = `${at.world.ca.url}/take-back`
    const certificate = base64url(der)
    return {
      ...at,
      der,
      revoke: async (by = at.member, more = {}) => by.post(url, { certificate, ...more }),
    }
  }

  it('4.3 revocation can be missing or not implemented', async () => {
    const missing = await certified({ revocation: 'missing' })
    expect(missing.world.directory).not.toHaveProperty('revokeCert')
    expect(problemOf(await missing.revoke())).toBe('404 malformed')
    const unimplemented = await certified({ revocation: 'not-implemented' })
    expect(unimplemented.world.directory).toHaveProperty('revokeCert')
    expect(problemOf(await unimplemented.revoke())).toBe('501 serverInternal')
  })

  it('4.3 revocationReasons are those that are taken', async () => {
    const { revoke } = await certified({ revocationReasons: [4] })
    for (const more of [{}, { reason: 0 }, { reason: 1 }]) {
      expect(problemOf(await revoke(undefined, more))).toBe('400 badRevocationReason')
    }
    expect((await revoke(undefined, { reason: 4 })).status).toBe(200)
  })

  it('4.3 revocationBy leaves only some who may', async () => {
    const { world, ask, revoke } = await certified({ revocationBy: ['account'] })
    const other = await world.member()
    const [proof = ''] = (await ask({}, other)).json['authorizations'] as string[]
    await prove(other, proof)
    expect(problemOf(await revoke(other))).toBe('403 unauthorized')
    expect((await revoke()).status).toBe(200)
    const generous = await certified({})
    const another = await generous.world.member()
    const [same = ''] = (await generous.ask({}, another)).json['authorizations'] as string[]
    await prove(another, same)
    expect((await generous.revoke(another)).status).toBe(200)
  })
})

describe('renewal information', () => {
  async function windowed(options: WorldOptions) {
    const at = await home(options)
    await issue(at.world, at.member, 'a.example')
    const { certificateId: replaces = '' } = at.world.ca.certificates()[0] ?? {}
    const look = async () => at.world.get(`${at.world.directory['renewalInfo']}/${replaces}`)
    return { ...at, replaces, look }
  }

  it.each([
    ['0', '0'],
    ['31536000', '31536000'],
    ['presently', 'presently'],
    ['', undefined],
  ])('4.3 renewalInfoRetryAfter %j is what it says', async (renewalInfoRetryAfter, expected) => {
    const { look } = await windowed({ renewalInfoRetryAfter })
    expect((await look()).headers['retry-after']).toBe(expected)
  })

  it('4.3 renewalWindow can lie in the past, end before it starts, or be missing', async () => {
    const times = ({ json }: RawReply) => {
      const { start, end } = json['suggestedWindow'] as { start: string; end: string }
      return [Date.parse(start), Date.parse(end)] as const
    }
    const past = await windowed({ renewalWindow: 'past' })
    const [from, until] = times(await past.look())
    expect([from < until, until < past.world.clock.now()]).toEqual([true, true])
    const invalid = await windowed({ renewalWindow: 'invalid' })
    const [start, end] = times(await invalid.look())
    expect(start).toBeGreaterThan(end)
    const missing = await windowed({ renewalWindow: 'missing' })
    expect(problemOf(await missing.look())).toBe('404 malformed')
    // What is set for one certificate goes before.
    const { serial = '' } = missing.world.ca.certificates()[0] ?? {}
    missing.world.ca.suggestRenewal(serial, { start: 0, end: 1000 })
    expect(times(await missing.look())).toEqual([0, 1000])
    missing.world.ca.suggestRenewal(serial, 'missing')
    expect(problemOf(await missing.look())).toBe('404 malformed')
  })

  it.each<[ReplacementRefusal, string]>([
    ['alreadyReplaced', '409 alreadyReplaced'],
    ['conflict', '409 conflict'],
    ['malformed', '400 malformed'],
    ['notFound', '404 malformed'],
    ['serverInternal', '500 serverInternal'],
    ['unauthorized', '403 unauthorized'],
  ])(
    '4.3 replacesRefusal %s is %s, and an order without replaces is taken',
    async (refusal, told) => {
      const { ask, replaces } = await windowed({ replacesRefusal: refusal })
      expect(problemOf(await ask({ replaces }))).toBe(told)
      expect((await ask({})).status).toBe(201)
    },
  )
})

it('4.3 crlLifetimeMs says how long a list is good for, or that it is no longer', async () => {
  const { X509Crl } = await import('@peculiar/x509')
  const lives = async (crlLifetimeMs: number) => {
    const { world } = await home({ crlLifetimeMs })
    const { thisUpdate, nextUpdate } = new X509Crl(Uint8Array.from(await world.ca.crl()))
    expect(thisUpdate.getTime()).toBe(world.clock.now())
    return (nextUpdate?.getTime() ?? 0) - thisUpdate.getTime()
  }
  expect(await lives(hourMs)).toBe(hourMs)
  expect(await lives(-hourMs)).toBe(-hourMs)
})

describe('knobs while the CA runs', () => {
  it('change from now on, and not what was done before', async () => {
    const { world, member, ask } = await home({ maxIdentifiers: 1 })
    const two = { identifiers: dns('a.example', 'b.example') }
    expect((await ask(two)).status).toBe(400)
    world.ca.setKnobs({ maxIdentifiers: 2, nonceTtlMs: 1000 })
    expect((await ask(two)).status).toBe(201)
    const nonce = await world.nonce()
    world.clock.advance(1000)
    const late = await member.post(world.directory['newOrder'] ?? '', two, { nonce })
    expect(problemOf(late)).toBe('400 badNonce')
    world.ca.setKnobs({ maxIdentifiers: null })
    expect((await ask({ identifiers: dns('a.example', 'b.example', 'c.example') })).status).toBe(
      201,
    )
    expect(world.ca.knobs()).not.toHaveProperty('maxIdentifiers')
    expect(world.ca.knobs()).toMatchObject({ nonceTtlMs: 1000 })
  })

  it('stay as they were where a change cannot be honoured', async () => {
    const { world } = await home()
    const before = world.ca.knobs()
    expect(() => world.ca.setKnobs({ nonceRejectPercent: 101 })).toThrow(TypeError)
    expect(() => world.ca.setKnobs({ issuanceDelayMs: { min: 2, max: 1 } })).toThrow(TypeError)
    expect(world.ca.knobs()).toEqual(before)
  })
})

describe('fault rules', () => {
  it('4.3 faults can be data: spare some, strike some, and end', async () => {
    const { world } = await home({
      faults: [
        { endpoint: 'newNonce', method: 'HEAD', after: 1, times: 2, status: 503, retryAfter: '3' },
      ],
    })
    const url = world.directory['newNonce'] ?? ''
    const statuses: number[] = []
    for (let turn = 0; turn < 4; turn++) statuses.push((await world.get(url, 'HEAD')).status)
    // The account took the first nonce.
    expect(statuses).toEqual([503, 503, 200, 200])
    expect((await world.get(url)).status).toBe(204)
    expect(world.ca.faults.list()).toMatchObject([{ id: '1', struck: 2 }])
    expect(world.ca.requests.filter(({ fault }) => fault === true)).toHaveLength(2)
  })

  it('4.3 faults strike a share of requests, and each rule can be taken back', async () => {
    const { world } = await home()
    const url = world.directory['newNonce'] ?? ''
    const id = world.ca.faults.add({ percent: 50, status: 500 })
    let struck = 0
    for (let turn = 0; turn < 100; turn++) if ((await world.get(url)).status === 500) struck += 1
    expect(struck).toBeGreaterThan(25)
    expect(struck).toBeLessThan(75)
    expect([world.ca.faults.remove(id), world.ca.faults.remove(id)]).toEqual([true, false])
    expect((await world.get(url)).status).toBe(204)
  })

  it('4.3 faults can be problems whose type lacks its namespace', async () => {
    const { world, ask } = await home()
    const problem = { type: 'serverInternal', detail: 'down for maintenance', status: 503 }
    world.ca.faults.add({ endpoint: 'newOrder', status: 503, problem })
    expect(problemOf(await ask({}))).toBe('503 serverInternal')
  })
})
