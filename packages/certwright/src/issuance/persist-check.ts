import { resolver } from '../dns/resolver.ts'
import { serverAddressText } from '../dns/server-address.ts'
import { CertwrightError } from '../runtime/error.ts'
import type { Certificate } from '../store/store.ts'
import { provenIdentifiers } from './ancestor.ts'
import {
  lookAtRecord,
  proposedValue,
  recordOwner,
  wantedRecords,
  type RecordSight,
} from './dns-persist.ts'
import type { IssuanceContext, OpenAccount } from './issuance.ts'

/**
 * Makes sure, before anything is ordered, that the records of a certificate that is proven by dns-persist-01 stand at
 * every authoritative server, and keeps until when. For other challenges there is nothing to do.
 */
export async function requirePersistRecords(
  certificate: Pick<Certificate, 'id' | 'identifiers' | 'challenge'>,
  open: OpenAccount,
  { store, host }: IssuanceContext,
  signal?: AbortSignal,
): Promise<void> {
  const { id: certificateId } = certificate
  const seenAt = host.now()
  const sights = await standingRecords(certificate, open, seenAt, signal)
  if (sights.length === 0) return
  await store.savePersistRecords(
    certificateId,
    sights.map(({ wanted: { name }, persistUntil }) => ({
      certificateId,
      name,
      ...(persistUntil !== undefined && { persistUntil }),
      seenAt,
    })),
  )
}

/**
 * The dns-persist-01 records that prove the names, each as it stands at every authoritative server; none where another
 * challenge proves them, or where nobody is to be asked. Throws `DNS_PERSIST_NOT_READY`, which says what is to be added
 * where.
 */
export async function standingRecords(
  attempt: Pick<Certificate, 'identifiers' | 'challenge'>,
  open: OpenAccount,
  now: number,
  signal?: AbortSignal,
): Promise<readonly RecordSight[]> {
  const { type, propagationCheck, resolvers } = attempt.challenge
  if (type !== 'dns-persist-01' || propagationCheck === false) return []
  const lookup = { resolver: resolver({ servers: resolvers }), now }
  const wanted = await wantedRecords(provenIdentifiers(attempt), await recordOwner(open, signal))
  const sights = await Promise.all(wanted.map(async (one) => lookAtRecord(one, lookup, signal)))
  const lacking = sights.filter(({ verdict }) => verdict !== 'good')
  if (lacking.length > 0) throw notReady(lacking)
  return sights
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
