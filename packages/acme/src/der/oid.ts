import { AcmeError } from '../error.ts'

/** Object identifiers that ACME meets, in dotted text. */
export const oids = {
  rsaEncryption: '1.2.840.113549.1.1.1',
  sha256WithRsa: '1.2.840.113549.1.1.11',
  pbkdf2: '1.2.840.113549.1.5.12',
  pbes2: '1.2.840.113549.1.5.13',
  extensionRequest: '1.2.840.113549.1.9.14',
  hmacWithSha1: '1.2.840.113549.2.7',
  hmacWithSha256: '1.2.840.113549.2.9',
  hmacWithSha384: '1.2.840.113549.2.10',
  hmacWithSha512: '1.2.840.113549.2.11',
  ecPublicKey: '1.2.840.10045.2.1',
  p256: '1.2.840.10045.3.1.7',
  p384: '1.3.132.0.34',
  p521: '1.3.132.0.35',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  ecdsaWithSha384: '1.2.840.10045.4.3.3',
  ecdsaWithSha512: '1.2.840.10045.4.3.4',
  ed25519: '1.3.101.112',
  aes128Cbc: '2.16.840.1.101.3.4.1.2',
  aes192Cbc: '2.16.840.1.101.3.4.1.22',
  aes256Cbc: '2.16.840.1.101.3.4.1.42',
  commonName: '2.5.4.3',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  crlNumber: '2.5.29.20',
  reasonCode: '2.5.29.21',
  invalidityDate: '2.5.29.24',
  deltaCrlIndicator: '2.5.29.27',
  issuingDistributionPoint: '2.5.29.28',
  crlDistributionPoints: '2.5.29.31',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  acmeIdentifier: '1.3.6.1.5.5.7.1.31',
} as const

/** The longest identifier that is read, in octets: far above any in use. */
const longest = 128

/** The contents octets of an object identifier (X.690 §8.19). */
export function oidContents(text: string): readonly number[] {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number)
  return [first * 40 + second, ...rest].flatMap((arc) => {
    const octets = [arc % 128]
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) {
      octets.unshift((left % 128) | 0x80)
    }
    return octets
  })
}

/** Dotted text of an object identifier's contents octets. Arcs may be of any size (ITU-T X.667 has 128 bits). */
export function oidText(contents: Uint8Array): string {
  if (contents.length === 0 || contents.length > longest) throw notConform()
  const arcs: bigint[] = []
  let arc = 0n
  let begun = false
  for (const octet of contents) {
    // X.690 §8.19.2: "the leading octet of the subidentifier shall not have the value 80 (hexadecimal)".
    if (!begun && octet === 0x80) throw notConform()
    arc = (arc << 7n) | BigInt(octet & 0x7f)
    begun = (octet & 0x80) !== 0
    if (!begun) {
      arcs.push(arc)
      arc = 0n
    }
  }
  if (begun) throw notConform()
  const [head = 0n, ...rest] = arcs
  const first = head < 80n ? head / 40n : 2n
  return [first, head - first * 40n, ...rest].join('.')
}

function notConform(): AcmeError {
  return new AcmeError('ACME_DER_NOT_CONFORM', 'an object identifier is not in DER')
}
