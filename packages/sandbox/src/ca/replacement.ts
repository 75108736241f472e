import type { CaContext } from './context.ts'
import { identifierKey, type Identifier } from './identifiers.ts'
import { AcmeProblem, malformed, notFound, unauthorized } from './problem.ts'
import type { Account, Certificate } from './records.ts'
import { certificateBy } from './renewal-info.ts'
import { orderStatus } from './status.ts'

/** How every order that replaces a certificate is refused; `none` where it is looked at. */
export type ReplacementRefusal =
  | 'none'
  | 'alreadyReplaced'
  | 'conflict'
  | 'malformed'
  | 'notFound'
  | 'serverInternal'
  | 'unauthorized'

/** A certificate that an order is to replace, and the name that the order gave it. */
export interface Replaced {
  readonly id: string
  readonly certificate: Certificate
}

/** RFC 9773 §5: the certificate that an order says it replaces; refused where it may not. */
export function replacedBy(
  context: CaContext,
  account: Account,
  { replaces, identifiers }: { replaces: unknown; identifiers: readonly Identifier[] },
): Replaced | undefined {
  if (!context.knobs.renewalInfo) return undefined
  if (replaces === undefined || replaces === null || replaces === '') return undefined
  if (typeof replaces !== 'string') throw malformed('replaces is not a string')
  refuseAll(context)
  const { replacementPolicy } = context.knobs.rules
  const certificate = certificateBy(context, replaces)
  if (certificate === undefined) {
    if (replacementPolicy) throw notFound('certificate to replace')
    throw serverInternal('there is no certificate to replace')
  }
  if (certificate.account !== account) throw unauthorized("the certificate is another account's")
  refuseReplaced(context, replaces)
  const keys = new Set(certificate.identifiers.map(identifierKey))
  if (!identifiers.some((identifier) => keys.has(identifierKey(identifier)))) {
    const detail = 'the order has no identifier of the certificate'
    throw replacementPolicy ? malformed(detail) : serverInternal(detail)
  }
  return { id: replaces, certificate }
}

/** "not already been marked as replaced by a different Order that is not 'invalid'" */
function refuseReplaced(context: CaContext, replaces: string): void {
  const isReplaced = [...context.records.orders.values()].some(
    (order) => order.replaces === replaces && orderStatus(context, order) !== 'invalid',
  )
  if (isReplaced) throw alreadyReplaced()
}

function refuseAll({ knobs }: CaContext): void {
  switch (knobs.replacesRefusal) {
    case 'none':
      return
    case 'alreadyReplaced':
      throw alreadyReplaced()
    // What draft -03 called it.
    case 'conflict':
      throw new AcmeProblem('conflict', 'the certificate is replaced already', { status: 409 })
    case 'malformed':
      throw malformed('the certificate cannot be replaced')
    case 'notFound':
      throw notFound('certificate to replace')
    case 'serverInternal':
      throw serverInternal('the certificate to replace cannot be looked at')
    case 'unauthorized':
      throw unauthorized("the certificate is another account's")
  }
}

function alreadyReplaced(): AcmeProblem {
  const detail = 'another order has replaced the certificate or is about to'
  return new AcmeProblem('alreadyReplaced', detail, { status: 409 })
}

function serverInternal(detail: string): AcmeProblem {
  return new AcmeProblem('serverInternal', detail, { status: 500 })
}
