import { randomBytes } from 'node:crypto'
import type { ChallengeReceipt, ChallengeWork, Identifier, Solver } from '@certwright/acme'

/**
 * Lets the solver answer made-up challenges for as long as the task takes, so that what a CA would meet can be tried
 * before it is asked to. What the solver cannot do is thrown, as it would be later.
 */
export async function withAnswers<T>(
  identifiers: readonly Identifier[],
  solver: Solver,
  task: (works: readonly ChallengeWork[]) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const works = identifiers.map((identifier) => trialOf(identifier, solver.type))
  const receipts: ChallengeReceipt[] = []
  try {
    for (const work of works) receipts.push(await solver.present(work, signal))
    return await task(works)
  } finally {
    // Also after an abort: a trial must leave nothing behind.
    await Promise.allSettled(receipts.map(async (receipt) => solver.cleanUp(receipt)))
  }
}

function trialOf(identifier: Identifier, type: string): ChallengeWork {
  const token = randomBytes(24).toString('base64url')
  const proof = randomBytes(32).toString('base64url')
  const keyAuthorization = `${token}.${proof}`
  return { type, identifier, wildcard: false, token, keyAuthorization, url: `trial:${token}` }
}
