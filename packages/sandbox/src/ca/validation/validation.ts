import type { Clock } from '../../clock.ts'
import { loopbackAddress } from '../../loopback.ts'
import { checkCaa } from './caa.ts'
import { dns01, dnsAccount01 } from './dns-01.ts'
import { dnsPersist01 } from './dns-persist-01.ts'
import { ValidationFailure } from './failure.ts'
import { http01 } from './http-01.ts'
import { createLookup } from './lookup.ts'
import type { Lookup } from './lookup.ts'
import { socketAddress, type Perspective } from './perspectives.ts'
import { tlsAlpn01 } from './tls-alpn-01.ts'

/** What is to be proven, and by whom. */
export interface Attempt {
  /** The challenge's type, e.g. `dns-01`. */
  readonly type: string
  /** Without `*.`. */
  readonly identifier: { readonly type: string; readonly value: string }
  readonly wildcard: boolean
  readonly token: string
  readonly keyAuthorization: string
  readonly accountUrl: string
  /** Where it is looked from, if not from the CA itself. */
  readonly perspective?: Perspective
  /** What dns-persist-01 records may call the account. Default its URL. */
  readonly accountUris?: readonly string[]
}

export interface ValidationResult {
  /** Absent where control was proven. `type` has no URN in front. */
  readonly problem?: { readonly type: string; readonly detail: string; readonly status: number }
  /** What was asked and connected to, for the challenge object. */
  readonly record: Record<string, unknown>
}

/** Looks for the proof. Rejects only where the signal aborts, or the sandbox itself is at fault. */
export type Validate = (attempt: Attempt, signal: AbortSignal) => Promise<ValidationResult>

export interface ValidationOptions {
  /** The only resolver that is asked. */
  readonly resolver: { readonly address: string; readonly port: number }
  /** Stands for port 80. */
  readonly httpPort: number
  /** Stands for port 443. */
  readonly tlsPort: number
  /** Real time, whatever the clock says: it guards real sockets. Default 15 s. */
  readonly timeoutMs?: number
  readonly clock: Clock
  /**
   * The names that stand for this CA in CAA and dns-persist-01 records. Without one, CAA records
   * are not looked at.
   */
  readonly caaIdentities?: readonly string[]
  /**
   * Where on this machine other addresses are to be found, e.g. `{ '8.8.8.8': '127.0.0.1' }`. All
   * others but loopback ones cannot be reached.
   */
  readonly standIns?: Readonly<Record<string, string>>
}

/** One validation's tools. What it learns goes into `record`, also where it fails. */
export interface Reach {
  readonly lookup: Lookup
  readonly httpPort: number
  readonly tlsPort: number
  readonly clock: Clock
  readonly caaIdentities: readonly string[]
  readonly standIns: Readonly<Record<string, string>>
  readonly record: Record<string, unknown>
  readonly signal: AbortSignal
}

type Method = (attempt: Attempt, reach: Reach) => Promise<void>

const methods = new Map<string, Method>([
  ['http-01', http01],
  ['dns-01', dns01],
  ['dns-account-01', dnsAccount01],
  ['dns-persist-01', dnsPersist01],
  ['tls-alpn-01', tlsAlpn01],
])

/** Makes the validator: it connects to what the resolver names, on loopback addresses only. */
export function createValidation(options: ValidationOptions): Validate {
  return validator(options, async (attempt, reach) => {
    const method = methods.get(attempt.type)
    if (!method) throw new ValidationFailure('malformed', `unknown challenge ${attempt.type}`)
    await method(attempt, reach)
    await checkCaa(attempt, reach)
  })
}

/** Makes what looks at CAA alone, for what was proven a while ago. */
export function createCaaCheck(options: ValidationOptions): Validate {
  return validator(options, checkCaa)
}

function validator(options: ValidationOptions, look: Method): Validate {
  const { resolver, httpPort, tlsPort, timeoutMs = 15_000, clock } = options
  const { caaIdentities = [], standIns = {} } = options
  for (const address of Object.values(standIns)) loopbackAddress(address)

  return async (attempt, signal) => {
    const deadline = AbortSignal.timeout(timeoutMs)
    const ending = AbortSignal.any([signal, deadline])
    const record: Record<string, unknown> = { hostname: attempt.identifier.value }
    const { resolver: own } = attempt.perspective ?? {}
    const lookup = createLookup(own === undefined ? resolver : socketAddress(own), ending)
    const common = { lookup, httpPort, tlsPort, clock, caaIdentities, standIns }
    try {
      await look(attempt, { ...common, record, signal: ending })
      return { record }
    } catch (error) {
      signal.throwIfAborted()
      const failure = deadline.aborted
        ? new ValidationFailure(
            'connection',
            `Timeout during ${attempt.type} after ${timeoutMs} ms`,
          )
        : error
      if (!(failure instanceof ValidationFailure)) throw failure
      const { type, message: detail, status } = failure
      return { problem: { type, detail, status }, record }
    }
  }
}
