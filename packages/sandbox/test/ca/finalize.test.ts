import { X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createAuthority } from '../../src/ca/authority.ts'
import { base64url } from './raw-client.ts'
import {
  certificateKeys,
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
  type Client,
  type CsrOptions,
  type World,
  type WorldOptions,
} from './world.ts'

async function ready(
  options: WorldOptions = {},
  ...names: string[]
): Promise<{
  world: World
  member: Client
  url: string
  finalize: (options: CsrOptions) => ReturnType<Client['post']>
  finalizeUrl: string
}> {
  const world = await newWorld(options)
  const member = await world.member()
  const at = await readyOrder(world, member, ...(names.length ? names : ['a.example']))
  const finalize = async (asked: CsrOptions) =>
    member.post(at.finalize, { csr: base64url(await csr(asked)) })
  return { world, member, url: at.url, finalize, finalizeUrl: at.finalize }
}

describe('finalize', () => {
  it('4.1 #49 #50 another account’s order is unauthorized, an unknown one not found', async () => {
    const { world, finalizeUrl } = await ready()
    const other = await world.member()
    expect(problemOf(await other.post(finalizeUrl, {}))).toBe('403 unauthorized')
    const unknown = `${world.ca.url}/asked/none/sign`
    expect(problemOf(await other.post(unknown, {}))).toBe('404 malformed')
  })

  it('4.1 #58 an order that is pending, or has been finalized, is 403 orderNotReady', async () => {
    const { world, member, url, finalize } = await ready()
    const pending = await order(world, member, 'a.example')
    const body = { csr: base64url(await csr({ names: ['a.example'] })) }
    expect(problemOf(await member.post(pending.finalize, body))).toBe('403 orderNotReady')
    expect((await finalize({ names: ['a.example'] })).status).toBe(200)
    expect(problemOf(await finalize({ names: ['a.example'] }))).toBe('403 orderNotReady')
    await settled(member, url)
    expect(problemOf(await finalize({ names: ['a.example'] }))).toBe('403 orderNotReady')
  })

  it('4.1 #58 of two at the same time only one is taken', async () => {
    const { world, member, finalize, url } = await ready()
    const both = await Promise.all([
      finalize({ names: ['a.example'] }),
      finalize({ names: ['a.example'] }),
    ])
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set([200, 403]))
    await settled(member, url)
    expect(world.ca.certificates()).toHaveLength(1)
  })

  it('4.1 #59 an expired order is 404 malformed', async () => {
    const { world, finalize } = await ready({ orderLifetimeMs: hourMs / 2 })
    world.clock.advance(hourMs / 2)
    expect(problemOf(await finalize({ names: ['a.example'] }))).toBe('404 malformed')
  })

  it('4.1 #60 a csr that is not unpadded base64url of DER is malformed', async () => {
    const { member, finalizeUrl } = await ready()
    const good = Buffer.from(await csr({ names: ['a.example'] }))
    for (const text of [
      undefined,
      7,
      '',
      `${base64url(good)}=`,
      good.toString('base64'),
      'AAAA',
      base64url(good.subarray(0, -1)),
      base64url(Buffer.concat([good, Buffer.of(0)])),
    ]) {
      expect(problemOf(await member.post(finalizeUrl, { csr: text }))).toBe('400 malformed')
    }
  })

  it('4.1 #61 a csr with a wrong signature or a weak hash is badCSR, and the order stays ready', async () => {
    const { member, url, finalize, finalizeUrl } = await ready()
    expect(problemOf(await finalize({ names: ['a.example'], hash: 'SHA-1' }))).toBe('400 badCSR')
    const forged = Buffer.from(await csr({ names: ['a.example'] }))
    forged.writeUInt8(forged.readUInt8(forged.length - 1) ^ 1, forged.length - 1)
    const reply = await member.post(finalizeUrl, { csr: base64url(forged) })
    expect(problemOf(reply)).toBe('400 badCSR')
    expect((await member.read(url)).json['status']).toBe('ready')
    expect((await finalize({ names: ['a.example'] })).status).toBe(200)
  })

  it.each<[string, CsrOptions]>([
    ['a name too few', { names: ['a.example'] }],
    ['a name too many', { names: ['a.example', '*.b.example', 'c.example'] }],
    ['another name', { names: ['a.example', 'b.example'] }],
    [
      'a common name that was not ordered',
      { names: ['a.example', '*.b.example'], commonName: 'c' },
    ],
    ['no names', {}],
    ['an address', { names: ['a.example', '*.b.example'], ips: ['192.0.2.1'] }],
  ])('4.1 #62 a csr with %s is 403 unauthorized', async (_name, asked) => {
    const { finalize } = await ready({}, 'a.example', '*.b.example')
    expect(problemOf(await finalize(asked))).toBe('403 unauthorized')
  })

  it('4.1 #62 the names count in any case and order, in the subject too', async () => {
    const { finalize } = await ready({}, 'a.example', '*.b.example')
    const asked = { names: ['*.B.example'], commonName: 'A.example' }
    expect((await finalize(asked)).status).toBe(200)
  })

  it('a csr with an e-mail address is badCSR', async () => {
    const { finalize } = await ready()
    const asked = { names: ['a.example'], emails: ['a@a.example'] }
    expect(problemOf(await finalize(asked))).toBe('400 badCSR')
  })

  it('4.1 #63 a csr for the key of any account is badCSR', async () => {
    const { world, member, finalize } = await ready()
    const other = await world.member()
    for (const { key } of [member, other]) {
      const keys = { publicKey: await importPublic(key.jwk), privateKey: key.privateKey }
      expect(problemOf(await finalize({ names: ['a.example'], keys }))).toBe('400 badCSR')
    }
  })

  it('4.1 #64 the order is processing with Retry-After, and then valid', async () => {
    const { world, member, url, finalize } = await ready({
      issuanceDelayMs: { min: 5000, max: 5000 },
      retryAfterSeconds: 3,
    })
    const reply = await finalize({ names: ['a.example'] })
    expect(reply.json).toMatchObject({ status: 'processing' })
    expect(reply.json).not.toHaveProperty('certificate')
    expect(reply.headers['retry-after']).toBe('3')
    expect(reply.headers['location']).toBe(url)
    expect((await member.read(url)).headers['retry-after']).toBe('3')
    world.clock.advance(5000)
    const done = await settled(member, url)
    expect(done.json['certificate']).toMatch(`${world.ca.url}/paper/`)
    expect(done.headers['retry-after']).toBeUndefined()
  })

  it('4.3 locationOnFinalize leaves Location out as it was told to, or by chance', async () => {
    const never = await ready({ locationOnFinalize: 'never' })
    const reply = await never.finalize({ names: ['a.example'] })
    expect(reply.headers['location']).toBeUndefined()
    const seen = new Set<boolean>()
    const world = await newWorld({ locationOnFinalize: 'random' })
    const member = await world.member()
    for (let turn = 0; turn < 30 && seen.size < 2; turn++) {
      const at = await readyOrder(world, member, 'a.example')
      const body = { csr: base64url(await csr({ names: ['a.example'] })) }
      seen.add((await member.post(at.finalize, body)).headers['location'] !== undefined)
    }
    expect(seen.size).toBe(2)
  })

  it('ends the order when the certificate cannot be made', async () => {
    const authority = await createAuthority({ clock: testClock(), name: 'Broken' })
    const broken = { ...authority, issue: async () => Promise.reject(new Error('HSM on fire')) }
    const { member, url, finalize } = await ready({ authority: broken })
    await finalize({ names: ['a.example'] })
    const { json } = await settled(member, url)
    expect(json['status']).toBe('invalid')
    expect(json['error']).toMatchObject({ type: 'urn:ietf:params:acme:error:serverInternal' })
  })
})

describe('the certificate', () => {
  it('is for the names and the key of the CSR and begins an hour ago', async () => {
    const world = await newWorld()
    const member = await world.member()
    const { der, keys } = await issue(world, member, 'a.example', '*.b.example')
    const certificate = new X509Certificate(der)
    expect(certificate.subjectAltName).toBe('DNS:a.example, DNS:*.b.example')
    expect(certificate.validFromDate.toISOString()).toBe('2026-11-24T02:00:00.000Z')
    expect(certificate.validToDate.toISOString()).toBe('2027-02-22T01:59:59.000Z')
    const spki = await crypto.subtle.exportKey('spki', keys.publicKey)
    expect(certificate.publicKey.export({ format: 'der', type: 'spki' })).toEqual(Buffer.from(spki))
  })

  it('has the dates that were ordered', async () => {
    const world = await newWorld()
    const member = await world.member()
    const dates = { notBefore: '2026-11-25T00:00:00Z', notAfter: '2026-12-01T00:00:00Z' }
    const asked = await member.post(world.directory['newOrder'] ?? '', {
      identifiers: dns('a.example'),
      ...dates,
    })
    const [authorization = ''] = asked.json['authorizations'] as string[]
    await prove(member, authorization)
    const body = { csr: base64url(await csr({ names: ['a.example'] })) }
    await member.post(asked.json['finalize'] as string, body)
    await settled(member, asked.headers['location'] ?? '')
    expect(world.ca.certificates()).toMatchObject([
      { notBefore: Date.parse(dates.notBefore), notAfter: Date.parse(dates.notAfter) },
    ])
  })

  it('4.3 quirks.wrongLeafKey is for an address too, and can be for a key of nobody', async () => {
    const world = await newWorld({ quirks: { wrongLeafKey: true } })
    const member = await world.member()
    const asked = await member.post(world.directory['newOrder'] ?? '', {
      identifiers: [{ type: 'ip', value: '2001:db8::1' }],
    })
    const [authorization = ''] = asked.json['authorizations'] as string[]
    await prove(member, authorization, 'http-01')
    const keys = await certificateKeys()
    const body = { csr: base64url(await csr({ ips: ['2001:db8::1'], keys })) }
    await member.post(asked.json['finalize'] as string, body)
    const done = await settled(member, asked.headers['location'] ?? '')
    const pem = await member.read(done.json['certificate'] as string)
    const certificate = new X509Certificate(pem.text)
    expect(certificate.subjectAltName).toBe('IP Address:2001:DB8:0:0:0:0:0:1')
    const spki = Buffer.from(await crypto.subtle.exportKey('spki', keys.publicKey))
    expect(certificate.publicKey.export({ format: 'der', type: 'spki' }).equals(spki)).toBe(false)
  })

  it('4.3 quirks.missingFinalize can leave finalize out of a valid order', async () => {
    const world = await newWorld({ quirks: { missingFinalize: true } })
    const { order: done } = await issue(world, await world.member(), 'a.example')
    expect(done.json['status']).toBe('valid')
    expect(done.json).not.toHaveProperty('finalize')
  })
})

async function importPublic(jwk: object) {
  const p256 = { name: 'ECDSA', namedCurve: 'P-256' }
  return crypto.subtle.importKey('jwk', jwk, p256, true, ['verify'])
}
