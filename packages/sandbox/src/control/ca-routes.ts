import type { KnobChanges, RunningCa } from '../ca/ca.ts'
import type { FaultRule } from '../ca/faults.ts'
import type { Incident } from '../ca/incident.ts'
import { faultRuleMembers } from '../ca/knob-shapes.ts'
import type { RenewalOverride } from '../ca/renewal-info.ts'
import { count, duration, list, object, text } from '../shape/shape.ts'
import { ControlError, demandFound } from './route.ts'
import type { ControlRequest, Route } from './route.ts'
import {
  accountShape,
  certificateShape,
  knobChanges,
  knobsReply,
  orderShape,
  renewalShape,
  requestShape,
  serialsShape,
} from './shapes.ts'

/** The CA that the path names. */
export function caOf({ sandbox, path: { ca = '' } }: ControlRequest): RunningCa {
  const found = Object.hasOwn(sandbox.cas, ca) ? sandbox.cas[ca]?.ca : undefined
  if (found === undefined) throw new ControlError(404, `there is no CA ${ca}`)
  return found
}

const faultRule = object(faultRuleMembers)
const faultInForce = object({
  id: { shape: text, required: true },
  rule: { shape: faultRule, required: true },
  struck: { shape: count, required: true, says: 'How many requests it has hit.' },
})
const none = { status: 204 } as const

const knobRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/cas/{ca}/knobs',
    id: 'listKnobs',
    says: 'The knobs that are set.',
    reply: { status: 200, shape: knobsReply },
    act: (request) => caOf(request).knobs(),
  },
  {
    method: 'PATCH',
    path: '/cas/{ca}/knobs',
    id: 'setKnobs',
    says: 'Changes knobs from now on; null puts a default back.',
    body: knobChanges,
    reply: { status: 200, shape: knobsReply },
    act(request) {
      const ca = caOf(request)
      try {
        ca.setKnobs(request.body as KnobChanges)
      } catch (error) {
        if (!(error instanceof TypeError)) throw error
        throw new ControlError(400, error.message)
      }
      return ca.knobs()
    },
  },
  {
    method: 'PUT',
    path: '/cas/{ca}/terms',
    id: 'changeTerms',
    says: 'Has other terms, to which a person must agree for each account.',
    body: object({ url: { shape: text, required: true } }),
    reply: none,
    act: (request) => caOf(request).changeTerms((request.body as { url: string }).url),
  },
]

const faultRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/cas/{ca}/faults',
    id: 'listFaults',
    says: 'The faults in force.',
    reply: { status: 200, shape: list(faultInForce) },
    act: (request) => caOf(request).faults.list(),
  },
  {
    method: 'POST',
    path: '/cas/{ca}/faults',
    id: 'addFault',
    says: 'Puts a fault in force, for all requests or those to one endpoint.',
    body: faultRule,
    reply: { status: 201, shape: object({ id: { shape: text, required: true } }) },
    act: (request) => ({ id: caOf(request).faults.add(request.body as FaultRule) }),
  },
  {
    method: 'DELETE',
    path: '/cas/{ca}/faults/{id}',
    id: 'removeFault',
    says: 'Takes a fault back.',
    reply: none,
    act: (request) => demandFound(caOf(request).faults.remove(request.path['id'] ?? ''), 'fault'),
  },
]

const recordRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/cas/{ca}/accounts',
    id: 'listAccounts',
    says: 'The accounts that the CA has.',
    reply: { status: 200, shape: list(accountShape) },
    act: (request) => caOf(request).accounts(),
  },
  {
    method: 'POST',
    path: '/cas/{ca}/accounts/forget',
    id: 'forgetAccount',
    says: 'Loses an account, as a CA does whose database was reset.',
    body: object({ url: { shape: text, required: true } }),
    reply: none,
    act(request) {
      const { url } = request.body as { url: string }
      demandFound(caOf(request).forgetAccount(url), 'account')
    },
  },
  {
    method: 'GET',
    path: '/cas/{ca}/orders',
    id: 'listOrders',
    says: 'The orders as they stand, oldest first.',
    reply: { status: 200, shape: list(orderShape) },
    act: (request) => caOf(request).orders(),
  },
  {
    method: 'GET',
    path: '/cas/{ca}/requests',
    id: 'listRequests',
    says: 'What the CA was asked and what it answered, oldest first.',
    query: { after: { shape: count, says: 'How many of the oldest to leave out.' } },
    reply: { status: 200, shape: list(requestShape) },
    act: (request) => caOf(request).requests.slice(Number(request.query['after'] ?? 0)),
  },
  {
    method: 'DELETE',
    path: '/cas/{ca}/requests',
    id: 'forgetRequests',
    says: 'Forgets what it was asked so far.',
    reply: none,
    act: (request) => caOf(request).forgetRequests(),
  },
]

const certificateRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/cas/{ca}/certificates',
    id: 'listCertificates',
    says: 'The certificates that the CA has issued, oldest first.',
    reply: { status: 200, shape: list(certificateShape) },
    act: (request) => caOf(request).certificates(),
  },
  {
    method: 'GET',
    path: '/cas/{ca}/certificates/{serial}',
    id: 'showCertificate',
    says: 'One of them.',
    reply: { status: 200, shape: certificateShape },
    act(request) {
      const { serial } = request.path
      const found = caOf(request)
        .certificates()
        .find((one) => one.serial === serial)
      demandFound(found !== undefined, 'certificate')
      return found
    },
  },
  {
    method: 'POST',
    path: '/cas/{ca}/certificates/{serial}/revoke',
    id: 'revoke',
    says: 'Revokes a certificate, as the CA itself may.',
    body: object({ reason: { shape: count, says: 'RFC 5280 §5.3.1. Default 0.' } }),
    reply: none,
    act(request) {
      const { reason } = request.body as { reason?: number }
      const { serial = '' } = request.path
      const ca = caOf(request)
      demandFound(ca.certificateStatus(serial) !== undefined, 'certificate')
      if (!ca.revoke(serial, reason)) throw new ControlError(409, 'it has been revoked before')
    },
  },
  {
    method: 'PUT',
    path: '/cas/{ca}/certificates/{serial}/renewal',
    id: 'suggestRenewal',
    says: 'Has renewal information say this of a certificate, right or wrong; "missing" is 404.',
    body: renewalShape,
    reply: none,
    act(request) {
      const { serial = '' } = request.path
      const window = request.body as RenewalOverride
      demandFound(caOf(request).suggestRenewal(serial, window), 'certificate')
    },
  },
  {
    method: 'DELETE',
    path: '/cas/{ca}/certificates/{serial}/renewal',
    id: 'forgetRenewal',
    says: 'Has renewal information say the usual again.',
    reply: none,
    act(request) {
      const { serial = '' } = request.path
      demandFound(caOf(request).suggestRenewal(serial, undefined), 'certificate')
    },
  },
  {
    method: 'POST',
    path: '/cas/{ca}/incidents',
    id: 'announceIncident',
    says: 'Begins a mass revocation: certificates should be renewed now, and are revoked later.',
    body: object({
      serials: { shape: list(text), says: 'Default all that are valid.' },
      explanationUrl: { shape: text },
      revokeAfterMs: { shape: duration, says: 'In the time of the clock. Default never.' },
      reason: { shape: count, says: 'RFC 5280 §5.3.1. Default 4, superseded.' },
    }),
    reply: { status: 201, shape: serialsShape },
    act: (request) => ({ serials: caOf(request).announceIncident(request.body as Incident) }),
  },
  {
    method: 'GET',
    path: '/cas/{ca}/crl',
    id: 'showCrl',
    says: 'The list of what is revoked now, DER.',
    reply: { status: 200, media: 'application/pkix-crl' },
    act: async (request) => caOf(request).crl(),
  },
]

/** What can be looked at in a CA, and changed. */
export const caRoutes: readonly Route[] = [
  ...knobRoutes,
  ...faultRoutes,
  ...recordRoutes,
  ...certificateRoutes,
]
