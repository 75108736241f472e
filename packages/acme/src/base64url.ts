const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Two characters for each 12 bits: every request is encoded three times. */
const pairs = Array.from(alphabet, (first) =>
  Array.from(alphabet, (second) => first + second),
).flat()

/** Base64url without padding (RFC 4648 §5; RFC 8555 §6.1 "Trailing '=' characters MUST be stripped"). */
export function base64urlEncode(data: Uint8Array | string): string {
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const group = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    text += `${pairs[group >> 12]}${pairs[group & 4095]}`
  }
  const left = bytes.length % 3
  return left === 0 ? text : text.slice(0, left - 3)
}

/** Reads base64url. Padding, the standard alphabet and stray bits are refused with a `TypeError`. */
export function base64urlDecode(text: string): Uint8Array<ArrayBuffer> {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) {
    throw new TypeError('not base64url without padding')
  }
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let bits = 0
  let width = 0
  let length = 0
  for (const character of text) {
    bits = ((bits << 6) | alphabet.indexOf(character)) & 0xffff
    width += 6
    if (width >= 8) {
      width -= 8
      bytes[length] = (bits >> width) & 0xff
      length += 1
    }
  }
  if ((bits & ((1 << width) - 1)) !== 0) throw new TypeError('base64url with stray bits at its end')
  return bytes
}
