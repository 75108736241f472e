import { createPrivateKey } from 'node:crypto'
import { writeChain } from '@certwright/acme'
import { Secret } from '../../runtime/secret.ts'
import { certificatesIn } from '../../x509/certificate.ts'

/**
 * A private key in the form that every product takes: PKCS#1 (`BEGIN RSA PRIVATE KEY`) or SEC1 (`BEGIN EC PRIVATE
 * KEY`). Function Compute and CLB take no other.
 */
export function traditionalPrivateKey(privateKey: Secret): Secret {
  const key = createPrivateKey(privateKey.reveal())
  const type = key.asymmetricKeyType === 'rsa' ? 'pkcs1' : 'sec1'
  return new Secret(key.export({ type, format: 'pem' }).toString())
}

/**
 * A chain in the form that every product takes: the leaf first, no root, LF, 64 columns, no blank lines, one final
 * newline.
 */
export function deliverableChain(chainPem: string): string {
  const [leaf, ...rest] = certificatesIn(chainPem).map(({ x509 }) => x509)
  const issuers = rest.filter(({ subject, issuer }) => subject !== issuer)
  return writeChain([leaf, ...issuers].flatMap((x509) => (x509 ? [x509.raw] : [])))
}
