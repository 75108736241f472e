import { createHash, createHmac } from 'node:crypto'
import type { AlibabaCredentials } from './credentials.ts'

/** One request of an RPC or ROA product, before it is signed. */
export interface UnsignedRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Its query, where it has one, is signed as it stands. */
  readonly url: URL
  readonly action: string
  readonly version: string
  /** Empty where there is none. */
  readonly body: string
  readonly contentType?: string | undefined
  /** UTC, whole seconds: `2026-11-24T03:24:48Z`. */
  readonly date: string
  /** Never used twice. */
  readonly nonce: string
  /** More `x-acs-*` headers, in lower case: they are signed too. */
  readonly headers?: Readonly<Record<string, string>>
}

/** RFC 3986 in the strict form that every Alibaba Cloud signature wants. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

export function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** By code unit, as every signature sorts. */
export function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/**
 * The headers of a request signed with ACS3-HMAC-SHA256 (Alibaba Cloud, "V3 request body & signature mechanism"):
 * one scheme for RPC and ROA. `host`, `content-type` and every `x-acs-*` header are signed.
 */
export function signAcs3(
  request: UnsignedRequest,
  { accessKeyId, accessKeySecret, securityToken }: AlibabaCredentials,
): Record<string, string> {
  const { method, url, action, version, body, contentType, date, nonce, headers } = request
  const hash = sha256Hex(body)
  const sent: Record<string, string> = {
    ...headers,
    ...(contentType !== undefined && { 'content-type': contentType }),
    'x-acs-action': action,
    'x-acs-version': version,
    'x-acs-date': date,
    'x-acs-signature-nonce': nonce,
    'x-acs-content-sha256': hash,
    ...(securityToken && {
      'x-acs-accesskey-id': accessKeyId,
      'x-acs-security-token': securityToken.reveal(),
    }),
  }
  const signed = Object.entries({ ...sent, host: url.host }).sort(byName)
  const names = signed.map(([name]) => name).join(';')
  const canonicalRequest = [
    method,
    canonicalPath(url.pathname),
    canonicalQuery(url.searchParams),
    // Each header's line ends in a line feed, so that an empty line follows the last.
    signed.map(([name, value]) => `${name}:${value.trim()}\n`).join(''),
    names,
    hash,
  ].join('\n')
  const signature = createHmac('sha256', accessKeySecret.reveal())
    .update(`ACS3-HMAC-SHA256\n${sha256Hex(canonicalRequest)}`)
    .digest('hex')
  return {
    ...sent,
    accept: 'application/json',
    authorization: `ACS3-HMAC-SHA256 Credential=${accessKeyId},SignedHeaders=${names},Signature=${signature}`,
  }
}

function canonicalPath(path: string): string {
  return path.replaceAll('+', '%20').replaceAll('*', '%2A').replaceAll('%7E', '~')
}

function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .sort(byName)
    .map(([name, value]) => `${name}=${percentEncode(value)}`)
    .join('&')
}
