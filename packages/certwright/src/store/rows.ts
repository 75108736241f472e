import { Secret } from '../runtime/secret.ts'
import type {
  CertificateRow,
  InstallationRow,
  IssuerRow,
  JournalRow,
  PendingOrderRow,
  PersistRecordRow,
  RenewalRow,
  VersionRow,
} from './schema.ts'
import type { Place, Seal } from './seal.ts'
import type {
  AccountKey,
  Certificate,
  Installation,
  Issuer,
  JournaledChallenge,
  PendingOrder,
  PersistRecord,
  Renewal,
  StagedKey,
  Version,
} from './store.ts'

/** A new issuer, its keys too. */
export function issuerRow(issuer: Issuer, seal: Seal): IssuerRow {
  return {
    ...issuerFactsRow(issuer),
    thumbprint: issuer.thumbprint,
    account_key: sealedAccountKey(issuer.accountKey, accountKeyOf(issuer.id), seal),
    ...stagedKeyRow(issuer.id, issuer.nextKey, seal),
  }
}

type KeyColumns = 'account_key' | 'thumbprint' | 'next_key' | 'next_thumbprint'

/** Without the keys, which only a rollover moves. */
export function issuerFactsRow(issuer: Issuer): Omit<IssuerRow, KeyColumns> {
  return {
    id: issuer.id,
    directory_url: issuer.directoryUrl,
    account_url: issuer.accountUrl ?? null,
    contact: JSON.stringify(issuer.contact),
    external_account_id: issuer.externalAccountId ?? null,
    terms_of_service: issuer.termsOfService ?? null,
    terms_agreed_at: issuer.termsAgreedAt ?? null,
    ca_file: issuer.caFile ?? null,
    status: issuer.status,
    created_at: issuer.createdAt,
  }
}

export function stagedKeyRow(
  issuerId: string,
  next: StagedKey | undefined,
  seal: Seal,
): Pick<IssuerRow, 'next_key' | 'next_thumbprint'> {
  if (!next) return { next_key: null, next_thumbprint: null }
  const sealed = sealedAccountKey(next.key, nextKeyOf(issuerId), seal)
  return { next_key: sealed, next_thumbprint: next.thumbprint }
}

/** The columns after the staged key has become the account's: sealed anew, for it opens in its own column alone. */
export function adoptedKeyRow(
  { id, next_key: sealed, next_thumbprint: thumbprint }: IssuerRow,
  seal: Seal,
): Pick<IssuerRow, KeyColumns> | undefined {
  if (sealed === null || thumbprint === null) return undefined
  return {
    account_key: seal.seal(seal.unseal(sealed, nextKeyOf(id)), accountKeyOf(id)),
    thumbprint,
    next_key: null,
    next_thumbprint: null,
  }
}

export function issuerOf(row: IssuerRow, seal: Seal): Issuer {
  const { id, next_key: sealedNext, next_thumbprint: nextThumbprint } = row
  return {
    id,
    directoryUrl: row.directory_url,
    accountKey: accountKeyFrom(seal.unseal(row.account_key, accountKeyOf(id))),
    thumbprint: row.thumbprint,
    contact: JSON.parse(row.contact) as Issuer['contact'],
    status: row.status,
    createdAt: row.created_at,
    ...present({
      accountUrl: row.account_url,
      externalAccountId: row.external_account_id,
      termsOfService: row.terms_of_service,
      termsAgreedAt: row.terms_agreed_at,
      caFile: row.ca_file,
    }),
    ...(sealedNext !== null &&
      nextThumbprint !== null && {
        nextKey: {
          key: accountKeyFrom(seal.unseal(sealedNext, nextKeyOf(id))),
          thumbprint: nextThumbprint,
        },
      }),
  }
}

/** Sealed, a key that a program holds is `exec:` and its path; no PEM begins like that. */
const programPrefix = 'exec:'

function sealedAccountKey(key: AccountKey, place: Place, seal: Seal): string {
  const text = key.held === 'here' ? key.pem : new Secret(programPrefix + key.program)
  return seal.seal(text, place)
}

function accountKeyFrom(text: Secret): AccountKey {
  const plain = text.reveal()
  return plain.startsWith(programPrefix)
    ? { held: 'by-program', program: plain.slice(programPrefix.length) }
    : { held: 'here', pem: text }
}

/** Without `current`, which only a new version moves. */
export function certificateRow(
  certificate: Certificate,
  seal: Seal,
): Omit<CertificateRow, 'current'> {
  const { id, challenge } = certificate
  return {
    id,
    identifiers: JSON.stringify(certificate.identifiers),
    directory_url: certificate.directoryUrl,
    key_type: certificate.keyType,
    key_source: certificate.keySource ? JSON.stringify(certificate.keySource) : null,
    profile: certificate.profile ?? null,
    preferred_chain: certificate.preferredChain ?? null,
    challenge: seal.seal(new Secret(JSON.stringify(challenge)), challengeOf(id)),
    out: certificate.out,
    created_at: certificate.createdAt,
  }
}

export function certificateOf(row: CertificateRow, seal: Seal): Certificate {
  const challenge = seal.unseal(row.challenge, challengeOf(row.id)).reveal()
  return {
    id: row.id,
    identifiers: JSON.parse(row.identifiers) as Certificate['identifiers'],
    directoryUrl: row.directory_url,
    keyType: row.key_type,
    challenge: JSON.parse(challenge) as Certificate['challenge'],
    out: row.out,
    createdAt: row.created_at,
    ...present({
      current: row.current,
      keySource: parsed(row.key_source) as NonNullable<Certificate['keySource']> | null,
      profile: row.profile,
      preferredChain: row.preferred_chain,
    }),
  }
}

export function versionRow(version: Version, seal: Seal): VersionRow {
  const { certificateId, number, privateKey } = version
  return {
    certificate_id: certificateId,
    number,
    private_key: privateKey ? seal.seal(privateKey, privateKeyOf(certificateId, number)) : null,
    chain_pem: version.chainPem,
    serial: version.serial,
    fingerprint: version.fingerprint,
    not_before: version.notBefore,
    not_after: version.notAfter,
    directory_url: version.directoryUrl,
    account_url: version.accountUrl ?? null,
    profile: version.profile ?? null,
    order_url: version.orderUrl,
    certificate_url: version.certificateUrl,
    created_at: version.createdAt,
    revoked_at: version.revokedAt ?? null,
    revocation_reason: version.revocationReason ?? null,
    revoked_by: version.revokedBy ?? null,
  }
}

export function versionOf(row: VersionRow, seal: Seal): Version {
  const { certificate_id: certificateId, number, private_key: sealed } = row
  return {
    certificateId,
    number,
    chainPem: row.chain_pem,
    serial: row.serial,
    fingerprint: row.fingerprint,
    notBefore: row.not_before,
    notAfter: row.not_after,
    directoryUrl: row.directory_url,
    orderUrl: row.order_url,
    certificateUrl: row.certificate_url,
    createdAt: row.created_at,
    ...present({
      privateKey: sealed === null ? null : seal.unseal(sealed, privateKeyOf(certificateId, number)),
      accountUrl: row.account_url,
      profile: row.profile,
      revokedAt: row.revoked_at,
      revocationReason: row.revocation_reason,
      revokedBy: row.revoked_by,
    }),
  }
}

export function renewalRow(renewal: Renewal): RenewalRow {
  const { certificateId, number, suggestion, nextPollAt, failures, lastError } = renewal
  return {
    certificate_id: certificateId,
    number,
    window_start: suggestion?.start ?? null,
    window_end: suggestion?.end ?? null,
    renew_at: suggestion?.renewAt ?? null,
    explanation_url: suggestion?.explanationUrl ?? null,
    next_poll_at: nextPollAt,
    failures,
    last_error: lastError ? JSON.stringify(lastError) : null,
  }
}

export function renewalOf(row: RenewalRow): Renewal {
  return {
    certificateId: row.certificate_id,
    number: row.number,
    nextPollAt: row.next_poll_at,
    failures: row.failures,
    ...present({
      suggestion: suggestionOf(row),
      lastError: parsed(row.last_error) as NonNullable<Renewal['lastError']> | null,
    }),
  }
}

function suggestionOf(row: RenewalRow): NonNullable<Renewal['suggestion']> | null {
  const { window_start: start, window_end: end, renew_at: renewAt } = row
  if (start === null || end === null || renewAt === null) return null
  return { start, end, renewAt, ...present({ explanationUrl: row.explanation_url }) }
}

export function pendingOrderRow(order: PendingOrder, seal: Seal): PendingOrderRow {
  const { certificateId, stagedKey } = order
  return {
    certificate_id: certificateId,
    directory_url: order.directoryUrl,
    account_url: order.accountUrl,
    identifier_set: order.identifierSet,
    key_type: order.keyType,
    public_key: order.publicKey ?? null,
    profile: order.profile ?? null,
    order_url: order.orderUrl ?? null,
    staged_key: stagedKey ? seal.seal(stagedKey, stagedKeyOf(certificateId)) : null,
    created_at: order.createdAt,
  }
}

export function pendingOrderOf(row: PendingOrderRow, seal: Seal): PendingOrder {
  const { certificate_id: certificateId, staged_key: sealed } = row
  return {
    certificateId,
    directoryUrl: row.directory_url,
    accountUrl: row.account_url,
    identifierSet: row.identifier_set,
    keyType: row.key_type,
    createdAt: row.created_at,
    ...present({
      publicKey: row.public_key,
      profile: row.profile,
      orderUrl: row.order_url,
      stagedKey: sealed === null ? null : seal.unseal(sealed, stagedKeyOf(certificateId)),
    }),
  }
}

export function journalRow(challenge: JournaledChallenge, seal: Seal): JournalRow {
  const { id, certificateId, settings, work, receipt } = challenge
  return {
    id,
    certificate_id: certificateId,
    settings: seal.seal(new Secret(JSON.stringify(settings)), settingsOf(id)),
    work: JSON.stringify(work),
    receipt: receipt ? JSON.stringify(receipt) : null,
  }
}

export function journaledChallengeOf(row: JournalRow, seal: Seal): JournaledChallenge {
  const settings = seal.unseal(row.settings, settingsOf(row.id)).reveal()
  return {
    id: row.id,
    certificateId: row.certificate_id,
    settings: JSON.parse(settings) as JournaledChallenge['settings'],
    work: JSON.parse(row.work) as JournaledChallenge['work'],
    ...(row.receipt !== null && {
      receipt: JSON.parse(row.receipt) as NonNullable<JournaledChallenge['receipt']>,
    }),
  }
}

export function persistRecordRow(record: PersistRecord): PersistRecordRow {
  return {
    certificate_id: record.certificateId,
    name: record.name,
    persist_until: record.persistUntil ?? null,
    seen_at: record.seenAt,
  }
}

export function persistRecordOf(row: PersistRecordRow): PersistRecord {
  return {
    certificateId: row.certificate_id,
    name: row.name,
    seenAt: row.seen_at,
    ...present({ persistUntil: row.persist_until }),
  }
}

export function installationRow(installation: Installation, seal: Seal): InstallationRow {
  const { certificateId, target, options, lastWritten, lastSeen, lastError } = installation
  const place = optionsOf(certificateId, target)
  return {
    certificate_id: certificateId,
    target,
    name: installation.name,
    options: seal.seal(new Secret(JSON.stringify(options)), place),
    created_at: installation.createdAt,
    last_written: lastWritten ? JSON.stringify(lastWritten) : null,
    last_seen: lastSeen ? JSON.stringify(lastSeen) : null,
    last_error: lastError ? JSON.stringify(lastError) : null,
  }
}

export function installationOf(row: InstallationRow, seal: Seal): Installation {
  const { certificate_id: certificateId, target } = row
  const options = seal.unseal(row.options, optionsOf(certificateId, target)).reveal()
  return {
    certificateId,
    target,
    name: row.name,
    options: JSON.parse(options) as Installation['options'],
    createdAt: row.created_at,
    ...present({
      lastWritten: parsed(row.last_written) as NonNullable<Installation['lastWritten']> | null,
      lastSeen: parsed(row.last_seen) as NonNullable<Installation['lastSeen']> | null,
      lastError: parsed(row.last_error) as NonNullable<Installation['lastError']> | null,
    }),
  }
}

// The places are part of what the seal authenticates: a name changed here makes sealed texts unreadable.

const accountKeyOf = (issuer: string): Place => ({
  table: 'issuers',
  column: 'account_key',
  record: issuer,
})

const nextKeyOf = (issuer: string): Place => ({
  table: 'issuers',
  column: 'next_key',
  record: issuer,
})

const challengeOf = (certificate: string): Place => ({
  table: 'certificates',
  column: 'challenge',
  record: certificate,
})

const privateKeyOf = (certificate: string, number: number): Place => ({
  table: 'versions',
  column: 'private_key',
  record: `${certificate}#${number}`,
})

const stagedKeyOf = (certificate: string): Place => ({
  table: 'pending_orders',
  column: 'staged_key',
  record: certificate,
})

const settingsOf = (challenge: string): Place => ({
  table: 'journal',
  column: 'settings',
  record: challenge,
})

const optionsOf = (certificate: string, target: string): Place => ({
  table: 'installations',
  column: 'options',
  record: `${certificate}#${target}`,
})

function parsed(text: string | null): unknown {
  return text === null ? null : JSON.parse(text)
}

/** The fields that are not null. */
function present<T extends object>(fields: {
  readonly [Name in keyof T]: T[Name] | null
}): Partial<T> {
  const entries = Object.entries(fields).filter(([, value]) => value !== null)
  return Object.fromEntries(entries) as Partial<T>
}
