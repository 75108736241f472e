import * as fc from 'fast-check'
import {
  AcmeError,
  acmeClient,
  base64urlDecode,
  distributionPoints,
  getAccount,
  getAuthorization,
  getDirectory,
  getOrder,
  getRenewalInfo,
  identifierFrom,
  identifierSet,
  linksFrom,
  pemDecode,
  problemFrom,
  problemText,
  publicJwkFrom,
  rawEcdsaSignature,
  readCertificate,
  readChain,
  readCsr,
  readDnsPersist01Value,
  readMacKey,
  readRevocationList,
  retryAfterMs,
  revokedAmong,
  systemHost,
  txtStrings,
  type Account,
  type AcmeErrorCode,
  type Client,
} from '../../packages/acme/src/index.ts'
import { commonNameOf } from '../../packages/acme/src/der/name.ts'
import { exchangeFrom } from '../../packages/acme/src/transcript.ts'
import { plainPkcs8, privateKeyBlock } from '../../packages/acme/src/keys/private-key.ts'
import {
  certificates,
  chains,
  documents,
  keys,
  pointLists,
  requests,
  revocationLists,
  signatures,
  texts,
} from './corpus.ts'
import { mutated, mutatedJson } from './mutation.ts'
import type { FuzzTarget } from './target.ts'

const text = (input: Uint8Array): string => Buffer.from(input).toString('utf8')
const never = (): boolean => false

function refusing(...codes: readonly AcmeErrorCode[]): FuzzTarget['refusal'] {
  return (error) => error instanceof AcmeError && codes.includes(error.code)
}

const der: readonly FuzzTarget[] = [
  {
    name: 'certificates in DER',
    weight: 10,
    inputs: mutated(certificates),
    read: (input) => commonNameOf(readCertificate(input).issuer),
    refusal: refusing('ACME_DER_NOT_CONFORM'),
  },
  {
    name: 'certificate requests in DER',
    weight: 6,
    inputs: mutated(requests),
    read: (input) => readCsr(input),
    refusal: refusing('ACME_DER_NOT_CONFORM'),
  },
  {
    name: 'CRLs in DER',
    weight: 8,
    inputs: mutated(revocationLists),
    read: (input) => revokedAmong(readRevocationList(input), [new Uint8Array([1])]),
    refusal: refusing('ACME_DER_NOT_CONFORM'),
  },
  {
    name: 'CRL distribution points in DER',
    weight: 2,
    inputs: mutated(pointLists),
    read: (input) => distributionPoints(input),
    refusal: refusing('ACME_DER_NOT_CONFORM'),
  },
  {
    name: 'ECDSA signatures in DER',
    weight: 2,
    inputs: mutated(signatures),
    read: (input) => rawEcdsaSignature(input, account.signer.jwk),
    refusal: refusing('ACME_DER_NOT_CONFORM'),
  },
  {
    name: 'chains in PEM',
    weight: 4,
    inputs: mutated(chains),
    read: (input) => [readChain(text(input)), pemDecode(text(input))],
    refusal: refusing('ACME_PEM_NOT_CONFORM', 'ACME_DER_NOT_CONFORM'),
  },
  {
    name: 'private keys in PEM',
    weight: 6,
    inputs: mutated(keys),
    read: (input) => plainPkcs8(privateKeyBlock(text(input))),
    refusal: refusing('ACME_KEY_NOT_READABLE', 'ACME_PEM_NOT_CONFORM', 'ACME_DER_NOT_CONFORM'),
  },
]

const certificate =
  certificates.find((one) => readCertificate(one).authorityKeyIdentifier) ?? new Uint8Array()
const account: Account = {
  url: 'https://ca.test/account/1',
  signer: {
    algorithm: 'ES256',
    jwk: publicJwkFrom({ kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) }),
    sign: async () => new Uint8Array(64),
  },
}

/** A client whose CA answers everything but its directory by this, and field by field with this text. */
function answered(body: Uint8Array, field: string, isDirectory = false): Client {
  const directory = Buffer.from(JSON.stringify(documents.directory[0]))
  const fields = { 'retry-after': field, link: field, location: field, 'content-type': field }
  return acmeClient({
    directoryUrl: 'https://ca.test/directory',
    // A wait would be real time.
    host: { ...systemHost, now: () => Date.UTC(2016, 0, 1), sleep: async () => undefined },
    transport: {
      async exchange({ url }) {
        if (url.endsWith('/directory') && !isDirectory) {
          return { status: 200, headers: { 'replay-nonce': 'AAAA' }, body: directory }
        }
        return { status: 200, headers: { ...fields, 'replay-nonce': 'AAAA' }, body }
      },
    },
  })
}

type Call = (client: Client) => Promise<unknown>

const calls: Readonly<Record<Exclude<keyof typeof documents, 'problem'>, Call>> = {
  directory: async (client) => getDirectory(client),
  order: async (client) => getOrder(client, account, 'https://ca.test/order/1'),
  authorization: async (client) => getAuthorization(client, account, 'https://ca.test/authz/1'),
  account: async (client) => getAccount(client, account),
  renewalInfo: async (client) => getRenewalInfo(client, certificate, { attempts: 1 }),
}

const replies = Object.entries(calls).map(([kind, call]): FuzzTarget => {
  const corpus = documents[kind as keyof typeof documents]
  const whole = corpus.map((document) => Buffer.from(JSON.stringify(document)))
  const field = (input: Uint8Array): string =>
    text(texts[(input.length + (input[0] ?? 0)) % texts.length] ?? new Uint8Array())
  return {
    name: `replies: ${kind}`,
    weight: 4,
    inputs: fc.oneof(mutatedJson(corpus), mutated(whole)),
    read: async (input) => call(answered(input, field(input), kind === 'directory')),
    refusal: refusing('ACME_RESPONSE_NOT_CONFORM', 'ACME_PROBLEM'),
  }
})

const words: readonly FuzzTarget[] = [
  {
    name: 'problem documents',
    weight: 4,
    inputs: fc.oneof(
      mutatedJson(documents.problem),
      mutated(documents.problem.map((one) => Buffer.from(JSON.stringify(one)))),
    ),
    read: (input) => {
      const problem = problemFrom(input)
      return problem && new AcmeError('ACME_PROBLEM', problemText(problem), { problem }).message
    },
    refusal: never,
  },
  {
    name: 'header fields',
    weight: 6,
    inputs: mutated(texts),
    read: (input) => [
      linksFrom(text(input), 'https://ca.test/order/1'),
      retryAfterMs(text(input), 0),
      exchangeFrom(
        { method: 'GET', url: 'https://ca.test/', headers: {} },
        {
          ...{ startedAt: 0, endedAt: 0, attempt: 1 },
          response: { status: 200, headers: { 'content-type': text(input) }, body: input },
        },
      ),
    ],
    refusal: never,
  },
  {
    name: 'names, records and keys as text',
    weight: 6,
    inputs: mutated(texts),
    read: (input) => {
      const given = text(input)
      readDnsPersist01Value(given)
      const outcomes = [
        () => identifierSet([identifierFrom(given)]),
        () => readMacKey(given),
        () => base64urlDecode(given),
        () => txtStrings(given),
      ].map(refusedOr)
      return outcomes
    },
    refusal: never,
  },
]

function refusedOr(read: () => unknown): unknown {
  try {
    return read()
  } catch (error) {
    // Texts that callers must not give are `TypeError`s; what people type has codes.
    if (error instanceof AcmeError || (error instanceof TypeError && isOurs(error))) return error
    throw error
  }
}

function isOurs({ message }: TypeError): boolean {
  return /^(?:not base64url|base64url with|the value is not)/.test(message)
}

/** What a CA, and a person, can give to the protocol library. */
export const acmeTargets: readonly FuzzTarget[] = [...der, ...replies, ...words]
