import type { CaContext } from './context.ts'
import { AcmeProblem, notFound } from './problem.ts'
import type { Account } from './records.ts'
import { link, textReply, type Reply } from './reply.ts'

/** RFC 8555 §7.3.3: from now on every account is refused until a person has agreed to the new terms. */
export function changeTerms({ records }: CaContext, url: string): void {
  records.termsOfService = url
  for (const account of records.accounts.values()) account.mustAgree = true
}

/** Refuses an account that has not agreed to terms that have changed. */
export function checkTerms({ paths, records }: CaContext, account: Account): void {
  if (!account.mustAgree || records.termsOfService === false) return
  throw termsRequired(records.termsOfService, paths.consent(account.id))
}

/** "the server MUST return an error response with status code 403 (Forbidden) and type … userActionRequired" */
export function termsRequired(terms: string, instance: string): AcmeProblem {
  return new AcmeProblem('userActionRequired', 'the terms of service are not agreed to', {
    status: 403,
    headers: { link: link(terms, 'terms-of-service') },
    extra: { instance },
  })
}

/** The page that a person visits to agree. To see it is to agree: no client must fetch it by itself. */
export function showConsent({ records }: CaContext, accountId: string): Reply {
  const account = records.accounts.get(accountId)
  if (account === undefined) throw notFound('account')
  account.mustAgree = false
  return textReply('You have agreed to the terms of this CA.\n')
}

/** What stands behind `meta.termsOfService` where no other URL was given. */
export function showTerms(): Reply {
  return textReply(
    'Certificates of this CA are for tests. Nobody else trusts them, and neither should you.\n',
  )
}
