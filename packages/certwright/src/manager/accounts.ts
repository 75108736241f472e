import { createHash } from 'node:crypto'
import { openAccount } from '../issuance/account.ts'
import type { IssuanceContext, OpenAccount } from '../issuance/issuance.ts'
import type { DesiredIssuer } from './desired.ts'
import type { ManagerContext } from './manager-context.ts'

/**
 * Opens each issuer's account once, and makes it where there is none: under a lock, so that two certificates that are
 * issued at the same time do not make two. One that could not be opened is tried again by whoever asks next.
 */
export function accountsOf(
  context: IssuanceContext & Pick<ManagerContext, 'lock'>,
): ManagerContext['account'] {
  const opened = new Map<string, Promise<OpenAccount>>()
  return async (issuer, signal) => {
    const { directoryUrl } = issuer
    const kept = opened.get(directoryUrl)
    if (kept) return kept
    const opening = context.lock(lockOf(directoryUrl), async () => open(issuer, context, signal))
    opened.set(directoryUrl, opening)
    try {
      return await opening
    } catch (error) {
      opened.delete(directoryUrl)
      throw error
    }
  }
}

/** Not the name of any certificate: those begin with a letter or a digit. */
function lockOf(directoryUrl: string): string {
  return `@${createHash('sha256').update(directoryUrl).digest('hex').slice(0, 32)}`
}

async function open(
  { directoryUrl, caFile, contact, agreeTerms }: DesiredIssuer,
  context: IssuanceContext,
  signal: AbortSignal | undefined,
): Promise<OpenAccount> {
  const request = {
    directoryUrl,
    ...(caFile !== undefined && { caFile }),
    contact,
    agreeTerms: async () => Promise.resolve(agreeTerms),
  }
  return openAccount(request, context, signal)
}
