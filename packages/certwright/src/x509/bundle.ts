import type { Secret } from '../runtime/secret.ts'

/** One certificate with its key: what is installed, exported and proven. */
export interface CertificateBundle {
  /** PKCS#8 PEM. */
  readonly privateKey: Secret
  /** Leaf first; LF, no blank lines, one final newline. */
  readonly chainPem: string
}
