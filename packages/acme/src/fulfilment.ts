import { abortable, together, within } from './abort.ts'
import type { Account } from './account.ts'
import { deactivateAuthorization, getAuthorization, type Authorization } from './authorization.ts'
import { isToken, keyAuthorization, respondToChallenge, type Challenge } from './challenge.ts'
import type { Client } from './client.ts'
import { AcmeError, type UnsolvedAuthorization } from './error.ts'
import type { CallOptions } from './exchange.ts'
import { hasFailed } from './failed-authorization.ts'
import { backoff, isTransient } from './retry.ts'
import type { ChallengeReceipt, ChallengeWork, Solver } from './solver.ts'

/**
 * Each entry is waited for before what it announces; what it writes down survives a crash. A
 * rejection ends the run.
 */
export interface ChallengeJournal {
  presenting?(work: ChallengeWork): Promise<void>
  presented?(work: ChallengeWork, receipt: ChallengeReceipt): Promise<void>
  cleaned?(work: ChallengeWork, receipt: ChallengeReceipt): Promise<void>
}

/** How far the challenges are: published, seen, withdrawn. */
export type FulfilmentStep =
  | {
      readonly type: 'presented' | 'settled'
      readonly challenge: string
      readonly works: readonly ChallengeWork[]
    }
  | { readonly type: 'cleaned-up'; readonly work: ChallengeWork }
  | { readonly type: 'clean-up-failed'; readonly work: ChallengeWork; readonly error: unknown }

/** What fulfilling challenges needs of the call that it is a part of. */
export interface FulfilmentRun {
  readonly client: Client
  readonly account: Account
  readonly options: {
    readonly solvers: readonly Solver[]
    readonly journal?: ChallengeJournal | undefined
  }
  readonly signal: AbortSignal
  /** What is left of the time. */
  readonly rest: () => CallOptions & { readonly deadlineMs: number }
  readonly tell: (step: FulfilmentStep) => void
}

/** A challenge that was chosen, and what has become of it. */
interface Answer {
  readonly solver: Solver
  readonly authorization: Authorization
  readonly challenge: Challenge
  readonly work: ChallengeWork
  presenting?: Promise<void>
  receipt?: ChallengeReceipt
}

/** Whether it can be gone on with after this failure. */
function mayPass(error: unknown): boolean {
  return error instanceof AcmeError && (error.code === 'ACME_DEADLINE' || isTransient(error))
}

async function chosenAnswers(
  run: FulfilmentRun,
  authorizations: readonly Authorization[],
): Promise<Answer[]> {
  const answers: Answer[] = []
  const unsolved: UnsolvedAuthorization[] = []
  for (const authorization of authorizations.filter(({ status }) => status === 'pending')) {
    const answer = await chosenAnswer(run, authorization)
    if (answer !== undefined) answers.push(answer)
    else {
      const { identifier, wildcard, challenges } = authorization
      unsolved.push({ identifier, wildcard, offered: challenges.map(({ type }) => type) })
    }
  }
  if (unsolved.length > 0) throw noSolver(unsolved)
  return answers
}

/** The first solver by preference whose challenge is on offer and who accepts the name. */
async function chosenAnswer(
  { account, options }: FulfilmentRun,
  authorization: Authorization,
): Promise<Answer | undefined> {
  const { identifier, wildcard, challenges } = authorization
  for (const solver of options.solvers) {
    const challenge = challenges.find(
      ({ type, status }) => type === solver.type && status !== 'invalid',
    )
    if (challenge === undefined || !(solver.accepts?.(identifier, wildcard) ?? true)) continue
    const { type, token = '', url = '', raw } = challenge
    const isTokenless = solver.tokenless === true
    if (!(isTokenless || isToken(token)) || url === '') {
      throw unusableChallenge(authorization, challenge)
    }
    const work: ChallengeWork = {
      type,
      identifier,
      wildcard,
      ...(isTokenless
        ? { token: '', keyAuthorization: '', raw }
        : { token, keyAuthorization: await keyAuthorization(token, account.signer.jwk) }),
      url,
      accountUrl: account.url,
    }
    return { solver, authorization, challenge, work }
  }
  return undefined
}

/** The token becomes a path and a file name: one of other characters could lead anywhere. */
function unusableChallenge({ url, identifier }: Authorization, { type }: Challenge): AcmeError {
  return new AcmeError(
    'ACME_RESPONSE_NOT_CONFORM',
    `the ${type} challenge for ${identifier.value} has no usable token or URL`,
    { url },
  )
}

function noSolver(unsolved: readonly UnsolvedAuthorization[]): AcmeError {
  const lines = unsolved.map(
    ({ identifier, wildcard, offered }) =>
      `${wildcard ? '*.' : ''}${identifier.value} (offered: ${offered.join(', ') || 'nothing'})`,
  )
  return new AcmeError('ACME_NO_SOLVER', `no solver fits ${lines.join('; ')}`, {
    unsolved,
    hint: 'Give a solver for one of the challenges on offer.',
  })
}

/** How what was asked for goes on, once its challenges have been answered. */
export interface Outlook<T> {
  /** The failure that these authorizations are. */
  readonly failure: (authorizations: readonly Authorization[]) => AcmeError
  /** Waits for the CA's judgement, `firstMs` before the first look. */
  readonly decided: (firstMs: number) => Promise<T>
}

/**
 * Answers a challenge of every pending authorization (RFC 8555 §7.5) and waits for the judgement. What was presented is
 * withdrawn in any case; what is still pending after a failure that cannot pass is given up.
 */
export async function fulfilAll<T>(
  run: FulfilmentRun,
  authorizations: readonly Authorization[],
  outlook: Outlook<T>,
): Promise<T> {
  try {
    if (authorizations.some(({ status }) => hasFailed(status))) {
      throw outlook.failure(authorizations)
    }
    return await fulfil(run, await chosenAnswers(run, authorizations), outlook)
  } catch (error) {
    if (!run.signal.aborted && !mayPass(error)) await abandon(run, authorizations)
    throw error
  }
}

async function fulfil<T>(
  run: FulfilmentRun,
  answers: readonly Answer[],
  { failure, decided }: Outlook<T>,
): Promise<T> {
  try {
    await presentAll(run, answers)
    // RFC 8555 §8.2: respond only when "the server's queries will succeed"; so all at once, after
    // the last is in place.
    const pending = answers.filter(({ challenge }) => challenge.status === 'pending')
    const challenges = await together(pending, run.signal, (answer, signal) =>
      respond(run, answer, failure, signal),
    )
    return await decided(Math.max(250, ...challenges.map(({ retryAfterMs = 0 }) => retryAfterMs)))
  } finally {
    await Promise.all(answers.map((answer) => cleanUp(run, answer)))
  }
}

/** Everything at once; each solver is then asked once to wait for all that it has presented. */
async function presentAll(run: FulfilmentRun, answers: readonly Answer[]): Promise<void> {
  const solvers = [...new Set(answers.map(({ solver }) => solver))]
  await together(solvers, run.signal, async (solver, signal) => {
    const own = answers.filter((answer) => answer.solver === solver)
    const works = own.map(({ work }) => work)
    await together(own, signal, (answer, signal) => present(run, answer, signal))
    run.tell({ type: 'presented', challenge: solver.type, works })
    if (solver.settle === undefined) return
    await abortable(solver.settle(works, signal), signal)
    run.tell({ type: 'settled', challenge: solver.type, works })
  })
}

async function present(run: FulfilmentRun, answer: Answer, signal: AbortSignal): Promise<void> {
  const { solver, work } = answer
  const { journal } = run.options
  await journal?.presenting?.(work)
  signal.throwIfAborted()
  const presenting = async (): Promise<void> => {
    answer.receipt = await solver.present(work, signal)
    await journal?.presented?.(work, answer.receipt)
  }
  answer.presenting = presenting()
  await abortable(answer.presenting, signal)
}

const responsesAtMost = 4

/**
 * Some CAs validate while they answer, and leave a challenge that failed `pending` with its error:
 * to respond again is the retry (RFC 8555 §8.2).
 */
async function respond(
  run: FulfilmentRun,
  { authorization, work }: Answer,
  failure: Outlook<unknown>['failure'],
  signal: AbortSignal,
): Promise<Challenge> {
  const { client, account } = run
  for (let attempt = 1; ; attempt += 1) {
    const options = { ...run.rest(), signal }
    const challenge = await respondToChallenge(client, account, work.url, options)
    if (challenge.status !== 'pending' || challenge.error === undefined) return challenge
    const waitMs = Math.max(
      challenge.retryAfterMs ?? 0,
      backoff(attempt, { host: client.host, firstMs: 1000 }),
    )
    if (attempt === responsesAtMost || waitMs > run.rest().deadlineMs) {
      throw failure([{ ...authorization, challenges: [challenge] }])
    }
    await client.host.sleep(waitMs, signal)
  }
}

const cleanUpLimitMs = 30_000

/**
 * Withdraws what was presented, even after an abort, hence under a limit of its own. Never rejects.
 */
async function cleanUp(run: FulfilmentRun, answer: Answer): Promise<void> {
  const { work } = answer
  const late = (): Error => new Error(`not cleaned up within ${cleanUpLimitMs} ms`)
  try {
    const wasPresented = await within({ limitMs: cleanUpLimitMs, late }, (signal) =>
      abortable(withdraw(run, answer, signal), signal),
    )
    if (wasPresented) run.tell({ type: 'cleaned-up', work })
  } catch (error) {
    run.tell({ type: 'clean-up-failed', work, error })
  }
}

async function withdraw(run: FulfilmentRun, answer: Answer, signal: AbortSignal): Promise<boolean> {
  // A solver that does not heed the abort may still be at it.
  await answer.presenting?.catch(() => undefined)
  const { solver, work, receipt } = answer
  if (receipt === undefined) return false
  await solver.cleanUp(receipt, signal)
  await run.options.journal?.cleaned?.(work, receipt)
  return true
}

/**
 * RFC 8555 §7.5.2. Only what is still pending: a valid authorization can serve the next order. Best
 * effort.
 */
async function abandon(
  run: FulfilmentRun,
  authorizations: readonly Authorization[],
): Promise<void> {
  const { client, account } = run
  const late = (): Error => new Error('not given up in time')
  const pending = authorizations.filter(({ status }) => status === 'pending')
  const giveUp = async ({ url }: Authorization, signal: AbortSignal): Promise<void> => {
    const options = { signal, deadlineMs: cleanUpLimitMs }
    const { status } = await getAuthorization(client, account, url, options)
    if (status === 'pending') await deactivateAuthorization(client, account, url, options)
  }
  try {
    await within({ limitMs: cleanUpLimitMs, signal: run.signal, late }, (signal) =>
      Promise.allSettled(pending.map((authorization) => giveUp(authorization, signal))),
    )
  } catch {
    // The failure that led here is the one to be thrown.
  }
}
