import type { TLSSocket } from 'node:tls'

/** DER of the chain as the peer has sent it; getPeerCertificate would sort it, and add a root of our own. */
export function peerChain(socket: TLSSocket): readonly Uint8Array[] {
  const certificates: Uint8Array[] = []
  let certificate = socket.getPeerX509Certificate()
  while (certificate !== undefined) {
    certificates.push(certificate.raw)
    certificate = certificate.issuerCertificate
  }
  return certificates
}
