import type { ChallengeWork, ObtainJournal } from '@certwright/acme'
import { solverFor } from '../solvers/registry.ts'
import type { Certificate, JournaledChallenge } from '../store/store.ts'
import type { IssuanceContext } from './issuance.ts'

/** Keeps what is put where, before it is put there, so that another process can withdraw it after a crash. */
export function journalOf(
  { id: certificateId, challenge: settings }: Pick<Certificate, 'id' | 'challenge'>,
  { store }: IssuanceContext,
): Pick<ObtainJournal, 'presenting' | 'presented' | 'cleaned'> {
  const entryOf = (work: ChallengeWork): JournaledChallenge => ({
    // The challenge's URL is the CA's own name for it: a resumed order finds its own entries again.
    id: `${certificateId} ${work.url}`,
    certificateId,
    settings,
    work,
  })
  return {
    presenting: async (work) => store.journalChallenge(entryOf(work)),
    presented: async (work, receipt) => store.journalChallenge({ ...entryOf(work), receipt }),
    cleaned: async (work) => store.forgetChallenge(entryOf(work).id),
  }
}

/** Withdraws every answer that runs of this certificate left behind. What cannot be withdrawn now stays journaled. */
export async function withdrawAnswers(
  certificateId: string,
  context: IssuanceContext,
): Promise<void> {
  for (const entry of await context.store.journaledChallenges(certificateId)) {
    const name = entry.work.identifier.value
    try {
      await withdraw(entry, context)
      await context.store.forgetChallenge(entry.id)
      context.onProgress?.({ type: 'cleaned-up', name })
    } catch (error) {
      context.onProgress?.({ type: 'clean-up-failed', name, error })
    }
  }
}

async function withdraw(
  { settings, work, receipt }: JournaledChallenge,
  context: IssuanceContext,
): Promise<void> {
  const solver = await solverFor(settings, context)
  // What such a solver presents has died with its process.
  if (solver.ephemeral) return
  // A run that died between presenting and keeping the receipt: presenting again finds what stands and names it.
  await solver.cleanUp(receipt ?? (await solver.present(work)))
}
