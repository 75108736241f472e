import { AcmeError } from '../error.ts'
import { sequenceCursor } from './der.ts'
import { pemDecode, pemEncode } from './pem.ts'

const label = 'CERTIFICATE'

/**
 * The certificates of a PEM chain in DER, in their order. A block of any other kind, or no block at all, is
 * `ACME_PEM_NOT_CONFORM`; a block that is not one whole DER element is `ACME_DER_NOT_CONFORM`.
 */
export function readChain(pem: string): Uint8Array<ArrayBuffer>[] {
  const blocks = pemDecode(pem)
  // RFC 8555 §11.4: "If anything other than a certificate is found ... the client MUST reject the file": a private key
  // of the CA's choosing could end in a server's configuration.
  const stranger = blocks.find((block) => block.label !== label)
  if (stranger !== undefined || blocks.length === 0) {
    throw new AcmeError(
      'ACME_PEM_NOT_CONFORM',
      stranger
        ? `a chain holds a block that is no certificate: ${stranger.label}`
        : 'a chain holds no certificate',
    )
  }
  for (const { der } of blocks) sequenceCursor(der, 'a certificate of the chain')
  return blocks.map(({ der }) => der)
}

/** PEM of certificates: LF, no blank lines, one final newline. */
export function writeChain(certificates: readonly Uint8Array[]): string {
  return certificates.map((certificate) => pemEncode(label, certificate)).join('')
}
