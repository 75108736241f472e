import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { contextTag, der, oid, pemEncode, sequence, tags, unsignedInteger } from '@certwright/acme'
import { Secret } from '../../src/runtime/secret.ts'
import type { CertificateBundle } from '../../src/x509/bundle.ts'

export const day = 86_400_000
/** 2026-11-24T00:00:00Z */
export const now = 1_795_478_400_000

export const serverAuth = '1.3.6.1.5.5.7.3.1'
export const clientAuth = '1.3.6.1.5.5.7.3.2'

/** A certificate with its private key. */
export interface Issued {
  readonly subject: string
  readonly key: KeyObject
  readonly der: Uint8Array
  readonly pem: string
}

export interface IssueOptions {
  /** Default: an empty name. */
  readonly subject?: string
  /** Default: itself. */
  readonly by?: Issued
  readonly key?: KeyObject
  /** SubjectPublicKeyInfo. Default: that of `key`. */
  readonly publicKey?: Uint8Array
  readonly names?: readonly string[]
  /** Octets of each address. */
  readonly addresses?: ReadonlyArray<readonly number[]>
  readonly notBefore?: number
  readonly notAfter?: number
  readonly usages?: readonly string[]
  readonly serial?: readonly number[]
  readonly ca?: boolean
  /** Whether the key of a CA may sign CRLs. Default true. */
  readonly signsLists?: boolean
  /** Where the issuer's CRL is: the URLs of one distribution point. */
  readonly crlUrls?: readonly string[]
}

export function ecKey(namedCurve = 'P-256'): KeyObject {
  return generateKeyPairSync('ec', { namedCurve }).privateKey
}

export function rsaKey(modulusLength = 2048): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength }).privateKey
}

/** Makes any certificate, the wrong ones too. Names, validity and usages are taken as they are. */
export function issue({
  subject = '',
  by,
  key = ecKey(),
  publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' }),
  names = [],
  addresses = [],
  notBefore = now - day,
  notAfter = now + 89 * day,
  usages = [],
  serial = [1],
  ca = false,
  signsLists = true,
  crlUrls = [],
}: IssueOptions = {}): Issued {
  const signer = by?.key ?? key
  const algorithm = signatureAlgorithm(signer)
  const tbs = sequence(
    der(contextTag(0, 'constructed'), unsignedInteger(new Uint8Array([2]))),
    unsignedInteger(new Uint8Array(serial)),
    algorithm,
    name(by?.subject ?? subject),
    sequence(utcTime(notBefore), utcTime(notAfter)),
    name(subject),
    publicKey,
    der(
      contextTag(3, 'constructed'),
      sequence(
        ...alternativeNames(names, addresses, subject === ''),
        ...usagesOf(usages),
        ...caExtensions(ca, signsLists),
        ...distributionPoint(crlUrls),
      ),
    ),
  )
  const encoded = sequence(tbs, algorithm, der(tags.bitString, [0], sign('sha256', tbs, signer)))
  return { subject, key, der: encoded, pem: pemEncode('CERTIFICATE', encoded) }
}

/** A leaf for `names` under `length` intermediates, and the root. */
export function issueChain({
  length = 1,
  ...leaf
}: IssueOptions & { readonly length?: number } = {}): {
  readonly leaf: Issued
  readonly chain: readonly Issued[]
  readonly root: Issued
  readonly bundle: CertificateBundle
} {
  const root = issue({ subject: 'Root', ca: true })
  const intermediates: Issued[] = []
  for (let i = 1; i <= length; i += 1) {
    const by = intermediates[0] ?? root
    intermediates.unshift(issue({ subject: `Intermediate ${i}`, by, ca: true }))
  }
  const made = issue({ names: ['example.com'], ...leaf, by: intermediates[0] ?? root })
  const chain = [made, ...intermediates]
  return { leaf: made, chain, root, bundle: bundleOf(chain) }
}

export function bundleOf(chain: readonly Issued[], key = chain[0]?.key): CertificateBundle {
  return { privateKey: secretKey(key), chainPem: chain.map(({ pem }) => pem).join('') }
}

export function secretKey(key: KeyObject | undefined): Secret {
  return new Secret(key?.export({ type: 'pkcs8', format: 'pem' }).toString() ?? '')
}

export function signatureAlgorithm(signer: KeyObject): Uint8Array {
  return signer.asymmetricKeyType === 'rsa'
    ? sequence(oid('1.2.840.113549.1.1.11'), der(tags.null))
    : sequence(oid('1.2.840.10045.4.3.2'))
}

export function name(commonName: string): Uint8Array {
  if (commonName === '') return sequence()
  const value = der(tags.utf8String, new TextEncoder().encode(commonName))
  return sequence(der(tags.set, sequence(oid('2.5.4.3'), value)))
}

/** For moments before 2050. */
export function utcTime(ms: number): Uint8Array {
  const text = `${new Date(ms).toISOString().slice(2, 19).replaceAll(/[-:T]/g, '')}Z`
  return der(tags.utcTime, new TextEncoder().encode(text))
}

export function extension(id: string, value: Uint8Array, critical = false): Uint8Array {
  const flag = critical ? der(tags.boolean, [0xff]) : new Uint8Array()
  return sequence(oid(id), flag, der(tags.octetString, value))
}

function alternativeNames(
  names: readonly string[],
  addresses: ReadonlyArray<readonly number[]>,
  critical: boolean,
): Uint8Array[] {
  const general = [
    ...names.map((text) => der(contextTag(2), new TextEncoder().encode(text))),
    ...addresses.map((octets) => der(contextTag(7), octets)),
  ]
  return general.length === 0 ? [] : [extension('2.5.29.17', sequence(...general), critical)]
}

function usagesOf(usages: readonly string[]): Uint8Array[] {
  return usages.length === 0 ? [] : [extension('2.5.29.37', sequence(...usages.map(oid)))]
}

function caExtensions(ca: boolean, signsLists: boolean): Uint8Array[] {
  // keyCertSign, and cRLSign beside it.
  const usage = signsLists ? [tags.bitString, 2, 1, 6] : [tags.bitString, 2, 2, 4]
  const isCa = sequence(der(tags.boolean, [0xff]))
  return ca ? [extension('2.5.29.19', isCa), extension('2.5.29.15', new Uint8Array(usage))] : []
}

function distributionPoint(urls: readonly string[]): Uint8Array[] {
  if (urls.length === 0) return []
  return [extension('2.5.29.31', sequence(sequence(pointName(urls))))]
}

/** A DistributionPointName of these URLs (RFC 5280 §4.2.1.13). */
export function pointName(urls: readonly string[]): Uint8Array {
  const uris = urls.map((url) => der(contextTag(6), new TextEncoder().encode(url)))
  return der(contextTag(0, 'constructed'), der(contextTag(0, 'constructed'), ...uris))
}
