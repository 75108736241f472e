import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { Agent, request as httpsRequest } from 'node:https'
import { FlattenedSign, exportJWK, generateKeyPair, type CryptoKey, type JWK } from 'jose'

/** A reply, with nothing taken for granted. */
export interface RawReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Each `Link` header on its own. */
  readonly links: readonly string[]
  readonly text: string
  readonly json: Readonly<Record<string, unknown>>
}

export interface RawRequest {
  readonly ca: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly withoutUserAgent?: boolean
}

const agent = new Agent({ keepAlive: true })

/** One HTTP/1.1 exchange. */
export async function send(url: string, options: RawRequest): Promise<RawReply> {
  const { ca, method = 'GET', headers = {}, body, withoutUserAgent = false } = options
  return new Promise((resolve, reject) => {
    const outgoing = httpsRequest(
      url,
      {
        ca,
        method,
        agent,
        headers: { ...(withoutUserAgent ? {} : { 'user-agent': 'raw-client' }), ...headers },
      },
      (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.on('error', reject)
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString('latin1')
          const distinct = incoming.headersDistinct
          const flat = Object.entries(distinct).map(([name, all]) => [name, all?.join(', ')])
          resolve({
            status: incoming.statusCode ?? 0,
            headers: Object.fromEntries(flat) as Record<string, string | undefined>,
            links: (distinct['link'] ?? []).flatMap((value) => value.split(', ')),
            text,
            json: parsed(text),
          })
        })
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(text, 'latin1').toString('utf8')) as Record<string, unknown>
  } catch {
    return {}
  }
}

/** A key with which requests are signed. */
export interface RawKey {
  readonly alg: string
  readonly privateKey: CryptoKey
  readonly publicKey: KeyObject
  readonly jwk: JWK
}

export async function newKey(
  alg = 'ES256',
  options: { modulusLength?: number } = {},
): Promise<RawKey> {
  const pair = await generateKeyPair(alg, { extractable: true, ...options })
  const jwk = await exportJWK(pair.publicKey)
  return {
    alg,
    privateKey: pair.privateKey,
    jwk,
    publicKey: createPublicKey({ key: jwk, format: 'jwk' }),
  }
}

/** A flattened JWS as an object, so that a test can spoil it. */
export interface Envelope {
  protected?: unknown
  payload?: unknown
  signature?: unknown
  [member: string]: unknown
}

export async function sign(
  key: { readonly privateKey: CryptoKey | Uint8Array },
  header: Readonly<Record<string, unknown>>,
  payload: string,
): Promise<Envelope> {
  const alg = header['alg'] as string
  const jws = await new FlattenedSign(new TextEncoder().encode(payload))
    .setProtectedHeader({ ...header, alg })
    .sign(key.privateKey)
  return { ...jws }
}

export function base64url(bytes: Uint8Array | string): string {
  return Buffer.from(bytes).toString('base64url')
}

/** RFC 7638, computed apart from the CA's. */
export function thumbprintOf({ crv, kty, x, y, n, e }: JWK): string {
  const members =
    kty === 'RSA' ? { e, kty, n } : kty === 'EC' ? { crv, kty, x, y } : { crv, kty, x }
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url')
}
