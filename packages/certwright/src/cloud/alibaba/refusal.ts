import { CertwrightError } from '../../runtime/error.ts'

/** An error of the API, read from whatever shape the product gives it. */
export interface Refusal {
  readonly code: string
  readonly message: string
  readonly requestId: string
  readonly throttled: boolean
  readonly forbidden: boolean
  /** The RAM action that is missing, where `AccessDeniedDetail` says. */
  readonly ramAction?: string
}

const throttling = /Throttling|FlowControl|TooManyRequests|QpsLimit|^HTTP 429$/i
const forbidding =
  /^(Forbidden|Forbidden\.(RAM|NoPermission|AccessKeyDisabled)|NoPermission|AccessDenied|UnauthorizedOperation)$/
const succeeding = /^(0|200|ok|success)$/i

/** Codes that pass by themselves at every product. A nonce that was used is another's the next time. */
const passing =
  /^(ServiceUnavailable|InternalError|SystemBusy|ServiceBusy|SignatureNonceUsed|HTTP 50[0234])$/

/**
 * The refusal that a reply carries; `undefined` where it is a success. Some products answer HTTP 200 with an error
 * code or `Success: false` inside (CR, EDAS, SAE, MSE, APIG), each in members of its own.
 */
export function refusalOf(reply: unknown, status: number): Refusal | undefined {
  const body = isRecord(reply) ? reply : {}
  const code = textAt(body, 'ErrorCode', 'errorCode', 'Code', 'code')
  const message = textAt(body, 'Message', 'message', 'ErrorMessage', 'errorMessage', 'msg')
  const failed =
    status >= 400 || ['Success', 'success', 'IsSuccess'].some((name) => body[name] === false)
  // A code beside data, or without a message, is the product's own word for something else.
  const data = body['Data'] ?? body['data'] ?? undefined
  const refuses =
    code !== undefined && !succeeding.test(code) && message !== undefined && data === undefined
  if (!failed && !refuses) return undefined
  const name = code ?? `HTTP ${status}`
  const denied = body['AccessDeniedDetail'] ?? body['accessDeniedDetail']
  const ramAction = isRecord(denied) ? textAt(denied, 'AuthAction') : undefined
  return {
    code: name,
    message: message ?? '',
    requestId: textAt(body, 'RequestId', 'requestId') ?? '-',
    throttled: throttling.test(name),
    forbidden: forbidding.test(name) || ramAction !== undefined,
    ...(ramAction !== undefined && { ramAction }),
  }
}

/** Whether the same call may succeed later. */
export function isRetryable(error: unknown, ofProduct: readonly string[] = []): boolean {
  if (!(error instanceof CertwrightError)) return false
  if (error.code === 'ALIBABA_THROTTLED') return true
  // A host that does not exist is a mistake in the region, and stays one.
  if (error.code === 'ALIBABA_UNREACHABLE') return error.params['reason'] !== 'ENOTFOUND'
  const code = String(error.params['code'] ?? '')
  return error.code === 'ALIBABA_REFUSED' && (passing.test(code) || ofProduct.includes(code))
}

/** Whether an error is one of these refusals of Alibaba Cloud; a code that ends in `.` names a family. */
export function isRefusal(error: unknown, ...codes: readonly string[]): error is CertwrightError {
  if (!(error instanceof CertwrightError) || !error.code.startsWith('ALIBABA_')) return false
  const code = String(error.params['code'] ?? '')
  return codes.some((wanted) => (wanted.endsWith('.') ? code.startsWith(wanted) : code === wanted))
}

/** The first of these members that holds text or a number. */
function textAt(body: Readonly<Record<string, unknown>>, ...names: string[]): string | undefined {
  for (const name of names) {
    const value = body[name]
    if (typeof value === 'number' || (typeof value === 'string' && value !== '')) {
      return String(value)
    }
  }
  return undefined
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
