import { resolve } from 'node:path'
import { handshakeOptions, placeText, serversFrom } from '../../deploy/place.ts'
import { targetSpecifierFrom } from '../../deploy/target-specifier.ts'
import type { TargetKind } from '../../deploy/target.ts'
import { targetModule, targets } from '../../deploy/targets/registry.ts'
import { CertwrightError } from '../../runtime/error.ts'
import type { DesiredInstall, OptionValues } from '../desired.ts'
import type { FilePath } from './complaint.ts'
import { valueAt } from './document.ts'
import {
  judgeOptions,
  optionValuesOf,
  placedOptions,
  type KnownOption,
  type PlacedValue,
} from './options.ts'
import { entryPaths, isKnown, mappingAt, type Reading } from './reading.ts'
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
  for (const at of entryPaths(reading, path)) {
    const short = valueAt(reading.value, at)
    const entry =
      typeof short === 'string' ? short : mappingAt<InstallEntry>(reading, at, ['target'])
    const install = entry && (await installFrom(entry, at, reading))
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
    const name = entry.target
    const naming = {
      path: typeof short === 'string' ? path : [...path, 'target'],
      unknown: 'CONFIG_TARGET_UNKNOWN',
      misspelt: 'CONFIG_TARGET_MISSPELT',
    } as const
    if (!isKnown(name, Object.keys(reading.targets ?? targets), naming, reading)) return undefined
    const { target: kind, create } = await targetModule(name, reading.targets)
    const known = [...kind.options, ...handshakeOptions]
    const { values, complete } = placedOptions(entry, path, { name, known }, reading)
    await resolveShown(values, known, reading)
    if (complete) {
      const judge = (shown: Readonly<Record<string, string>>): void => {
        const { 'serve-at': at, trust: _trust, ...own } = shown
        if (at !== undefined) serversFrom(name, at)
        create(own, reading.context)
      }
      judgeOptions(values, path, name, judge, reading)
    }
    const options = optionValuesOf(values)
    return { target: name, options, text: textOf(kind, options), kind }
  } catch (error) {
    if (!(error instanceof CertwrightError)) throw error
    reading.remarks.error(error.code, path, error.params)
    return undefined
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
