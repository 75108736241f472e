import {
  getDirectory,
  preAuthorize,
  type Authorization,
  type Client,
  type Identifier,
} from '@certwright/acme'
import { CertwrightError } from '../runtime/error.ts'
import type { ChallengeSettings } from '../solvers/challenge-settings.ts'
import { solverFor } from '../solvers/registry.ts'
import { accountLock } from './account-lock.ts'
import { withAccount } from './account.ts'
import { requireSubdomains } from './ancestor.ts'
import type { IssuanceContext, OpenAccount } from './issuance.ts'
import { journalOf, withdrawAnswers } from './journal.ts'
import { standingRecords } from './persist-check.ts'
import { reportStep } from './step-progress.ts'

/** Names that are to be proven before there is an order. */
export interface AuthorizationRequest {
  /** No wildcards. */
  readonly identifiers: readonly Identifier[]
  /** For all names below each, too (RFC 9444). */
  readonly subdomains: boolean
  readonly challenge: ChallengeSettings
}

/** The name under which authorizations at a directory take turns and keep their journal: that of no certificate. */
export function authorizationLock(directoryUrl: string): string {
  return `${accountLock(directoryUrl)}-authorizations`
}

/**
 * Throws `AUTHORIZATIONS_NOT_OFFERED` at a CA that proves nothing before an order, and `SUBDOMAINS_NOT_OFFERED` where
 * names below are asked for and not on offer.
 */
export async function requireAuthorizations(
  { subdomains }: Pick<AuthorizationRequest, 'subdomains'>,
  client: Client,
  signal?: AbortSignal,
): Promise<void> {
  const { newAuthz } = await getDirectory(client, { signal })
  if (newAuthz === undefined) {
    throw new CertwrightError('AUTHORIZATIONS_NOT_OFFERED', { issuer: client.directoryUrl })
  }
  if (subdomains) await requireSubdomains(client, signal)
}

/** Proves names before there is an order (RFC 8555 §7.4.1). What an earlier run left behind is withdrawn, too. */
export async function authorizeNames(
  request: AuthorizationRequest,
  open: OpenAccount,
  context: IssuanceContext,
  signal?: AbortSignal,
): Promise<readonly Authorization[]> {
  const id = authorizationLock(open.issuer.directoryUrl)
  const { identifiers, subdomains, challenge } = request
  try {
    await standingRecords(request, open, context.host.now(), signal)
    const solvers = [await solverFor(challenge, context)]
    return await withAccount(
      open,
      context,
      async ({ client, account }) =>
        preAuthorize(client, account, {
          authorizations: identifiers.map((identifier) => ({
            identifier,
            subdomainAuthAllowed: subdomains,
          })),
          solvers,
          journal: journalOf({ id, challenge }, context),
          onStep: (step) => reportStep(step, context),
          signal,
        }),
      signal,
    )
  } finally {
    await withdrawAnswers(id, context)
  }
}
