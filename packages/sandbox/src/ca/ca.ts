import { isIP } from 'node:net'
import { systemClock } from '../clock.ts'
import { isLoopback } from '../loopback.ts'
import type { CaContext } from './context.ts'
import { createExchange, type LoggedRequest } from './exchange.ts'
import { type Identifier } from './identifiers.ts'
import { createNonces } from './nonces.ts'
import { allowNonLoopback, knobsFrom, type CaOptions } from './options.ts'
import { pathsAt } from './paths.ts'
import { emptyRecords, type Certificate, type Order, type Revocation } from './records.ts'
import { certificateIdOf, type RenewalOverride } from './renewal-info.ts'
import { listen } from './server.ts'
import { orderStatus, type OrderStatus } from './status.ts'
import { changeTerms } from './terms.ts'
import { createWork } from './work.ts'

/** An order as the CA has it, for tests. */
export interface OrderView {
  readonly url: string
  readonly accountUrl: string
  readonly status: OrderStatus
  readonly identifiers: readonly Identifier[]
  readonly profile?: string
  /** The certificate that it is to replace, by its `certificateId`. */
  readonly replaces?: string
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
}

/** A certificate's standing: what a CRL says, without the list. */
export interface CertificateStatus {
  readonly status: 'good' | 'revoked'
  readonly revoked?: Revocation
}

/** An ACME server that answers until it is closed. */
export interface RunningCa {
  readonly directoryUrl: string
  /** The origin, e.g. `https://127.0.0.1:14000`. */
  readonly url: string
  /** What a client must trust to talk to the CA, and to believe its certificates. */
  readonly rootPem: string
  /** Every request so far, oldest first. */
  readonly requests: readonly LoggedRequest[]
  orders(): readonly OrderView[]
  certificates(): readonly CertificateView[]
  /** By serial, as in {@link CertificateView}; `undefined` where the CA issued no such certificate. */
  certificateStatus(serial: string): CertificateStatus | undefined
  /**
   * Suggests this window for a certificate, by its serial as in {@link CertificateView}, until it is given `undefined`.
   * False where the CA issued no such certificate.
   */
  suggestRenewal(serial: string, window: RenewalOverride | undefined): boolean
  /** Has other terms from now on, to which a person must agree for each account (RFC 8555 §7.3.3). */
  changeTerms(url: string): void
  /** Loses an account, as a CA does whose database was reset. False where there is none at the URL. */
  forgetAccount(url: string): boolean
  /** Cuts every connection and ends all work. */
  close(): Promise<void>
}

/**
 * Starts an ACME server (RFC 8555) whose defaults hurt: what a correct client does not notice, a lucky
 * one stumbles over. Rejects with a `TypeError` for options it cannot honour.
 */
export async function startCa(options: CaOptions): Promise<RunningCa> {
  const { authority, clock = systemClock, host = '127.0.0.1', port = 0 } = options
  const { names = ['localhost', '127.0.0.1', '::1'], validate } = options
  if (host !== 'localhost' && !isLoopback(host) && options[allowNonLoopback] !== true) {
    throw new TypeError(
      `${host} is not a loopback address; pass [allowNonLoopback]: true to mean it`,
    )
  }
  const termsOf = (origin: string): string => pathsAt(origin).terms
  // Once more below, where the origin is known; here so that a wrong knob opens no port.
  knobsFrom(options, termsOf(''))
  const certified = await authority.serverCertificate(
    names.filter((name) => isIP(name) === 0),
    names.filter((name) => isIP(name) !== 0),
  )
  const server = await listen({ host, port, ...certified })
  const knobs = knobsFrom(options, termsOf(server.origin))
  const context: CaContext = {
    authority,
    validate,
    clock,
    knobs,
    nonces: createNonces({
      clock,
      ttlMs: knobs.nonceTtlMs,
      rejectPercent: knobs.nonceRejectPercent,
    }),
    paths: pathsAt(server.origin),
    records: emptyRecords(knobs.termsOfService),
    work: createWork(knobs.validationConcurrency),
  }
  const requests: LoggedRequest[] = []
  server.serve(createExchange(context, (entry) => requests.push(entry)))
  return {
    ...views(context),
    directoryUrl: context.paths.directory,
    url: server.origin,
    rootPem: authority.rootPem,
    requests,
    async close() {
      await Promise.all([server.close(), context.work.close()])
    },
  }
}

function views(
  context: CaContext,
): Pick<
  RunningCa,
  | 'orders'
  | 'certificates'
  | 'certificateStatus'
  | 'suggestRenewal'
  | 'changeTerms'
  | 'forgetAccount'
> {
  const { paths, records } = context
  const certificateOf = (serial: string): Certificate | undefined =>
    [...records.certificates.values()].find(({ leaf }) => leaf.serial === serial)
  return {
    orders: () => [...records.orders.values()].map((order) => orderView(context, order)),
    certificates: () =>
      [...records.certificates.values()].map((one) => certificateView(context, one)),
    certificateStatus(serial) {
      const found = certificateOf(serial)
      if (found === undefined) return undefined
      const { revoked } = found
      return revoked === undefined ? { status: 'good' } : { status: 'revoked', revoked }
    },
    suggestRenewal(serial, window) {
      const found = certificateOf(serial)
      if (found === undefined) return false
      if (window === undefined) delete found.renewal
      else found.renewal = window
      return true
    },
    changeTerms: (url) => changeTerms(context, url),
    forgetAccount: (url) => records.accounts.delete(url.slice(paths.account('').length)),
  }
}

function orderView(context: CaContext, order: Order): OrderView {
  const { paths } = context
  const { account, id, identifiers, profile, replaces } = order
  return {
    url: paths.order(id),
    accountUrl: paths.account(account.id),
    status: orderStatus(context, order),
    identifiers,
    ...(profile === undefined ? {} : { profile }),
    ...(replaces === undefined ? {} : { replaces }),
  }
}

function certificateView(context: CaContext, certificate: Certificate): CertificateView {
  const { paths } = context
  const { account, id, identifiers, leaf, revoked } = certificate
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
  }
}
