import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** What a signed request says of itself, whatever the scheme; not yet believed. */
export interface Claim {
  readonly accessKeyId: string
  readonly securityToken?: string
  /** The moment of signing in milliseconds; `undefined` where it could not be read. */
  readonly date: number | undefined
  /** Used once. Absent where the scheme has none. */
  readonly nonce?: string
  readonly signature: string
  /** The signature that the request would have with this secret. */
  expected(secret: string): string
  /** What had to be signed, as the service calculates it: the reply to a wrong signature tells it. */
  readonly stringToSign: string
}

/** RFC 3986: nothing but letters, digits and `-._~` stays as it is. */
export function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

export function hmac(algorithm: 'sha1' | 'sha256', key: string | Buffer, text: string): Buffer {
  return createHmac(algorithm, key).update(text).digest()
}

export function sha256Hex(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex')
}

/** By code unit, as the schemes sort. */
export function byName(
  [left]: readonly [string, string],
  [right]: readonly [string, string],
): number {
  return left < right ? -1 : left > right ? 1 : 0
}

export function sameText(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}
