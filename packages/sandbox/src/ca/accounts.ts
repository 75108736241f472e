import { randomText } from './chance.ts'
import type { CaContext } from './context.ts'
import { readContact } from './contacts.ts'
import { readBinding } from './external-account-binding.ts'
import { keyComplaint } from './key-policy.ts'
import { AcmeProblem, malformed, unauthorized } from './problem.ts'
import { suffixesFor } from './public-suffixes.ts'
import { limitNewAccount } from './rate-limits.ts'
import { accountByKey, type Account } from './records.ts'
import { jsonReply, link, type Reply } from './reply.ts'
import { accountOf, payloadObject, type SignedRequest } from './signed-request.ts'
import { orderStatus } from './status.ts'
import { termsRequired } from './terms.ts'

/** RFC 8555 §7.3, §7.3.1 */
export async function newAccount(context: CaContext, request: SignedRequest): Promise<Reply> {
  const { clock, knobs, records } = context
  const { signingKey } = request
  const suffixes = await suffixesFor(context)
  const complaint = keyComplaint(context, signingKey.jwk)
  if (complaint !== undefined) throw new AcmeProblem('badPublicKey', complaint)
  const { contact, externalAccountBinding, onlyReturnExisting, termsOfServiceAgreed } =
    payloadObject(request)
  const existing = accountByKey(records, signingKey.thumbprint)
  if (existing?.status === 'deactivated')
    throw unauthorized('the account of this key is deactivated')
  if (existing !== undefined) return newAccountReply(context, existing, 200)
  if (onlyReturnExisting === true) {
    throw new AcmeProblem('accountDoesNotExist', 'no account has this key')
  }
  checkAgreement(context, termsOfServiceAgreed)
  const binding = readBinding(context, externalAccountBinding, { url: request.url, signingKey })
  const contacts = readContact(context, contact, suffixes) ?? []
  limitNewAccount(context, request.address)
  const account: Account = {
    id: randomText(clock, 8),
    signingKey,
    ...(binding === undefined ? {} : { externalAccountBinding: binding.shown }),
    termsOfServiceAgreed: termsOfServiceAgreed === true,
    mustAgree: false,
    orders: [],
    status: 'valid',
    contact: knobs.rules.contactPolicy ? [] : contacts,
    paused: new Set(),
  }
  records.accounts.set(account.id, account)
  if (binding !== undefined) records.boundKeyIds.add(binding.keyId)
  return newAccountReply(context, account, 201)
}

function checkAgreement({ knobs, records }: CaContext, agreed: unknown): void {
  const { termsOfService } = records
  if (termsOfService === false || agreed === true) return
  if (knobs.rules.termsMalformed) throw malformed('the terms of service are not agreed to')
  throw termsRequired(termsOfService, termsOfService)
}

/** RFC 8555 §7.3.2, §7.3.6; with an empty payload the account is only shown. */
export async function updateAccount(
  context: CaContext,
  request: SignedRequest,
  id: string,
): Promise<Reply> {
  const { knobs } = context
  const account = accountOf(request)
  if (account.id !== id) throw unauthorized('the account is not yours')
  if (request.payload.length === 0) return jsonReply(context, accountJson(context, account))
  const update = payloadObject(request)
  if (Object.keys(update).length === 0) throw malformed('the update is empty; to read, POST as GET')
  if (update['status'] !== undefined && update['status'] !== 'deactivated') {
    throw malformed('the only status that an account can be given is deactivated')
  }
  const suffixes = await suffixesFor(context)
  const contacts = readContact(context, update['contact'], suffixes)
  if (!knobs.rules.contactPolicy) account.contact = contacts ?? account.contact
  if (update['status'] === 'deactivated') deactivate(account)
  return jsonReply(context, accountJson(context, account))
}

/** RFC 8555 §7.1.2.1: the orders that are not invalid, a few on each page. */
export function listOrders(
  context: CaContext,
  request: SignedRequest,
  { id, query }: { readonly id: string; readonly query: URLSearchParams },
): Reply {
  const account = accountOf(request)
  if (account.id !== id) throw unauthorized('the orders are not yours')
  const { knobs, paths } = context
  const first = Number(query.get('cursor') ?? 0)
  if (!Number.isSafeInteger(first) || first < 0)
    throw malformed('cursor is not one that was given out')
  const page = account.orders.slice(first, first + knobs.ordersPerPage)
  const next = first + knobs.ordersPerPage
  const more = next < account.orders.length
  const shown = page.filter((order) => orderStatus(context, order) !== 'invalid')
  return jsonReply(
    context,
    { orders: shown.map((order) => paths.order(order.id)) },
    { headers: more ? { link: link(`${paths.orders(id)}?cursor=${next}`, 'next') } : {} },
  )
}

/** §7.3.6: "The server SHOULD cancel any pending operations authorized by the account's key". */
function deactivate(account: Account): void {
  account.status = 'deactivated'
  for (const order of account.orders) {
    if (order.stage === 'open') order.stage = 'invalid'
  }
}

function newAccountReply(context: CaContext, account: Account, status: number): Reply {
  const headers = { location: context.paths.account(account.id) }
  return jsonReply(context, accountJson(context, account), { status, headers })
}

/** RFC 8555 §7.1.2 */
function accountJson({ knobs, paths }: CaContext, account: Account): object {
  const { id, contact, externalAccountBinding, status, termsOfServiceAgreed } = account
  return {
    status,
    ...(contact.length === 0 ? {} : { contact }),
    ...(termsOfServiceAgreed ? { termsOfServiceAgreed } : {}),
    ...(externalAccountBinding === undefined ? {} : { externalAccountBinding }),
    ...(knobs.ordersList ? { orders: paths.orders(id) } : {}),
  }
}
