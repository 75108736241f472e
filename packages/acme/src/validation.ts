import { abortable, together, within } from './abort.ts'
import { deactivateAuthorization, getAuthorization, type Authorization } from './authorization.ts'
import { isToken, keyAuthorization, respondToChallenge, type Challenge } from './challenge.ts'
import { AcmeError, type FailedAuthorization, type UnsolvedAuthorization } from './error.ts'
import type { ObtainRun } from './obtain.ts'
import { orderInvalid, pollOrder, type Order } from './order.ts'
import { problemText } from './problem.ts'
import { backoff, isTransient } from './retry.ts'
import type { ChallengeReceipt, ChallengeWork, Solver } from './solver.ts'

/** A challenge that was chosen, and what has become of it. */
interface Answer {
  readonly solver: Solver
  readonly authorization: Authorization
  readonly challenge: Challenge
  readonly work: ChallengeWork
  presenting?: Promise<void>
  receipt?: ChallengeReceipt
}

/**
 * Leads a pending order to its next state (RFC 8555 §7.5): answers a challenge of every pending
 * authorization.
 */
export async function validateOrder(run: ObtainRun, order: Order): Promise<Order> {
  const authorizations = await readAuthorizations(run, order)
  try {
    if (authorizations.some(({ status }) => hasFailed(status))) {
      throw failureFrom(order, authorizations)
    }
    const answers = await chosenAnswers(run, authorizations)
    return await fulfil(run, order, answers)
  } catch (error) {
    if (!run.signal.aborted && !mayPass(error)) await abandon(run, authorizations)
    throw error
  }
}

function readAuthorizations(run: ObtainRun, order: Order): Promise<Authorization[]> {
  return together(order.authorizations, run.signal, (url, signal) =>
    getAuthorization(run.client, run.account, url, { ...run.rest(), signal }),
  )
}

/** RFC 8555 §7.1.6: an order fails with an authorization in a final state other than `valid`. */
function hasFailed(status: string): boolean {
  return ['invalid', 'deactivated', 'expired', 'revoked'].includes(status)
}

/** Whether the order can be resumed after this failure. */
function mayPass(error: unknown): boolean {
  return error instanceof AcmeError && (error.code === 'ACME_DEADLINE' || isTransient(error))
}

async function chosenAnswers(
  run: ObtainRun,
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
  { account, options }: ObtainRun,
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

async function fulfil(run: ObtainRun, order: Order, answers: readonly Answer[]): Promise<Order> {
  const { client, account, signal } = run
  try {
    await presentAll(run, answers)
    // RFC 8555 §8.2: respond only when "the server's queries will succeed"; so all at once, after
    // the last is in place.
    const pending = answers.filter(({ challenge }) => challenge.status === 'pending')
    const challenges = await together(pending, signal, (answer, signal) =>
      respond(run, order, answer, signal),
    )
    const next = await pollOrder(client, account, order.url, {
      until: ({ status }) => status !== 'pending',
      firstMs: Math.max(250, ...challenges.map(({ retryAfterMs = 0 }) => retryAfterMs)),
      ...run.rest(),
    })
    if (next.status === 'invalid') throw await orderFailure(run, next)
    return next
  } finally {
    await Promise.all(answers.map((answer) => cleanUp(run, answer)))
  }
}

/** Everything at once; each solver is then asked once to wait for all that it has presented. */
async function presentAll(run: ObtainRun, answers: readonly Answer[]): Promise<void> {
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

async function present(run: ObtainRun, answer: Answer, signal: AbortSignal): Promise<void> {
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
  run: ObtainRun,
  order: Order,
  { authorization, work }: Answer,
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
      throw failureFrom(order, [{ ...authorization, challenges: [challenge] }])
    }
    await client.host.sleep(waitMs, signal)
  }
}

const cleanUpLimitMs = 30_000

/**
 * Withdraws what was presented, even after an abort, hence under a limit of its own. Never rejects.
 */
async function cleanUp(run: ObtainRun, answer: Answer): Promise<void> {
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

async function withdraw(run: ObtainRun, answer: Answer, signal: AbortSignal): Promise<boolean> {
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
async function abandon(run: ObtainRun, authorizations: readonly Authorization[]): Promise<void> {
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

/** Why an order failed: its own error, and those of its authorizations where they can be read. */
export async function orderFailure(run: ObtainRun, order: Order): Promise<AcmeError> {
  try {
    return failureFrom(order, await readAuthorizations(run, order))
  } catch {
    return orderInvalid(order)
  }
}

function failureFrom(order: Order, authorizations: readonly Authorization[]): AcmeError {
  const failures = authorizations.flatMap((authorization) => failureOf(authorization) ?? [])
  if (failures.length === 0) return orderInvalid(order)
  const lines = failures.map(({ identifier, wildcard, challenge, problem }) =>
    [
      `${wildcard ? '*.' : ''}${identifier.value}`,
      ...(challenge === undefined ? [] : [challenge]),
      ...(problem === undefined ? [] : [problemText(problem)]),
    ].join(': '),
  )
  const { url, status, error: problem } = order
  const message = `the order ${url} is ${status}: ${lines.join('; ')}`
  return new AcmeError('ACME_ORDER_INVALID', message, { problem, url, authorizations: failures })
}

function failureOf(authorization: Authorization): FailedAuthorization | undefined {
  const { identifier, wildcard, url, status, challenges } = authorization
  if (status === 'valid') return undefined
  const failed =
    challenges.find(({ status, error }) => status === 'invalid' && error !== undefined) ??
    challenges.find(({ error }) => error !== undefined)
  if (failed === undefined && !hasFailed(status)) return undefined
  const record = failed?.raw['validationRecord']
  return {
    identifier,
    wildcard,
    url,
    ...(failed && { challenge: failed.type }),
    ...(failed?.error && { problem: failed.error }),
    ...(record !== undefined && record !== null && { validationRecord: record }),
  }
}
