import { nearest } from '../../runtime/nearest.ts'
import type { TargetContext } from '../../deploy/target-context.ts'
import type { TargetRegistry } from '../../deploy/targets/registry.ts'
import type { ErrorCode } from '../../runtime/error.ts'
import type { FilePath, Remark, Remarks } from './complaint.ts'
import { valueAt } from './document.ts'
import type { SecretReader } from './secret-reader.ts'

/** One file on its way to what is wanted. */
export interface Reading {
  readonly value: unknown
  /** What its schema does not take. */
  readonly faults: Faults
  readonly remarks: Remarks
  /** What relative paths are relative to. Absolute. */
  readonly directory: string
  readonly context: TargetContext
  readonly targets?: TargetRegistry | undefined
  readonly read: SecretReader
  /** The file is only looked at: what names a place may be missing on this machine. */
  readonly checkOnly: boolean
  /** Names under `credentials` and `dns` that something uses, as `credentials.NAME`. */
  readonly used: Set<string>
}

/** The paths at which something cannot be read for what it should be. */
export type Faults = ReadonlySet<string>

/** Where a schema's remarks lie, and all that they lie in. Of an unknown key's surroundings the rest can be read. */
export function faultsOf(remarks: readonly Remark[]): Faults {
  return new Set(
    remarks.flatMap(({ code, path }) => {
      const unknown = code === 'CONFIG_KEY_UNKNOWN' || code === 'CONFIG_KEY_MISSPELT'
      if (unknown) return [JSON.stringify(path)]
      return [...path.keys(), path.length].map((length) => JSON.stringify(path.slice(0, length)))
    }),
  )
}

/** Whether what stands at a path cannot be read for what it should be. */
export function isFaulty({ faults }: Pick<Reading, 'faults'>, path: FilePath): boolean {
  return faults.size > 0 && faults.has(JSON.stringify(path))
}

/**
 * The mapping at a path without what is wrong in it, so that the rest can be judged all the same; `undefined` where a
 * key that it cannot be judged without is missing or wrong. The schema has said what the rest is, and so does its type.
 */
export function mappingAt<T extends object>(
  reading: Reading,
  path: FilePath,
  needed: readonly (keyof T & string)[] = [],
): T | undefined {
  const value = valueAt(reading.value, path)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const rest = Object.entries(value).filter(([key]) => !isFaulty(reading, [...path, key]))
  const keys = new Set(rest.map(([key]) => key))
  return needed.every((key) => keys.has(key)) ? (Object.fromEntries(rest) as T) : undefined
}

/** The paths of a list's entries. */
export function entryPaths({ value }: Reading, path: FilePath): readonly FilePath[] {
  const list = valueAt(value, path)
  return Array.isArray(list) ? list.map((_, i) => [...path, i]) : []
}

/** The names in a mapping, whatever stands under them. */
export function namesAt({ value }: Reading, path: FilePath): readonly string[] {
  const map = valueAt(value, path)
  return typeof map === 'object' && map !== null ? Object.keys(map) : []
}

/** What to say of a name that is not known. */
export interface UnknownName {
  readonly path: FilePath
  readonly unknown: ErrorCode
  /** With what was probably meant as `suggestion`. */
  readonly misspelt: ErrorCode
  /** Parameters beside `name` and `known`. */
  readonly params?: Readonly<Record<string, string>>
  readonly onKey?: true
}

/** Whether a name is known; remarks on one that is not. */
export function isKnown(
  name: string,
  known: readonly string[],
  { path, unknown, misspelt, params, onKey }: UnknownName,
  { remarks }: Pick<Reading, 'remarks'>,
): boolean {
  if (known.includes(name)) return true
  const suggestion = nearest(name, known)
  const said = { ...params, name, known: known.join(', ') || '-' }
  const options = onKey ? { onKey } : {}
  if (suggestion === undefined) remarks.error(unknown, path, said, options)
  else remarks.error(misspelt, path, { ...said, suggestion }, options)
  return false
}
