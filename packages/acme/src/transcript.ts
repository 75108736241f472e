import { base64urlDecode } from './base64.ts'
import { AcmeError } from './error.ts'
import { instantOf } from './host.ts'
import { isObject, type JsonObject } from './reply.ts'
import type { AcmeRequest, AcmeResponse } from './transport.ts'

/**
 * One exchange with the CA as a person wants to read it: decoded, and without any secret. Plain
 * JSON.
 */
export interface Exchange {
  /** RFC 3339. */
  readonly startedAt: string
  readonly durationMs: number
  /** 1 for the first sending of a request, 2 for its first repetition. */
  readonly attempt: number
  readonly method: string
  readonly url: string
  /** The JWS's protected header (RFC 8555 §6.2). */
  readonly protected?: unknown
  /** The JWS's payload; `''` is POST-as-GET (RFC 8555 §6.3). */
  readonly payload?: unknown
  readonly signature?: string
  /** Missing where no reply came. */
  readonly status?: number
  readonly requestHeaders: Readonly<Record<string, string>>
  readonly responseHeaders: Readonly<Record<string, string>>
  /** Parsed where it is JSON, else text; the first 64 KiB of it. */
  readonly body?: unknown
  /** Why no reply came. */
  readonly error?: string
}

export interface ExchangeOutcome {
  readonly startedAt: number
  readonly endedAt: number
  readonly attempt: number
  readonly response?: AcmeResponse
  readonly error?: unknown
}

const bodyLimit = 65_536

/** Decodes and redacts one exchange. */
export function exchangeFrom(
  request: AcmeRequest,
  { startedAt, endedAt, attempt, response, error }: ExchangeOutcome,
): Exchange {
  return {
    startedAt: instantOf(startedAt),
    durationMs: Math.max(endedAt - startedAt, 0),
    attempt,
    method: request.method,
    url: request.url,
    ...(request.body !== undefined && jwsParts(request.body)),
    ...(response && { status: response.status }),
    requestHeaders: request.headers,
    responseHeaders: response ? publicHeaders(response.headers) : {},
    ...(response && response.body.length > 0 && { body: bodyOf(response) }),
    ...(error !== undefined && { error: errorText(error) }),
  }
}

function jwsParts(body: string): Pick<Exchange, 'protected' | 'payload' | 'signature'> {
  const jws = JSON.parse(body) as JsonObject
  return {
    protected: redacted(decoded(jws['protected'])),
    payload: redacted(decoded(jws['payload'])),
    signature: String(jws['signature']),
  }
}

function decoded(part: unknown): unknown {
  if (typeof part !== 'string') return part
  try {
    return JSON.parse(new TextDecoder().decode(base64urlDecode(part)))
  } catch {
    return part
  }
}

const secretNames = /^(?:key|mac)$|secret|pass(?:word|phrase)|private|hmac|mac_?key/i
const privateJwkMembers = new Set(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'])
const hidden = '[redacted]'

/** Hides private keys, and in an inner JWS (RFC 8555 §7.3.4, §7.3.5) the MAC. */
function redacted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redacted)
  if (!isObject(value)) return value
  if ('protected' in value && 'payload' in value && 'signature' in value) {
    return {
      protected: redacted(decoded(value['protected'])),
      payload: redacted(decoded(value['payload'])),
      signature: hidden,
    }
  }
  const isJwk = 'kty' in value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      secretNames.test(name) || (isJwk && privateJwkMembers.has(name)) ? hidden : redacted(member),
    ]),
  )
}

function publicHeaders(headers: AcmeResponse['headers']): Exchange['responseHeaders'] {
  return 'set-cookie' in headers ? { ...headers, 'set-cookie': hidden } : headers
}

function bodyOf({ headers, body }: AcmeResponse): unknown {
  const text = new TextDecoder().decode(body.subarray(0, bodyLimit))
  if (body.length > bodyLimit) return `${text}… (${body.length} bytes)`
  if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(headers['content-type'] ?? '')) return text
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

function errorText(error: unknown): string {
  if (error instanceof AcmeError) return `${error.code}: ${error.message}`
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
