import 'reflect-metadata'
import { createHash } from 'node:crypto'
import { isIP } from 'node:net'
import { connect } from 'node:tls'
import { SubjectAlternativeNameExtension, X509Certificate } from '@peculiar/x509'
import { canonicalAddress } from '../certificate-request.ts'
import { ipv6Groups } from '../ip-address.ts'
import { dial } from './dial.ts'
import { isDialError, reasonOf, ValidationFailure } from './failure.ts'
import type { Attempt, Reach } from './validation.ts'

const PROTOCOL = 'acme-tls/1'
const ACME_IDENTIFIER = '1.3.6.1.5.5.7.1.31'

/** RFC 8737 §3, RFC 8738 §6 for addresses. */
export async function tlsAlpn01(attempt: Attempt, reach: Reach): Promise<void> {
  const { identifier, keyAuthorization } = attempt
  if (attempt.wildcard) {
    throw new ValidationFailure('malformed', 'tls-alpn-01 cannot prove a wildcard')
  }
  reach.record['port'] = reach.tlsPort
  const certificate = await dial(identifier.value, reach, async (address) => {
    try {
      return await handshake(address, serverName(identifier.value), reach)
    } catch (error) {
      if (isDialError(error) || error instanceof ValidationFailure) throw error
      // An alert of the other side ends the handshake with an error of the TLS library.
      const type = reasonOf(error).startsWith('ERR_SSL') ? 'tls' : 'connection'
      throw new ValidationFailure(type, `${address}: TLS handshake failed (${reasonOf(error)})`)
    }
  })
  checkNames(certificate, identifier)
  checkAcmeIdentifier(certificate, keyAuthorization)
}

/** RFC 8738 §6: an address is asked for by its reverse name, since SNI holds no addresses. */
export function serverName(value: string): string {
  if (isIP(value) === 4) return `${value.split('.').reverse().join('.')}.in-addr.arpa`
  if (isIP(value) === 0) return value
  const nibbles = ipv6Groups(value)
    .map((group) => group.toString(16).padStart(4, '0'))
    .join('')
  return `${nibbles.split('').reverse().join('.')}.ip6.arpa`
}

async function handshake(
  address: string,
  servername: string,
  reach: Reach,
): Promise<X509Certificate> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: address,
      port: reach.tlsPort,
      servername,
      ALPNProtocols: [PROTOCOL],
      // The certificate proves by its extension, not by who has signed it.
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
    })
    const stop = (): void => void socket.destroy(new Error('aborted'))
    reach.signal.addEventListener('abort', stop, { once: true })
    socket.on('error', reject)
    socket.on('close', () => {
      reach.signal.removeEventListener('abort', stop)
      reject(new Error('the connection was closed'))
    })
    socket.on('secureConnect', () => {
      const raw = socket.getPeerX509Certificate()?.raw
      const negotiated = socket.alpnProtocol === PROTOCOL
      // RFC 8737 §4: no data, and an immediate end, with the handshake brought to its own.
      socket.destroySoon()
      if (!negotiated) reject(refusal('the ALPN protocol acme-tls/1 was not negotiated'))
      else if (!raw) reject(refusal('no certificate was presented'))
      else resolve(new X509Certificate(new Uint8Array(raw)))
    })
  })
}

function refusal(why: string): ValidationFailure {
  return new ValidationFailure('unauthorized', `Incorrect validation certificate: ${why}`)
}

/** RFC 8737 §3: the name "being validated and no other entries". */
function checkNames(certificate: X509Certificate, { type, value }: Attempt['identifier']): void {
  const names = certificate.getExtension(SubjectAlternativeNameExtension)?.names.items ?? []
  const [name, ...more] = names
  const shown = name?.type === 'ip' ? canonicalAddress(name.value) : name?.value.toLowerCase()
  const wanted = type === 'ip' ? canonicalAddress(value) : value.toLowerCase()
  if (more.length > 0 || name?.type !== type || shown !== wanted) {
    throw refusal(`its subjectAltName is not exactly ${value}`)
  }
}

/** RFC 8737 §3: critical, and the DER of an OCTET STRING with the digest. */
function checkAcmeIdentifier(certificate: X509Certificate, keyAuthorization: string): void {
  const extensions = certificate.extensions.filter(({ type }) => type === ACME_IDENTIFIER)
  const [extension] = extensions
  if (!extension || extensions.length > 1) throw refusal('it has not one acmeIdentifier extension')
  if (!extension.critical) throw refusal('its acmeIdentifier extension is not critical')
  const digest = createHash('sha256').update(keyAuthorization).digest()
  const expected = Buffer.concat([Buffer.of(0x04, digest.length), digest])
  if (!expected.equals(Buffer.from(extension.value))) {
    throw refusal('its acmeIdentifier is not the digest of the key authorization')
  }
}
