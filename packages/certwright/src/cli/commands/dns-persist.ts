import { instantOf, momentOf, type Identifier } from '@certwright/acme'
import { addLastingTxt } from '../../dns/lasting-txt.ts'
import type { NameServerOptions } from '../../dns/name-server.ts'
import type { DnsProvider } from '../../dns/provider.ts'
import { resolver } from '../../dns/resolver.ts'
import {
  lookAtRecord,
  proposedValue,
  recordOwner,
  wantedRecords,
  type RecordSight,
  type WantedRecord,
} from '../../issuance/dns-persist.ts'
import type { OpenAccount } from '../../issuance/issuance.ts'
import { notePersistRecords } from '../../manager/persist-record.ts'
import { CertwrightError } from '../../runtime/error.ts'
import { persistTexts } from '../../runtime/messages/persist-texts.ts'
import { providerFor } from '../../solvers/registry.ts'
import { resolversFrom } from '../challenge-options.ts'
import type { CommandRun } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { domainGiven, identifiersGiven } from '../given-name.ts'
import { openKept } from '../kept-account.ts'
import { keyValues, type Options } from '../options.ts'
import { recordDocument, recordLines, type ReportedRecord } from '../record-report.ts'
import type { Session } from '../session.ts'

/** Looks at the records that prove names until further notice, and adds those that lack where that is asked for. */
export const dnsPersist: CommandRun = async ({ arguments: names, options }, session) => {
  const { output, world, signal } = session
  const request = requestFrom(names, options, world.host.now())
  const provider = await writerFrom(options, session)
  const open = await openKept(options, session)
  const lookup = { resolver: resolver({ servers: resolversFrom(options) }) }
  const wanted = await wantedBy(request, open, signal)
  const looks = await lookAtAll(wanted, lookup, session)
  const looked = looks.map((sight) => reportedRecord(sight, request))
  const records = provider ? await written(looked, provider, lookup, session) : looked
  await note(records, open, session)
  output.result({ records: records.map(recordDocument) }, () =>
    records.flatMap((record) => recordLines(record, output)),
  )
  if (records.some(({ state }) => state !== 'stands')) {
    output.note(output.text(persistTexts.stays, { account: open.account.url }))
  }
  return records.some(({ state }) => state === 'lacking') ? exitCode.due : exitCode.done
}

interface RecordRequest {
  readonly identifiers: readonly Identifier[]
  readonly wildcard: boolean
  /** Milliseconds since the epoch, `Infinity` for one without an end; absent where whatever stands will do. */
  readonly until?: number
  readonly issuerDomain?: string
}

function requestFrom(names: readonly string[], options: Options, now: number): RecordRequest {
  const identifiers = identifiersGiven(names)
  const address = identifiers.find(({ type }) => type === 'ip')
  if (address) {
    const params = { name: address.value, challenge: 'dns-persist-01' }
    throw new CertwrightError('USAGE_ADDRESS_NEEDS_CONNECTION', params)
  }
  const until = untilFrom(options, now)
  const issuerDomain = options.text('issuerDomain')
  return {
    identifiers,
    wildcard: options.flag('wildcard'),
    ...(until !== undefined && { until }),
    ...(issuerDomain !== undefined && { issuerDomain: domainGiven(issuerDomain) }),
  }
}

/** The end of the day that was named, in UTC. */
function untilFrom(options: Options, now: number): number | undefined {
  const value = options.text('until')
  if (value === undefined) return undefined
  if (value === 'forever') return Infinity
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(value)
  const end = (isDay ? momentOf(`${value}T23:59:59Z`) : undefined) ?? 0
  // A day that no month has is read as one of the next.
  if (end > now && instantOf(end).startsWith(value)) return end
  throw new CertwrightError('USAGE_NOT_A_MOMENT', { option: '--until', value })
}

/** Where records are to be written, checked before anything is looked at. */
async function writerFrom(options: Options, session: Session): Promise<DnsProvider | undefined> {
  const dns = options.text('dns')
  if (!options.flag('write')) {
    if (dns === undefined) return undefined
    throw new CertwrightError('USAGE_OPTION_NEEDS', { option: '--dns', needed: '--write' })
  }
  const dnsOptions = keyValues(options.list('dnsOption'), '--dns-option')
  const named = dns === undefined ? {} : { dns }
  const provider = await providerFor({ ...named, dnsOptions }, await session.lent())
  if (provider.ownsName) throw new CertwrightError('DNS_PERSIST_PROVIDER', { provider: dns ?? '-' })
  return provider
}

async function wantedBy(
  { identifiers, wildcard, issuerDomain }: RecordRequest,
  open: OpenAccount,
  signal: AbortSignal | undefined,
): Promise<readonly WantedRecord[]> {
  const records = await wantedRecords(identifiers, await recordOwner(open, signal))
  return records.map((record) => {
    const issuerDomainNames = issuerDomain === undefined ? record.issuerDomainNames : [issuerDomain]
    if (issuerDomainNames.length === 0) {
      const { directoryUrl: issuer } = open.issuer
      throw new CertwrightError('DNS_PERSIST_ISSUER_UNKNOWN', { issuer })
    }
    return { ...record, issuerDomainNames, wildcard: wildcard || record.wildcard }
  })
}

async function lookAtAll(
  wanted: readonly WantedRecord[],
  lookup: NameServerOptions,
  { world, signal }: Session,
): Promise<readonly RecordSight[]> {
  const options = { ...lookup, now: world.host.now() }
  return Promise.all(wanted.map(async (record) => lookAtRecord(record, options, signal)))
}

function reportedRecord(sight: RecordSight, { until }: RecordRequest): ReportedRecord {
  const { wanted, verdict, persistUntil = Infinity } = sight
  const lasts = until === undefined || persistUntil >= until
  const end = until === undefined || until === Infinity ? undefined : until / 1000
  return {
    sight,
    value: proposedValue(wanted, end),
    state: verdict === 'good' && lasts ? 'stands' : 'lacking',
  }
}

/** Adds what lacks, then looks again. */
async function written(
  records: readonly ReportedRecord[],
  provider: DnsProvider,
  lookup: NameServerOptions,
  session: Session,
): Promise<readonly ReportedRecord[]> {
  const lacking = records.filter(({ state }) => state === 'lacking')
  const { host } = session.world
  await addLastingTxt(
    lacking.map(({ sight: { name, zone }, value }) => ({ place: { name, zone }, value })),
    provider,
    { ...lookup, host },
    session.signal,
  )
  const seen = await lookAtAll(
    lacking.map(({ sight }) => sight.wanted),
    lookup,
    session,
  )
  return records.map((record) => {
    const sight = seen.find(({ wanted }) => wanted === record.sight.wanted)
    return sight ? { ...record, sight, state: 'written' } : record
  })
}

/** What is good now is no longer warned of. */
async function note(
  records: readonly ReportedRecord[],
  { issuer }: OpenAccount,
  session: Session,
): Promise<void> {
  const seenAt = session.world.host.now()
  const seen = records.flatMap(({ sight: { wanted, verdict, persistUntil } }) =>
    verdict === 'good'
      ? {
          name: wanted.name,
          domain: wanted.domain,
          wildcard: wanted.wildcard,
          seenAt,
          ...(persistUntil !== undefined && { persistUntil }),
        }
      : [],
  )
  await notePersistRecords(seen, issuer.directoryUrl, await session.store())
}
