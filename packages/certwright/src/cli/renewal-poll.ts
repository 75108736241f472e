import type { IssuanceContext } from '../issuance/issuance.ts'
import { pollRenewals, type Poll } from '../manager/renewal-information.ts'
import { renewalTexts } from '../runtime/messages/renewal-texts.ts'
import type { Certificate } from '../store/store.ts'
import { momentText } from './certificate-report.ts'
import { errorDocument } from './error-report.ts'
import type { Session } from './session.ts'

/**
 * Asks the issuers when these certificates should be renewed, where the time to ask has come. Tells why one could not
 * be asked, and not as a warning: that is no reason not to renew.
 */
export async function askIssuers(
  certificates: readonly Certificate[],
  context: IssuanceContext,
  { output, world, signal }: Session,
): Promise<readonly Poll[]> {
  const polls = await pollRenewals(certificates, context, signal)
  for (const { certificateId: id, renewal, error } of polls) {
    if (error === undefined) continue
    const { message: reason } = errorDocument(error, output.language, world.host.now())
    const at = momentText(renewal.nextPollAt)
    output.note(output.text(renewalTexts.notAsked, { id, at, reason }))
  }
  return polls
}
