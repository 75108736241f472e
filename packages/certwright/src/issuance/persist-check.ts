import { resolver } from '../dns/resolver.ts'
import { serverAddressText } from '../dns/server-address.ts'
import { CertwrightError } from '../runtime/error.ts'
import type { Certificate } from '../store/store.ts'
import { lookAtRecord, proposedValue, wantedRecords, type RecordSight } from './dns-persist.ts'
import type { IssuanceContext, OpenAccount } from './issuance.ts'

/**
 * Makes sure, before anything is ordered, that the records of a certificate that is proven by dns-persist-01 stand at
 * every authoritative server, and keeps until when. Throws `DNS_PERSIST_NOT_READY`, which says what is to be added
 * where. For other challenges, and where nobody is to be asked, there is nothing to do.
 */
export async function requirePersistRecords(
  { id, identifiers, challenge }: Certificate,
  open: OpenAccount,
  { store, host }: IssuanceContext,
  signal?: AbortSignal,
): Promise<void> {
  if (challenge.type !== 'dns-persist-01' || challenge.propagationCheck === false) return
  const now = host.now()
  const lookup = { resolver: resolver({ servers: challenge.resolvers }), now }
  const wanted = await wantedRecords(identifiers, open, signal)
  const sights = await Promise.all(wanted.map(async (one) => lookAtRecord(one, lookup, signal)))
  const lacking = sights.filter(({ verdict }) => verdict !== 'good')
  if (lacking.length > 0) throw notReady(lacking)
  await store.savePersistRecords(
    id,
    sights.map(({ wanted: { name }, persistUntil }) => ({
      certificateId: id,
      name,
      ...(persistUntil !== undefined && { persistUntil }),
      seenAt: now,
    })),
  )
}

/** In signs that need no translation: the record that is wanted, then each server where it is not as it should be. */
function notReady(sights: readonly RecordSight[]): CertwrightError {
  const records = sights.map(({ wanted, name, servers }) => {
    const value = wanted.issuerDomainNames.length > 0 ? ` "${proposedValue(wanted)}"` : ''
    const where = servers
      .filter(({ verdict }) => verdict !== 'good')
      .map(({ nameServer, verdict, answer }) => {
        const server = `${nameServer.name} (${serverAddressText(nameServer.server)})`
        return `\n    ≠ ${server}: ${verdict}${verdict === 'unanswered' ? ` [${answer}]` : ''}`
      })
    return `\n  ${name} TXT${value}${where.join('')}`
  })
  const names = sights
    .map(({ wanted: { domain, wildcard } }) => (wildcard ? `'*.${domain}'` : domain))
    .join(' ')
  return new CertwrightError('DNS_PERSIST_NOT_READY', { records: records.join(''), names })
}
