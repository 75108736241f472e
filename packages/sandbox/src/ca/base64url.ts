/** RFC 7515 §2: base64url with all trailing `=` characters omitted. */
export function encodeBase64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url')
}

/**
 * Decodes base64url and refuses everything that its encoder would not have written: padding, foreign
 * characters, an impossible length, stray bits in the last character. `undefined` then.
 */
export function decodeBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]*$/.test(text)) return undefined
  const bytes = Uint8Array.from(Buffer.from(text, 'base64url'))
  return encodeBase64url(bytes) === text ? bytes : undefined
}
