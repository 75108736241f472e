import { together } from './abort.ts'
import { getAuthorization, type Authorization } from './authorization.ts'
import { AcmeError } from './error.ts'
import { failuresOf } from './failed-authorization.ts'
import { fulfilAll } from './fulfilment.ts'
import type { ObtainRun } from './obtain.ts'
import { orderInvalid, pollOrder, type Order } from './order.ts'

/**
 * Leads a pending order to its next state (RFC 8555 §7.5): answers a challenge of every pending
 * authorization. Which name each is for is the CA's to say: it may be an ancestor of the order's (RFC 9444).
 */
export async function validateOrder(run: ObtainRun, order: Order): Promise<Order> {
  const { client, account } = run
  return fulfilAll(run, await readAuthorizations(run, order), {
    failure: (authorizations) => failureFrom(order, authorizations),
    async decided(firstMs) {
      const next = await pollOrder(client, account, order.url, {
        until: ({ status }) => status !== 'pending',
        firstMs,
        ...run.rest(),
      })
      if (next.status === 'invalid') throw await orderFailure(run, next)
      return next
    },
  })
}

function readAuthorizations(run: ObtainRun, order: Order): Promise<Authorization[]> {
  return together(order.authorizations, run.signal, (url, signal) =>
    getAuthorization(run.client, run.account, url, { ...run.rest(), signal }),
  )
}

/** Why an order failed: its own error, and those of its authorizations where they can be read. */
export async function orderFailure(run: ObtainRun, order: Order): Promise<AcmeError> {
  try {
    return failureFrom(order, await readAuthorizations(run, order))
  } catch {
    return orderInvalid(order)
  }
}

function failureFrom(order: Order, authorizations: readonly Authorization[]): AcmeError {
  const { failures, lines } = failuresOf(authorizations)
  if (failures.length === 0) return orderInvalid(order)
  const { url, status, error: problem } = order
  const message = `the order ${url} is ${status}: ${lines}`
  return new AcmeError('ACME_ORDER_INVALID', message, { problem, url, authorizations: failures })
}
