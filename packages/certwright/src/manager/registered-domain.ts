import { getDomain } from 'tldts'

/**
 * What a public suffix list calls registered: the label before the longest public suffix, e.g. `example.co.uk`. CAs
 * count by it. A name that is itself a suffix, or in none, counts for itself. Wildcards count for what they stand below.
 */
export function registeredDomain(name: string): string {
  const plain = name.replace(/^\*\./, '').toLowerCase()
  return getDomain(plain, { allowPrivateDomains: true }) ?? plain
}
