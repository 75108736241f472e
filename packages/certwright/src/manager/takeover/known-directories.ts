import { issuerNames, issuerUrl } from '../../issuance/known-issuers.ts'

/** The directory URLs that are known by name. Clients that keep only a part of one are understood by it. */
export function knownDirectoryUrls(): readonly string[] {
  return issuerNames.flatMap((name) => issuerUrl(name) ?? [])
}
