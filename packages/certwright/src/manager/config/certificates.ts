import { join, resolve } from 'node:path'
import { AcmeError, identifierFrom, identifierSet, type Identifier } from '@certwright/acme'
import { keyTypeForAll, requireKeyType } from '../../deploy/key-types.ts'
import type { TargetKind } from '../../deploy/target.ts'
import { CertwrightError } from '../../runtime/error.ts'
import type { KeyType } from '../../store/store.ts'
import { certificateIdFor, isCertificateId } from '../certificate-id.ts'
import type { DesiredCertificate } from '../desired.ts'
import { challengeFrom, checkProvable, type DesiredProviders } from './challenges.ts'
import type { FilePath, Remarks } from './complaint.ts'
import { desiredPlaces } from './installs.ts'
import { entryPaths, isFaulty, isKnown, mappingAt, type Reading } from './reading.ts'
import type { CertificateEntry, ConfigFile } from './schema.ts'
import { renewalFrom } from './windows.ts'

type Defaults = NonNullable<ConfigFile['defaults']>

/** What the certificates of a file have in common. */
export interface Surroundings {
  readonly dns: DesiredProviders
  /** Every issuer's name, those too that are wrong otherwise. */
  readonly issuers: readonly string[]
}

/** What was seen in the certificates before one, by what two may not share. */
interface Seen {
  readonly ids: Set<string>
  /** The id of whose files go to a directory. */
  readonly outs: Map<string, string>
  /** Those that have an identifier with a type of key. */
  readonly named: Map<string, DesiredCertificate[]>
}

/** The certificates of a file, in its order, defaults applied. One that is wrong has been remarked on. */
export async function desiredCertificates(
  surroundings: Surroundings,
  reading: Reading,
): Promise<readonly DesiredCertificate[]> {
  checkDefaults(surroundings, reading)
  const seen: Seen = { ids: new Set(), outs: new Map(), named: new Map() }
  const certificates: DesiredCertificate[] = []
  for (const path of entryPaths(reading, ['certificates'])) {
    const entry = mappingAt<CertificateEntry>(reading, path, ['names'])
    if (!entry) continue
    const certificate = await certificateFrom(entry, path, surroundings, reading)
    checkAgainst(certificate, { path, entry, seen }, reading)
    certificates.push(certificate)
  }
  return certificates
}

/** What no certificate takes from the defaults is judged all the same. */
function checkDefaults({ dns, issuers }: Surroundings, reading: Reading): void {
  const { challenge, renewal, ...defaults } = mappingAt<Defaults>(reading, ['defaults']) ?? {}
  if (challenge) challengeFrom(challenge, ['defaults', 'challenge'], dns, reading)
  if (renewal) renewalFrom(renewal, ['defaults', 'renewal'], reading)
  issuersFrom(defaults.issuers, ['defaults', 'issuers'], issuers, reading)
}

async function certificateFrom(
  entry: CertificateEntry,
  path: FilePath,
  { dns, issuers }: Surroundings,
  reading: Reading,
): Promise<DesiredCertificate> {
  const defaults = mappingAt<Defaults>(reading, ['defaults']) ?? {}
  // A setting stands where the certificate has it, else where the defaults have it.
  const at = (key: keyof Defaults): FilePath => [...(key in entry ? path : ['defaults']), key]
  const set = <Key extends keyof Defaults>(key: Key): Defaults[Key] => entry[key] ?? defaults[key]
  const identifiers = identifiersFrom(entry.names, [...path, 'names'], reading)
  const challenge = challengeFrom(set('challenge'), at('challenge'), dns, reading)
  // Of a challenge that cannot be read nothing is known.
  if (![path, ['defaults']].some((above) => isFaulty(reading, [...above, 'challenge']))) {
    checkProvable(identifiers, challenge, [...path, 'names'], reading)
  }
  const { installs, kinds } = await desiredPlaces([...path, 'installs'], reading)
  const [profile, preferredChain] = [set('profile'), set('preferred-chain')]
  const id = idFrom(entry, identifiers, path, reading)
  const out = outFrom(entry, defaults, id, reading)
  return {
    id,
    identifiers,
    issuers: issuersFrom(set('issuers'), at('issuers'), issuers, reading),
    keyType: keyTypeFrom(entry, defaults, kinds, { path, reading }),
    ...(profile !== undefined && { profile }),
    ...(preferredChain !== undefined && { preferredChain }),
    reuseKey: set('reuse-key') ?? false,
    challenge,
    renewal: renewalFrom(set('renewal') ?? {}, at('renewal'), reading),
    ...(out !== undefined && { out }),
    installs,
    ...(entry.revoke && { revoke: entry.revoke }),
  }
}

function identifiersFrom(
  names: readonly string[],
  path: FilePath,
  { remarks }: Reading,
): readonly Identifier[] {
  const found = new Map<string, Identifier>()
  for (const [i, name] of names.entries()) {
    try {
      const identifier = identifierFrom(name)
      const key = identifierSet([identifier])
      if (found.has(key)) remarks.error('CONFIG_NAME_TWICE', [...path, i], { name })
      found.set(key, identifier)
    } catch (error) {
      if (!(error instanceof AcmeError)) throw error
      // Its reason is said in the reader's language by whoever shows it.
      remarks.error('CONFIG_NOT_A_NAME', [...path, i], { name, reason: error.reason ?? '' })
    }
  }
  return [...found.values()]
}

function idFrom(
  { id }: CertificateEntry,
  identifiers: readonly Identifier[],
  path: FilePath,
  { remarks }: Reading,
): string {
  if (id === undefined) return certificateIdFor(identifiers)
  if (!isCertificateId(id)) remarks.error('CONFIG_ID_FORM', [...path, 'id'], { id })
  return id
}

function outFrom(
  { out }: CertificateEntry,
  defaults: Defaults,
  id: string,
  { directory }: Reading,
): string | undefined {
  if (out !== undefined) return resolve(directory, out)
  return defaults.out === undefined ? undefined : join(resolve(directory, defaults.out), id)
}

function issuersFrom(
  names: readonly string[] | undefined,
  path: FilePath,
  known: readonly string[],
  reading: Reading,
): readonly string[] {
  for (const [i, name] of (names ?? []).entries()) {
    const at = [...path, i]
    const naming = {
      path: at,
      unknown: 'CONFIG_ISSUER_UNKNOWN',
      misspelt: 'CONFIG_ISSUER_MISSPELT',
    } as const
    if (!isKnown(name, known, naming, reading)) continue
    if (names?.indexOf(name) !== i) reading.remarks.error('CONFIG_ISSUER_TWICE', at, { name })
  }
  return names ?? known
}

/** The one asked for, else a default that every target takes, else the best that they all take. */
function keyTypeFrom(
  { 'key-type': asked }: CertificateEntry,
  { 'key-type': usual = 'ec256' }: Defaults,
  kinds: readonly TargetKind[],
  { path, reading }: { readonly path: FilePath; readonly reading: Reading },
): KeyType {
  try {
    if (asked !== undefined) requireKeyType(asked, kinds)
    if (asked !== undefined) return asked
    if (kinds.every(({ keyTypes }) => keyTypes.includes(usual))) return usual
    return keyTypeForAll(kinds) ?? usual
  } catch (error) {
    if (!(error instanceof CertwrightError)) throw error
    const at = [...path, asked === undefined ? 'installs' : 'key-type']
    const code = error.code === 'TARGET_KEY_TYPE' ? 'CONFIG_KEY_TYPE' : error.code
    reading.remarks.error(code, at, error.params)
    return asked ?? usual
  }
}

/** Remarks on what this certificate has in common with one before it and should not. */
function checkAgainst(
  certificate: DesiredCertificate,
  {
    path,
    entry,
    seen,
  }: {
    readonly path: FilePath
    readonly entry: CertificateEntry
    readonly seen: Seen
  },
  { remarks }: Reading,
): void {
  const { id, out } = certificate
  if (seen.ids.has(id) && entry.id !== undefined) {
    remarks.error('CONFIG_NAME_REPEATED', [...path, 'id'], { name: id, kind: 'certificate' })
  }
  if (seen.ids.has(id) && entry.id === undefined && id !== '') {
    remarks.error('CONFIG_ID_DERIVED_REPEATED', path, { id })
  }
  seen.ids.add(id)
  const other = out === undefined ? undefined : seen.outs.get(out)
  if (out !== undefined && other !== undefined) {
    remarks.error('CONFIG_OUT_SHARED', [...path, 'out'], { other, path: out })
  }
  if (out !== undefined) seen.outs.set(out, id)
  checkNames(certificate, [...path, 'names'], seen, remarks)
}

/** The same names with the same type of key are one certificate; a name of two is at least worth a word. */
function checkNames(
  certificate: DesiredCertificate,
  path: FilePath,
  { named }: Seen,
  remarks: Remarks,
): void {
  const { identifiers, keyType } = certificate
  const shared = new Map<DesiredCertificate, string[]>()
  for (const { type, value } of identifiers) {
    const key = `${keyType} ${type}:${value}`
    const others = named.get(key) ?? []
    for (const other of others) shared.set(other, [...(shared.get(other) ?? []), value])
    named.set(key, [...others, certificate])
  }
  for (const [other, values] of shared) {
    const isSame =
      values.length === identifiers.length && values.length === other.identifiers.length
    if (isSame) remarks.error('CONFIG_SAME_CERTIFICATE', path, { other: other.id })
    else {
      const names = values.join(', ')
      remarks.warning('CONFIG_SHARED_NAMES', path, { names, other: other.id })
    }
  }
}
