import { join } from 'node:path'
import { instantOf } from '@certwright/acme'
import { issuerName } from '../issuance/known-issuers.ts'
import type { Current } from '../manager/current.ts'
import { dueAt, isDue } from '../manager/renewal.ts'
import { labelTexts, stateTexts } from '../runtime/messages/command-texts.ts'
import { revocationTexts } from '../runtime/messages/revocation-texts.ts'
import type { Certificate, KeySource, Renewal, Version } from '../store/store.ts'
import { effectiveKeyType } from './key-source.ts'
import type { Output } from './output.ts'
import { readableName } from './readable-name.ts'
import { renewalDocument, type RenewalDocument } from './renewal-document.ts'

export type CertificateState = 'valid' | 'due' | 'expired' | 'revoked' | 'not-issued'

/** One version as `--json` shows it. Times are RFC 3339. Others script against this: members are only added. */
export interface VersionDocument {
  readonly number: number
  readonly current: boolean
  readonly serial: string
  /** SHA-256 of the certificate, hex. */
  readonly fingerprint: string
  readonly notBefore: string
  readonly notAfter: string
  readonly issuedAt: string
  readonly profile?: string
  readonly revokedAt?: string
  readonly revocationReason?: number
  /** Absent where it was revoked from here. */
  readonly revokedBy?: 'issuer'
}

/** One certificate as `--json` shows it. Never a key, never a DNS provider's options. */
export interface CertificateDocument {
  readonly id: string
  readonly names: readonly string[]
  readonly issuer: string
  readonly keyType: string
  /** Where its keys come from; absent where a new one is made for each version. */
  readonly keySource?: { readonly from: 'reuse' | 'file' | 'csr'; readonly path?: string }
  readonly profile?: string
  readonly preferredChain?: string
  readonly challenge: {
    readonly type: string
    readonly dns?: string
    readonly webroot?: string
    readonly ancestor?: string
  }
  readonly state: CertificateState
  /** From when on it is renewed; absent before the first version. */
  readonly dueAt?: string
  /** What the issuer says of its renewal, once it has been asked. */
  readonly renewal?: RenewalDocument
  readonly version?: VersionDocument
  /** Where its current files are. */
  readonly files: Readonly<
    Record<'directory' | 'certificate' | 'chain' | 'fullChain', string> & {
      /** Absent where the key is elsewhere. */
      privateKey?: string
    }
  >
}

/** What state a certificate is in, by its current version and what is known of its renewal. */
export function stateOf(
  version: Version | undefined,
  now: number,
  renewal?: Renewal,
): CertificateState {
  if (!version) return 'not-issued'
  if (version.revokedAt !== undefined) return 'revoked'
  if (version.notAfter <= now) return 'expired'
  return isDue(version, now, renewal) ? 'due' : 'valid'
}

/** Whether a version is no longer good enough: absent, due, expired or revoked. */
export function needsIssuance(
  version: Version | undefined,
  now: number,
  renewal?: Renewal,
): boolean {
  return stateOf(version, now, renewal) !== 'valid'
}

export function versionDocument(version: Version, current: number | undefined): VersionDocument {
  const { number, serial, fingerprint, notBefore, notAfter, createdAt } = version
  const { profile, revokedAt, revocationReason, revokedBy } = version
  return {
    number,
    current: number === current,
    serial,
    fingerprint,
    notBefore: instantOf(notBefore),
    notAfter: instantOf(notAfter),
    issuedAt: instantOf(createdAt),
    ...(profile !== undefined && { profile }),
    ...(revokedAt !== undefined && { revokedAt: instantOf(revokedAt) }),
    ...(revocationReason !== undefined && { revocationReason }),
    ...(revokedBy !== undefined && { revokedBy }),
  }
}

export function certificateDocument(
  certificate: Certificate,
  { version, renewal }: Current,
  now: number,
): CertificateDocument {
  const { id, identifiers, directoryUrl, keySource, profile, preferredChain } = certificate
  const { challenge, out } = certificate
  const { type, dns, webroot, ancestor } = challenge
  const current = join(out, 'current')
  return {
    id,
    names: identifiers.map(({ value }) => value),
    issuer: directoryUrl,
    keyType: effectiveKeyType(certificate),
    ...(keySource && { keySource: sourceDocument(keySource) }),
    ...(profile !== undefined && { profile }),
    ...(preferredChain !== undefined && { preferredChain }),
    challenge: {
      type,
      ...(dns !== undefined && { dns }),
      ...(webroot !== undefined && { webroot }),
      ...(ancestor !== undefined && { ancestor }),
    },
    state: stateOf(version, now, renewal),
    ...(version && { dueAt: instantOf(dueAt(version, renewal)) }),
    ...(renewal && { renewal: renewalDocument(renewal) }),
    ...(version && { version: versionDocument(version, version.number) }),
    files: {
      directory: current,
      ...(keySource?.from !== 'csr' && { privateKey: join(current, 'privkey.pem') }),
      certificate: join(current, 'cert.pem'),
      chain: join(current, 'chain.pem'),
      fullChain: join(current, 'fullchain.pem'),
    },
  }
}

function sourceDocument(source: KeySource): NonNullable<CertificateDocument['keySource']> {
  return source.from === 'file' ? { from: 'file', path: source.path } : { from: source.from }
}

const dayMs = 86_400_000

/** One row of the list. */
export function certificateRow(
  certificate: Certificate,
  current: Current,
  output: Output,
  now: number,
): string[] {
  const { version } = current
  return [
    certificate.id,
    namesText(certificate, output),
    issuerName(certificate.directoryUrl),
    version ? dateText(version.notAfter) : '-',
    stateText(current, output, now),
  ]
}

export function stateText({ version, renewal }: Current, output: Output, now: number): string {
  const days = version ? Math.floor((version.notAfter - now) / dayMs) : 0
  if (version?.revokedBy === 'issuer') return output.text(revocationTexts.state)
  return output.text(stateTexts[stateOf(version, now, renewal)], { days })
}

export function dateText(ms: number): string {
  return instantOf(ms).slice(0, 10)
}

/** A moment to the minute. */
export function momentText(ms: number): string {
  return `${instantOf(ms).slice(0, 16).replace('T', ' ')}Z`
}

function namesText({ identifiers }: Certificate, output: Output): string {
  const names = identifiers.map(({ value }) => readableName(value))
  if (names.length <= 2) return names.join(', ')
  return output.text(labelTexts.more, {
    name: names[0] ?? '',
    count: names.length - 1,
  })
}
