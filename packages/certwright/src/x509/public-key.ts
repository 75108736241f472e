import { createHash, createPublicKey, type KeyObject } from 'node:crypto'

const curves = new Map([
  ['prime256v1', 'ec256'],
  ['secp384r1', 'ec384'],
  ['secp521r1', 'ec521'],
])

/** What a key is called: `ec256`, `rsa2048` and so on; OpenSSL's name for other kinds, `unknown` where it has none. */
export function keyTypeOf(key: KeyObject | undefined): string {
  const { modulusLength, namedCurve = '' } = key?.asymmetricKeyDetails ?? {}
  const kind = key?.asymmetricKeyType ?? 'unknown'
  if (kind === 'rsa') return `rsa${modulusLength}`
  return kind === 'ec' ? (curves.get(namedCurve) ?? namedCurve) : kind
}

/** SHA-256 of a key's SubjectPublicKeyInfo, hex in lower case: of a public key, or of a private one's other half. */
export function publicKeyDigest(key: KeyObject): string {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
}
