import 'reflect-metadata'
import { Buffer } from 'node:buffer'
import { createPublicKey, randomBytes } from 'node:crypto'
import type { JsonWebKey } from 'node:crypto'
import {
  AuthorityInfoAccessExtension,
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  CRLDistributionPointsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Name,
  PublicKey,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { dateOf } from '../clock.ts'
import type { Clock } from '../clock.ts'
import {
  caCertificate,
  dayMs,
  derOf,
  forTestsOnly,
  generateKeys,
  keyUsage,
  newSerial,
  pemOf,
  USAGE_OF_LEAF,
  wholeSeconds,
} from './issuer.ts'
import type { Issuer, SigningName } from './issuer.ts'
import { revocationLists } from './revocation-list.ts'
import type { RevokedSerial } from './revoked-serial.ts'

export interface IssuedLeaf {
  readonly der: Uint8Array
  /** Lower-case hex of the INTEGER's octets: a leading `00` is kept. */
  readonly serial: string
  /** Leaf first, root left out. */
  readonly chainPem: string
  /** The same leaf under each of the other roots. */
  readonly alternates: readonly string[]
  readonly publicKeyJwk: JsonWebKey
  /** Milliseconds since the Unix epoch, in whole seconds. */
  readonly notBefore: number
  readonly notAfter: number
}

export interface IssueRequest {
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array
  readonly identifiers: readonly { readonly type: string; readonly value: string }[]
  readonly notBefore: number
  readonly notAfter: number
  /** Left out, the subject is empty and the names are critical (RFC 5280 §4.2.1.6). */
  readonly commonName?: string
  /** Where the list of revoked certificates can be fetched. */
  readonly crlUrl?: string
  /** Where the issuer's certificate can be fetched. */
  readonly issuerUrl?: string
}

export interface Authority {
  readonly rootPem: string
  /** Of the key that signs leaves, as they name it (RFC 5280 §4.2.1.1). */
  readonly keyIdentifier: Uint8Array
  /** The default root, then the others that cross-sign. */
  readonly rootPems: readonly string[]
  issue(request: IssueRequest): Promise<IssuedLeaf>
  /** A certificate with its chain and key, for a server of the sandbox itself. */
  serverCertificate(
    names: readonly string[],
    ips: readonly string[],
  ): Promise<{ keyPem: string; certPem: string }>
  /** The certificate of that key, DER. */
  readonly issuerDer: Uint8Array
  /** DER, signed by the issuer of the leaves. From `thisUpdate` to `nextUpdate` it is 7 days, unless told otherwise. */
  crl(
    revoked: readonly RevokedSerial[],
    options?: { readonly lifetimeMs?: number },
  ): Promise<Uint8Array>
}

export interface AuthorityOptions {
  readonly clock: Clock
  /** What all of its certificates are called. They say by themselves that nobody trusts them. */
  readonly name: string
  /** How many intermediates stand between root and leaf, 1 to 3. Default 1. */
  readonly chainLength?: number
  /** How many more roots have signed the topmost intermediate. Default 0. */
  readonly alternateRoots?: number
  readonly keyAlgorithm?: 'ecdsa' | 'rsa'
}

const subtle = globalThis.crypto.subtle

/** Makes new roots and intermediates: each start of the sandbox has its own, which no one can reuse. */
export async function createAuthority(options: AuthorityOptions): Promise<Authority> {
  const { clock, name, chainLength = 1, alternateRoots = 0, keyAlgorithm = 'ecdsa' } = options
  if (!(chainLength >= 1 && chainLength <= 3)) throw new TypeError('chainLength is not within 1–3')
  const mark = randomBytes(2).toString('hex')
  const newCa = async (title: string): Promise<SigningName> => ({
    subject: new Name([{ CN: [`${name} ${title} ${mark} (not trusted)`] }]),
    keys: await generateKeys(keyAlgorithm),
  })
  const certify = async (ca: SigningName, by: SigningName): Promise<Issuer> => ({
    ...ca,
    pem: await caCertificate(ca, by, clock.now()),
  })

  const roots: Issuer[] = []
  for (let index = 0; index <= alternateRoots; index++) {
    const root = await newCa(index === 0 ? 'Root' : `Root X${index}`)
    roots.push(await certify(root, root))
  }
  const [root] = roots as [Issuer, ...Issuer[]]

  const intermediates: Issuer[] = []
  for (let index = 1; index <= chainLength; index++) {
    const ca = await newCa(`Intermediate ${index}`)
    intermediates.unshift(await certify(ca, intermediates[0] ?? root))
  }
  const [issuer] = intermediates as [Issuer, ...Issuer[]]
  const topmost = intermediates.at(-1) ?? issuer
  const crossSigned = await Promise.all(
    roots.slice(1).map(async (other) => (await certify(topmost, other)).pem),
  )
  const lower = intermediates.slice(0, -1).map(({ pem }) => pem)
  const chains = [topmost.pem, ...crossSigned].map((top) => [...lower, top].join(''))

  const issue = async (request: IssueRequest): Promise<IssuedLeaf> =>
    issueLeaf(request, issuer, chains)
  return {
    rootPem: root.pem,
    keyIdentifier: await keyIdentifierOf(issuer),
    issuerDer: derOf(issuer.pem),
    rootPems: roots.map(({ pem }) => pem),
    issue,
    serverCertificate: async (names, ips) => serverCertificate({ issue, clock, names, ips }),
    crl: await revocationLists(issuer, clock),
  }
}

async function keyIdentifierOf({ keys }: Issuer): Promise<Uint8Array> {
  const { keyId = '' } = await AuthorityKeyIdentifierExtension.create(keys.publicKey)
  return Buffer.from(keyId, 'hex')
}

async function issueLeaf(
  request: IssueRequest,
  issuer: Issuer,
  chains: readonly string[],
): Promise<IssuedLeaf> {
  const { identifiers, commonName, crlUrl, issuerUrl } = request
  const spki = Buffer.from(request.publicKey)
  const key = createPublicKey({ key: spki, format: 'der', type: 'spki' })
  const publicKey = new PublicKey(spki)
  const serial = newSerial()
  const [notBefore, notAfter] = [wholeSeconds(request.notBefore), wholeSeconds(request.notAfter)]
  const names = identifiers.map(({ type, value }) => ({ type: type as 'dns' | 'ip', value }))
  const isRsa = key.asymmetricKeyType === 'rsa'
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serial,
    subject: new Name(commonName === undefined ? [] : [{ CN: [commonName] }]),
    issuer: issuer.subject,
    notBefore: dateOf(notBefore),
    notAfter: dateOf(notAfter),
    publicKey,
    signingKey: issuer.keys.privateKey,
    signingAlgorithm: { name: issuer.keys.privateKey.algorithm.name, hash: 'SHA-256' },
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      keyUsage(USAGE_OF_LEAF[isRsa ? 'rsa' : 'ecdsa']),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(names, commonName === undefined),
      await AuthorityKeyIdentifierExtension.create(issuer.keys.publicKey),
      await SubjectKeyIdentifierExtension.create(publicKey),
      forTestsOnly(),
      ...(crlUrl === undefined ? [] : [new CRLDistributionPointsExtension([crlUrl])]),
      ...(issuerUrl === undefined
        ? []
        : [new AuthorityInfoAccessExtension({ caIssuers: [issuerUrl] })]),
    ],
  })
  const der = new Uint8Array(certificate.rawData)
  const leafPem = pemOf(der)
  const [chainPem = leafPem, ...alternates] = chains.map((chain) => leafPem + chain)
  const publicKeyJwk = key.export({ format: 'jwk' })
  return { der, serial, chainPem, alternates, publicKeyJwk, notBefore, notAfter }
}

async function serverCertificate(given: {
  readonly issue: Authority['issue']
  readonly clock: Clock
  readonly names: readonly string[]
  readonly ips: readonly string[]
}): Promise<{ keyPem: string; certPem: string }> {
  const { issue, clock, names, ips } = given
  const { publicKey, privateKey } = await generateKeys('ecdsa')
  const { chainPem } = await issue({
    publicKey: new Uint8Array(await subtle.exportKey('spki', publicKey)),
    identifiers: [
      ...names.map((value) => ({ type: 'dns', value })),
      ...ips.map((value) => ({ type: 'ip', value })),
    ],
    notBefore: clock.now() - dayMs,
    notAfter: clock.now() + 365 * dayMs,
  })
  const pkcs8 = new Uint8Array(await subtle.exportKey('pkcs8', privateKey))
  return { keyPem: pemOf(pkcs8, 'PRIVATE KEY'), certPem: chainPem }
}
