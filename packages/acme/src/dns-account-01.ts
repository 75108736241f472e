const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'

/**
 * The TXT record's name of dns-account-01, which belongs to one account (draft ietf-acme-dns-account-label §3); a
 * wildcard's is that of the name below it. Its value is `dns01Value`.
 */
export async function dnsAccount01Name(
  accountUrl: string,
  identifierValue: string,
): Promise<string> {
  const data = new TextEncoder().encode(accountUrl)
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', data))
  // "the first 10 bytes of the SHA-256 of the account URL", which 16 characters hold without padding.
  const label = base32(digest.subarray(0, 10))
  return `_${label}._acme-challenge.${identifierValue.replace(/^\*\./, '')}`
}

/** RFC 4648 §6 in lower case, for a multiple of 5 octets. */
function base32(octets: Uint8Array): string {
  let bits = 0
  let width = 0
  let text = ''
  for (const octet of octets) {
    bits = ((bits << 8) | octet) & 0xfff
    for (width += 8; width >= 5; width -= 5) text += alphabet[(bits >> (width - 5)) & 31]
  }
  return text
}
