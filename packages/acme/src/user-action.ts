import type { AcmeError } from './error.ts'
import { isProblem } from './problem.ts'

/** What a person has to do before the CA serves the account again, mostly agree to new terms (RFC 8555 §7.3.3). */
export interface UserAction {
  /** The page to visit. */
  readonly visitUrl?: string
  /** The terms to be agreed to. */
  readonly termsUrl?: string
}

/** What the CA wants a person to do, where that is why it refused. Nothing that a program may do on its own. */
export function userActionOf(error: unknown): UserAction | undefined {
  // `agreementRequired` is what some servers still say instead.
  if (!isUserAction(error)) return undefined
  const { problem, termsUrl } = error
  const visitUrl = problem?.instance
  return {
    ...(visitUrl !== undefined && URL.canParse(visitUrl) && { visitUrl }),
    ...(termsUrl !== undefined && { termsUrl }),
  }
}

function isUserAction(error: unknown): error is AcmeError {
  return isProblem(error, 'userActionRequired') || isProblem(error, 'agreementRequired')
}
