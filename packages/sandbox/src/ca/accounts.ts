import { randomText } from './chance.ts'
import type { CaContext } from './context.ts'
import { readBinding } from './external-account-binding.ts'
import { AcmeProblem, malformed, unauthorized } from './problem.ts'
import { accountByKey, type Account } from './records.ts'
import { jsonReply, link, type Reply } from './reply.ts'
import { accountOf, payloadObject, type SignedRequest } from './signed-request.ts'
import { orderStatus } from './status.ts'
import { termsRequired } from './terms.ts'

/** RFC 8555 §7.3, §7.3.1 */
export function newAccount(context: CaContext, request: SignedRequest): Reply {
  const { clock, knobs, records } = context
  const { contact, externalAccountBinding, onlyReturnExisting, termsOfServiceAgreed } =
    payloadObject(request)
  const existing = accountByKey(records, request.signingKey.thumbprint)
  if (existing?.status === 'deactivated')
    throw unauthorized('the account of this key is deactivated')
  if (existing !== undefined) return newAccountReply(context, existing, 200)
  if (onlyReturnExisting === true) {
    throw new AcmeProblem('accountDoesNotExist', 'no account has this key')
  }
  const { termsOfService } = records
  if (termsOfService !== false && termsOfServiceAgreed !== true) {
    throw termsRequired(termsOfService, termsOfService)
  }
  const { signingKey } = request
  const binding = readBinding(context, externalAccountBinding, { url: request.url, signingKey })
  const account: Account = {
    id: randomText(clock, 8),
    signingKey,
    ...(binding === undefined ? {} : { externalAccountBinding: binding.shown }),
    termsOfServiceAgreed: termsOfServiceAgreed === true,
    mustAgree: false,
    orders: [],
    status: 'valid',
    contact: readContact(contact, knobs.maxContacts) ?? [],
  }
  records.accounts.set(account.id, account)
  if (binding !== undefined) records.boundKeyIds.add(binding.keyId)
  return newAccountReply(context, account, 201)
}

/** RFC 8555 §7.3.2, §7.3.6; with an empty payload the account is only shown. */
export function updateAccount(context: CaContext, request: SignedRequest, id: string): Reply {
  const account = accountOf(request)
  if (account.id !== id) throw unauthorized('the account is not yours')
  if (request.payload.length === 0) return jsonReply(context, accountJson(context, account))
  const update = payloadObject(request)
  if (Object.keys(update).length === 0) throw malformed('the update is empty; to read, POST as GET')
  if (update['status'] !== undefined && update['status'] !== 'deactivated') {
    throw malformed('the only status that an account can be given is deactivated')
  }
  account.contact = readContact(update['contact'], context.knobs.maxContacts) ?? account.contact
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
function accountJson({ paths }: CaContext, account: Account): object {
  const { id, contact, externalAccountBinding, status, termsOfServiceAgreed } = account
  return {
    status,
    ...(contact.length === 0 ? {} : { contact }),
    ...(termsOfServiceAgreed ? { termsOfServiceAgreed } : {}),
    ...(externalAccountBinding === undefined ? {} : { externalAccountBinding }),
    orders: paths.orders(id),
  }
}

/** RFC 8555 §7.3; `undefined` where the request says nothing of contacts. */
function readContact(value: unknown, most: number): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value) || !value.every((entry) => typeof entry === 'string')) {
    throw malformed('contact is not an array of strings')
  }
  if (value.length > most) throw malformed(`contact has more than ${most} entries`)
  for (const url of value) checkContact(url)
  return value
}

function checkContact(url: string): void {
  const invalid = (why: string): AcmeProblem =>
    new AcmeProblem('invalidContact', `a contact ${why}`)
  if (url === '') throw invalid('is empty')
  if (url.length > 320) throw invalid('is longer than 320 characters')
  if (!/^[\x21-\x7e]+$/.test(url)) throw invalid('has characters other than printable ASCII')
  const [, scheme = '', address = ''] = /^([a-z][a-z0-9+.-]*):(.*)$/i.exec(url) ?? []
  if (scheme.toLowerCase() !== 'mailto') {
    throw new AcmeProblem(
      'unsupportedContact',
      'a contact is not a mailto: URL, the only kind taken',
    )
  }
  // §7.3: no "hfields" and no "more than one 'addr-spec' in the 'to' component"
  if (/[?,]/.test(address)) throw invalid('has header fields or more than one address')
  const label = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?'
  const mailbox = new RegExp(`^[^@"(),:;<>[\\]\\\\]+@${label}(?:\\.${label})+$`, 'i')
  if (!mailbox.test(address)) throw invalid('is not an e-mail address')
}
