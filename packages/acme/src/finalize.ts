import type { Account } from './account.ts'
import { base64urlDecode, base64urlEncode } from './base64.ts'
import type { Client } from './client.ts'
import { AcmeError } from './error.ts'
import type { CallOptions } from './exchange.ts'
import type { PublicJwk } from './keys/signer.ts'
import { getOrder, orderFrom, type Order } from './order.ts'
import { isProblem } from './problem.ts'
import type { Reply } from './reply.ts'
import { postAs } from './request.ts'
import { isTransient, retry } from './retry.ts'

/**
 * Hands in the CSR, in DER (RFC 8555 §7.4). Returns the order as it then is: mostly `processing` or
 * `valid`; `pending` where the CA says that it was not ready. When it is unknown whether the CA got
 * it, the order is read before it is sent again.
 */
export async function finalizeOrder(
  client: Client,
  account: Account,
  order: Order,
  csrDer: Uint8Array,
  { signal, deadlineMs }: CallOptions = {},
): Promise<Order> {
  if (hasKey(csrDer, account.signer.jwk)) {
    // RFC 8555 §11.1: it "MUST NOT be included in a certificate".
    throw new TypeError('the CSR is for the account key; a certificate needs a key of its own')
  }
  const url = order.finalize
  if (url === undefined) {
    throw new AcmeError('ACME_RESPONSE_NOT_CONFORM', `the order ${order.url} has no finalize`, {
      url: order.url,
    })
  }
  const request = { url, payload: { csr: base64urlEncode(csrDer) } }
  const task = async (attempt: number, restMs: number): Promise<Order> => {
    const options = { signal, deadlineMs: restMs }
    if (attempt > 1) {
      const now = await getOrder(client, account, order.url, options)
      if (now.status !== 'ready') return now
    }
    try {
      const reply = await postAs(client, account, request, { ...options, attempts: 1 })
      // An odd reply to a success is not worth a failure: the order tells.
      return orderIn(reply, order.url) ?? (await getOrder(client, account, order.url, options))
    } catch (error) {
      if (!isProblem(error, 'orderNotReady')) throw error
      const now = await getOrder(client, account, order.url, options)
      if (now.status === 'ready') throw error
      return now
    }
  }
  return retry(task, {
    host: client.host,
    deadlineMs,
    signal,
    retryable: (error) => isTransient(error) || isProblem(error, 'orderNotReady'),
  })
}

function orderIn(reply: Reply, url: string): Order | undefined {
  try {
    return orderFrom(reply, url)
  } catch {
    return undefined
  }
}

/** Whether the DER holds the key: its X coordinate or its modulus occurs nowhere else by chance. */
function hasKey(der: Uint8Array, jwk: PublicJwk): boolean {
  const key = base64urlDecode(jwk.kty === 'RSA' ? jwk.n : jwk.x)
  const [first = 0] = key
  for (let at = der.indexOf(first); at !== -1; at = der.indexOf(first, at + 1)) {
    if (key.every((octet, i) => der[at + i] === octet)) return true
  }
  return false
}
