import { instantOf, momentOf } from '../clock.ts'
import { authorizationFor } from './authorizations.ts'
import { randomText } from './chance.ts'
import { displayed, type CaContext } from './context.ts'
import { readIdentifiers, refuseBlocked } from './identifiers.ts'
import { malformed } from './problem.ts'
import { lifetimeOf, profileFor } from './profiles.ts'
import type { Order } from './records.ts'
import { replacedBy } from './renewal-info.ts'
import { jsonReply, type Reply } from './reply.ts'
import { retryAfter } from './retry-after.ts'
import { accountOf, owned, payloadObject, type SignedRequest } from './signed-request.ts'
import { orderStatus } from './status.ts'

/** RFC 8555 §7.4 */
export function newOrder(context: CaContext, request: SignedRequest): Reply {
  const { clock, knobs, paths, records } = context
  const account = accountOf(request)
  const asked = payloadObject(request)
  const identifiers = readIdentifiers(asked['identifiers'], knobs.maxIdentifiers)
  const profile = profileFor(context, asked['profile'], identifiers)
  refuseBlocked(identifiers, knobs.blocklist)
  const { replaces } = asked
  const order: Order = {
    id: randomText(clock, 8),
    account,
    identifiers,
    profile,
    replaces: knobs.renewalInfo
      ? replacedBy(context, account, { replaces, identifiers })
      : undefined,
    ...readDates(context, asked, lifetimeOf(context, profile)),
    authorizations: identifiers.map((one) => authorizationFor(context, account, one)),
    expires: clock.now() + knobs.orderLifetimeMs,
    stage: 'open',
  }
  records.orders.set(order.id, order)
  account.orders.push(order)
  return orderReply(context, order, { status: 201, headers: { location: paths.order(order.id) } })
}

export function showOrder(context: CaContext, request: SignedRequest, id: string): Reply {
  const order = owned(context.records.orders.get(id), { request, what: 'order' })
  return orderReply(context, order)
}

/** The order as JSON, with `Retry-After` while it is processing. */
export function orderReply(
  context: CaContext,
  order: Order,
  {
    status = 200,
    headers = {},
  }: { readonly status?: number; readonly headers?: Readonly<Record<string, string>> } = {},
): Reply {
  const wait = orderStatus(context, order) === 'processing' ? retryAfter(context) : {}
  return jsonReply(context, orderJson(context, order), { status, headers: { ...headers, ...wait } })
}

/** RFC 8555 §7.1.3 */
function orderJson(context: CaContext, order: Order): object {
  const { knobs, paths } = context
  const { id, notBefore, notAfter, profile, replaces, error, certificate } = order
  const { nullAuthorizations = false, missingFinalize = false } = knobs.quirks
  const status = orderStatus(context, order)
  const authorizations = order.authorizations.map((one) => paths.authorization(one.id))
  return {
    status,
    expires: instantOf(order.expires),
    identifiers: displayed(context, order.identifiers),
    ...(notBefore === undefined ? {} : { notBefore: instantOf(notBefore) }),
    ...(notAfter === undefined ? {} : { notAfter: instantOf(notAfter) }),
    ...(profile === undefined ? {} : { profile }),
    ...(replaces === undefined ? {} : { replaces }),
    authorizations:
      nullAuthorizations && status !== 'pending' ? null : displayed(context, authorizations),
    ...(missingFinalize && status === 'valid' ? {} : { finalize: paths.finalize(id) }),
    ...(error === undefined ? {} : { error }),
    ...(certificate === undefined ? {} : { certificate: paths.certificate(certificate.id) }),
  }
}

function readDates(
  { clock }: CaContext,
  { notBefore, notAfter }: Readonly<Record<string, unknown>>,
  lifetimeMs: number,
): Pick<Order, 'notBefore' | 'notAfter'> {
  const from = readDate('notBefore', notBefore)
  const until = readDate('notAfter', notAfter)
  const start = from ?? clock.now()
  // "The server MUST return an error if it cannot fulfill the request as specified."
  if (until !== undefined && (until <= start || until <= clock.now())) {
    throw malformed('notAfter is not after notBefore and now')
  }
  if (until !== undefined && until - start > lifetimeMs) {
    throw malformed(`the certificate would live longer than ${lifetimeMs} ms`)
  }
  return { notBefore: from, notAfter: until }
}

function readDate(name: string, value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const moment = typeof value === 'string' ? momentOf(value) : undefined
  if (moment === undefined) throw malformed(`${name} is not a date as RFC 3339 writes it`)
  return moment
}
