import { generateKeyPairSync, sign as nodeSign } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBase64url, encodeBase64url } from '../../src/ca/base64url.ts'
import { readSigningKey, thumbprint } from '../../src/ca/account-key.ts'
import { parseJws } from '../../src/ca/jws.ts'
import { AcmeProblem } from '../../src/ca/problem.ts'
import { base64url, newKey, sign, thumbprintOf, type Envelope } from './raw-client.ts'
import { newWorld, order, problemOf, type World } from './world.ts'

const agreed = { termsOfServiceAgreed: true }
const newAccountOf = (world: World): string => world.directory['newAccount'] ?? ''

/** Spoils a good newAccount request and sends it. */
async function spoiled(spoil: (good: Envelope) => unknown): Promise<string> {
  const world = await newWorld()
  const client = await world.stranger()
  const good = await client.envelope(newAccountOf(world), agreed)
  return problemOf(await world.post(newAccountOf(world), JSON.stringify(spoil(good))))
}

describe('the JWS', () => {
  it.each(['', 'null', '[]', '"text"', '{', '{"protected":"e30"}'])(
    '4.1 #5 the body %j is malformed',
    async (body) => {
      const world = await newWorld()
      expect(problemOf(await world.post(newAccountOf(world), body))).toBe('400 malformed')
    },
  )

  it('4.1 #5 a body that is not UTF-8 is malformed', async () => {
    const world = await newWorld()
    const body = Buffer.from([0x7b, 0xff, 0x7d])
    expect(problemOf(await world.post(newAccountOf(world), body))).toBe('400 malformed')
  })

  it.each([
    ['an unprotected header', (good: Envelope) => ({ ...good, header: {} })],
    ['a list of signatures', (good: Envelope) => ({ ...good, signatures: [good] })],
    ['no payload', (good: Envelope) => ({ ...good, payload: undefined })],
    ['a null payload', (good: Envelope) => ({ ...good, payload: null })],
    ['no signature', (good: Envelope) => ({ ...good, signature: undefined })],
    ['an empty signature', (good: Envelope) => ({ ...good, signature: '' })],
    ['a protected header that is an array', (good: Envelope) => ({ ...good, protected: 'W10' })],
  ])('4.1 #5 a JWS with %s is malformed', async (_name, spoil) => {
    expect(await spoiled(spoil)).toBe('400 malformed')
  })

  it.each(['protected', 'payload', 'signature'])(
    '4.1 #6 padding in %s is malformed',
    async (member) => {
      expect(await spoiled((good) => ({ ...good, [member]: `${String(good[member])}=` }))).toBe(
        '400 malformed',
      )
    },
  )

  it('4.1 #6 base64 with + or / and stray bits in the last character are not base64url', () => {
    for (const text of ['+/==', 'a', 'YQ==', 'YR', 'Y Q', 'YQ\n']) {
      expect(decodeBase64url(text)).toBeUndefined()
    }
    expect(decodeBase64url('')).toEqual(new Uint8Array())
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(decodeBase64url(encodeBase64url(bytes))).toEqual(bytes)
      }),
    )
  })

  it('never fails on any body other than by a problem', () => {
    const json = fc.json().map((text) => new TextEncoder().encode(text))
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), json), (body) => {
        expect(() => parseJws(body)).toThrow(AcmeProblem)
      }),
    )
  })

  it('4.1 #14 a signature over something else, or in DER, is malformed', async () => {
    expect(await spoiled((good) => ({ ...good, payload: 'e30' }))).toBe('400 malformed')
    const world = await newWorld()
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const header = {
      alg: 'ES256',
      jwk: publicKey.export({ format: 'jwk' }),
      nonce: await world.nonce(),
      url: newAccountOf(world),
    }
    const parts = [JSON.stringify(header), JSON.stringify(agreed)].map(base64url)
    const [protectedPart, payload] = parts
    const der = nodeSign('sha256', Buffer.from(parts.join('.')), privateKey)
    const body = { protected: protectedPart, payload, signature: base64url(der) }
    const reply = await world.post(newAccountOf(world), JSON.stringify(body))
    expect(problemOf(reply)).toBe('400 malformed')
  })

  it('refuses the extensions that RFC 8555 forbids', async () => {
    const world = await newWorld()
    const client = await world.stranger()
    const url = newAccountOf(world)
    const reply = await client.post(url, agreed, { b64: true })
    expect(problemOf(reply)).toBe('400 malformed')
  })
})

describe('the algorithm', () => {
  it.each(['ES256', 'ES384', 'ES512', 'RS256', 'EdDSA', 'Ed25519'])('takes %s', async (alg) => {
    const world = await newWorld()
    const client = await world.stranger(await newKey(alg))
    expect((await client.post(newAccountOf(world), agreed)).status).toBe(201)
  })

  it.each(['PS256', 'RS512'])(
    '4.1 #7 %s is badSignatureAlgorithm and the answer names those that are good',
    async (alg) => {
      const world = await newWorld()
      const client = await world.stranger(await newKey(alg))
      const reply = await client.post(newAccountOf(world), agreed)
      expect(problemOf(reply)).toBe('400 badSignatureAlgorithm')
      expect(reply.json['algorithms']).toEqual([
        'RS256',
        'ES256',
        'ES384',
        'ES512',
        'EdDSA',
        'Ed25519',
      ])
    },
  )

  it('4.1 #7 HS256 and none are badSignatureAlgorithm', async () => {
    const world = await newWorld()
    const { key } = await world.stranger()
    const url = newAccountOf(world)
    const header = { alg: 'HS256', jwk: key.jwk, nonce: await world.nonce(), url }
    const mac = await sign({ privateKey: new Uint8Array(32) }, header, JSON.stringify(agreed))
    expect(problemOf(await world.post(url, JSON.stringify(mac)))).toBe('400 badSignatureAlgorithm')
    const none = { ...mac, protected: base64url(JSON.stringify({ ...header, alg: 'none' })) }
    const reply = await world.post(url, JSON.stringify({ ...none, signature: '' }))
    expect(problemOf(reply)).toBe('400 badSignatureAlgorithm')
  })

  it('4.1 #7 EdDSA is refused where the CA is told not to take it', async () => {
    const world = await newWorld({ acceptEdDsa: false })
    const client = await world.stranger(await newKey('EdDSA'))
    const reply = await client.post(newAccountOf(world), agreed)
    expect(problemOf(reply)).toBe('400 badSignatureAlgorithm')
    expect(reply.json['algorithms']).toEqual(['RS256', 'ES256', 'ES384', 'ES512'])
  })

  it('4.1 #9 an alg that does not fit the key is badSignatureAlgorithm', async () => {
    const world = await newWorld()
    const client = await world.stranger()
    const { jwk } = await newKey('ES384')
    const reply = await client.post(newAccountOf(world), agreed, { jwk })
    expect(problemOf(reply)).toBe('400 badSignatureAlgorithm')
    expect(reply.json['algorithms']).toEqual(['ES384'])
  })

  it('4.1 #10 a jwk with another alg is badPublicKey', async () => {
    const world = await newWorld()
    const client = await world.stranger()
    const jwk = { ...client.key.jwk, alg: 'ES384' }
    const reply = await client.post(newAccountOf(world), agreed, { jwk })
    expect(problemOf(reply)).toBe('400 badPublicKey')
  })
})

describe('the key', () => {
  const post = async (change: (jwk: Record<string, unknown>) => unknown, alg = 'ES256') => {
    const world = await newWorld()
    const client = await world.stranger(await newKey(alg))
    const jwk = change({ ...client.key.jwk })
    return problemOf(await client.post(newAccountOf(world), agreed, { jwk }))
  }

  it.each([
    { kty: 'oct', k: 'AAAA' },
    { kty: 'EC', crv: 'secp256k1', x: 'AAAA', y: 'AAAA' },
    { kty: 'OKP', crv: 'X25519', x: 'AAAA' },
    { kty: 'EC', crv: 'toString' },
    { kty: 'AKP', alg: 'ML-DSA-44', pub: 'AAAA' },
    {},
  ])('4.1 #8 the unusable key %j is badPublicKey', async (jwk) => {
    expect(await post(() => jwk)).toBe('400 badPublicKey')
  })

  it('4.1 #8 an RSA key of 1024 bits is badPublicKey', () => {
    // jose will not sign with one, so the judge is asked directly.
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
    expect(() => readSigningKey(publicKey.export({ format: 'jwk' }))).toThrow(/1024 bits/)
  })

  it('4.1 #8 a jwk with the private member is badPublicKey', async () => {
    expect(await post((jwk) => ({ ...jwk, d: jwk['x'] }))).toBe('400 badPublicKey')
  })

  it.each([
    ['a short x', (jwk: Record<string, unknown>) => ({ ...jwk, x: String(jwk['x']).slice(0, 40) })],
    ['a padded y', (jwk: Record<string, unknown>) => ({ ...jwk, y: `${String(jwk['y'])}=` })],
    ['no y', (jwk: Record<string, unknown>) => ({ ...jwk, y: undefined })],
    ['a point off the curve', (jwk: Record<string, unknown>) => ({ ...jwk, y: jwk['x'] })],
  ])('4.1 #11 a jwk with %s is malformed', async (_name, change) => {
    expect(await post(change)).toBe('400 malformed')
  })

  it('4.1 #11 an RSA modulus with a sign octet is malformed', async () => {
    const padded = (jwk: Record<string, unknown>) => {
      const bytes = Buffer.from(String(jwk['n']), 'base64url')
      return { ...jwk, n: base64url(Buffer.concat([Buffer.of(0), bytes])) }
    }
    expect(await post(padded, 'RS256')).toBe('400 malformed')
  })

  it.each([
    // RFC 7638 §3.1, then two P-256 keys whose y or x begins with a zero octet.
    [
      {
        kty: 'RSA',
        e: 'AQAB',
        alg: 'RS256',
        kid: '2011-04-29',
        n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
      },
      'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
    ],
    [
      { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
      'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
    ],
    [
      {
        kty: 'EC',
        crv: 'P-256',
        x: 'mGriUG8f8QTQQjCGHY9LSY9LxMbQCbMPdUTcEpuC0o0',
        y: 'ADzMwKZGDgrjKKTZfTx7YdhvxiicGJ8lJREMRBuwfpc',
      },
      'WZsjbh58q8kl1WsGShqtiycImZtCgGbukDn4RAacMig',
    ],
    [
      {
        kty: 'EC',
        crv: 'P-256',
        x: 'AFVDiUrz0A7X10Cr29dclrBod7eH219w7qeLkKjXwAo',
        y: 'u0yFo9jqKe-q-iRAaRLdhNWxTcMr9lbvbGvVil2UP5I',
      },
      '7Yxe6c_3bAa6kiaK1G-BZmi9EeNsUmlcbdnrtLeuK4E',
    ],
  ])('has the thumbprint of the published vector', (jwk, expected) => {
    expect(thumbprint(jwk)).toBe(expected)
    expect(readSigningKey(jwk).thumbprint).toBe(expected)
  })

  it.each(['ES256', 'ES384', 'ES512', 'RS256', 'EdDSA'])(
    'has the thumbprint that others compute for %s',
    async (alg) => {
      const { jwk } = await newKey(alg)
      expect(thumbprint(jwk)).toBe(thumbprintOf(jwk))
    },
  )
})

describe('who signs', () => {
  it('4.1 #11 both jwk and kid, or neither, is malformed', async () => {
    const world = await newWorld()
    const client = await world.stranger()
    const url = newAccountOf(world)
    const both = await client.post(url, agreed, { kid: `${world.ca.url}/member/a` })
    const neither = await client.post(url, agreed, { jwk: undefined })
    expect([problemOf(both), problemOf(neither)]).toEqual(['400 malformed', '400 malformed'])
  })

  it('4.1 #11 newAccount wants jwk, all else kid', async () => {
    const world = await newWorld()
    const stranger = await world.stranger()
    const member = await world.member()
    const ordering = await stranger.post(world.directory['newOrder'] ?? '', { identifiers: [] })
    expect(problemOf(ordering)).toBe('400 malformed')
    expect(problemOf(await member.post(newAccountOf(world), agreed))).toBe('400 malformed')
  })

  it.each([7, '', 'https://elsewhere.example/member/1', '/member/1'])(
    '4.1 #12 the kid %j is malformed',
    async (kid) => {
      const world = await newWorld()
      const member = await world.member()
      const reply = await member.post(world.directory['newOrder'] ?? '', {}, { kid })
      expect(problemOf(reply)).toBe('400 malformed')
    },
  )

  it('4.1 #13 an account URL that was never given out is accountDoesNotExist', async () => {
    const world = await newWorld()
    const member = await world.member()
    const kid = `${member.kid}x`
    const reply = await member.post(world.directory['newOrder'] ?? '', {}, { kid })
    expect(problemOf(reply)).toBe('400 accountDoesNotExist')
  })

  it('4.1 #14 another account cannot sign for this one', async () => {
    const world = await newWorld()
    const [one, other] = [await world.member(), await world.member()]
    const reply = await one.post(one.kid, '', { kid: other.kid })
    expect(problemOf(reply)).toBe('400 malformed')
  })
})

describe('url and payload', () => {
  it('4.1 #15 a missing url is malformed', async () => {
    const world = await newWorld()
    const client = await world.stranger()
    const reply = await client.post(newAccountOf(world), agreed, { url: undefined })
    expect(problemOf(reply)).toBe('400 malformed')
  })

  it('4.1 #17 a url other than that of the request is unauthorized, as RFC 8555 §6.4 has it', async () => {
    const world = await newWorld()
    const client = await world.stranger()
    for (const url of [
      world.directory['newOrder'],
      `${newAccountOf(world)}?`,
      newAccountOf(world).replace('https:', 'HTTPS:'),
    ]) {
      const reply = await client.post(newAccountOf(world), agreed, { url })
      expect(problemOf(reply)).toBe('403 unauthorized')
    }
  })

  it('4.1 #18 "resource" in the payload is malformed, and ignored when not strict', async () => {
    const payload = { ...agreed, resource: 'new-reg' }
    const strict = await newWorld()
    const reply = await (await strict.stranger()).post(newAccountOf(strict), payload)
    expect(problemOf(reply)).toBe('400 malformed')
    const lax = await newWorld({ strict: false })
    expect((await (await lax.stranger()).post(newAccountOf(lax), payload)).status).toBe(201)
  })

  it('4.1 #19 POST-as-GET with a body is malformed', async () => {
    const world = await newWorld()
    const member = await world.member()
    const { url } = await order(world, member, 'a.example')
    expect(problemOf(await member.post(url, {}))).toBe('400 malformed')
    expect((await member.read(url)).status).toBe(200)
  })

  it('4.1 #20 everything that a deactivated account signs is 403 unauthorized', async () => {
    const world = await newWorld()
    const member = await world.member()
    const { url } = await order(world, member, 'a.example')
    await member.post(member.kid, { status: 'deactivated' })
    for (const reply of [await member.read(url), await member.read(member.kid)]) {
      expect(problemOf(reply)).toBe('403 unauthorized')
    }
  })

  it('reads directory and newNonce by POST-as-GET too', async () => {
    const world = await newWorld()
    const member = await world.member()
    const directory = await member.read(world.ca.directoryUrl)
    expect(directory.json).toMatchObject({ newOrder: world.directory['newOrder'] })
    expect((await member.read(world.directory['newNonce'] ?? '')).status).toBe(204)
  })
})
