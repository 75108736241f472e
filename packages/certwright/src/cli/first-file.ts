import { issuerNames } from '../issuance/known-issuers.ts'
import type {
  ChallengeEntry,
  ConfigFile,
  InstallEntry,
  IssuerEntry,
  ProviderEntry,
} from '../manager/config/schema.ts'
import { directoryUrlFrom } from './definition.ts'

/** What a first file is made from. */
export interface FirstFile {
  readonly names: readonly string[]
  readonly issuer: IssuerEntry
  readonly challenge?: ChallengeEntry
  readonly dns?: ProviderEntry
  readonly installs?: readonly (string | InstallEntry)[]
}

/** A file of one certificate. */
export function firstFile({ names, issuer, challenge, dns, installs = [] }: FirstFile): ConfigFile {
  return {
    issuers: [issuer],
    ...(dns && { dns: { [dns.provider]: dns } }),
    certificates: [
      {
        names: [...names],
        ...(challenge !== undefined && { challenge }),
        ...(installs.length > 0 && { installs: [...installs] }),
      },
    ],
  }
}

/** An issuer by its name where it has one, else by its URL and the name of its host. */
export function issuerEntry(nameOrUrl: string): IssuerEntry {
  const directory = directoryUrlFrom(nameOrUrl)
  if (issuerNames.includes(nameOrUrl)) return { name: nameOrUrl }
  const host = URL.parse(directory)?.hostname.replaceAll(/^\W+|[^a-z0-9.-]/g, '')
  return { name: host || 'issuer', directory }
}
