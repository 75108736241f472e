// The one list of tests of the built package that every runtime runs unchanged. Plain JavaScript, no framework, and
// nothing but what the runtime itself has.
import {
  acmeClient,
  base64urlDecode,
  base64urlEncode,
  certificateId,
  createCsr,
  fetchTransport,
  generateKeyPair,
  getAuthorization,
  getDirectory,
  identifierFrom,
  newAccount,
  newOrder,
  obtain,
  pemDecode,
  pemEncode,
  pollOrder,
  publicJwkFrom,
  rawEcdsaSignature,
  readCertificate,
  readChain,
  readCsr,
  readPrivateKey,
  signJws,
  thumbprint,
  tlsAlpnCertificate,
  webCryptoSigner,
  writePrivateKey,
} from '@certwright/acme'
import { answers, heldHost } from './injected-ca.mjs'

/**
 * @import { KeyType, PublicJwk } from '@certwright/acme'
 * @import { Outcome, World } from './world.ts'
 * @typedef {{ world: World, fetch: typeof globalThis.fetch }} Given
 * @typedef {readonly [name: string, run: (given: Given) => Promise<void>]} Test
 */

/** What the runtime lacks: reported with its reason, never hidden. */
class Skipped extends Error {}

/** @type {(holds: boolean, what: string) => void} */
const check = (holds, what) => {
  if (!holds) throw new Error(what)
}

/** @type {(actual: unknown, expected: unknown) => void} */
const same = (actual, expected) => {
  const [got, wanted] = [JSON.stringify(actual), JSON.stringify(expected)]
  check(got === wanted, `${got} is not ${wanted}`)
}

/**
 * Does what needs an algorithm that WebCrypto may leave out.
 * @type {<T>(task: () => Promise<T>) => Promise<T>}
 */
const ifOffered = async (task) => {
  try {
    return await task()
  } catch (error) {
    if (error instanceof Error && error.name === 'NotSupportedError') {
      throw new Skipped(`WebCrypto does not have it: ${error.message}`)
    }
    throw error
  }
}

/** @type {(text: string) => Uint8Array<ArrayBuffer>} */
const octets = (text) => new TextEncoder().encode(text)

const curves = { 'P-256': 'SHA-256', 'P-384': 'SHA-384', 'P-521': 'SHA-512' }

/**
 * What WebCrypto wants to be told of a public key.
 * @type {(jwk: { readonly kty?: string, readonly crv?: string }) => { name: string, namedCurve?: string, hash?: string }}
 */
const parameters = ({ kty, crv = '' }) => {
  if (kty === 'RSA') return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  if (kty === 'OKP') return { name: 'Ed25519' }
  return { name: 'ECDSA', namedCurve: crv, hash: curves[/** @type {'P-256'} */ (crv)] }
}

/** @type {(jwk: PublicJwk, signature: Uint8Array, data: Uint8Array) => Promise<boolean>} */
const verified = async (jwk, signature, data) => {
  const algorithm = parameters({ ...jwk })
  const key = await crypto.subtle.importKey('jwk', { ...jwk }, algorithm, true, ['verify'])
  return crypto.subtle.verify(algorithm, key, new Uint8Array(signature), new Uint8Array(data))
}

/** @type {readonly KeyType[]} */
const keyTypes = ['ec256', 'ec384', 'ec521', 'rsa2048', 'ed25519']

/** @type {(type: KeyType) => readonly Test[]} */
const testsOfKey = (type) => [
  [
    `${type}: a JWS is signed with the nonce it was given, and verifies`,
    async () => {
      const signer = await ifOffered(async () => webCryptoSigner(await generateKeyPair(type)))
      const url = 'https://ca.test/new-account'
      const jws = await signJws({ contact: ['mailto:é@example.org'] }, { signer, url, nonce: 'n1' })
      /** @type {unknown} */
      const header = JSON.parse(new TextDecoder().decode(base64urlDecode(jws.protected)))
      same(header, { alg: signer.algorithm, jwk: signer.jwk, nonce: 'n1', url })
      const data = octets(`${jws.protected}.${jws.payload}`)
      check(await verified(signer.jwk, base64urlDecode(jws.signature), data), 'does not verify')
    },
  ],
  [
    `${type}: a certificate request has its names in DER, and verifies`,
    async () => {
      const key = await ifOffered(async () => webCryptoSigner(await generateKeyPair(type)))
      const names = ['example.org', '*.example.org']
      const csr = await createCsr({ identifiers: names.map((name) => identifierFrom(name)), key })
      const read = readCsr(csr)
      same(read.dnsNames, names)
      const { signature: signed } = read
      const signature = key.jwk.kty === 'EC' ? rawEcdsaSignature(signed, key.jwk) : signed
      check(await verified(key.jwk, signature, read.certificationRequestInfo), 'does not verify')
    },
  ],
  [
    `${type}: a private key is written as PEM and read again`,
    async () => {
      const pair = await ifOffered(async () => generateKeyPair(type))
      const [written, before] = [await writePrivateKey(pair), await webCryptoSigner(pair)]
      check(written.startsWith('-----BEGIN PRIVATE KEY-----\n'), 'is not PKCS#8 in PEM')
      same((await webCryptoSigner(await readPrivateKey(written))).jwk, before.jwk)
    },
  ],
]

/** @type {Test} */
const publishedSignatures = [
  'published signatures of RFC 7515 and RFC 8037 are made again, or verified',
  async ({ world }) => {
    for (const { source, jwk, deterministic, input, signature } of world.vectors.signatures) {
      const data = octets(input)
      const algorithm = parameters(jwk)
      const key = await ifOffered(async () =>
        crypto.subtle.importKey('jwk', jwk, algorithm, true, ['sign']),
      )
      const made = new Uint8Array(await crypto.subtle.sign(algorithm, key, data))
      if (deterministic) check(base64urlEncode(made) === signature, `${source} differs`)
      const known = base64urlDecode(signature)
      for (const one of [made, known]) {
        check(await verified(publicJwkFrom(jwk), one, data), `${source} does not verify`)
      }
    }
  },
]

/** @type {readonly Test[]} */
const testsOfText = [
  [
    'thumbprints are those of RFC 7638, RFC 8037 and of coordinates that begin with zero',
    async ({ world }) => {
      for (const { jwk, thumbprint: known } of world.vectors.thumbprints) {
        same(await thumbprint(publicJwkFrom(jwk)), known)
      }
    },
  ],
  [
    'base64url is that of RFC 4648 §10, unpadded, of every octet, and refuses anything else',
    async () => {
      const known = ['', 'Zg', 'Zm8', 'Zm9v', 'Zm9vYg', 'Zm9vYmE', 'Zm9vYmFy']
      known.forEach((text, length) => {
        same(base64urlEncode('foobar'.slice(0, length)), text)
      })
      const all = Uint8Array.from({ length: 256 }, (_, octet) => octet)
      same([...base64urlDecode(base64urlEncode(all))], [...all])
      for (const bad of ['Zg==', 'Z', 'Z+8', 'Zg\n']) {
        let refused = false
        try {
          base64urlDecode(bad)
        } catch {
          refused = true
        }
        check(refused, `${JSON.stringify(bad)} was taken`)
      }
    },
  ],
  [
    'PEM is written in lines of 64 and read with what people put around it',
    async () => {
      const der = Uint8Array.from({ length: 100 }, (_, octet) => octet)
      const pem = pemEncode('CERTIFICATE', der)
      check(
        pem.split('\n').every((line) => line.length <= 64),
        'a line is too long',
      )
      const [block, ...rest] = pemDecode(`\uFEFFsubject=x\r\n${pem.replaceAll('\n', '\r\n')}`)
      same([block?.label, [...(block?.der ?? [])], rest], ['CERTIFICATE', [...der], []])
    },
  ],
  [
    'a renewal identifier keeps the zero before the serial number (RFC 9773 §4.1)',
    async ({ world }) => {
      const [certificate = new Uint8Array()] = readChain(world.vectors.certificate)
      same(certificateId(certificate), world.vectors.certificateId)
    },
  ],
  [
    'a certificate for tls-alpn-01 names its identifier',
    async () => {
      const key = await webCryptoSigner(await generateKeyPair('ec256'))
      const certificate = await tlsAlpnCertificate({
        identifier: identifierFrom('example.org'),
        keyAuthorization: 'token.print',
        key,
        notBefore: Date.UTC(2026, 0, 1),
        notAfter: Date.UTC(2026, 0, 8),
      })
      same(readCertificate(certificate).dnsNames, ['example.org'])
    },
  ],
]

/** @type {readonly Test[]} */
const testsOfProtocol = [
  [
    'directory, account, order and authorization are read over an injected fetch',
    async () => {
      const { fetch, seen } = answers()
      const host = heldHost()
      const transport = fetchTransport({ fetch })
      const client = acmeClient({ directoryUrl: 'https://ca.test/dir', transport, host })
      const { meta } = await getDirectory(client)
      same(meta.profiles, { classic: 'the usual one' })
      const signer = await webCryptoSigner(await generateKeyPair('ec256'))
      const { account } = await newAccount(client, signer, { termsOfServiceAgreed: true })
      same(account.url, 'https://ca.test/account/1')
      const order = await newOrder(client, account, { identifiers: [identifierFrom('a.test')] })
      same([order.status, order.url], ['pending', 'https://ca.test/order/1'])
      const { challenges } = await getAuthorization(client, account, order.authorizations[0] ?? '')
      same(
        challenges.map(({ type, token }) => [type, token]),
        [['http-01', 'token-1']],
      )
      const nonces = seen.flatMap(({ nonce }) => (nonce === undefined ? [] : [nonce]))
      same(new Set(nonces).size, nonces.length)
    },
  ],
  [
    'Retry-After is kept to, in seconds and as a date, by polling and after a refusal',
    async () => {
      const host = heldHost()
      const { fetch } = answers({ now: () => host.now(), busy: 1, looks: ['3', 'date'] })
      const transport = fetchTransport({ fetch })
      const client = acmeClient({ directoryUrl: 'https://ca.test/dir', transport, host })
      const signer = await webCryptoSigner(await generateKeyPair('ec256'))
      const { account } = await newAccount(client, signer, { termsOfServiceAgreed: true })
      const order = await newOrder(client, account, { identifiers: [identifierFrom('a.test')] })
      const valid = await pollOrder(client, account, order.url, {
        until: ({ status }) => status === 'valid',
      })
      same(valid.status, 'valid')
      // The first look is after 20 ms; the date names a whole second, which is by as much nearer than five seconds.
      same(host.slept, [7000, 20, 3000, 4980])
    },
  ],
]

/** @type {Test} */
const endToEnd = [
  'a certificate is issued by a CA over HTTPS, validated by http-01',
  async ({ world, fetch }) => {
    const client = acmeClient({
      directoryUrl: world.directoryUrl,
      transport: fetchTransport({ fetch }),
    })
    const signer = await webCryptoSigner(await generateKeyPair('ec256'))
    const { account } = await newAccount(client, signer, { termsOfServiceAgreed: true })
    const key = await webCryptoSigner(await generateKeyPair('ec256'))
    const identifiers = [identifierFrom(world.name)]
    const { chain } = await obtain(client, account, {
      identifiers,
      csr: () => createCsr({ identifiers, key }),
      solvers: [
        {
          type: 'http-01',
          async present({ token, keyAuthorization }) {
            const url = `${world.answersUrl}/${token}`
            await globalThis.fetch(url, { method: 'PUT', body: keyAuthorization })
            return { url }
          },
          async cleanUp({ url = '' }) {
            await globalThis.fetch(url, { method: 'DELETE' })
          },
        },
      ],
    })
    const [leaf = new Uint8Array()] = readChain(chain.pem)
    same(readCertificate(leaf).dnsNames, [world.name])
    check(certificateId(leaf).includes('.'), 'has no renewal identifier')
  },
]

/** @type {readonly Test[]} */
const tests = [
  ...keyTypes.flatMap((type) => testsOfKey(type)),
  publishedSignatures,
  ...testsOfText,
  ...testsOfProtocol,
  endToEnd,
]

/**
 * Runs the list, in order. `fetch` trusts the world's root.
 * @type {(given: Given) => Promise<readonly Outcome[]>}
 */
export async function runList(given) {
  /** @type {Outcome[]} */
  const outcomes = []
  for (const [test, run] of tests) {
    try {
      await run(given)
      outcomes.push({ test, outcome: 'passed' })
    } catch (error) {
      const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
      if (error instanceof Skipped) {
        outcomes.push({ test, outcome: 'skipped', reason: error.message })
      } else outcomes.push({ test, outcome: 'failed', reason })
    }
  }
  return outcomes
}
