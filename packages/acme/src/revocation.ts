import type { Account } from './account.ts'
import { base64urlEncode } from './base64.ts'
import type { Client } from './client.ts'
import type { CallOptions } from './exchange.ts'
import type { Signer } from './keys/signer.ts'
import { isProblem } from './problem.ts'
import { postTo } from './request.ts'

/** Which certificate is revoked, and why (RFC 8555 §7.6). */
export interface Revocation {
  /** In DER. */
  readonly certificate: Uint8Array
  /**
   * RFC 5280 §5.3.1, e.g. 1 keyCompromise, 4 superseded, 5 cessationOfOperation. Left out:
   * unspecified.
   */
  readonly reason?: number
}

/**
 * Revokes a certificate (RFC 8555 §7.6): by the account that got it, or by the certificate's own
 * key, which some CAs take to mean that the key is known to others. Revoked already is success.
 */
export async function revokeCertificate(
  client: Client,
  by: Account | Signer,
  { certificate, reason }: Revocation,
  options: CallOptions = {},
): Promise<void> {
  if (
    reason !== undefined &&
    !(Number.isInteger(reason) && reason >= 0 && reason <= 10 && reason !== 7)
  ) {
    throw new TypeError(`there is no reason ${reason} for a revocation`)
  }
  // JSON leaves out what is undefined.
  const payload = { certificate: base64urlEncode(certificate), reason }
  const signer = 'signer' in by ? { signer: by.signer, kid: by.url } : { signer: by }
  try {
    await postTo(client, 'revokeCert', { ...signer, payload }, options)
  } catch (error) {
    if (!isProblem(error, 'alreadyRevoked')) throw error
  }
}
