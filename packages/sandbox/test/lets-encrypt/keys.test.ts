import 'reflect-metadata'
import {
  checkPrimeSync,
  createPrivateKey,
  generateKeyPairSync,
  generatePrimeSync,
} from 'node:crypto'
import { Extension } from '@peculiar/x509'
import { exportJWK, type JWK } from 'jose'
import { describe, expect, it } from 'vitest'
import type { CaContext } from '../../src/ca/context.ts'
import { keyComplaint } from '../../src/ca/key-policy.ts'
import { base64url, newKey, thumbprintOf, type RawKey } from '../ca/raw-client.ts'
import { csr, newWorld, problemOf, readyOrder, type CsrOptions, type World } from '../ca/world.ts'
import { strictWorld } from './world.ts'

const agreed = { termsOfServiceAgreed: true }

async function registered(world: World, key: RawKey): Promise<string> {
  const stranger = await world.stranger(key)
  const reply = await stranger.post(world.directory['newAccount'] ?? '', agreed)
  return reply.status === 201 ? '201' : problemOf(reply)
}

/** RSA with any exponent, which WebCrypto does not make. */
async function rsaKey(modulusLength: number, publicExponent = 0x10001): Promise<RawKey> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength, publicExponent })
  const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' })
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('pkcs8', pkcs8, algorithm, true, ['sign'])
  return { alg: 'RS256', privateKey: key, publicKey, jwk: await exportJWK(publicKey) }
}

function rsaJwk(n: bigint): JWK {
  return { kty: 'RSA', e: 'AQAB', n: Buffer.from(n.toString(16), 'hex').toString('base64url') }
}

/** A context with the rule and no more. */
function complaintOf(jwk: JWK): string | undefined {
  const knobs = { rules: { keyPolicy: true }, blockedKeys: [] }
  const context = { knobs, records: { blockedKeys: new Set() } } as unknown as CaContext
  return keyComplaint(context, jwk)
}

const bitsOf = (n: bigint): number => n.toString(2).length
const prime = (bits: number): bigint => generatePrimeSync(bits, { bigint: true })

/** Two factors whose product has exactly so many bits. */
function product(bits: number, factors: () => readonly [bigint, bigint]): bigint {
  for (;;) {
    const [p, q] = factors()
    if (bitsOf(p * q) === bits) return p * q
  }
}

/** A prime as the flawed library made it: k·M + 65537^a mod M, M being a product of small primes. */
function rocaPrime(): bigint {
  let m = 1n
  for (let n = 2n; n <= 701n; n++) if (checkPrimeSync(n)) m *= n
  const draw = (): bigint => BigInt(Math.floor(Math.random() * 2 ** 53))
  const [least, most] = [2n ** 1023n / m + 1n, 2n ** 1024n / m - 1n]
  for (;;) {
    const k = least + (draw() % (most - least))
    const candidate = k * m + power(65_537n, draw(), m)
    if (checkPrimeSync(candidate)) return candidate
  }
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let [result, square] = [1n, base % modulus]
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}

describe('account keys', () => {
  it.each([
    ['RSA of 2560 bits', async () => rsaKey(2560)],
    ['RSA with exponent 3', async () => rsaKey(2048, 3)],
    ['P-521', async () => newKey('ES512')],
  ])('4.2 #8 %s is badPublicKey', async (_what, make) => {
    const { world } = await strictWorld()
    const key = await make()
    expect(await registered(world, key)).toBe('400 badPublicKey')
    expect(await registered(await newWorld(), key)).toBe('201')
  })

  it.each([
    ['RSA of 2048 bits', async () => newKey('RS256')],
    ['RSA of 3072 bits', async () => newKey('RS256', { modulusLength: 3072 })],
    ['P-256', async () => newKey('ES256')],
    ['P-384', async () => newKey('ES384')],
  ])('4.2 #8 %s is taken', async (_what, make) => {
    const { world } = await strictWorld()
    expect(await registered(world, await make())).toBe('201')
  })

  it('4.2 #20 Ed25519 is badSignatureAlgorithm, which names what is taken', async () => {
    const { world } = await strictWorld()
    const stranger = await world.stranger(await newKey('EdDSA'))
    const reply = await stranger.post(world.directory['newAccount'] ?? '', agreed)
    expect(problemOf(reply)).toBe('400 badSignatureAlgorithm')
    expect(reply.json['algorithms']).toEqual(['RS256', 'ES256', 'ES384', 'ES512'])
  })

  it('4.2 #8 a key that is blocked is badPublicKey, for an account and for its new key', async () => {
    const key = await newKey()
    const { world, member } = await strictWorld({ blockedKeys: [thumbprintOf(key.jwk)] })
    expect(await registered(world, key)).toBe('400 badPublicKey')
    const url = world.directory['keyChange'] ?? ''
    const stranger = await world.stranger(key)
    const change = { account: member.kid, oldKey: member.key.jwk }
    const inner = await stranger.envelope(url, change, { nonce: undefined })
    expect(problemOf(await member.post(url, inner))).toBe('400 badPublicKey')
  })
})

describe('RSA moduli', () => {
  it('4.2 #8 with a factor below 752 are refused', () => {
    const weak = product(2048, () => [751n, prime(2038)])
    expect(complaintOf(rsaJwk(weak))).toBe('the RSA modulus has the factor 751')
    const enough = product(2048, () => [757n, prime(2038)])
    expect(complaintOf(rsaJwk(enough))).toBeUndefined()
  })

  it('4.2 #8 of the library whose keys can be factored (ROCA) are refused', () => {
    const weak = product(2048, () => [rocaPrime(), rocaPrime()])
    expect(complaintOf(rsaJwk(weak))).toMatch('ROCA')
    // One such prime is not enough to tell.
    const half = product(2048, () => [rocaPrime(), prime(1024)])
    expect(complaintOf(rsaJwk(half))).toBeUndefined()
  })

  it('4.2 #8 of two primes that are close to each other are refused', () => {
    const close = product(2048, () => {
      const p = prime(1024)
      let q = p + 2n
      while (!checkPrimeSync(q)) q += 2n
      return [p, q]
    })
    expect(complaintOf(rsaJwk(close))).toMatch('close to each other')
    const apart = product(2048, () => [prime(1024), prime(1024)])
    expect(complaintOf(rsaJwk(apart))).toBeUndefined()
  })
})

describe('CSRs', () => {
  async function refusal(options: CsrOptions, knobs = {}): Promise<string> {
    const { world, member } = await strictWorld(knobs)
    const at = await readyOrder(world, member, 'a.test')
    const body = { csr: base64url(await csr({ names: ['a.test'], ...options })) }
    const reply = await member.post(at.finalize, body)
    return reply.status === 200 ? '200' : problemOf(reply)
  }

  const certified = async (curve: string) =>
    crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: curve }, true, ['sign', 'verify'])

  it('4.2 #8 for a key that is not allowed are badCSR', async () => {
    expect(await refusal({ keys: await certified('P-521') })).toBe('400 badCSR')
    expect(await refusal({ keys: await certified('P-384') })).toBe('200')
    const keys = await certified('P-256')
    const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey))
    const jwk = await exportJWK(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }))
    expect(await refusal({ keys }, { blockedKeys: [thumbprintOf(jwk)] })).toBe('400 badCSR')
  })

  it('4.2 #9 with an e-mail address or a URI are badCSR', async () => {
    expect(await refusal({ emails: ['a@a.test'] })).toBe('400 badCSR')
    expect(await refusal({ uris: ['https://a.test/'] })).toBe('400 badCSR')
  })

  it('4.2 #9 with an address as common name are badCSR', async () => {
    expect(await refusal({ commonName: '192.0.2.1' })).toBe('400 badCSR')
    expect(await refusal({ commonName: '2001:db8::1' })).toBe('400 badCSR')
  })

  it('4.2 #9 that ask for OCSP stapling are unauthorized', async () => {
    // A SEQUENCE of the INTEGER 5, status_request.
    const mustStaple = new Extension('1.3.6.1.5.5.7.1.24', false, Uint8Array.of(48, 3, 2, 1, 5))
    expect(await refusal({ extensions: [mustStaple] })).toBe('403 unauthorized')
  })

  it('4.2 #9 with a common name that was not ordered are unauthorized', async () => {
    expect(await refusal({ commonName: 'b.test' })).toBe('403 unauthorized')
    expect(await refusal({ commonName: 'A.test' })).toBe('200')
    expect(await refusal({ names: [], commonName: 'a.test' })).toBe('200')
  })
})
