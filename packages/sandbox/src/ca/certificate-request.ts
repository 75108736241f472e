import 'reflect-metadata'
import { createPublicKey } from 'node:crypto'
import type { JsonWebKey, KeyObject } from 'node:crypto'
import { isIPv6 } from 'node:net'
import { Pkcs10CertificateRequest, SubjectAlternativeNameExtension } from '@peculiar/x509'

interface Identifier {
  readonly type: 'dns' | 'ip'
  readonly value: string
}

/** What a PKCS #10 request (RFC 2986) asks for. */
export interface CertificateRequest {
  /** Lower case, addresses in the form of RFC 5952, each once. */
  readonly identifiers: readonly Identifier[]
  readonly commonName?: string
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array
  readonly publicKeyJwk: JsonWebKey
  /** True where a name is neither a DNS name nor an address, or the subject has several common names. */
  readonly hasForeignNames: boolean
  /** The object identifiers of the extensions asked for. */
  readonly extensionsAsked: readonly string[]
}

export type CertificateRequestFault = 'not-der' | 'bad-signature' | 'bad-algorithm' | 'weak-key'

export class CertificateRequestError extends Error {
  override readonly name = 'CertificateRequestError'
  readonly reason: CertificateRequestFault

  constructor(reason: CertificateRequestFault, detail: string, options?: ErrorOptions) {
    super(detail, options)
    this.reason = reason
  }
}

const SUBJECT_ALT_NAME = '2.5.29.17'
const CURVES = new Set(['prime256v1', 'secp384r1', 'secp521r1'])

/**
 * Reads a request and checks it as a public CA does: proof of possession, no SHA-1, no key that the
 * Baseline Requirements §6.1.5 forbid. Throws {@link CertificateRequestError}.
 */
export async function readCertificateRequest(der: Uint8Array): Promise<CertificateRequest> {
  const { request, key } = parse(der)
  checkKey(key)
  await checkSignature(request)
  const extension = request.getExtension(SUBJECT_ALT_NAME)
  const altName = extension && new SubjectAlternativeNameExtension(extension.rawData)
  const names = altName?.names.items ?? []
  const commonNames = request.subjectName.getField('CN')
  const [commonName] = commonNames
  return {
    identifiers: unique(
      names.flatMap(({ type, value }): Identifier[] => {
        if (type === 'dns') return [{ type, value: value.toLowerCase() }]
        return type === 'ip' ? [{ type, value: canonicalAddress(value) }] : []
      }),
    ),
    ...(commonName === undefined ? {} : { commonName }),
    publicKey: new Uint8Array(request.publicKey.rawData),
    publicKeyJwk: key.export({ format: 'jwk' }),
    hasForeignNames:
      commonNames.length > 1 || names.some(({ type }) => type !== 'dns' && type !== 'ip'),
    extensionsAsked: request.extensions.map(({ type }) => type),
  }
}

function parse(der: Uint8Array): { request: Pkcs10CertificateRequest; key: KeyObject } {
  const bytes = Uint8Array.from(der)
  try {
    if (bytes.length !== derLength(bytes)) throw new RangeError('bytes follow the request')
    const request = new Pkcs10CertificateRequest(bytes)
    const spki = Buffer.from(request.publicKey.rawData)
    // Read now, since the library reads lazily and would complain later about something else.
    void request.extensions.map(({ type }) => type)
    return { request, key: createPublicKey({ key: spki, format: 'der', type: 'spki' }) }
  } catch (cause) {
    throw new CertificateRequestError('not-der', 'the CSR is not a PKCS #10 request in DER', {
      cause,
    })
  }
}

/** How long the outermost SEQUENCE says that it is, header included. */
function derLength(bytes: Uint8Array): number {
  const [tag, first = 0] = bytes
  if (tag !== 0x30) throw new RangeError('not a SEQUENCE')
  if (first < 0x80) return 2 + first
  const octets = bytes.subarray(2, 2 + (first & 0x7f))
  return 2 + octets.length + octets.reduce((sum, octet) => sum * 256 + octet, 0)
}

function checkKey(key: KeyObject): void {
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {}
  const type = key.asymmetricKeyType
  if (type !== 'rsa' && type !== 'ec') {
    throw new CertificateRequestError('bad-algorithm', `a ${type} key cannot be certified`)
  }
  if (type === 'rsa' ? modulusLength < 2048 : !CURVES.has(namedCurve)) {
    const what = type === 'rsa' ? `RSA key of ${modulusLength} bits` : `key on ${namedCurve}`
    throw new CertificateRequestError('weak-key', `the ${what} is too weak or not supported`)
  }
}

async function checkSignature(request: Pkcs10CertificateRequest): Promise<void> {
  const hash = hashOf(request)
  if (!['SHA-256', 'SHA-384', 'SHA-512'].includes(hash)) {
    throw new CertificateRequestError('bad-algorithm', `the CSR is signed with ${hash}`)
  }
  const holds = await request.verify().catch(() => false)
  if (!holds)
    throw new CertificateRequestError('bad-signature', 'the signature of the CSR is wrong')
}

function hashOf(request: Pkcs10CertificateRequest): string {
  try {
    const { hash } = request.signatureAlgorithm as { hash?: string | { name: string } }
    return (typeof hash === 'string' ? hash : hash?.name) ?? 'an unknown hash'
  } catch {
    return 'an unknown algorithm'
  }
}

/** RFC 5952, as `URL` writes it. */
export function canonicalAddress(address: string): string {
  return isIPv6(address) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address
}

function unique(identifiers: readonly Identifier[]): readonly Identifier[] {
  return [...new Map(identifiers.map((one) => [`${one.type} ${one.value}`, one])).values()]
}
