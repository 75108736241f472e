import type { ErrorTable, Refusal } from './errors.ts'
import type { Reply } from './product.ts'

/**
 * Tells a product's own errors inside a reply of HTTP 200, in the product's words. What the gateway refuses before the
 * product is asked is told as everywhere.
 */
export function toldInside(
  errors: ErrorTable,
  words: (refusal: Refusal, requestId: string) => Reply,
): (refusal: Refusal, requestId: string) => { readonly status: number; readonly body: Reply } {
  return (refusal, requestId) => {
    if (Object.hasOwn(errors, refusal.code)) return { status: 200, body: words(refusal, requestId) }
    const { code, message, status, data } = refusal
    return { status, body: { RequestId: requestId, Code: code, Message: message, ...data } }
  }
}
