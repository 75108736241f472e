import { knobsShape } from '../ca/knob-shapes.ts'
import type { AccountView, CertificateView, OrderView } from '../ca/views.ts'
import type { LoggedRequest } from '../ca/exchange.ts'
import type { DnsExchange } from '../dns/respond.ts'
import type { Member, Members, Shape } from '../shape/shape.ts'
import { anything, choice, count, either, flag, list, object, port, text } from '../shape/shape.ts'

type MembersOf<T> = { readonly [K in keyof T]-?: Member }

const moment: Shape = { is: 'number' }
const required = (shape: Shape, says?: string): Member => ({
  shape,
  required: true,
  ...(says === undefined ? {} : { says }),
})
const at = required(moment, 'Milliseconds since the Unix epoch.')

const identifiers = list(object({ type: required(choice('dns', 'ip')), value: required(text) }))
const problem: Shape = { is: 'map', of: anything }
const revoked = object({ at, reason: required(count, 'RFC 5280 §5.3.1') })

/** A window of renewal information. */
export const windowShape = object({
  start: at,
  end: at,
  explanationUrl: { shape: text },
})
export const renewalShape = either(windowShape, choice('missing'))

const account: MembersOf<AccountView> = {
  url: required(text),
  status: required(choice('valid', 'deactivated')),
  contact: required(list(text)),
  thumbprint: required(text),
  mustAgree: required(flag),
  paused: required(list(text)),
}
const order: MembersOf<OrderView> = {
  url: required(text),
  accountUrl: required(text),
  status: required(choice('pending', 'ready', 'processing', 'valid', 'invalid')),
  identifiers: required(identifiers),
  profile: { shape: text },
  replaces: { shape: text },
  error: { shape: problem },
  certificateUrl: { shape: text },
}
const certificate: MembersOf<CertificateView> = {
  url: required(text),
  accountUrl: required(text),
  identifiers: required(identifiers),
  serial: required(text, 'Lower-case hex of the octets, a leading 00 kept.'),
  certificateId: required(text, 'Its name in renewal information (RFC 9773 §4.1).'),
  chainPem: required(text),
  notBefore: at,
  notAfter: at,
  revoked: { shape: revoked },
  renewal: { shape: renewalShape },
}
const request: MembersOf<LoggedRequest> = {
  at,
  method: required(text),
  path: required(text),
  endpoint: required(text, 'The resource by its RFC name.'),
  status: required(count, '0 where the connection was cut.'),
  userAgent: { shape: text },
  account: { shape: text },
  payload: { shape: anything, says: 'What was signed.' },
  problem: { shape: problem },
  fault: { shape: choice(true), says: 'A fault struck it.' },
}
const exchange: MembersOf<DnsExchange> = {
  at,
  transport: required(choice('udp', 'tcp')),
  operation: required(choice('query', 'update', 'other')),
  name: required(text),
  type: required(text),
  rcode: required(text),
  signedBy: { shape: text },
}

export const accountShape = object(account)
export const orderShape = object(order)
export const certificateShape = object(certificate)
export const requestShape = object(request)
export const exchangeShape = object(exchange)
export const serialsShape = object({ serials: required(list(text)) })

const caMembers: Members = {
  name: required(text),
  directoryUrl: required(text),
  crlUrl: required(text),
  rootPem: required(text, 'The root to trust, new at each start.'),
  rootPems: required(list(text)),
}
export const caShape = object(caMembers)

/** What can be reached. */
export const sandboxShape = object({
  zones: required(list(text)),
  resolver: required(text),
  httpPort: required(port, 'Where http-01 is looked for.'),
  tlsPort: required(port, 'Where tls-alpn-01 is looked for.'),
  cas: required(list(caShape)),
})

export const clockShape = object({ now: at, text: required(text, 'The same as RFC 3339 has it.') })

/** Knobs as they are told. */
export const knobsReply = knobsShape
/** Knobs as they are changed: what a CA is told at its start alone is left out. */
export const knobChanges = object(
  Object.fromEntries(
    Object.entries(knobsShape.members)
      .filter(([name]) => !['termsOfService', 'faults', 'caaIdentities'].includes(name))
      .map(([name, { shape, says }]) => [name, { shape: either(shape, choice(null)), says }]),
  ),
)

const data = {
  caa: object({ critical: { shape: flag }, tag: required(text), value: required(text) }),
  mx: object({ preference: required(count), exchange: required(text) }),
}
const recordTypes = ['A', 'AAAA', 'CAA', 'CNAME', 'MX', 'NS', 'PTR', 'TXT'] as const
const recordData = either(text, list(text), data.caa, data.mx)
export const recordType = choice(...recordTypes)

/** A DNS record that is put into a zone. */
export const recordShape = object({
  name: required(text),
  type: required(recordType),
  ttl: { shape: count, says: 'Seconds. Default 60.' },
  data: required(recordData, 'A string; for CAA and MX an object.'),
})
/** A DNS record that stands in a zone, SOA among them. */
export const standingRecord = object({
  name: required(text),
  type: required(text),
  ttl: { shape: count },
  data: required(anything),
})
/** Which records are meant: those of a name, of a type, or the one with this data. */
export const recordMatch = object({
  name: required(text),
  type: { shape: recordType },
  data: { shape: recordData },
})
