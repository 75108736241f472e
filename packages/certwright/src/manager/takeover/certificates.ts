import { AcmeError, identifierFrom, pemEncode, readChain, type Identifier } from '@certwright/acme'
import { CertwrightError } from '../../runtime/error.ts'
import type { Version } from '../../store/store.ts'
import { describe, type DescribedChain } from '../../x509/certificate.ts'
import { verifyBundle } from '../../x509/verify-bundle.ts'
import { certificateIdFor, isCertificateId } from '../certificate-id.ts'
import { keyFromPem } from './account-key.ts'
import type { Notes } from './reading.ts'
import type { TakenCertificate } from './taken.ts'

/** A certificate that is taken over, with what it is now. */
export interface Adopted {
  readonly taken: TakenCertificate
  readonly id: string
  readonly identifiers: readonly Identifier[]
  readonly directoryUrl?: string
  /** Absent where the certificate cannot be read. */
  readonly described?: DescribedChain
  /** What becomes a version of ours; absent where it is of no use, which has then been remarked on. */
  readonly version?: AdoptedVersion
}

export type AdoptedVersion = Omit<Version, 'number' | 'certificateId' | 'createdAt'>

export interface AdoptOptions {
  /** Where a certificate's own words do not say who issued it. */
  readonly directoryUrl?: string | undefined
  readonly now: number
}

/** Judges each certificate: what it is for, and whether key and chain can go on being used. */
export function adopted(
  certificates: readonly TakenCertificate[],
  options: AdoptOptions,
  told: Notes,
): readonly Adopted[] {
  const judged = certificates
    .map((taken) => adopt(taken, options, told))
    .filter(({ identifiers }) => identifiers.length > 0)
  const ids = new Map<Adopted, string>()
  // A certificate for the name itself goes before one for all names below it.
  for (const one of [...judged].sort((a, b) => Number(isWildcard(a)) - Number(isWildcard(b)))) {
    const used = new Set(ids.values())
    const wanted = isWildcard(one) && used.has(one.id) ? `wildcard.${one.id}` : one.id
    ids.set(one, freeId(wanted, used))
  }
  return judged.map((one) => ({ ...one, id: ids.get(one) ?? one.id }))
}

function isWildcard({ identifiers: [first] }: Adopted): boolean {
  return first?.value.startsWith('*.') ?? false
}

function adopt(
  taken: TakenCertificate,
  { directoryUrl: fallback, now }: AdoptOptions,
  told: Notes,
): Adopted {
  const described = describedChain(taken, told)
  const identifiers = identifiersOf(taken.names ?? described?.names ?? [])
  const directoryUrl = taken.directoryUrl ?? fallback
  if (directoryUrl === undefined)
    told.add('issuer-unknown', { server: taken.server ?? '-' }, taken.name)
  const version = versionOf({ taken, described, identifiers, directoryUrl, now }, told)
  return {
    taken,
    id: idOf(taken, identifiers),
    identifiers,
    ...(directoryUrl !== undefined && { directoryUrl }),
    ...(described && { described }),
    ...(version && { version }),
  }
}

function describedChain(
  { chainPem, name, served }: TakenCertificate,
  told: Notes,
): DescribedChain | undefined {
  if (chainPem === undefined) {
    if (!served) told.add('no-current', {}, name)
    return undefined
  }
  try {
    return describe(chainPem)
  } catch (error) {
    tellUnusable(error, name, told)
    return undefined
  }
}

/** Each that a certificate can be for, once. */
function identifiersOf(names: readonly string[]): readonly Identifier[] {
  const found = new Map<string, Identifier>()
  for (const name of names) {
    try {
      const identifier = identifierFrom(name)
      found.set(`${identifier.type}:${identifier.value}`, identifier)
    } catch (error) {
      if (!(error instanceof AcmeError)) throw error
    }
  }
  return [...found.values()]
}

interface VersionInput {
  readonly taken: TakenCertificate
  readonly described: DescribedChain | undefined
  readonly identifiers: readonly Identifier[]
  readonly directoryUrl: string | undefined
  readonly now: number
}

function versionOf(
  { taken, described, identifiers, directoryUrl, now }: VersionInput,
  told: Notes,
): AdoptedVersion | undefined {
  const { name, chainPem = '', privateKey, certificateUrl = '', orderUrl = '' } = taken
  if (!described || directoryUrl === undefined) return undefined
  if (!privateKey) {
    told.add('no-current', {}, name)
    return undefined
  }
  try {
    const bundle = { privateKey: keyFromPem(privateKey.reveal()), chainPem: plainChain(chainPem) }
    verifyBundle({ ...bundle, identifiers, now })
    const { serial, fingerprint, notBefore, notAfter } = described
    const dates = { notBefore, notAfter }
    return { ...bundle, serial, fingerprint, ...dates, directoryUrl, orderUrl, certificateUrl }
  } catch (error) {
    tellUnusable(error, name, told)
    return undefined
  }
}

/** Leaf first, LF, no text between, one final newline: as the store keeps chains. */
function plainChain(pem: string): string {
  return readChain(pem)
    .map((der) => pemEncode('CERTIFICATE', der))
    .join('')
}

/** The error's own words are said by whoever shows the remark. */
function tellUnusable(error: unknown, name: string, told: Notes): void {
  const known = error instanceof CertwrightError
  const params = known
    ? Object.fromEntries(Object.entries(error.params).map(([key, value]) => [key, String(value)]))
    : {}
  told.add('not-usable', { ...params, error: known ? error.code : 'KEY_NOT_READABLE' }, name)
}

function idOf({ id, name }: TakenCertificate, identifiers: readonly Identifier[]): string {
  return (
    [id, name].find((one) => one !== undefined && isCertificateId(one)) ??
    certificateIdFor(identifiers)
  )
}

function freeId(id: string, taken: ReadonlySet<string>): string {
  if (!taken.has(id)) return id
  let number = 2
  while (taken.has(`${id}-${number}`)) number += 1
  return `${id}-${number}`
}
