import { resolve } from 'node:path'
import { handshakeOptions, placeText } from '../../deploy/place.ts'
import { targetSpecifierFrom } from '../../deploy/target-specifier.ts'
import type { TargetKind } from '../../deploy/target.ts'
import { targetModule } from '../../deploy/targets/registry.ts'
import { CertwrightError } from '../../runtime/error.ts'
import type { DesiredInstall, OptionValues } from '../desired.ts'
import type { FilePath } from './complaint.ts'
import {
  judgeOptions,
  optionValuesOf,
  placedOptions,
  type KnownOption,
  type OptionsOwner,
  type PlacedValue,
} from './options.ts'
import { entries, sound, type Reading } from './reading.ts'
import type { InstallEntry } from './schema.ts'

/** Where a certificate is to be installed, and the kinds of these places. */
export interface DesiredPlaces {
  readonly installs: readonly DesiredInstall[]
  readonly kinds: readonly TargetKind[]
}

/** What a certificate lists under `installs`. One that is wrong has been remarked on and is left out. */
export async function desiredPlaces(path: FilePath, reading: Reading): Promise<DesiredPlaces> {
  const installs: DesiredInstall[] = []
  const kinds: TargetKind[] = []
  for (const [at, entry] of entries<string | InstallEntry>(reading, path)) {
    if (entry === undefined) continue
    const install = await installFrom(entry, at, reading)
    if (!install) continue
    if (installs.some(({ text }) => text === install.text)) {
      reading.remarks.error('CONFIG_PLACE_TWICE', at, { place: install.text })
      continue
    }
    installs.push(install)
    kinds.push(install.kind)
  }
  return {
    installs: installs.map(({ target, options, text }) => ({ target, options, text })),
    kinds,
  }
}

/** The long form of what `--install` takes. */
function longForm(entry: string | InstallEntry): InstallEntry {
  if (typeof entry !== 'string') return entry
  const { name, values } = targetSpecifierFrom(entry)
  return { target: name, options: values }
}

type Placed = Map<string, PlacedValue>

async function installFrom(
  short: string | InstallEntry,
  path: FilePath,
  reading: Reading,
): Promise<(DesiredInstall & { readonly kind: TargetKind }) | undefined> {
  try {
    const entry = longForm(short)
    const { target: kind, create } = await targetModule(entry.target, reading.targets)
    const known = [...kind.options, ...handshakeOptions]
    const placed = placedOptions(entry, path, ownerOf(kind.name, known), reading)
    await resolveShown(placed, known, reading)
    if (sound(reading, path)) {
      const own = new Map([...placed].filter(([key]) => !isHandshake(key)))
      judgeOptions(own, path, (values) => void create(values, reading.context), reading)
    }
    const options = optionValuesOf(placed)
    return { target: kind.name, options, text: textOf(kind, options), kind }
  } catch (error) {
    if (!(error instanceof CertwrightError)) throw error
    const at = typeof short === 'string' ? path : [...path, 'target']
    reading.remarks.error(error.code, at, error.params)
    return undefined
  }
}

function isHandshake(key: string): boolean {
  return handshakeOptions.some((option) => option.key === key)
}

function ownerOf(name: string, known: readonly KnownOption[]): OptionsOwner {
  return {
    name,
    known,
    role: 'target',
    unknown: 'TARGET_OPTION_UNKNOWN',
    misspelt: 'TARGET_OPTION_MISSPELT',
    missing: 'TARGET_OPTION_MISSING',
  }
}

/**
 * Options that are no secrets tell one place from another, so they are fetched now. A relative path is relative to the
 * file that it stands in.
 */
async function resolveShown(
  placed: Placed,
  known: readonly KnownOption[],
  reading: Reading,
): Promise<void> {
  for (const { key, secret } of known) {
    const one = placed.get(key)
    if (!one || secret) continue
    const value = await shownValue(key, one, reading)
    const text = key === 'trust' && value !== undefined ? resolve(reading.directory, value) : value
    if (text === undefined) placed.delete(key)
    else placed.set(key, { value: text, path: one.path })
  }
}

async function shownValue(
  key: string,
  { value, path }: PlacedValue,
  { read, remarks, checkOnly }: Reading,
): Promise<string | undefined> {
  if (typeof value === 'string') return value
  try {
    return (await read(value)).reveal()
  } catch (error) {
    if (!(error instanceof CertwrightError)) throw error
    const { place = '', reason = '' } = error.params
    const severity = checkOnly ? 'warning' : 'error'
    remarks[severity]('CONFIG_REFERENCE_NOT_RESOLVED', path, { key, place, reason })
    return undefined
  }
}

function textOf(kind: TargetKind, options: OptionValues): string {
  const shown = Object.entries(options).flatMap(([key, value]) =>
    typeof value === 'string' ? [[key, value] as const] : [],
  )
  return placeText(kind, Object.fromEntries(shown))
}
