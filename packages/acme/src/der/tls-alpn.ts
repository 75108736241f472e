import type { Identifier } from '../identifier.ts'
import { ipAddressOctets } from '../ip-address.ts'
import type { Signer } from '../keys/signer.ts'
import { contextTag, der, sequence, tags, time, unsignedInteger } from './der.ts'
import { extension, subjectAltName } from './extension.ts'
import { nameOf } from './name.ts'
import { oids } from './oid.ts'
import { signatureAlgorithm, signed } from './signed.ts'
import { subjectPublicKeyInfo } from './subject-public-key-info.ts'

/** What the certificate of a tls-alpn-01 answer shows (RFC 8737 §3). */
export interface TlsAlpnCertificateOptions {
  readonly identifier: Identifier
  readonly keyAuthorization: string
  /** Any key, made for this alone. */
  readonly key: Signer
  /** In milliseconds since the Unix epoch. CAs look at neither date; TLS libraries may. */
  readonly notBefore: number
  readonly notAfter: number
}

/**
 * DER of the self-signed certificate that answers tls-alpn-01 (RFC 8737 §3; RFC 8738 §4 for addresses). It is to be
 * served only where ALPN is exactly `acme-tls/1`.
 */
export async function tlsAlpnCertificate({
  identifier,
  keyAuthorization,
  key,
  notBefore,
  notAfter,
}: TlsAlpnCertificateOptions): Promise<Uint8Array> {
  if (identifier.value.startsWith('*')) throw new TypeError('tls-alpn-01 proves no wildcard')
  const name = nameOf('ACME challenge')
  const digest = await keyAuthorizationDigest(keyAuthorization)
  const extensions = sequence(subjectAltName([identifier]), acmeIdentifier(digest))
  const tbs = sequence(
    // Version 3, which extensions need.
    der(contextTag(0, 'constructed'), unsignedInteger(new Uint8Array([2]))),
    // RFC 5280 §4.1.2.2: positive, at most 20 octets, different for each: the digest is.
    unsignedInteger(digest.subarray(0, 16)),
    signatureAlgorithm(key),
    name,
    sequence(time(notBefore), time(notAfter)),
    name,
    subjectPublicKeyInfo(key.jwk),
    der(contextTag(3, 'constructed'), extensions),
  )
  return signed(tbs, key)
}

/** The server name that a CA asks for by SNI: the name itself, or an address in reverse (RFC 8738 §6). */
export function tlsAlpnServerName({ type, value }: Identifier): string {
  const octets = type === 'ip' ? ipAddressOctets(value) : undefined
  if (octets === undefined) return value
  if (octets.length === 4) return `${[...octets].reverse().join('.')}.in-addr.arpa`
  const nibbles = [...octets].reverse().flatMap((octet) => [octet & 15, octet >> 4])
  return `${nibbles.map((nibble) => nibble.toString(16)).join('.')}.ip6.arpa`
}

function acmeIdentifier(digest: Uint8Array): Uint8Array {
  // RFC 8737 §3: "The acmeIdentifier extension MUST be critical so that the certificate isn't inadvertently used".
  return extension(oids.acmeIdentifier, der(tags.octetString, digest), { critical: true })
}

async function keyAuthorizationDigest(keyAuthorization: string): Promise<Uint8Array> {
  const data = new TextEncoder().encode(keyAuthorization)
  return new Uint8Array(await crypto.subtle.digest('SHA-256', data))
}
