import { together, within } from './abort.ts'
import type { Account } from './account.ts'
import {
  getAuthorization,
  newAuthorization,
  type Authorization,
  type NewAuthorization,
} from './authorization.ts'
import type { Client } from './client.ts'
import { AcmeError } from './error.ts'
import { failuresOf } from './failed-authorization.ts'
import {
  fulfilAll,
  type ChallengeJournal,
  type FulfilmentRun,
  type FulfilmentStep,
} from './fulfilment.ts'
import { poll, soon } from './retry.ts'
import type { Solver } from './solver.ts'

/** What `preAuthorize` is asked for, and who helps it. */
export interface PreAuthorizeOptions {
  readonly authorizations: readonly NewAuthorization[]
  /** By preference: of the solvers that fit an authorization the first is taken. */
  readonly solvers: readonly Solver[]
  readonly journal?: ChallengeJournal | undefined
  /** For the whole; by default 10 minutes. */
  readonly deadlineMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Hears how far it is. What it throws is ignored. */
  readonly onStep?: ((step: FulfilmentStep) => void) | undefined
}

/**
 * Proves names before any order (RFC 8555 §7.4.1): orders that come within the life of these authorizations need no
 * challenge. All are asked for, all are answered, all are waited for; the one that fails is
 * `ACME_AUTHORIZATION_INVALID`. Authorizations that the account has already are taken as they are.
 */
export async function preAuthorize(
  client: Client,
  account: Account,
  options: PreAuthorizeOptions,
): Promise<readonly Authorization[]> {
  const { authorizations: wanted, deadlineMs = 600_000, signal } = options
  const late = (): AcmeError =>
    new AcmeError('ACME_DEADLINE', `the names are not authorized within ${deadlineMs} ms`)
  return within({ limitMs: deadlineMs, signal, late }, async (signal) => {
    const run = preAuthorizationRun(client, account, options, signal)
    const asked: Authorization[] = []
    for (const one of wanted) {
      asked.push(await newAuthorization(client, account, one, run.rest()))
    }
    return fulfilAll(run, asked, {
      failure: authorizationsInvalid,
      decided: async (firstMs) => allValid(await decidedAll(run, asked, firstMs)),
    })
  })
}

function preAuthorizationRun(
  client: Client,
  account: Account,
  options: PreAuthorizeOptions,
  signal: AbortSignal,
): FulfilmentRun {
  const deadline = client.host.now() + (options.deadlineMs ?? 600_000)
  return {
    client,
    account,
    options,
    signal,
    rest: () => ({ signal, deadlineMs: Math.max(deadline - client.host.now(), 0) }),
    tell(step) {
      try {
        options.onStep?.(step)
      } catch {
        // A listener's fault is not the authorization's.
      }
    },
  }
}

async function decidedAll(
  run: FulfilmentRun,
  asked: readonly Authorization[],
  firstMs: number,
): Promise<readonly Authorization[]> {
  const { client, account } = run
  return together(asked, run.signal, async ({ url, status }, signal) => {
    const read = (deadlineMs: number): Promise<Authorization> =>
      getAuthorization(client, account, url, { signal, deadlineMs })
    const { deadlineMs } = run.rest()
    if (status !== 'pending') return read(deadlineMs)
    return poll(read, {
      host: client.host,
      pace: soon,
      until: (authorization) => authorization.status !== 'pending',
      // Of the reply as a whole, so that each of its challenges has it.
      retryAfterMs: ({ challenges: [first] }) => first?.retryAfterMs,
      firstMs,
      deadlineMs,
      signal,
    })
  })
}

function allValid(authorizations: readonly Authorization[]): readonly Authorization[] {
  if (authorizations.every(({ status }) => status === 'valid')) return authorizations
  throw authorizationsInvalid(authorizations)
}

function authorizationsInvalid(authorizations: readonly Authorization[]): AcmeError {
  const { failures, lines } = failuresOf(authorizations)
  const message = `the names are not authorized: ${lines}`
  return new AcmeError('ACME_AUTHORIZATION_INVALID', message, { authorizations: failures })
}
