import { AcmeError, requireProfile } from '@certwright/acme'
import { CertwrightError } from '../runtime/error.ts'
import type { Certificate } from '../store/store.ts'
import type { OpenAccount } from './issuance.ts'

/**
 * Throws `PROFILE_NOT_OFFERED`, with the list, unless the CA's directory has the profile that the certificate asks for;
 * `PROFILES_NOT_OFFERED` where it has none at all.
 */
export async function requireOfferedProfile(
  { profile }: Pick<Certificate, 'profile'>,
  { client }: Pick<OpenAccount, 'client'>,
  signal?: AbortSignal,
): Promise<void> {
  if (profile === undefined) return
  try {
    await requireProfile(client, profile, { signal })
  } catch (cause) {
    if (!(cause instanceof AcmeError) || cause.code !== 'ACME_PROFILE_NOT_OFFERED') throw cause
    const { profiles = [] } = cause
    const params = { profile, issuer: client.directoryUrl, offered: profiles.join(', ') }
    const code = profiles.length === 0 ? 'PROFILES_NOT_OFFERED' : 'PROFILE_NOT_OFFERED'
    throw new CertwrightError(code, params, { cause })
  }
}
