import { momentOf } from '@certwright/acme'
import { CertwrightError } from '../../runtime/error.ts'
import type { Host } from '../../runtime/host.ts'
import { withoutSecrets } from './parameters.ts'
import type { Refusal } from './refusal.ts'

/** One signed request. */
export interface SignedCall {
  readonly action: string
  /** As a RAM policy names it, e.g. `cdn:DescribeUserDomains`. */
  readonly ramAction: string
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  /** Empty where there is none. */
  readonly body: string
  /** What must not come back in an error. */
  readonly secrets: readonly string[]
}

export interface AlibabaReply {
  readonly status: number
  readonly text: string
  /** By how many seconds this clock is ahead of the server's; 0 where it does not say. */
  readonly skewSeconds: number
}

/** For one attempt. Connecting takes 10 seconds of it at most. */
const attemptMs = 60_000

/** For all attempts of a call and the pauses between them: enough for each to run into its own limit. */
export const callMs = 600_000

/** Sends one request. No reply is `ALIBABA_UNREACHABLE`; a redirect is never followed, for it would carry keys. */
export async function exchange(
  { action, method, url, headers, body }: SignedCall,
  host: Host,
  signal: AbortSignal | undefined,
): Promise<AlibabaReply> {
  signal?.throwIfAborted()
  const limit = AbortSignal.timeout(attemptMs)
  try {
    const response = await host.fetch(url, {
      method,
      headers,
      redirect: 'error',
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
      ...(body !== '' && { body }),
    })
    const text = await response.text()
    const serverTime = momentOf(response.headers.get('date') ?? '')
    const skewMs = serverTime === undefined ? 0 : host.now() - serverTime
    return { status: response.status, text, skewSeconds: Math.round(skewMs / 1000) }
  } catch (error) {
    signal?.throwIfAborted()
    const params = { host: url.host, action, reason: reasonOf(error) }
    throw new CertwrightError('ALIBABA_UNREACHABLE', params, { cause: error })
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (!(cause instanceof Error)) return 'unknown'
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message
}

const datedCodes = /^(InvalidTimeStamp|SignatureDoesNotMatch|RequestTimeTooSkewed)/
const keyCodes =
  /^(InvalidAccessKeyId|InvalidSecurityToken|SecurityTokenExpired|SignatureDoesNotMatch|IncompleteSignature)/
// Alibaba Cloud takes 15 minutes. What is nearer to that than to nothing is worth saying.
const tolerableSkewSeconds = 600

/** The error that a refusal is: what to do about it depends on its kind. */
export function errorOf(
  refusal: Refusal,
  { action, ramAction, secrets }: SignedCall,
  { status, skewSeconds }: AlibabaReply,
): CertwrightError {
  const clean = (text: string): string => withoutSecrets(text, secrets)
  const code = clean(refusal.code)
  const params = {
    action,
    code,
    message: clean(refusal.message),
    requestId: clean(refusal.requestId),
    status,
  }
  if (datedCodes.test(code) && Math.abs(skewSeconds) > tolerableSkewSeconds) {
    return new CertwrightError('ALIBABA_CLOCK_SKEW', { ...params, seconds: skewSeconds })
  }
  if (refusal.throttled) return new CertwrightError('ALIBABA_THROTTLED', params)
  if (refusal.forbidden) {
    const missing = clean(refusal.ramAction ?? ramAction)
    return new CertwrightError('ALIBABA_FORBIDDEN', { ...params, ramAction: missing })
  }
  if (keyCodes.test(code)) return new CertwrightError('ALIBABA_KEY_REFUSED', params)
  return new CertwrightError('ALIBABA_REFUSED', params)
}
