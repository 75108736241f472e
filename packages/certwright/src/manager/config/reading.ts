import { nearest } from '../../dns/provider-options.ts'
import type { TargetContext } from '../../deploy/target-context.ts'
import type { TargetRegistry } from '../../deploy/targets/registry.ts'
import type { ErrorCode } from '../../runtime/error.ts'
import type { FilePath, Remarks } from './complaint.ts'
import { valueAt } from './document.ts'
import type { SecretReader } from './secret-reader.ts'

/** One file on its way to what is wanted. */
export interface Reading {
  readonly value: unknown
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

/** What stands at a path, where its shape is right: the schema has said so, and so has its type here. */
export function sound<T>({ value, remarks }: Reading, path: FilePath): T | undefined {
  const faulty = remarks.all.some(
    ({ severity, path: at }) => severity === 'error' && path.every((key, i) => at[i] === key),
  )
  return faulty ? undefined : (valueAt(value, path) as T | undefined)
}

/** The entries of a list, each with its path; `undefined` for one whose shape is wrong. */
export function entries<T>(
  reading: Reading,
  path: FilePath,
): readonly (readonly [FilePath, T | undefined])[] {
  const list = valueAt(reading.value, path)
  if (!Array.isArray(list)) return []
  return list.map((_, i) => {
    const at = [...path, i]
    return [at, sound<T>(reading, at)] as const
  })
}

/** The names in a mapping, whatever stands under them. */
export function namesAt({ value }: Reading, path: FilePath): readonly string[] {
  const map = valueAt(value, path)
  return typeof map === 'object' && map !== null ? Object.keys(map) : []
}

/** Whether a name is known; remarks on one that is not, with what was probably meant. */
export function isKnown(
  name: string,
  known: readonly string[],
  { path, remarks, unknown, misspelt }: UnknownName,
): boolean {
  if (known.includes(name)) return true
  const suggestion = nearest(name, known)
  if (suggestion === undefined) {
    remarks.error(unknown, path, { name, known: known.join(', ') || '-' })
  } else remarks.error(misspelt, path, { name, suggestion })
  return false
}

export interface UnknownName {
  readonly path: FilePath
  readonly remarks: Remarks
  readonly unknown: ErrorCode
  readonly misspelt: ErrorCode
}
