import { targets, type TargetRegistry } from '../../deploy/targets/registry.ts'
import { issuerName } from '../../issuance/known-issuers.ts'
import {
  keyTypes,
  type CertificateEntry,
  type ChallengeEntry,
  type ConfigFile,
  type IssuerEntry,
} from '../config/schema.ts'
import { adopted, type Adopted } from './certificates.ts'
import { dnsEntries, type DnsEntries, type SecretFile } from './dns-entries.ts'
import { notes, type Notes } from './reading.ts'
import type { Taken, TakenAccount, TakeoverContext, TakeoverRemark } from './taken.ts'

export interface TakeoverOptions {
  /** The client that left this. */
  readonly client: string
  readonly taken: Taken
  /** The directory URL of what does not say its own. */
  readonly directoryUrl?: string | undefined
  /** A file of PEM roots for issuers that are not known by name. Absolute. */
  readonly caFile?: string | undefined
  /** The DNS provider for challenges that no other is the counterpart of. */
  readonly provider?: string | undefined
  readonly targets?: TargetRegistry | undefined
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** What taking over would do: a file, what goes to the store, and what is left to a person. Data; nothing is done. */
export interface Takeover {
  readonly file: ConfigFile
  readonly secrets: readonly SecretFile[]
  /** One a directory URL. */
  readonly accounts: readonly KeptAccount[]
  readonly certificates: readonly Adopted[]
  readonly remarks: readonly TakeoverRemark[]
}

export interface KeptAccount extends TakenAccount {
  readonly directoryUrl: string
}

/** Decides what becomes of what another client left. */
export async function takeover(
  { client, taken, directoryUrl, caFile, provider, now, ...options }: TakeoverOptions,
  context: TakeoverContext,
): Promise<Takeover> {
  const told = notes()
  const certificates = adopted(taken.certificates, { directoryUrl, now }, told)
  const accounts = keptAccounts(taken.accounts, directoryUrl, told)
  const issuers = issuersOf(certificates, accounts, caFile ?? taken.caFile)
  const dns = dnsEntries({ client, provider, context }, told)
  const entries: CertificateEntry[] = []
  for (const one of certificates) {
    const among = { issuers, dns, told, registry: options.targets ?? targets }
    entries.push(await certificateEntry(one, among))
  }
  return {
    file: {
      ...(issuers.length > 0 && { issuers: issuers.map(({ entry }) => entry) }),
      ...(Object.keys(dns.entries).length > 0 && { dns: dns.entries }),
      certificates: entries,
    },
    secrets: dns.secrets,
    accounts,
    certificates,
    remarks: [...taken.remarks, ...told.all],
  }
}

/** The first account at each directory that the CA has answered; there is one a directory. */
function keptAccounts(
  accounts: readonly TakenAccount[],
  fallback: string | undefined,
  told: Notes,
): readonly KeptAccount[] {
  const kept: KeptAccount[] = []
  for (const account of accounts) {
    const { server, path, accountUrl } = account
    const directoryUrl = account.directoryUrl ?? fallback
    if (directoryUrl === undefined) told.add('no-such-account', { server, path })
    else if (accountUrl === undefined) told.add('unreadable', { path, reason: 'URL?' })
    else if (kept.some((one) => one.directoryUrl === directoryUrl)) {
      told.add('account-beside', { path, issuer: directoryUrl })
    } else kept.push({ ...account, directoryUrl })
  }
  return kept
}

interface NamedIssuer {
  readonly directoryUrl: string
  readonly entry: IssuerEntry
}

/** Those of most certificates first. */
function issuersOf(
  certificates: readonly Adopted[],
  accounts: readonly KeptAccount[],
  caFile: string | undefined,
): readonly NamedIssuer[] {
  const counts = new Map<string, number>()
  for (const { directoryUrl } of certificates) {
    if (directoryUrl) counts.set(directoryUrl, (counts.get(directoryUrl) ?? 0) + 1)
  }
  for (const { directoryUrl } of accounts) counts.set(directoryUrl, counts.get(directoryUrl) ?? 0)
  const names = new Set<string>()
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([directoryUrl]) => {
      const known = issuerName(directoryUrl)
      const isKnown = known !== directoryUrl
      const name = freeName(isKnown ? known : slugOf(directoryUrl), names)
      names.add(name)
      const emails = accounts
        .filter((account) => account.directoryUrl === directoryUrl)
        .flatMap(({ contact }) => contact.map((url) => url.replace(/^mailto:/, '')))
      return {
        directoryUrl,
        entry: {
          name,
          ...(!isKnown && { directory: directoryUrl }),
          ...(!isKnown && caFile !== undefined && { 'ca-file': caFile }),
          ...(emails.length > 0 && { email: emails.length === 1 ? emails[0] : emails }),
        },
      }
    })
}

function slugOf(directoryUrl: string): string {
  const host = URL.parse(directoryUrl)?.hostname.replace(/[^a-z0-9.-]/g, '') ?? ''
  return host.replace(/^[^a-z0-9]+/, '') || 'issuer'
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted
  for (let number = 2; taken.has(name); number += 1) name = `${wanted}-${number}`
  return name
}

interface Surroundings {
  readonly issuers: readonly NamedIssuer[]
  readonly dns: DnsEntries
  readonly told: Notes
  readonly registry: TargetRegistry
}

async function certificateEntry(
  { taken, id, identifiers, directoryUrl, described }: Adopted,
  { issuers, dns, told, registry }: Surroundings,
): Promise<CertificateEntry> {
  const issuer = issuers.find((one) => one.directoryUrl === directoryUrl)
  const keyType = keyTypes.find((type) => type === described?.keyType)
  if (described && !keyType) told.add('key-type', { keyType: described.keyType }, taken.name)
  const names = identifiers.map(({ value }) => value)
  const challenge = await challengeEntry(taken, names, { dns, told })
  const installs = taken.installs.filter(({ target, options }) => {
    const isKnown = Object.hasOwn(registry, target)
    const paths = Object.values(options).join(', ')
    if (!isKnown) told.add('target-unknown', { target, options: paths }, taken.name)
    return isKnown
  })
  return {
    id,
    names,
    ...(issuer && issuers.length > 1 && { issuers: [issuer.entry.name] }),
    ...(keyType && { 'key-type': keyType }),
    ...(taken.profile !== undefined && { profile: taken.profile }),
    ...(taken.preferredChain !== undefined && { 'preferred-chain': taken.preferredChain }),
    ...(taken.reuseKey && { 'reuse-key': true }),
    ...(challenge !== undefined && { challenge }),
    ...(installs.length > 0 && {
      installs: installs.map(({ target, options }) => ({ target, options })),
    }),
  }
}

/** `undefined` for the default. A wildcard needs DNS, whatever else was said. */
async function challengeEntry(
  { challenge, name }: Adopted['taken'],
  names: readonly string[],
  { dns, told }: Pick<Surroundings, 'dns' | 'told'>,
): Promise<ChallengeEntry | undefined> {
  if (challenge === undefined && dns.isChosen) return { dns: await dns.nameFor(undefined, name) }
  if (challenge?.type === 'dns-01') {
    const { resolvers } = challenge
    return {
      dns: await dns.nameFor(challenge, name),
      ...(resolvers && { resolvers: [...resolvers] }),
    }
  }
  if (names.some((one) => one.startsWith('*.'))) {
    const entry = await dns.nameFor(undefined, name)
    told.add('wildcard-provider', { entry }, name)
    return { dns: entry }
  }
  if (challenge?.type === 'tls-alpn-01') {
    return challenge.port === undefined
      ? 'tls-alpn-01'
      : { type: 'tls-alpn-01', port: challenge.port }
  }
  if (challenge?.webroot !== undefined) return { webroot: challenge.webroot }
  return challenge?.port === undefined ? undefined : { type: 'http-01', port: challenge.port }
}
