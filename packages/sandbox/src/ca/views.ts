import type { CaContext } from './context.ts'
import type { Identifier } from './identifiers.ts'
import type { ProblemDocument } from './problem.ts'
import type { Account, Certificate, Order, Revocation } from './records.ts'
import { certificateIdOf, type RenewalOverride } from './renewal-info.ts'
import { orderStatus, type OrderStatus } from './status.ts'

/** An account as the CA has it, for tests. */
export interface AccountView {
  readonly url: string
  readonly status: Account['status']
  readonly contact: readonly string[]
  /** RFC 7638 thumbprint of its key, base64url. */
  readonly thumbprint: string
  /** Whether the terms have changed since a person agreed. */
  readonly mustAgree: boolean
  /** The names that it may not order for the time being, since they failed too often. */
  readonly paused: readonly string[]
}

/** An order as the CA has it, for tests. */
export interface OrderView {
  readonly url: string
  readonly accountUrl: string
  readonly status: OrderStatus
  readonly identifiers: readonly Identifier[]
  readonly profile?: string
  /** The certificate that it is to replace, by its `certificateId`. */
  readonly replaces?: string
  readonly error?: ProblemDocument
  /** Once it is valid. */
  readonly certificateUrl?: string
}

/** A certificate as the CA has it, for tests. */
export interface CertificateView {
  readonly url: string
  readonly accountUrl: string
  readonly identifiers: readonly Identifier[]
  /** Lower-case hex of the octets, a leading `00` kept. */
  readonly serial: string
  /** Its name in renewal information and in `replaces` (RFC 9773 §4.1). */
  readonly certificateId: string
  readonly chainPem: string
  readonly notBefore: number
  readonly notAfter: number
  readonly revoked?: Revocation
  /** What renewal information was made to say of it. */
  readonly renewal?: RenewalOverride
}

/** A certificate's standing: what a CRL says, without the list. */
export interface CertificateStatus {
  readonly status: 'good' | 'revoked'
  readonly revoked?: Revocation
}

/** What the CA remembers, as it stands now. */
export interface Views {
  accounts(): readonly AccountView[]
  orders(): readonly OrderView[]
  certificates(): readonly CertificateView[]
  /** By serial, as in {@link CertificateView}; `undefined` where the CA issued no such certificate. */
  certificateStatus(serial: string): CertificateStatus | undefined
}

export function createViews(context: CaContext): Views {
  const { records } = context
  return {
    accounts: () => [...records.accounts.values()].map((account) => accountView(context, account)),
    orders: () => [...records.orders.values()].map((order) => orderView(context, order)),
    certificates: () =>
      [...records.certificates.values()].map((one) => certificateView(context, one)),
    certificateStatus(serial) {
      const found = [...records.certificates.values()].find(({ leaf }) => leaf.serial === serial)
      if (found === undefined) return undefined
      const { revoked } = found
      return revoked === undefined ? { status: 'good' } : { status: 'revoked', revoked }
    },
  }
}

function accountView({ paths }: CaContext, account: Account): AccountView {
  const { id, status, contact, signingKey, mustAgree, paused } = account
  const { thumbprint } = signingKey
  return { url: paths.account(id), status, contact, thumbprint, mustAgree, paused: [...paused] }
}

function orderView(context: CaContext, order: Order): OrderView {
  const { paths } = context
  const { account, certificate, error, id, identifiers, profile, replaces } = order
  return {
    url: paths.order(id),
    accountUrl: paths.account(account.id),
    status: orderStatus(context, order),
    identifiers,
    ...(profile === undefined ? {} : { profile }),
    ...(replaces === undefined ? {} : { replaces }),
    ...(error === undefined ? {} : { error }),
    ...(certificate === undefined ? {} : { certificateUrl: paths.certificate(certificate.id) }),
  }
}

function certificateView(context: CaContext, certificate: Certificate): CertificateView {
  const { paths } = context
  const { account, id, identifiers, leaf, renewal, revoked } = certificate
  const { serial, chainPem, notBefore, notAfter } = leaf
  return {
    url: paths.certificate(id),
    accountUrl: paths.account(account.id),
    identifiers,
    serial,
    certificateId: certificateIdOf(context, certificate),
    chainPem,
    notBefore,
    notAfter,
    ...(revoked === undefined ? {} : { revoked }),
    ...(renewal === undefined ? {} : { renewal }),
  }
}
