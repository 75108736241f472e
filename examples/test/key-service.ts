import { createECDH, createPublicKey, privateEncrypt, type KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { sequence, unsignedInteger } from '@certwright/acme'
import { onTestFinished } from 'vitest'

/** A key management service in this process: it signs digests and answers in DER, as the large clouds do. */
export interface KeyService {
  readonly url: string
  readonly token: string
  /** The paths that were asked for. */
  readonly asked: readonly string[]
}

/** An ASN.1 DigestInfo for SHA-256 before the digest (RFC 8017 §9.2): what RSA signs. */
const sha256Info = Buffer.from('3031300d060960864801650304020105000420', 'hex')

export async function keyService(keys: Readonly<Record<string, KeyObject>>): Promise<KeyService> {
  const token = 'only for who knows it'
  const asked: string[] = []
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    asked.push(request.url ?? '')
    const body = await answer(request, { keys, token })
    response.statusCode = body ? 200 : 403
    response.end(JSON.stringify(body ?? {}))
  }
  const server = createServer((request, response) => void serve(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return { url: `http://127.0.0.1:${port}`, token, asked }
}

async function answer(
  request: IncomingMessage,
  { keys, token }: { readonly keys: Readonly<Record<string, KeyObject>>; readonly token: string },
): Promise<object | undefined> {
  const [, name = '', verb] = /^\/keys\/([^/]+)\/(public|sign)$/.exec(request.url ?? '') ?? []
  const key = keys[name]
  if (!key || request.headers.authorization !== `Bearer ${token}`) return undefined
  if (verb === 'public')
    return { pem: createPublicKey(key).export({ type: 'spki', format: 'pem' }) }
  const { digest } = JSON.parse(await text(request)) as { readonly digest: string }
  return { signature: signDigest(key, Buffer.from(digest, 'base64')).toString('base64') }
}

function signDigest(key: KeyObject, digest: Buffer): Buffer {
  if (key.asymmetricKeyType === 'ec') return ecdsaOf(digest, key)
  return privateEncrypt(key, Buffer.concat([sha256Info, digest]))
}

/** The names of Node's curves and the orders of their groups (SEC 2 §2.4.2, §2.5.1, §2.6.1). */
const curves: Readonly<Record<string, readonly [name: string, order: bigint]>> = {
  'P-256': ['prime256v1', 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n],
  'P-384': [
    'secp384r1',
    0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  ],
  'P-521': [
    'secp521r1',
    0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  ],
}

/** ECDSA over a digest (FIPS 186-5 §6.4.1), which Node itself does only together with a hash. */
function ecdsaOf(digest: Buffer, key: KeyObject): Buffer {
  const { crv = '', d = '' } = key.export({ format: 'jwk' })
  const [name, order] = curves[crv] ?? ['', 1n]
  const once = createECDH(name)
  const point = once.generateKeys()
  const width = (point.length - 1) / 2
  const k = numberOf(once.getPrivateKey())
  const r = numberOf(point.subarray(1, 1 + width)) % order
  const secret = numberOf(Buffer.from(d, 'base64url'))
  const s = (power(k, order - 2n, order) * (numberOf(digest) + r * secret)) % order
  return Buffer.from(sequence(unsignedInteger(octetsOf(r)), unsignedInteger(octetsOf(s))))
}

function numberOf(octets: Buffer): bigint {
  return BigInt(`0x${octets.toString('hex')}`)
}

function octetsOf(value: bigint): Buffer {
  const hex = value.toString(16)
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  let square = base % modulus
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}
