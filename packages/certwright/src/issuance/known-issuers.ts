/** Directories that people name by a word. */
const knownIssuers: Readonly<Record<string, string>> = {
  letsencrypt: 'https://acme-v02.api.letsencrypt.org/directory',
  'letsencrypt-staging': 'https://acme-staging-v02.api.letsencrypt.org/directory',
}

/** The words, for completion and help. */
export const issuerNames: readonly string[] = Object.keys(knownIssuers)

/** The directory URL that a word or a URL names; `undefined` where it is neither. */
export function issuerUrl(nameOrUrl: string): string | undefined {
  const known = knownIssuers[nameOrUrl]
  if (known !== undefined) return known
  // A server's URLs are used exactly as given (RFC 8555 §6.4), so parsing only judges.
  const url = URL.parse(nameOrUrl)
  return url?.protocol === 'https:' && url.username === '' ? nameOrUrl : undefined
}

/** The word for a directory URL where there is one, else the URL. */
export function issuerName(directoryUrl: string): string {
  return Object.entries(knownIssuers).find(([, url]) => url === directoryUrl)?.[0] ?? directoryUrl
}
