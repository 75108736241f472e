import type { Account } from './account.ts'
import type { Client } from './client.ts'
import { getDirectory } from './directory.ts'
import { AcmeError } from './error.ts'
import type { CallOptions } from './exchange.ts'
import { newOrder, type NewOrder, type Order } from './order.ts'
import { problemName } from './problem.ts'
import { isTransient, retry } from './retry.ts'

/**
 * What has become of `replaces` (RFC 9773 §5): the CA took it; it has no renewal information, so that it was not sent;
 * it refused it, and the order was made without; or it made the order and does not show it.
 */
export type ReplacesOutcome =
  | { readonly type: 'accepted' | 'not-supported' | 'not-shown' }
  | { readonly type: 'refused'; readonly error: AcmeError }

/**
 * Asks for a certificate in place of another one. Where the CA does not take `replaces`, once more without it: that
 * costs an exemption from limits and must not cost the certificate.
 */
export async function newReplacementOrder(
  client: Client,
  account: Account,
  request: NewOrder & { readonly replaces: string },
  options: CallOptions = {},
): Promise<{ readonly order: Order; readonly outcome: ReplacesOutcome }> {
  const { host } = client
  const { replaces, ...plain } = request
  const { renewalInfo } = await getDirectory(client, options)
  // RFC 9773 §5: not "if the ACME server has not indicated that it supports this protocol".
  if (renewalInfo === undefined) {
    return {
      order: await newOrder(client, account, plain, options),
      outcome: { type: 'not-supported' },
    }
  }
  try {
    const order = await retry(
      (_attempt, deadlineMs) =>
        newOrder(client, account, request, { ...options, deadlineMs, attempts: 1 }),
      { host, ...options, retryable: (error) => isTransient(error) && !isReplacesRefused(error) },
    )
    const type = order.replaces === replaces ? 'accepted' : 'not-shown'
    return { order, outcome: { type } }
  } catch (error) {
    if (!isReplacesRefused(error)) throw error
    return {
      order: await newOrder(client, account, plain, options),
      outcome: { type: 'refused', error },
    }
  }
}

const refusals = new Set(['alreadyReplaced', 'conflict'])

/**
 * Whether a newOrder with `replaces` may have been refused for its sake: the certificate has been replaced (409), is
 * another account's (403), is not known (404, 400), or shares no name with the order, which a CA is known to call an
 * internal error (500).
 */
export function isReplacesRefused(error: unknown): error is AcmeError {
  if (!(error instanceof AcmeError) || error.code !== 'ACME_PROBLEM') return false
  const { problem, status, retryAfterMs } = error
  const name = problem && problemName(problem)
  if (name === undefined) return false
  if (refusals.has(name) || status === 409) return true
  if (name === 'unauthorized') return status === 403
  if (name === 'malformed') return status === 400 || status === 404
  // A server that is really in trouble asks to come back later.
  return name === 'serverInternal' && status === 500 && retryAfterMs === undefined
}
