import { resolve } from 'node:path'
import { nearest } from '../../dns/provider-options.ts'
import { CertwrightError, type ErrorCode } from '../../runtime/error.ts'
import { Secret } from '../../runtime/secret.ts'
import type { OptionValue, OptionValues, SecretReference } from '../desired.ts'
import type { FilePath } from './complaint.ts'
import { isKnown, namesAt, sound, type Reading } from './reading.ts'
import type { OptionEntry, ReferenceEntry } from './schema.ts'

/** What can be set on a provider or a target. */
export interface KnownOption {
  readonly key: string
  readonly required?: true
  readonly secret?: true
  readonly env?: readonly string[]
}

/** Something in the file that takes options. */
export interface OptionsEntry {
  readonly credentials?: string | undefined
  readonly options?: Readonly<Record<string, OptionEntry>> | undefined
}

/** Whose options they are, and what to say where they are wrong. */
export interface OptionsOwner {
  readonly name: string
  /** Absent: not known here, so that any option is taken. */
  readonly known?: readonly KnownOption[]
  /** The parameter that names the owner in these errors. */
  readonly role: 'provider' | 'target'
  readonly unknown: ErrorCode
  readonly misspelt: ErrorCode
  readonly missing: ErrorCode
}

/** One option's value and where it stands. */
export interface PlacedValue {
  readonly value: OptionValue
  readonly path: FilePath
}

/**
 * What was set on something, with what its credentials hold; what stands there itself goes first. Remarks on options
 * that it does not know, on those that it needs, and on secrets in the file.
 */
export function placedOptions(
  entry: OptionsEntry,
  path: FilePath,
  owner: OptionsOwner,
  reading: Reading,
): Map<string, PlacedValue> {
  const placed = new Map<string, PlacedValue>()
  const take = (key: string, value: OptionEntry, at: FilePath): void => {
    const secret = owner.known?.find((option) => option.key === key)?.secret ?? false
    placed.set(key, { value: optionFrom(key, value, { path: at, secret }, reading), path: at })
  }
  for (const [key, value, at] of credentialOptions(entry, path, owner, reading))
    take(key, value, at)
  for (const [key, value] of Object.entries(entry.options ?? {})) {
    const at = [...path, 'options', key]
    if (isOption(key, at, owner, reading)) take(key, value, at)
  }
  for (const { key, required, env = [] } of owner.known ?? []) {
    if (!required || placed.has(key) || env.some((name) => reading.context.env[name])) continue
    reading.remarks.error(owner.missing, path, { [owner.role]: owner.name, option: key })
  }
  return placed
}

function isOption(key: string, path: FilePath, owner: OptionsOwner, { remarks }: Reading): boolean {
  const known = owner.known?.map((option) => option.key)
  if (!known || known.includes(key)) return true
  const params = { [owner.role]: owner.name, option: key, known: known.join(', ') || '-' }
  const suggestion = nearest(key, known)
  if (suggestion === undefined) remarks.error(owner.unknown, path, params, { onKey: true })
  else remarks.error(owner.misspelt, path, { ...params, suggestion }, { onKey: true })
  return false
}

function credentialOptions(
  { credentials: name }: OptionsEntry,
  path: FilePath,
  owner: OptionsOwner,
  reading: Reading,
): (readonly [string, OptionEntry, FilePath])[] {
  if (name === undefined) return []
  const { remarks } = reading
  const naming = {
    path: [...path, 'credentials'],
    remarks,
    unknown: 'CONFIG_CREDENTIALS_UNKNOWN',
    misspelt: 'CONFIG_CREDENTIALS_MISSPELT',
  } as const
  if (!isKnown(name, namesAt(reading, ['credentials']), naming)) return []
  reading.used.add(`credentials.${name}`)
  const group = sound<Readonly<Record<string, OptionEntry>>>(reading, ['credentials', name]) ?? {}
  const known = owner.known?.map(({ key }) => key)
  return Object.entries(group).flatMap(([key, value]) => {
    if (known && !known.includes(key)) {
      const params = { name, option: key, user: owner.name, known: known.join(', ') }
      remarks.error('CONFIG_CREDENTIALS_MISFIT', naming.path, params)
      return []
    }
    return [[key, value, ['credentials', name, key]] as const]
  })
}

function optionFrom(
  key: string,
  value: OptionEntry,
  { path, secret }: { readonly path: FilePath; readonly secret: boolean },
  reading: Reading,
): OptionValue {
  if (typeof value === 'object') return referenceFrom(value, path, reading)
  return secret ? inlineSecret(key, String(value), path, reading) : String(value)
}

/** Where a secret comes from. One that stands in the file is warned about. */
export function referenceFrom(
  entry: string | ReferenceEntry,
  path: FilePath,
  reading: Reading,
): SecretReference {
  if (typeof entry === 'string') return inlineSecret(String(path.at(-1)), entry, path, reading)
  const { env, file, command } = entry
  const given = [env, file, command].filter((part) => part !== undefined)
  if (given.length !== 1) reading.remarks.error('CONFIG_REFERENCE_FORM', path)
  if (env !== undefined) return { env }
  if (file !== undefined) return { file: resolve(reading.directory, file) }
  return { command: command ?? [] }
}

function inlineSecret(
  key: string,
  text: string,
  path: FilePath,
  { remarks }: Reading,
): SecretReference {
  const told = remarks.all.some(
    ({ code, path: at }) =>
      code === 'CONFIG_SECRET_INLINE' &&
      at.length === path.length &&
      at.every((k, i) => path[i] === k),
  )
  if (!told) remarks.warning('CONFIG_SECRET_INLINE', path, { key })
  return { inline: new Secret(text) }
}

/** The values alone. */
export function optionValuesOf(placed: ReadonlyMap<string, PlacedValue>): OptionValues {
  return Object.fromEntries([...placed].map(([key, { value }]) => [key, value] as const))
}

/**
 * Lets the owner judge its options, without fetching a secret. What it says of an option whose value is not here is
 * left for later.
 */
export function judgeOptions(
  placed: ReadonlyMap<string, PlacedValue>,
  path: FilePath,
  judge: (values: Readonly<Record<string, string>>) => void,
  { remarks }: Reading,
): void {
  const shown = [...placed].map(([key, { value }]) => {
    if (typeof value === 'string') return [key, value] as const
    return [key, 'inline' in value ? value.inline.reveal() : 'unknown'] as const
  })
  try {
    judge(Object.fromEntries(shown))
  } catch (error) {
    if (!(error instanceof CertwrightError)) throw error
    const option = placed.get(String(error.params['option'] ?? ''))
    const isHere =
      option === undefined || typeof option.value === 'string' || 'inline' in option.value
    const anyAway = [...placed.values()].some(
      ({ value }) => typeof value !== 'string' && !('inline' in value),
    )
    // Without a named option it may be the placeholder that is complained of.
    if (!isHere || (option === undefined && anyAway)) return
    remarks.error(error.code, option?.path ?? path, error.params)
  }
}
