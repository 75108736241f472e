import { dns01Name, dnsAccount01Name, dnsPersist01Name } from '@certwright/acme'

/**
 * Where the TXT record that proves a name belongs; `undefined` where there is none, or where it depends on an account
 * that is not there yet.
 */
export async function recordName(
  challenge: string,
  name: string,
  accountUrl: string | undefined,
): Promise<string | undefined> {
  switch (challenge) {
    case 'dns-01':
      return dns01Name(name)
    case 'dns-account-01':
      return accountUrl === undefined ? undefined : dnsAccount01Name(accountUrl, name)
    case 'dns-persist-01':
      return dnsPersist01Name(name)
    default:
      return undefined
  }
}
