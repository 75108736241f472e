import { isIP } from 'node:net'
import { systemClock } from '../clock.ts'
import { isLoopback } from '../loopback.ts'
import type { CaContext } from './context.ts'
import { createExchange, type LoggedRequest } from './exchange.ts'
import { createFaultRules, type Faults, type FaultRules } from './faults.ts'
import { announceIncident, type Incident } from './incident.ts'
import { knobsFrom, onlyKnobs } from './knobs.ts'
import { createNonces } from './nonces.ts'
import { allowNonLoopback, type CaKnobs, type CaOptions } from './options.ts'
import { pathsAt } from './paths.ts'
import { createBuckets } from './rate-limit.ts'
import { emptyRecords, type Certificate } from './records.ts'
import type { RenewalOverride } from './renewal-info.ts'
import { listenPlainly } from './repository.ts'
import { revocationList } from './revocation.ts'
import { listen } from './server.ts'
import { changeTerms } from './terms.ts'
import { createViews, type Views } from './views.ts'
import { createWork } from './work.ts'

/**
 * Knobs that can be changed while the CA runs; `null` puts a default back. Terms and faults have calls
 * of their own, and validation is told at the start who the CA is.
 */
export type KnobChanges = {
  readonly [K in Exclude<keyof CaKnobs, StandingKnob>]?: CaKnobs[K] | null
}
type StandingKnob = 'termsOfService' | 'faults' | 'caaIdentities'

/** An ACME server that answers until it is closed. */
export interface RunningCa extends Views {
  readonly directoryUrl: string
  /** The origin, e.g. `https://127.0.0.1:14000`. */
  readonly url: string
  /** What a client must trust to talk to the CA, and to believe its certificates. */
  readonly rootPem: string
  /** Where certificates say that the CRL is, over plain HTTP. */
  readonly crlUrl: string
  /** Every request so far, oldest first. */
  readonly requests: readonly LoggedRequest[]
  forgetRequests(): void
  /** The faults in force beside the function that the CA was started with. */
  readonly faults: Omit<FaultRules, 'strike'>
  /** The knobs that differ from the defaults. */
  knobs(): CaKnobs
  /** Changes knobs from now on. Throws a `TypeError` for what it cannot honour, and changes nothing. */
  setKnobs(changes: KnobChanges): void
  /**
   * Suggests this window for a certificate, by its serial as in {@link CertificateView}, until it is given `undefined`.
   * False where the CA issued no such certificate.
   */
  suggestRenewal(serial: string, window: RenewalOverride | undefined): boolean
  /** Revokes a certificate as the CA itself may. False where there is none, or it is revoked already. */
  revoke(serial: string, reason?: number): boolean
  /** Suggests that certificates be renewed now, and revokes them later. Gives their serials. */
  announceIncident(incident?: Incident): readonly string[]
  /** Has other terms from now on, to which a person must agree for each account (RFC 8555 §7.3.3). */
  changeTerms(url: string): void
  /** Loses an account, as a CA does whose database was reset. False where there is none at the URL. */
  forgetAccount(url: string): boolean
  /** What is revoked now, as a CRL in DER. */
  crl(): Promise<Uint8Array>
  /** Cuts every connection and ends all work. */
  close(): Promise<void>
}

/**
 * Starts an ACME server (RFC 8555) whose defaults hurt: what a correct client does not notice, a lucky
 * one stumbles over. Rejects with a `TypeError` for options it cannot honour.
 */
export async function startCa(options: CaOptions): Promise<RunningCa> {
  const { authority, host = '127.0.0.1', port = 0, repositoryPort = 0 } = options
  const { names = ['localhost', '127.0.0.1', '::1'], faults = [] } = options
  if (host !== 'localhost' && !isLoopback(host) && options[allowNonLoopback] !== true) {
    throw new TypeError(
      `${host} is not a loopback address; pass [allowNonLoopback]: true to mean it`,
    )
  }
  // Once more below, where the origin is known; here so that a wrong knob opens no port.
  knobsFrom(options, '')
  const certified = await authority.serverCertificate(
    names.filter((name) => isIP(name) === 0),
    names.filter((name) => isIP(name) !== 0),
  )
  const server = await listen({ host, port, ...certified })
  const repository = await listenPlainly({ host, port: repositoryPort }).catch(async (error) => {
    await server.close()
    throw error
  })
  const { context, ...changing } = contextOf(options, [server.origin, repository.origin])
  repository.serve({
    '/crl': { type: 'application/pkix-crl', der: async () => revocationList(context) },
    '/issuer': { type: 'application/pkix-cert', der: async () => authority.issuerDer },
  })
  const requests: LoggedRequest[] = []
  const log = (entry: LoggedRequest): void => void requests.push(entry)
  const byFunction: Faults = typeof faults === 'function' ? faults : () => undefined
  server.serve(createExchange(context, { log, faults: byFunction }))
  return {
    ...createViews(context),
    ...operations(context),
    ...changing,
    directoryUrl: context.paths.directory,
    url: server.origin,
    rootPem: authority.rootPem,
    crlUrl: context.paths.publicCrl,
    requests,
    forgetRequests: () => void requests.splice(0),
    async close() {
      await Promise.all([server.close(), repository.close(), context.work.close()])
    },
  }
}

/** The context, and what changes its knobs. */
function contextOf(
  options: CaOptions,
  [origin, repository]: readonly [string, string],
): { context: CaContext } & Pick<RunningCa, 'knobs' | 'setKnobs'> {
  const { authority, validate, clock = systemClock, faults = [] } = options
  const { recheckCaa = async () => ({ record: {} }) } = options
  const paths = pathsAt(origin, repository)
  let given: CaKnobs = options
  let knobs = knobsFrom(given, paths.terms)
  const rules = createFaultRules(clock)
  if (typeof faults !== 'function') for (const rule of faults) rules.add(rule)
  return {
    context: {
      authority,
      validate,
      recheckCaa,
      clock,
      get knobs() {
        return knobs
      },
      faults: rules,
      buckets: createBuckets(clock),
      nonces: createNonces({ clock, knobs: () => knobs }),
      paths,
      records: emptyRecords(knobs.termsOfService),
      work: createWork(() => knobs.validationConcurrency),
    },
    knobs: () => onlyKnobs(given),
    setKnobs(changes) {
      const merged = { ...given, ...changes }
      const kept = Object.entries(merged).filter(([, value]) => value !== null)
      const changed: CaKnobs = Object.fromEntries(kept)
      knobs = knobsFrom(changed, paths.terms)
      given = changed
    },
  }
}

function operations(
  context: CaContext,
): Pick<
  RunningCa,
  | 'faults'
  | 'suggestRenewal'
  | 'revoke'
  | 'announceIncident'
  | 'changeTerms'
  | 'forgetAccount'
  | 'crl'
> {
  const { clock, faults, paths, records } = context
  const certificateOf = (serial: string): Certificate | undefined =>
    [...records.certificates.values()].find(({ leaf }) => leaf.serial === serial)
  return {
    faults,
    suggestRenewal(serial, window) {
      const found = certificateOf(serial)
      if (found === undefined) return false
      if (window === undefined) delete found.renewal
      else found.renewal = window
      return true
    },
    revoke(serial, reason = 0) {
      const found = certificateOf(serial)
      if (found === undefined || found.revoked !== undefined) return false
      found.revoked = { at: clock.now(), reason }
      return true
    },
    announceIncident: (incident = {}) => announceIncident(context, incident),
    changeTerms: (url) => changeTerms(context, url),
    forgetAccount: (url) => records.accounts.delete(url.slice(paths.account('').length)),
    crl: async () => revocationList(context),
  }
}
