import { AcmeError, getAccount, getDirectory, userActionOf } from '@certwright/acme'
import type { IssuanceContext, OpenAccount } from './issuance.ts'

/** How an account stands to the CA's terms of service (RFC 8555 §7.3.3). */
export interface TermsStanding {
  /** Whether the CA refuses the account until a person has acted. */
  readonly refused: boolean
  /** The terms to be agreed to, which the CA names; absent where it has none. */
  readonly terms?: string
  /** The page to visit, where the CA names one. */
  readonly visit?: string
  /** Whether these are the terms that a person has agreed to. */
  readonly agreed: boolean
}

/** Asks the CA whether it waits for a person, and which terms it has now. Agrees to nothing. */
export async function termsStanding(
  { client, account, issuer }: OpenAccount,
  signal?: AbortSignal,
): Promise<TermsStanding> {
  const { meta } = await getDirectory(client, { signal })
  const agreedTo = issuer.termsOfService
  try {
    await getAccount(client, account, { signal })
  } catch (error) {
    const action = userActionOf(error)
    if (!action) throw error
    const terms = action.termsUrl ?? meta.termsOfService
    const visit = action.visitUrl ?? (error instanceof AcmeError ? error.url : undefined)
    return {
      refused: true,
      ...(terms !== undefined && { terms }),
      ...(visit !== undefined && { visit }),
      agreed: false,
    }
  }
  const terms = meta.termsOfService
  return {
    refused: false,
    ...(terms !== undefined && { terms }),
    agreed: terms === undefined || terms === agreedTo,
  }
}

/** Notes that a person has agreed to the terms at this URL, and when. */
export async function noteAgreement(
  { issuer }: OpenAccount,
  terms: string,
  { store, host }: IssuanceContext,
): Promise<void> {
  await store.saveIssuer({ ...issuer, termsOfService: terms, termsAgreedAt: host.now() })
}
