import { base64urlDecode } from './base64.ts'
import { AcmeError } from './error.ts'
import { flattenedJws, type Jws } from './jws.ts'
import { publicJwkFrom } from './keys/jwk.ts'
import type { PublicJwk } from './keys/signer.ts'

/** RFC 8555 §7.3.4: "The 'alg' field MUST indicate a MAC-based algorithm" (RFC 7518 §3.2). */
export type MacAlgorithm = 'HS256' | 'HS384' | 'HS512'

/** A customer's account at a CA, outside ACME (RFC 8555 §7.3.4). Many CAs let it be bound only once. */
export interface ExternalAccount {
  /** The key identifier that the CA gave out, ASCII. */
  readonly keyId: string
  /** The octets of the MAC key, a secret: `readMacKey` reads them from the CA's text. */
  readonly macKey: Uint8Array
  /** By default `HS256`, the only one that every CA takes. */
  readonly algorithm?: MacAlgorithm | undefined
}

/** How a MAC key's text differs from the base64url that RFC 8555 §7.3.4 asks for. None is a failure. */
export type MacKeyWarning =
  /** White space stood around or within it. */
  | 'white-space'
  /** It stood in quotation marks. */
  | 'quotes'
  /** It ended in `=`. */
  | 'padding'
  /** It had `+` or `/`: base64. */
  | 'standard-alphabet'
  /** What it decoded to was base64 or base64url once more, which was decoded too. */
  | 'encoded-twice'
  /** The key is shorter than the 256 bits that RFC 7518 §3.2 wants for HS256. */
  | 'short-key'

/** A MAC key as octets, and what was odd in how it was written. */
export interface ReadMacKey {
  readonly macKey: Uint8Array<ArrayBuffer>
  readonly warnings: readonly MacKeyWarning[]
}

const hashes: Readonly<Record<MacAlgorithm, string>> = {
  HS256: 'SHA-256',
  HS384: 'SHA-384',
  HS512: 'SHA-512',
}

/** RFC 7518 §3.2: "A key of the same size as the hash output ... or larger MUST be used". */
const leastOctets = 32

/**
 * Reads a MAC key from the text that a CA hands out: base64url as it should be, base64, padded, in quotation marks, or
 * encoded twice. Any other text is `ACME_MAC_KEY_NOT_READABLE`, whose message does not quote it. A key whose own octets look like base64
 * is better decoded by the caller.
 */
export function readMacKey(text: string): ReadMacKey {
  const outer = decoded(text)
  if (outer === undefined || outer.octets.length === 0) {
    throw new AcmeError('ACME_MAC_KEY_NOT_READABLE', 'the MAC key is not base64url', {
      hint: 'Copy the key once more from where the CA shows it, whole and alone.',
    })
  }
  // No chance makes 32 octets of a key into letters and digits that decode to a whole key.
  const inner = decoded(new TextDecoder('latin1').decode(outer.octets))
  const isTwice = inner !== undefined && inner.octets.length >= leastOctets
  const macKey = isTwice ? inner.octets : outer.octets
  const warnings = new Set([...outer.warnings, ...(isTwice ? inner.warnings : [])])
  if (isTwice) warnings.add('encoded-twice')
  if (macKey.length < leastOctets) warnings.add('short-key')
  return { macKey, warnings: [...warnings] }
}

function decoded(
  text: string,
): { readonly octets: Uint8Array<ArrayBuffer>; readonly warnings: MacKeyWarning[] } | undefined {
  const joined = text.replace(/\s/g, '')
  const unquoted = /^(["'])(.*)\1$/.exec(joined)?.[2] ?? joined
  const bare = unquoted.replace(/=+$/, '')
  const warnings: MacKeyWarning[] = []
  if (joined !== text) warnings.push('white-space')
  if (unquoted !== joined) warnings.push('quotes')
  if (bare !== unquoted) warnings.push('padding')
  if (/[+/]/.test(bare)) warnings.push('standard-alphabet')
  try {
    return { octets: base64urlDecode(bare.replaceAll('+', '-').replaceAll('/', '_')), warnings }
  } catch {
    return undefined
  }
}

/**
 * The `externalAccountBinding` of a newAccount request (RFC 8555 §7.3.4): the account's key, under the MAC of the
 * external account. `url` is where that request goes.
 */
export async function externalAccountBinding(
  { keyId, macKey, algorithm = 'HS256' }: ExternalAccount,
  { jwk, url }: { readonly jwk: PublicJwk; readonly url: string },
): Promise<Jws> {
  if (!/^[\u0020-\u007e]+$/.test(keyId)) throw new TypeError('keyId is not printable ASCII')
  if (macKey.length === 0) throw new TypeError('macKey is empty')
  const parameters = { name: 'HMAC', hash: hashes[algorithm] }
  const secret = new Uint8Array(macKey)
  const key = await crypto.subtle.importKey('raw', secret, parameters, false, ['sign'])
  // "The 'nonce' field MUST NOT be present"
  const header = { alg: algorithm, kid: keyId, url }
  return flattenedJws(
    header,
    { ...publicJwkFrom(jwk) },
    async (data) => new Uint8Array(await crypto.subtle.sign('HMAC', key, new Uint8Array(data))),
  )
}
