import { endingRecords } from '../manager/persist-record.ts'
import { persistTexts } from '../runtime/messages/persist-texts.ts'
import type { Certificate, Store, Version } from '../store/store.ts'
import { momentText } from './certificate-report.ts'
import type { Output } from './output.ts'

/** Warns of each record that proves a certificate's names and ends before the next renewal may need it. */
export async function cautionOfRecords(
  certificate: Certificate,
  version: Version | undefined,
  { store, now, output }: { readonly store: Store; readonly now: number; readonly output: Output },
): Promise<void> {
  for (const { name, persistUntil = 0 } of await endingRecords(certificate, version, {
    store,
    now,
  })) {
    const hasEnded = persistUntil < now
    output.caution({
      code: hasEnded ? 'DNS_PERSIST_ENDED' : 'DNS_PERSIST_ENDS',
      text: hasEnded ? persistTexts.ended : persistTexts.ends,
      params: { id: certificate.id, name, until: momentText(persistUntil) },
    })
  }
}
