import {
  AcmeError,
  getRenewalInfo,
  readChain,
  renewalInfoFailure,
  renewalTime,
  type Client,
  type RenewalInfo,
} from '@certwright/acme'
import pLimit from 'p-limit'
import type { IssuanceContext } from '../issuance/issuance.ts'
import { issuerClient } from '../issuance/issuer-client.ts'
import { CertwrightError } from '../runtime/error.ts'
import type { Certificate, Renewal, RenewalSuggestion, Version } from '../store/store.ts'
import { currentOf } from './current.ts'
import { isPollDue } from './renewal.ts'

/** What asking works with: everything from outside is lent. */
export type PollContext = Pick<IssuanceContext, 'store' | 'host' | 'transport' | 'onExchange'>

/** What came of asking about one certificate. */
export interface Poll {
  readonly certificateId: string
  /** As it is kept now. */
  readonly renewal: Renewal
  /** Why the CA could not be asked. */
  readonly error?: unknown
}

const concurrency = 20

/**
 * Asks the CAs when current versions should be renewed (RFC 9773 §4), where the time to ask has come, and keeps what
 * they say. A failure is kept too and is no reason not to renew. Rejects only where the signal aborts or the store fails.
 */
export async function pollRenewals(
  certificates: readonly Pick<Certificate, 'id'>[],
  context: PollContext,
  signal?: AbortSignal,
): Promise<readonly Poll[]> {
  const { store, host } = context
  const limit = pLimit(concurrency)
  const ask = askingOf(context, signal)
  const poll = async ({ id }: Pick<Certificate, 'id'>): Promise<Poll | undefined> => {
    signal?.throwIfAborted()
    const certificate = await store.certificate(id)
    const { version, renewal: kept } = await currentOf(certificate ?? { id }, store)
    if (!version || !isPollDue(version, kept, host.now())) return undefined
    const { renewal, error } = await polled(version, kept, ask, host)
    signal?.throwIfAborted()
    await store.saveRenewal(renewal)
    return { certificateId: id, renewal, ...(error !== undefined && { error }) }
  }
  const polls = await Promise.all(certificates.map(async (one) => limit(poll, one)))
  return polls.filter((one) => one !== undefined)
}

type Ask = (version: Version) => Promise<RenewalInfo>

async function polled(
  version: Version,
  kept: Renewal | undefined,
  ask: Ask,
  host: PollContext['host'],
): Promise<{ readonly renewal: Renewal; readonly error?: unknown }> {
  const { certificateId, number } = version
  try {
    const info = await ask(version)
    return { renewal: renewalFrom(info, { certificateId, number }, kept, host) }
  } catch (error) {
    if (error instanceof AcmeError && error.code === 'ACME_NOT_SUPPORTED') {
      const nextPollAt = host.now() + dayMs
      return { renewal: { certificateId, number, nextPollAt, failures: 0 } }
    }
    return { renewal: renewalAfter(error, { certificateId, number }, kept, host), error }
  }
}

/** The longest that RFC 9773 lets anyone wait: a CA may have learnt it meanwhile. */
const dayMs = 86_400_000

type Key = Pick<Renewal, 'certificateId' | 'number'>

function renewalFrom(
  { suggestedWindow, explanationUrl, retryAfterMs }: RenewalInfo,
  key: Key,
  kept: Renewal | undefined,
  host: PollContext['host'],
): Renewal {
  const { start, end } = suggestedWindow
  const before = kept?.suggestion
  // RFC 9773 §4.2: a uniform random time, drawn once, lest repeated draws favour the beginning of the window.
  const renewAt =
    before?.start === start && before.end === end
      ? before.renewAt
      : renewalTime(suggestedWindow, host.random())
  const suggestion: RenewalSuggestion = {
    start,
    end,
    renewAt,
    ...(explanationUrl !== undefined && { explanationUrl }),
  }
  return { ...key, suggestion, nextPollAt: host.now() + retryAfterMs, failures: 0 }
}

/** What was suggested before still stands, and the fraction of the lifetime beside it. */
function renewalAfter(
  error: unknown,
  key: Key,
  kept: Renewal | undefined,
  host: PollContext['host'],
): Renewal {
  const failures = (kept?.failures ?? 0) + 1
  const { retryAfterMs } = renewalInfoFailure(error, { failures })
  const isKnown = error instanceof AcmeError || error instanceof CertwrightError
  const code = isKnown ? error.code : 'UNEXPECTED'
  const reason = error instanceof Error ? error.message : String(error)
  const at = host.now()
  return {
    ...key,
    ...(kept?.suggestion && { suggestion: kept.suggestion }),
    nextPollAt: at + retryAfterMs,
    failures,
    lastError: { code, reason, at },
  }
}

/** Little is worth waiting for: without an answer the fraction of the lifetime decides. */
const patience = { attempts: 2, deadlineMs: 30_000 }

/** Failures of the CA's server as a whole. */
const silent = new Set(['ACME_NETWORK', 'ACME_SERVER_NOT_TRUSTED', 'ACME_DEADLINE'])

/**
 * Asks over one client a directory. A CA that could not be reached is not tried again for every one of its
 * certificates: they all fail as the first did.
 */
function askingOf(context: PollContext, signal: AbortSignal | undefined): Ask {
  const clients = new Map<string, Promise<Client>>()
  const failures = new Map<string, AcmeError>()
  return async ({ directoryUrl, chainPem }) => {
    const failure = failures.get(directoryUrl)
    if (failure) throw failure
    const client = clients.get(directoryUrl) ?? clientOf(directoryUrl, context)
    clients.set(directoryUrl, client)
    const [leaf = new Uint8Array()] = readChain(chainPem)
    try {
      return await getRenewalInfo(await client, leaf, { ...patience, signal })
    } catch (error) {
      if (error instanceof AcmeError && silent.has(error.code)) failures.set(directoryUrl, error)
      throw error
    }
  }
}

async function clientOf(directoryUrl: string, context: PollContext): Promise<Client> {
  // An account that was deactivated since has left certificates behind, and the roots to trust their CA by.
  const issuers = await context.store.issuers()
  const issuer = issuers.find((one) => one.directoryUrl === directoryUrl)
  return issuerClient(issuer ?? { directoryUrl }, context)
}
