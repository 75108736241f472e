import { instantOf, momentOf } from '../clock.ts'
import { randomText } from './chance.ts'
import { displayed, type CaContext } from './context.ts'
import { refuseBlocked } from './identifiers.ts'
import { orderedIdentifiers } from './ordered-identifiers.ts'
import { earlierOrder, exemptionOf, expiryOf } from './order-reuse.ts'
import { authorizationsFor } from './pre-authorization.ts'
import { malformed } from './problem.ts'
import { checkProfile, lifetimeOf, profileNamed } from './profiles.ts'
import { suffixesFor } from './public-suffixes.ts'
import { limitNewOrder, refusePaused } from './rate-limits.ts'
import type { Order } from './records.ts'
import { replacedBy } from './replacement.ts'
import { jsonReply, type Reply } from './reply.ts'
import { retryAfter } from './retry-after.ts'
import { accountOf, owned, payloadObject, type SignedRequest } from './signed-request.ts'
import { orderStatus } from './status.ts'

/** RFC 8555 §7.4 */
export async function newOrder(context: CaContext, request: SignedRequest): Promise<Reply> {
  const { knobs, paths } = context
  const account = accountOf(request)
  const asked = payloadObject(request)
  const suffixes = await suffixesFor(context)
  // Nothing is awaited from here on: of two orders at the same time only one gets the last token.
  const profile = profileNamed(context, asked['profile'])
  const identifiers = orderedIdentifiers(context, asked['identifiers'], suffixes)
  const dates = readDates(context, asked, lifetimeOf(context, profile, 'certificateLifetimeMs'))
  refuseBlocked(identifiers, knobs.blocklist)
  refusePaused(context, account, identifiers)
  const replaced = replacedBy(context, account, { replaces: asked['replaces'], identifiers })
  const exemption = exemptionOf(context, { account, identifiers, replaced })
  const charge = limitNewOrder(context, account, { identifiers, exemption, suffixes })
  checkProfile(context, account, { profile, identifiers })
  const order =
    earlierOrder(context, { account, identifiers, profile }) ??
    createOrder(
      context,
      { account, identifiers, profile, exemption, replaces: replaced?.id, ...dates },
      asked['identifiers'],
    )
  charge()
  return orderReply(context, order, { status: 201, headers: { location: paths.order(order.id) } })
}

type Asked = Pick<
  Order,
  'account' | 'identifiers' | 'profile' | 'exemption' | 'replaces' | 'notBefore' | 'notAfter'
>

function createOrder(context: CaContext, asked: Asked, entries: unknown): Order {
  const { clock, records } = context
  const { account, identifiers, profile } = asked
  const authorizations = authorizationsFor(context, { account, identifiers, profile, entries })
  const order: Order = {
    ...asked,
    id: randomText(clock, 8),
    authorizations,
    expires: expiryOf(context, { profile, authorizations }),
    stage: 'open',
  }
  records.orders.set(order.id, order)
  account.orders.push(order)
  return order
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
  { clock, knobs }: CaContext,
  { notBefore, notAfter }: Readonly<Record<string, unknown>>,
  lifetimeMs: number,
): Pick<Order, 'notBefore' | 'notAfter'> {
  const from = readDate('notBefore', notBefore)
  const until = readDate('notAfter', notAfter)
  if (knobs.rules.noDates && (from ?? until) !== undefined) {
    throw malformed('notBefore and notAfter are not supported')
  }
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
