import type { Params } from '../../runtime/catalogue.ts'
import { CertwrightError, type ErrorCode } from '../../runtime/error.ts'

/** Where something stands in a file: its keys and indices from the top. */
export type FilePath = readonly (string | number)[]

/** Something about a file that a person should know, and where it stands there. */
export interface Remark {
  /** A file with an error is not used; a warning is only said. */
  readonly severity: 'error' | 'warning'
  readonly code: ErrorCode
  /** Never a secret. */
  readonly params: Params
  readonly path: FilePath
  /** The key itself is meant, not its value. */
  readonly onKey?: true
}

/** A place in a file. Line and column count from 1; absent where the file is a program. */
export interface Position {
  readonly file: string
  readonly line?: number
  readonly column?: number
}

/** A remark with its place. */
export interface Complaint extends Omit<Remark, 'onKey'> {
  readonly position: Position
}

/** Collects remarks, so that a person hears of everything at once. */
export interface Remarks {
  readonly all: readonly Remark[]
  /** The same remark on the same place is made once. */
  error(code: ErrorCode, path: FilePath, params?: Params, options?: RemarkOptions): void
  warning(code: ErrorCode, path: FilePath, params?: Params, options?: RemarkOptions): void
}

export interface RemarkOptions {
  readonly onKey?: true
}

export function remarks(): Remarks {
  const all: Remark[] = []
  const made = new Set<string>()
  const adder =
    (severity: Remark['severity']): Remarks['error'] =>
    (code, path, params = {}, options = {}) => {
      const remark = { severity, code, params, path, ...options }
      const key = JSON.stringify(remark)
      if (!made.has(key)) all.push(remark)
      made.add(key)
    }
  return { all, error: adder('error'), warning: adder('warning') }
}

/** By line and column; those of one place, and those without, in the order in which they were found. */
export function sortedComplaints(complaints: readonly Complaint[]): readonly Complaint[] {
  return [...complaints].sort(
    ({ position: a }, { position: b }) =>
      (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  )
}

/** `file:line:column`, as editors and terminals follow it. */
export function positionText({ file, line, column }: Position): string {
  return line === undefined ? file : `${file}:${line}:${column ?? 1}`
}

/** A place in a file as a person reads it, e.g. `certificates[2].names[0]`. */
export function pathText(path: FilePath): string {
  return path
    .map((key, i) => {
      if (typeof key === 'number') return `[${key}]`
      return i === 0 ? key : `.${key}`
    })
    .join('')
}

/** The file cannot be used. Every complaint about it is in `complaints`, warnings too. */
export class ConfigError extends CertwrightError {
  readonly complaints: readonly Complaint[]

  constructor(file: string, complaints: readonly Complaint[]) {
    const count = complaints.filter(({ severity }) => severity === 'error').length
    super('CONFIG_NOT_CONFORM', { file, count })
    this.complaints = complaints
  }
}
