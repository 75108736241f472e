import { resolve } from 'node:path'
import { CertwrightError, type ErrorCode } from '../../runtime/error.ts'
import { Secret } from '../../runtime/secret.ts'
import type { OptionValue, OptionValues, SecretReference } from '../desired.ts'
import type { FilePath } from './complaint.ts'
import { isFaulty, isKnown, mappingAt, namesAt, type Reading } from './reading.ts'
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

/** What takes the options. */
export interface OptionsOwner {
  readonly name: string
  /** Absent where they are not known here, so that any is taken. */
  readonly known?: readonly KnownOption[]
}

/** One option's value and where it stands. */
export interface PlacedValue {
  readonly value: OptionValue
  readonly path: FilePath
}

/** What was set on something. */
export interface PlacedOptions {
  readonly values: Map<string, PlacedValue>
  /** Whether nothing is missing, so that what takes the options can judge them. */
  readonly complete: boolean
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
): PlacedOptions {
  const values = new Map<string, PlacedValue>()
  const take = (key: string, value: OptionEntry, at: FilePath): void => {
    const secret = owner.known?.find((option) => option.key === key)?.secret ?? false
    values.set(key, { value: optionFrom(key, value, { path: at, secret }, reading), path: at })
  }
  const held = credentialOptions(entry, path, owner, reading)
  for (const [key, value, at] of held ?? []) take(key, value, at)
  const meant = new Set<string>()
  for (const [key, value] of Object.entries(entry.options ?? {})) {
    const at = [...path, 'options', key]
    if (isOption(key, at, owner, reading)) take(key, value, at)
    else meant.add(String(reading.remarks.all.at(-1)?.params['suggestion']))
  }
  const missing = (owner.known ?? []).filter(
    ({ key, required, env = [] }) =>
      required && !values.has(key) && !env.some((name) => reading.context.env[name]),
  )
  for (const { key: option } of missing) {
    // What is misspelt or wrong, or would have come from credentials that are not there, is not missed as well.
    if (!held || meant.has(option) || isFaulty(reading, [...path, 'options'])) continue
    reading.remarks.error('CONFIG_OPTION_MISSING', path, { owner: owner.name, option })
  }
  return { values, complete: missing.length === 0 && held !== undefined }
}

function isOption(key: string, path: FilePath, owner: OptionsOwner, reading: Reading): boolean {
  const known = owner.known?.map((option) => option.key) ?? [key]
  const naming = {
    path,
    unknown: 'CONFIG_OPTION_UNKNOWN',
    misspelt: 'CONFIG_OPTION_MISSPELT',
    params: { owner: owner.name },
    onKey: true,
  } as const
  return isKnown(key, known, naming, reading)
}

/** `undefined` where the credentials are not there. */
function credentialOptions(
  { credentials: name }: OptionsEntry,
  path: FilePath,
  owner: OptionsOwner,
  reading: Reading,
): (readonly [string, OptionEntry, FilePath])[] | undefined {
  if (name === undefined) return []
  const naming = {
    path: [...path, 'credentials'],
    unknown: 'CONFIG_CREDENTIALS_UNKNOWN',
    misspelt: 'CONFIG_CREDENTIALS_MISSPELT',
  } as const
  if (!isKnown(name, namesAt(reading, ['credentials']), naming, reading)) return undefined
  reading.used.add(`credentials.${name}`)
  const group = mappingAt<Record<string, OptionEntry>>(reading, ['credentials', name])
  const known = owner.known?.map(({ key }) => key)
  return Object.entries(group ?? {}).flatMap(([key, value]) => {
    if (known && !known.includes(key)) {
      const params = { name, option: key, owner: owner.name, known: known.join(', ') }
      reading.remarks.error('CONFIG_CREDENTIALS_MISFIT', naming.path, params)
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
  remarks.warning('CONFIG_SECRET_INLINE', path, { key })
  return { inline: new Secret(text) }
}

/** The values alone. */
export function optionValuesOf(placed: ReadonlyMap<string, PlacedValue>): OptionValues {
  return Object.fromEntries([...placed].map(([key, { value }]) => [key, value] as const))
}

/** What providers and targets say of one option, in the words of a file. */
function judgement(code: ErrorCode): ErrorCode {
  if (code.endsWith('_OPTION_NOT_CONFORM')) return 'CONFIG_OPTION_FORM'
  return code.endsWith('_OPTION_MISSING') ? 'CONFIG_OPTION_MISSING' : code
}

/**
 * Lets the owner judge its options, without fetching a secret. What it says of one whose value is not here, or where
 * it does not say which one it means, is left until it is.
 */
export function judgeOptions(
  placed: ReadonlyMap<string, PlacedValue>,
  path: FilePath,
  owner: string,
  judge: (values: Readonly<Record<string, string>>) => void,
  { remarks }: Reading,
): void {
  const shown = [...placed].map(([key, { value }]) => [key, hereOf(value) ?? 'unknown'] as const)
  try {
    judge(Object.fromEntries(shown))
  } catch (error) {
    if (!(error instanceof CertwrightError)) throw error
    const { code, params } = error
    const named = params['option']
    const option = named === undefined ? undefined : placed.get(String(named))
    const isHere = [...placed.values()].every(({ value }) => hereOf(value) !== undefined)
    // One that is named and not set is missing, whatever the others are.
    const isOfPlaceholder = option
      ? hereOf(option.value) === undefined
      : named === undefined && !isHere
    if (isOfPlaceholder) return
    remarks.error(judgement(code), option?.path ?? path, { ...params, owner })
  }
}

function hereOf(value: OptionValue): string | undefined {
  if (typeof value === 'string') return value
  return 'inline' in value ? value.inline.reveal() : undefined
}
