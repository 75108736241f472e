import { readMacKey } from '@certwright/acme'
import { accountLock } from '../issuance/account-lock.ts'
import { openAccount } from '../issuance/account.ts'
import type { ExternalAccountSource } from '../issuance/external-account.ts'
import type { IssuanceContext, OpenAccount } from '../issuance/issuance.ts'
import type { DesiredIssuer } from './desired.ts'
import type { ManagerContext } from './manager-context.ts'

type AccountsContext = IssuanceContext & Pick<ManagerContext, 'lock' | 'secrets'>

/**
 * Opens each issuer's account once, and makes it where there is none: under a lock, so that two certificates that are
 * issued at the same time do not make two. One that could not be opened is tried again by whoever asks next.
 */
export function accountsOf(context: AccountsContext): ManagerContext['account'] {
  const opened = new Map<string, Promise<OpenAccount>>()
  return async (issuer, signal) => {
    const { directoryUrl } = issuer
    const kept = opened.get(directoryUrl)
    if (kept) return kept
    const opening = context.lock(accountLock(directoryUrl), async () =>
      open(issuer, context, signal),
    )
    opened.set(directoryUrl, opening)
    try {
      return await opening
    } catch (error) {
      opened.delete(directoryUrl)
      throw error
    }
  }
}

async function open(
  { directoryUrl, caFile, contact, agreeTerms, eab }: DesiredIssuer,
  context: AccountsContext,
  signal: AbortSignal | undefined,
): Promise<OpenAccount> {
  const request = {
    directoryUrl,
    ...(caFile !== undefined && { caFile }),
    contact,
    ...(eab && { externalAccount: externalAccount(eab, context) }),
    agreeTerms: async () => Promise.resolve(agreeTerms),
  }
  return openAccount(request, context, signal)
}

/** The secret is fetched only where an account has to be made. */
function externalAccount(
  { kid: keyId, key, algorithm }: NonNullable<DesiredIssuer['eab']>,
  { secrets }: AccountsContext,
): ExternalAccountSource {
  return {
    keyId,
    async open() {
      const { key: text = '' } = await secrets.options({ key })
      return { keyId, algorithm, macKey: readMacKey(text).macKey }
    },
  }
}
