const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const urlAlphabet = alphabet.replace('+/', '-_')

const codesOf = (characters: string): Uint8Array => new TextEncoder().encode(characters)
const codes = codesOf(alphabet)
const urlCodes = codesOf(urlAlphabet)
const ascii = new TextDecoder()

/** Base64 with its padding (RFC 4648 §4). */
export function base64Encode(octets: Uint8Array): string {
  return encoded(octets, codes) + '='.repeat((3 - (octets.length % 3)) % 3)
}

/** Base64url without padding (RFC 4648 §5; RFC 8555 §6.1 "Trailing '=' characters MUST be stripped"). */
export function base64urlEncode(data: Uint8Array | string): string {
  if (typeof data !== 'string') return encoded(data, urlCodes)
  // ASCII is its own UTF-8. The runtime does it in a tenth of the time, and every request has two such texts.
  if (/[^\0-\x7F]/.test(data)) return encoded(new TextEncoder().encode(data), urlCodes)
  return btoa(data).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** By octets: a text that grows character by character takes several times as long, and every request has three. */
function encoded(octets: Uint8Array, characters: Uint8Array): string {
  const text = new Uint8Array(Math.ceil((octets.length * 4) / 3))
  for (let i = 0, o = 0; i < octets.length; i += 3, o += 4) {
    const group = ((octets[i] ?? 0) << 16) | ((octets[i + 1] ?? 0) << 8) | (octets[i + 2] ?? 0)
    // What goes beyond the end is left out.
    for (let c = 0; c < 4; c += 1) text[o + c] = characters[(group >> (18 - 6 * c)) & 63] ?? 0
  }
  return ascii.decode(text)
}

/** Reads base64url. Padding, the standard alphabet and stray bits are refused with a `TypeError`. */
export function base64urlDecode(text: string): Uint8Array<ArrayBuffer> {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) {
    throw new TypeError('not base64url without padding')
  }
  const octets = base64Decode(text.replaceAll('-', '+').replaceAll('_', '/'))
  // The bits after the last octet would be lost.
  if (base64urlEncode(octets) !== text) throw new TypeError('base64url with stray bits at its end')
  return octets
}

/** Reads base64 that is known to be some. */
export function base64Decode(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text)
  const octets = new Uint8Array(binary.length)
  for (let i = 0; i < binary.length; i += 1) octets[i] = binary.charCodeAt(i)
  return octets
}
