import type { Client } from './client.ts'
import { getDirectory } from './directory.ts'
import { AcmeError } from './error.ts'
import type { CallOptions } from './exchange.ts'

/**
 * Throws `ACME_PROFILE_NOT_OFFERED`, with the list, unless the CA's directory has the profile. Draft
 * ietf-acme-profiles §4: "The client SHOULD NOT request a profile name that is not advertised".
 */
export async function requireProfile(
  client: Client,
  profile: string,
  options: CallOptions = {},
): Promise<void> {
  const { meta } = await getDirectory(client, options)
  if (Object.hasOwn(meta.profiles, profile)) return
  const profiles = Object.keys(meta.profiles)
  throw new AcmeError(
    'ACME_PROFILE_NOT_OFFERED',
    profiles.length === 0
      ? `the CA has no profiles, and so not "${profile}"`
      : `the CA has no profile "${profile}", but ${profiles.join(', ')}`,
    {
      profiles,
      url: client.directoryUrl,
      hint:
        profiles.length === 0
          ? 'Leave the profile out.'
          : 'Choose a profile from the list of the CA.',
    },
  )
}
