import {
  dnsPersist01Name,
  dnsPersist01Value,
  dnsPersistAccountUri,
  getDirectory,
  readDnsPersist01Value,
  type Directory,
  type DnsPersistRecord,
  type Identifier,
} from '@certwright/acme'
import { txtAtAll, type TxtSight, type TxtSights } from '../dns/authoritative-txt.ts'
import type { NameServerOptions } from '../dns/name-server.ts'
import type { OpenAccount } from './issuance.ts'

/** The dns-persist-01 record that a CA wants to see for a name (draft ietf-acme-dns-persist), before it is asked. */
export interface WantedRecord {
  /** The name that it proves, without `*.`. */
  readonly domain: string
  /** Where it belongs. */
  readonly name: string
  /** Whether it has to be for wildcards, too. */
  readonly wildcard: boolean
  /** What the CA calls itself; a record names one of them. Empty where its directory does not say. */
  readonly issuerDomainNames: readonly string[]
  /** What the account may be called, best first. */
  readonly accountUris: readonly [string, ...string[]]
}

/** Whom records are for. */
export interface RecordOwner {
  /** Of the CA's directory. */
  readonly meta: Directory['meta']
  readonly accountUrl: string
  /** RFC 7638, of the account's key. */
  readonly thumbprint: string
}

export async function recordOwner(
  { client, account, issuer: { thumbprint } }: OpenAccount,
  signal?: AbortSignal,
): Promise<RecordOwner> {
  const { meta } = await getDirectory(client, { signal })
  return { meta, accountUrl: account.url, thumbprint }
}

/** What records an account needs for these names, one for each domain, by what the CA's directory says. */
export async function wantedRecords(
  identifiers: readonly Identifier[],
  { meta, accountUrl, thumbprint }: RecordOwner,
): Promise<readonly WantedRecord[]> {
  const { accountHashPrefix: prefix, caaIdentities, issuerDomainNames = caaIdentities } = meta
  // Drafts -00 and -01 name the account by its URL, -02 by a hash of it, for one domain or for every one.
  const accountUrisOf = async (domain: string): Promise<readonly [string, ...string[]]> => {
    if (prefix === undefined) return [accountUrl]
    const hash = async (of: string): Promise<string> =>
      dnsPersistAccountUri({ prefix, accountUrl, thumbprint, domain: of })
    return [await hash(domain), await hash('*')]
  }
  const domains = Map.groupBy(identifiers, ({ value }) => value.replace(/^\*\./, ''))
  return Promise.all(
    [...domains].map(async ([domain, named]) => ({
      domain,
      name: dnsPersist01Name(domain),
      wildcard: named.some(({ value }) => value.startsWith('*.')),
      issuerDomainNames,
      accountUris: await accountUrisOf(domain),
    })),
  )
}

/** The record's value, as it is to be written. */
export function proposedValue(
  { issuerDomainNames, accountUris, wildcard }: WantedRecord,
  persistUntil?: number,
): string {
  return dnsPersist01Value({
    issuerDomainName: issuerDomainNames[0] ?? '',
    accountUri: accountUris[0],
    wildcard,
    ...(persistUntil !== undefined && { persistUntil }),
  })
}

/** What is wrong with the records at a name; `good` where one of them is right. */
export type RecordVerdict =
  | 'good'
  /** No record there is of this kind. */
  | 'missing'
  | 'other-issuer'
  | 'other-account'
  | 'not-for-wildcards'
  | 'expired'
  /** No answer came, or none with authority. */
  | 'unanswered'

/** How near to good each is: of several records the nearest one is judged. */
const nearness: readonly RecordVerdict[] = [
  'unanswered',
  'missing',
  'other-issuer',
  'other-account',
  'not-for-wildcards',
  'expired',
  'good',
]

export interface JudgedRecord {
  readonly verdict: RecordVerdict
  /** Milliseconds since the epoch, of the record that was judged; absent where it has no end. */
  readonly persistUntil?: number
}

/** Judges the values at a name as the CA will. */
export function judgeRecords(
  values: readonly string[],
  wanted: WantedRecord,
  now: number,
): JudgedRecord {
  const judged = values
    .map(readDnsPersist01Value)
    .filter((record) => record !== undefined)
    .map((record) => judgedRecord(record, wanted, now))
  return judged.reduce(better, { verdict: 'missing' })
}

function judgedRecord(
  record: DnsPersistRecord,
  { issuerDomainNames, accountUris, wildcard }: WantedRecord,
  now: number,
): JudgedRecord {
  const { issuerDomainName, accountUri, persistUntil } = record
  const until = persistUntil === undefined ? {} : { persistUntil: persistUntil * 1000 }
  const isIssuer = issuerDomainNames.length === 0 || issuerDomainNames.includes(issuerDomainName)
  if (!isIssuer) return { verdict: 'other-issuer' }
  if (!accountUris.includes(accountUri)) return { verdict: 'other-account' }
  if (wildcard && !record.wildcard) return { verdict: 'not-for-wildcards', ...until }
  if (until.persistUntil !== undefined && until.persistUntil < now) {
    return { verdict: 'expired', ...until }
  }
  return { verdict: 'good', ...until }
}

function better(a: JudgedRecord, b: JudgedRecord): JudgedRecord {
  const nearer = nearness.indexOf(b.verdict) - nearness.indexOf(a.verdict)
  if (nearer !== 0) return nearer > 0 ? b : a
  return (b.persistUntil ?? Infinity) > (a.persistUntil ?? Infinity) ? b : a
}

/** One authoritative server's records, judged. */
export interface SeenRecord extends JudgedRecord, Pick<TxtSight, 'nameServer' | 'answer'> {}

/** A wanted record, and how it stands at every authoritative server. */
export interface RecordSight extends JudgedRecord, Pick<TxtSights, 'name' | 'zone'> {
  readonly wanted: WantedRecord
  readonly servers: readonly SeenRecord[]
}

/** Looks at every authoritative server. A record is as good as at the server where it is worst, for a CA may ask any. */
export async function lookAtRecord(
  wanted: WantedRecord,
  { now, ...options }: NameServerOptions & { readonly now: number },
  signal?: AbortSignal,
): Promise<RecordSight> {
  const { name, zone, sights } = await txtAtAll(wanted.name, options, signal)
  const servers = sights.map(({ nameServer, values, answer }): SeenRecord => ({
    nameServer,
    ...(answer !== undefined && { answer }),
    ...(values ? judgeRecords(values, wanted, now) : { verdict: 'unanswered' }),
  }))
  const worst = servers.reduce<JudgedRecord>(worse, { verdict: 'good' })
  const { verdict, persistUntil } = worst
  return {
    wanted,
    name,
    zone,
    servers,
    verdict,
    ...(persistUntil !== undefined && { persistUntil }),
  }
}

function worse(a: JudgedRecord, b: JudgedRecord): JudgedRecord {
  const farther = nearness.indexOf(a.verdict) - nearness.indexOf(b.verdict)
  if (farther !== 0) return farther > 0 ? b : a
  return (b.persistUntil ?? Infinity) < (a.persistUntil ?? Infinity) ? b : a
}
