import { CertwrightError } from '../runtime/error.ts'
import type { Secret } from '../runtime/secret.ts'

/** One certificate with its key: what is installed, exported and proven. */
export interface CertificateBundle {
  /** PKCS#8 PEM. */
  readonly privateKey: Secret
  /** Leaf first; LF, no blank lines, one final newline. */
  readonly chainPem: string
}

/** A certificate whose key may be elsewhere. */
export type IssuedBundle = Partial<Pick<CertificateBundle, 'privateKey'>> &
  Pick<CertificateBundle, 'chainPem'>

/** The same with its key. `KEY_ELSEWHERE` where that is not here. */
export function withKey({ privateKey, chainPem }: IssuedBundle): CertificateBundle {
  if (!privateKey) throw new CertwrightError('KEY_ELSEWHERE')
  return { privateKey, chainPem }
}
