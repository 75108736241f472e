import { readChain, revokeCertificate } from '@certwright/acme'
import type { Version } from '../store/store.ts'
import { withAccount } from './account.ts'
import type { IssuanceContext, OpenAccount } from './issuance.ts'

/**
 * Revokes a version by the account that ordered it, then notes it in the store. Revoked already is success.
 * Never by the certificate's key: CAs then take the key for compromised and block it.
 *
 * @param reason CRLReason, RFC 5280 §5.3.1; 0 is `unspecified`.
 */
export async function revokeVersion(
  version: Version,
  reason: number,
  open: OpenAccount,
  context: IssuanceContext,
  signal?: AbortSignal,
): Promise<void> {
  const [certificate] = readChain(version.chainPem)
  if (!certificate) throw new TypeError('a version without a certificate')
  await withAccount(
    open,
    context,
    async ({ client, account }) =>
      revokeCertificate(client, account, { certificate, reason }, { ...(signal && { signal }) }),
    signal,
  )
  await context.store.markRevoked(version.certificateId, version.number, context.host.now(), reason)
}
