import { getDirectory, type Client, type Identifier, type OrderIdentifier } from '@certwright/acme'
import { isWithin } from '../dns/domain-name.ts'
import { CertwrightError } from '../runtime/error.ts'
import type { Certificate } from '../store/store.ts'

/**
 * The names as an order is to have them: those below the ancestor with it, so that the account can prove the ancestor in
 * their stead (RFC 9444 §4.3). Throws `SUBDOMAINS_NOT_OFFERED` at a CA that takes no ancestors.
 */
export async function orderIdentifiers(
  { identifiers, challenge: { ancestor } }: Pick<Certificate, 'identifiers' | 'challenge'>,
  client: Client,
  signal?: AbortSignal,
): Promise<readonly OrderIdentifier[]> {
  if (ancestor === undefined) return identifiers
  await requireSubdomains(client, signal)
  return identifiers.map((identifier) =>
    isProvenAbove(identifier, ancestor) ? { ...identifier, ancestorDomain: ancestor } : identifier,
  )
}

/** Throws `SUBDOMAINS_NOT_OFFERED` unless the CA authorizes all names below a domain at once. */
export async function requireSubdomains(client: Client, signal?: AbortSignal): Promise<void> {
  const { meta } = await getDirectory(client, { signal })
  if (meta.subdomainAuthAllowed) return
  throw new CertwrightError('SUBDOMAINS_NOT_OFFERED', { issuer: client.directoryUrl })
}

/** What is to be proven for these names, each once: the ancestor in the stead of those below it. */
export function provenIdentifiers({
  identifiers,
  challenge: { ancestor },
}: Pick<Certificate, 'identifiers' | 'challenge'>): readonly Identifier[] {
  if (ancestor === undefined) return identifiers
  const proven = identifiers.map((identifier) =>
    isProvenAbove(identifier, ancestor) ? { ...identifier, value: ancestor } : identifier,
  )
  return [...new Map(proven.map((identifier) => [identifier.value, identifier])).values()]
}

/** A wildcard is proven at the name below its star, as ever. */
function isProvenAbove({ type, value }: Identifier, ancestor: string): boolean {
  const isBelow = value !== ancestor && isWithin(value, ancestor)
  return type === 'dns' && isBelow && !value.startsWith('*.')
}
