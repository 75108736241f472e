import { instantOf } from '@certwright/acme'
import type { IssuanceContext } from '../issuance/issuance.ts'
import { lookUpRevocations } from '../manager/revocation-lists.ts'
import type { Text } from '../runtime/catalogue.ts'
import { revocationTexts } from '../runtime/messages/revocation-texts.ts'
import type { Certificate, RevocationList } from '../store/store.ts'
import { momentText } from './certificate-report.ts'
import { errorDocument } from './error-report.ts'
import type { Output } from './output.ts'
import type { Session } from './session.ts'

/** What is known of an issuer's list of what it has revoked, as `--json` shows it. Members are only added. */
export interface RevocationListDocument {
  readonly url: string
  readonly thisUpdate?: string
  readonly nextUpdate?: string
  readonly nextFetchAt: string
  /** How often in a row it could not be had, or not be trusted, and why not the last time. */
  readonly failures: number
  readonly lastError?: { readonly code: string; readonly reason: string; readonly at: string }
}

export function revocationListDocument(list: RevocationList): RevocationListDocument {
  const { url, thisUpdate, nextUpdate, nextFetchAt, failures, lastError } = list
  return {
    url,
    ...(thisUpdate !== undefined && { thisUpdate: instantOf(thisUpdate) }),
    ...(nextUpdate !== undefined && { nextUpdate: instantOf(nextUpdate) }),
    nextFetchAt: instantOf(nextFetchAt),
    failures,
    ...(lastError && { lastError: { ...lastError, at: instantOf(lastError.at) } }),
  }
}

/** What `show` says of a version that no list has: rows of a label and a value. */
export function revocationRows(
  lists: readonly RevocationList[],
  output: Output,
): (readonly [Text, string])[] {
  return lists.map(({ thisUpdate, nextUpdate, failures, lastError }) => {
    const reason = lastError?.reason ?? '-'
    const value =
      thisUpdate === undefined || nextUpdate === undefined || lastError
        ? output.text(revocationTexts.notKnown, { reason, failures })
        : output.text(revocationTexts.list, {
            from: momentText(thisUpdate),
            until: momentText(nextUpdate),
          })
    return [revocationTexts.label, value] as const
  })
}

/**
 * Looks whether issuers have revoked these certificates, where it is time to. Tells of a list that could not be had,
 * and not as a warning: that is no reason for anything.
 */
export async function lookAtLists(
  certificates: readonly Certificate[],
  context: IssuanceContext,
  { output, world, signal }: Session,
): Promise<void> {
  for (const { list, error } of await lookUpRevocations(certificates, context, signal)) {
    if (error === undefined || list.failures > 1) continue
    const { message: reason } = errorDocument(error, output.language, world.host.now())
    const at = momentText(list.nextFetchAt)
    output.note(output.text(revocationTexts.notHad, { at, reason }))
  }
}
