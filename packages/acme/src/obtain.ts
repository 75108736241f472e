import { abortable, within } from './abort.ts'
import type { Account } from './account.ts'
import { downloadCertificate, type IssuedChain } from './certificate.ts'
import type { Client } from './client.ts'
import { AcmeError } from './error.ts'
import { finalizeOrder } from './finalize.ts'
import type { ChallengeJournal, FulfilmentRun, FulfilmentStep } from './fulfilment.ts'
import { momentOf } from './host.ts'
import { sameIdentifiers } from './identifier.ts'
import { getOrder, newOrder, pollOrder, type Order, type OrderIdentifier } from './order.ts'
import { newReplacementOrder, type ReplacesOutcome } from './replacement.ts'
import type { Solver } from './solver.ts'
import { orderFailure, validateOrder } from './validation.ts'

/** What `obtain` is asked for, and who helps it. */
export interface ObtainOptions {
  readonly identifiers: readonly OrderIdentifier[]
  /** By preference: of the solvers that fit an authorization the first is taken. */
  readonly solvers: readonly Solver[]
  /**
   * Called at most once, when the order is ready: makes the key, keeps it, and returns the CSR in
   * DER.
   */
  readonly csr: (order: Order) => Promise<Uint8Array>
  /**
   * The URL of an order of an earlier run. A new order is made where it is gone, expired, invalid
   * or for something else. An order that was finalized already is only waited for and downloaded:
   * `csr` is not called, and its key is the earlier run's.
   */
  readonly resume?: string | undefined
  readonly journal?: ObtainJournal | undefined
  /** For the whole; by default 10 minutes. */
  readonly deadlineMs?: number | undefined
  readonly notBefore?: string | undefined
  readonly notAfter?: string | undefined
  /** One of `directory.meta.profiles`; any other is `ACME_PROFILE_NOT_OFFERED`. */
  readonly profile?: string | undefined
  /**
   * The `certificateId` of the certificate that this one is to replace, if the same account got it. A CA that does not
   * take it is asked once more without.
   */
  readonly replaces?: string | undefined
  /** The chain that is wanted where the CA offers several: see `chooseChain`. */
  readonly preferredChain?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** Hears how far it is. What it throws is ignored. */
  readonly onStep?: ((step: ObtainStep) => void) | undefined
}

/** A journal of the order beside that of its challenges. */
export interface ObtainJournal extends ChallengeJournal {
  ordering?(): Promise<void>
  /** A new order: its URL is the way back to it. */
  ordered?(order: Order): Promise<void>
}

/** How far `obtain` is. Made for progress and logs; what has to survive a crash is the journal's. */
export type ObtainStep =
  | {
      readonly type: 'order'
      readonly order: Order
      readonly resumed: boolean
      /** What has become of `replaces`, where it was given for a new order. */
      readonly replaces?: ReplacesOutcome
    }
  | { readonly type: 'validated'; readonly order: Order }
  | { readonly type: 'finalizing'; readonly order: Order }
  | { readonly type: 'issued'; readonly order: Order }
  | FulfilmentStep

/** What `obtain` leaves: the valid order and its certificate. */
export interface Obtained {
  readonly order: Order
  readonly chain: IssuedChain
}

/** One call of `obtain`. */
export interface ObtainRun extends FulfilmentRun {
  readonly options: ObtainOptions
  readonly tell: (step: ObtainStep) => void
  readonly csr: (order: Order) => Promise<Uint8Array>
}

/**
 * Gets a certificate (RFC 8555 §7.1): order, authorizations, challenges, CSR, certificate. What was
 * presented is withdrawn in any case. After a missed deadline, a lost network or an abort the order
 * can be resumed; after any other failure its pending authorizations are given up.
 */
export async function obtain(
  client: Client,
  account: Account,
  options: ObtainOptions,
): Promise<Obtained> {
  const { deadlineMs = 600_000, signal } = options
  let order: Order | undefined
  const late = (): AcmeError =>
    new AcmeError('ACME_DEADLINE', `no certificate within ${deadlineMs} ms`, { url: order?.url })
  return within({ limitMs: deadlineMs, signal, late }, async (signal) => {
    const run = obtainRun(client, account, options, signal)
    order = await openOrder(run)
    while (order.status !== 'valid') order = await advance(run, order)
    const chain = await download(run, order)
    run.tell({ type: 'issued', order })
    return { order, chain }
  })
}

function obtainRun(
  client: Client,
  account: Account,
  options: ObtainOptions,
  signal: AbortSignal,
): ObtainRun {
  const deadline = client.host.now() + (options.deadlineMs ?? 600_000)
  let csr: Promise<Uint8Array> | undefined
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
        // A listener's fault is not the order's.
      }
    },
    csr: (order) => (csr ??= options.csr(order)),
  }
}

async function openOrder(run: ObtainRun): Promise<Order> {
  const { options } = run
  const earlier = options.resume === undefined ? undefined : await resumable(run, options.resume)
  if (earlier !== undefined) {
    run.tell({ type: 'order', order: earlier, resumed: true })
    return earlier
  }
  await options.journal?.ordering?.()
  const { order, outcome } = await makeOrder(run)
  await options.journal?.ordered?.(order)
  run.tell({ type: 'order', order, resumed: false, ...(outcome && { replaces: outcome }) })
  return order
}

async function makeOrder({
  client,
  account,
  options,
  rest,
}: ObtainRun): Promise<{ readonly order: Order; readonly outcome?: ReplacesOutcome }> {
  const { replaces } = options
  if (replaces === undefined) return { order: await newOrder(client, account, options, rest()) }
  return newReplacementOrder(client, account, { ...options, replaces }, rest())
}

/** The earlier order, where it still leads to what is wanted now. */
async function resumable(run: ObtainRun, url: string): Promise<Order | undefined> {
  const { client, account, options } = run
  let order: Order
  try {
    order = await getOrder(client, account, url, run.rest())
  } catch (error) {
    const isGone = error instanceof AcmeError && [400, 403, 404, 410].includes(error.status ?? 0)
    if (isGone) return undefined
    throw error
  }
  const fits =
    sameIdentifiers(order.identifiers, options.identifiers) &&
    (options.profile === undefined || (order.profile ?? options.profile) === options.profile)
  if (!fits) return undefined
  if (order.status === 'processing' || order.status === 'valid') return order
  const expires = order.expires === undefined ? undefined : momentOf(order.expires)
  const isExpired = expires !== undefined && expires <= client.host.now()
  return (order.status === 'pending' || order.status === 'ready') && !isExpired ? order : undefined
}

/** From one state to the next (RFC 8555 §7.1.6). A CA may begin in any of them and skip some. */
async function advance(run: ObtainRun, order: Order): Promise<Order> {
  const { client, account } = run
  const { url, status, retryAfterMs } = order
  if (status === 'pending') {
    const next = await validateOrder(run, order)
    run.tell({ type: 'validated', order: next })
    return next
  }
  if (status === 'ready') return finalize(run, order)
  if (status === 'invalid') throw await orderFailure(run, order)
  // `processing`, or a state of the future.
  return pollOrder(client, account, url, {
    until: (order) => order.status !== status,
    firstMs: retryAfterMs,
    ...run.rest(),
  })
}

async function finalize(run: ObtainRun, order: Order): Promise<Order> {
  const { client, account } = run
  const csr = await abortable(run.csr(order), run.signal)
  run.tell({ type: 'finalizing', order })
  const next = await finalizeOrder(client, account, order, csr, run.rest())
  if (next.status !== 'ready') return next
  return pollOrder(client, account, order.url, {
    until: ({ status }) => status !== 'ready',
    ...run.rest(),
  })
}

async function download(run: ObtainRun, order: Order): Promise<IssuedChain> {
  const { client, account, options } = run
  const { preferredChain } = options
  // Some CAs name the certificate only when the order is read again.
  const { certificate } =
    order.certificate === undefined ? await getOrder(client, account, order.url, run.rest()) : order
  if (certificate !== undefined)
    return downloadCertificate(client, account, certificate, { preferredChain, ...run.rest() })
  throw new AcmeError(
    'ACME_RESPONSE_NOT_CONFORM',
    `the valid order ${order.url} has no certificate`,
    {
      url: order.url,
    },
  )
}
