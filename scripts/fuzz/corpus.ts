import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { rootCertificates } from 'node:tls'
import {
  contextTag,
  createCsr,
  der,
  oid,
  pemDecode,
  pemEncode,
  sequence,
  signJws,
  tags,
  tlsAlpnCertificate,
} from '../../packages/acme/src/index.ts'
import { keyObjectSigner } from '../../packages/acme/src/node/index.ts'
import { signMessage, type TsigKey } from '../../packages/certwright/src/dns/tsig.ts'
import { updateMessage } from '../../packages/certwright/src/dns/update.ts'
import { Secret } from '../../packages/certwright/src/runtime/secret.ts'
import {
  readMessage,
  writeReply,
  type ResourceRecord,
} from '../../packages/sandbox/src/dns/message.ts'
import { encodeName } from '../../packages/sandbox/src/dns/name.ts'
import { storedRecord, type DnsRecord } from '../../packages/sandbox/src/dns/record.ts'

const bytes = (text: string): Uint8Array => Buffer.from(text)
const { privateKey: ec } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const { privateKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const { privateKey: ed } = generateKeyPairSync('ed25519')
const signer = keyObjectSigner(ec)
const identifiers = [
  { type: 'dns', value: '*.example.org' },
  { type: 'ip', value: '2001:db8::1' },
]

const rootPems = rootCertificates.slice(0, 12)
const challenge = await tlsAlpnCertificate({
  identifier: { type: 'ip', value: '192.0.2.1' },
  keyAuthorization: 'token.thumbprint',
  key: keyObjectSigner(rsa),
  notBefore: 0,
  notAfter: Date.UTC(2060, 0, 1),
})

/** Certificates in DER. */
export const certificates: readonly Uint8Array[] = [
  challenge,
  ...rootPems.flatMap((pem) => pemDecode(pem).map(({ der }) => der)),
]

/** Certificate requests in DER. */
export const requests: readonly Uint8Array[] = [
  await createCsr({ identifiers, key: signer }),
  await createCsr({ identifiers: identifiers.slice(0, 1), key: keyObjectSigner(rsa) }),
]

const place = der(contextTag(0, 'constructed'), [
  ...der(contextTag(0, 'constructed'), der(contextTag(6), bytes('http://ca.test/1.crl'))),
])
const algorithm = sequence(oid('1.2.840.10045.4.3.2'))
const moment = der(tags.utcTime, bytes('261124000000Z'))
const extensionOf = (id: string, critical: boolean, value: Uint8Array): Uint8Array =>
  sequence(
    oid(id),
    critical ? der(tags.boolean, [0xff]) : new Uint8Array(),
    der(tags.octetString, value),
  )
const lineOf = (serial: number, ...extensions: readonly Uint8Array[]): Uint8Array =>
  sequence(der(tags.integer, [serial]), moment, ...extensions)
const reason = extensionOf('2.5.29.21', false, new Uint8Array([0x0a, 1, 4]))
const scope = extensionOf('2.5.29.28', true, sequence(place, der(contextTag(1), [0xff])))

/** CRLs in DER: with all that they can have, and with nothing. */
export const revocationLists: readonly Uint8Array[] = [
  [
    moment,
    sequence(lineOf(1, sequence(reason)), lineOf(2)),
    der(contextTag(0, 'constructed'), sequence(scope)),
  ],
  [],
].map((rest) => {
  const tbs = sequence(der(tags.integer, [1]), algorithm, sequence(), moment, ...rest)
  return sequence(tbs, algorithm, der(tags.bitString, [0, 1, 2]))
})

/** CRL distribution points in DER. */
export const pointLists: readonly Uint8Array[] = [
  sequence(sequence(place), sequence(place, der(contextTag(1), [1, 6]))),
]

/** ECDSA signatures as key services make them. */
export const signatures: readonly Uint8Array[] = ['a', 'b', 'c'].map((text) =>
  sign('sha256', Buffer.from(text), ec),
)

const pem = (key: KeyObject, type: 'pkcs8' | 'sec1' | 'pkcs1'): string =>
  String(key.export({ format: 'pem', type }))

/** Private keys in PEM, in every format that is read without a passphrase. */
export const keys: readonly Uint8Array[] = [
  pem(ec, 'pkcs8'),
  pem(ec, 'sec1'),
  pem(rsa, 'pkcs8'),
  pem(rsa, 'pkcs1'),
  pem(ed, 'pkcs8'),
].map(bytes)

/** Chains in PEM, as CAs have sent them. */
export const chains: readonly Uint8Array[] = [
  rootPems.slice(0, 3).join('\n'),
  `${rootPems[0]}\r\n\r\n${rootPems[1]}`.replaceAll('\n', '\r\n'),
  pemEncode('CERTIFICATE', challenge, { 'Proc-Type': '4,ENCRYPTED' }),
].map(bytes)

const url = 'https://ca.test/new-order'
const nonce = 'bm9uY2U'

/** Bodies of POSTs. */
export const envelopes: readonly Uint8Array[] = [
  await signJws({ identifiers }, { signer, kid: 'https://ca.test/account/1', url, nonce }),
  await signJws('', { signer, kid: 'https://ca.test/account/1', url, nonce }),
  await signJws({ termsOfServiceAgreed: true }, { signer: keyObjectSigner(rsa), url, nonce }),
].map((jws) => bytes(JSON.stringify(jws)))

/** Signs DNS messages in the corpus. */
export const tsigKey: TsigKey = {
  name: 'key.example',
  algorithm: 'hmac-sha256',
  secret: new Secret(Buffer.alloc(32, 7).toString('base64')),
}

/** What our updates are signed at. */
export const signedAt = Date.UTC(2026, 0, 1)

const name = '_acme-challenge.www.example.org'
const record = (one: DnsRecord): ResourceRecord => ({ ...storedRecord(one), class: 1 })
const answers = [
  record({ type: 'CNAME', name, data: 'x.acme.example.net' }),
  record({ type: 'TXT', name: 'x.acme.example.net', data: ['first', 'second'] }),
  record({ type: 'A', name: 'ns1.example.org', data: '192.0.2.1' }),
  record({ type: 'AAAA', name: 'ns1.example.org', data: '2001:db8::1' }),
  record({ type: 'CAA', name: 'example.org', data: { tag: 'issue', value: 'ca.test' } }),
  record({ type: 'MX', name: 'example.org', data: { preference: 1, exchange: 'mx.example.org' } }),
]
const soa = record({
  ...{ type: 'SOA', name: 'example.org' },
  data: {
    ...{ mname: 'ns1.example.org', rname: 'hostmaster.example.org', serial: 1 },
    ...{ refresh: 1, retry: 2, expire: 3, minimum: 4 },
  },
})

/** A question with EDNS (RFC 6891), and the DO bit. */
const question = Buffer.concat([
  Buffer.from('000101000001000000000001', 'hex'),
  encodeName(name),
  Buffer.from('0010000100002904d0000080000000', 'hex'),
])
const asked = readMessage(question)
const update = updateMessage({
  ...{ change: 'add', zone: 'example.org', name, value: 'v'.repeat(300), ttlSeconds: 60 },
})

/** Names by pointers, to one another and to themselves: what no honest server writes. */
const pointers = Buffer.from(
  [
    ...['000085000001000200000000', '076578616d706c65', '036f7267', '00', '00100001'],
    ...['c00c', '00100001', '0000003c', '0004', '03616263'],
    ...['c026', '00050001', '0000003c', '0002', 'c02e'],
  ].join(''),
  'hex',
)

/** DNS messages: questions, replies, referrals, updates, signed ones. */
export const messages: readonly Uint8Array[] = [
  question,
  writeReply(asked, { rcode: 'NOERROR', authoritative: true, answers }),
  writeReply(asked, { rcode: 'NXDOMAIN', authorities: [soa] }),
  writeReply(asked, { rcode: 'SERVFAIL' }, true),
  update,
  signMessage(update, tsigKey, signedAt).bytes,
  pointers,
]

const order = {
  status: 'pending',
  expires: '2026-02-01T00:00:00Z',
  identifiers,
  authorizations: ['https://ca.test/authz/1', '/authz/2'],
  finalize: 'https://ca.test/order/1/finalize',
  profile: 'classic',
  replaces: 'aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE',
}
const problem = {
  type: 'urn:ietf:params:acme:error:compound',
  detail: 'several',
  status: 403,
  subproblems: [
    {
      type: 'urn:ietf:params:acme:error:caa',
      detail: 'CAA forbids it',
      identifier: { type: 'dns', value: 'example.org' },
    },
  ],
}

/** Replies of a CA, by what they are. */
export const documents = {
  directory: [
    {
      newNonce: 'https://ca.test/new-nonce',
      newAccount: '/new-account',
      newOrder: 'https://ca.test/new-order',
      renewalInfo: 'https://ca.test/renewal-info',
      meta: {
        termsOfService: 'https://ca.test/terms',
        caaIdentities: ['ca.test'],
        externalAccountRequired: false,
        profiles: { classic: 'ninety days' },
        issuerDomainNames: ['ca.test'],
      },
      random: 'https://ca.test/random',
    },
  ],
  order: [
    order,
    { ...order, status: 'valid', certificate: 'https://ca.test/cert/1', authorizations: null },
    { ...order, status: 'invalid', error: problem },
  ],
  authorization: [
    {
      status: 'pending',
      identifier: { type: 'dns', value: 'example.org' },
      wildcard: true,
      challenges: [
        { type: 'dns-01', url: '/c/1', token: 'dG9rZW4', status: 'invalid', error: problem },
        { type: 'dns-persist-01', url: '/c/2', 'issuer-domain-names': ['ca.test'] },
      ],
    },
  ],
  account: [{ status: 'valid', contact: ['mailto:a@example.org'], orders: '/orders/1' }],
  problem: [problem],
  renewalInfo: [
    {
      suggestedWindow: { start: '2026-01-01T00:00:00.5Z', end: '2026-01-02T00:00:00+01:00' },
      explanationURL: 'https://ca.test/why',
    },
  ],
} as const

/** Header fields and other text that a CA, a zone or a person gives. */
export const texts: readonly Uint8Array[] = [
  '<https://ca.test/1>; rel="alternate"; title="a \\" b", </2>;rel=next;rel=up, <#>',
  'Thu, 01 Jan 2026 00:00:30 GMT',
  'Thursday, 01-Jan-26 00:00:30 GMT',
  'Thu Jan  1 00:00:30 2026',
  '120',
  'application/problem+json; charset=utf-8',
  'ca.test; accounturi=https://ca.test/account/1; policy=wildcard; persistUntil=1782424856',
  '*.xn--mnchen-3ya.example.',
  'MÜNCHEN.例え.テスト',
  '2001:db8::ffff:192.0.2.1',
  'zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W==',
].map(bytes)
