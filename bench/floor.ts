// What it costs at least: RFC 8555 by hand on Node's builtins, without checks, retries, errors or types of keys.
import { createHash, generateKeyPair, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { connect, type ClientHttp2Session } from 'node:http2'
import { promisify } from 'node:util'
import { compete } from './contestant.ts'

interface Answer {
  readonly location: string
  readonly body: string
}

interface OrderBody {
  readonly status: string
  readonly authorizations: readonly string[]
  readonly finalize: string
  readonly certificate: string
}

const newKeyPair = promisify(generateKeyPair)
const nap = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** R‖S of a DER signature: signing a bare key object and cutting costs half of asking Node to convert. */
function signed(data: string, key: KeyObject): Buffer {
  const der = sign('sha256', Buffer.from(data), key)
  const raw = Buffer.alloc(64)
  let at = 2
  for (const end of [32, 64]) {
    const length = der[at + 1] ?? 0
    const half = der.subarray(at + 2, at + 2 + length).subarray(-32)
    half.copy(raw, end - half.length)
    at += 2 + length
  }
  return raw
}

function tlv(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const contents = Buffer.concat(parts)
  const { length } = contents
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length]
  return Buffer.concat([Buffer.from([tag, ...size]), contents])
}

const hex = (text: string): Buffer => Buffer.from(text, 'hex')

function csrOf(names: readonly string[], publicKey: KeyObject, privateKey: KeyObject): Buffer {
  const altNames = tlv(0x30, ...names.map((name) => tlv(0x82, Buffer.from(name))))
  const extension = tlv(0x30, tlv(0x30, hex('0603551d11'), tlv(0x04, altNames)))
  const info = tlv(
    0x30,
    hex('020100'),
    hex('3000'),
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa0, tlv(0x30, hex('06092a864886f70d01090e'), tlv(0x31, extension))),
  )
  const signature = sign('sha256', info, privateKey)
  return tlv(0x30, info, tlv(0x30, hex('06082a8648ce3d040302')), tlv(0x03, hex('00'), signature))
}

function caller(session: ClientHttp2Session): {
  ask: (path: string, method: string, body?: string) => Promise<Answer>
  nonces: string[]
} {
  const nonces: string[] = []
  const ask = (path: string, method: string, body?: string): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const stream = session.request(
        {
          ':method': method,
          ':path': path,
          'user-agent': 'floor',
          ...(body !== undefined && {
            'content-type': 'application/jose+json',
            'content-length': body.length,
          }),
        },
        { endStream: body === undefined },
      )
      let [text, location, status] = ['', '', 0]
      stream.on('response', (headers) => {
        const nonce = headers['replay-nonce']
        if (typeof nonce === 'string') nonces.push(nonce)
        location = headers['location'] ?? ''
        status = headers[':status'] ?? 0
      })
      stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      stream.on('end', () => {
        if (status < 400) resolve({ location, body: text })
        else reject(new Error(`${path} ${status} ${text}`))
      })
      stream.on('error', reject)
      stream.end(body)
    })
  return { ask, nonces }
}

await compete(async ({ directoryUrl, caFile }) => {
  const { origin, pathname } = new URL(directoryUrl)
  const { ask, nonces } = caller(connect(origin, { ca: readFileSync(caFile) }))
  const { newNonce, newAccount, newOrder } = JSON.parse(
    (await ask(pathname, 'GET')).body,
  ) as Record<'newNonce' | 'newAccount' | 'newOrder', string>
  const account = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { kty, crv, x, y } = account.publicKey.export({ format: 'jwk' })
  const print = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')
  let kid: string | undefined
  let inFlight = 0
  const waiting: (() => void)[] = []

  const post = async (url: string, payload?: object): Promise<Answer> => {
    if (inFlight >= 10) await new Promise<void>((resolve) => waiting.push(resolve))
    else inFlight += 1
    const path = url.slice(origin.length)
    if (nonces.length === 0) await ask(newNonce.slice(origin.length), 'HEAD')
    const header = {
      alg: 'ES256',
      nonce: nonces.pop(),
      url,
      ...(kid ? { kid } : { jwk: { kty, crv, x, y } }),
    }
    const encode = (value: object): string =>
      Buffer.from(JSON.stringify(value)).toString('base64url')
    const [first, second] = [encode(header), payload ? encode(payload) : '']
    const signature = signed(`${first}.${second}`, account.privateKey).toString('base64url')
    const body = `{"protected":"${first}","payload":"${second}","signature":"${signature}"}`
    try {
      return await ask(path, 'POST', body)
    } finally {
      const next = waiting.shift()
      if (next === undefined) inFlight -= 1
      else next()
    }
  }
  const until = async (url: string, status: string): Promise<OrderBody> => {
    for (let ms = 20; ; ms *= 1.6) {
      await nap(ms)
      const order = JSON.parse((await post(url)).body) as OrderBody
      if (order.status === status) return order
      if (order.status === 'invalid') throw new Error(JSON.stringify(order))
    }
  }
  kid = (await post(newAccount, { termsOfServiceAgreed: true })).location

  return async (names) => {
    const identifiers = names.map((value) => ({ type: 'dns', value }))
    const { location, body } = await post(newOrder, { identifiers })
    const order = JSON.parse(body) as OrderBody
    await Promise.all(
      order.authorizations.map(async (url) => {
        const { challenges } = JSON.parse((await post(url)).body) as {
          challenges: readonly { type: string; url: string; token: string }[]
        }
        const challenge = challenges.find(({ type }) => type === 'http-01')
        if (`${challenge?.token}.${print}` !== '') await post(challenge?.url ?? '', {})
      }),
    )
    const { publicKey, privateKey } = await newKeyPair('ec', { namedCurve: 'P-256' })
    await until(location, 'ready')
    const csr = csrOf(names, publicKey, privateKey).toString('base64url')
    await post(order.finalize, { csr })
    await post((await until(location, 'valid')).certificate)
  }
})
process.exit(0)
