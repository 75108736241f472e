import { readFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { extname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { CertwrightError } from '../../runtime/error.ts'
import type { FilePath, Position, Remark } from './complaint.ts'

/** A file, read: what it says, and where each part of that stands. */
export interface ConfigDocument {
  readonly value: unknown
  /** What is wrong with its writing. With an error among them there is no value. */
  readonly remarks: readonly Remark[]
  locate(remark: Pick<Remark, 'path' | 'onKey'>): Position
}

const programs: ReadonlySet<string> = new Set(['.ts', '.mts', '.js', '.mjs'])

/** Whether a file is a program whose default export is what it says. */
export function isProgram(path: string): boolean {
  return programs.has(extname(path))
}

/**
 * Reads a file: YAML, JSON, or a program. `FILE_NOT_READABLE` where it is not there; what is wrong with its writing is
 * remarked.
 */
export async function readDocument(path: string): Promise<ConfigDocument> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new CertwrightError('FILE_NOT_READABLE', { path, reason: cause.code ?? '?' }, { cause })
  })
  if (isProgram(path)) return exportedBy(path, text)
  const { yamlDocument } = await import('./yaml-document.ts')
  return yamlDocument(text, path)
}

/** Runs a program for its default export. A program that has changed is run again. */
async function exportedBy(path: string, text: string): Promise<ConfigDocument> {
  const url = pathToFileURL(path)
  url.hash = ''
  url.search = createHash('sha256').update(text).digest('hex').slice(0, 16)
  const locate = (): Position => ({ file: path })
  const failed = (reason: string): ConfigDocument => ({
    value: undefined,
    remarks: [{ severity: 'error', code: 'CONFIG_PROGRAM_FAILED', params: { reason }, path: [] }],
    locate,
  })
  let program: { readonly default?: unknown }
  try {
    program = (await import(url.href)) as { readonly default?: unknown }
  } catch (error) {
    return failed(error instanceof Error ? `${error.name}: ${error.message}` : String(error))
  }
  if (program.default === undefined) return failed('export default …')
  return { value: program.default, remarks: [], locate }
}

/** The part of a value at a path; `undefined` where there is none. */
export function valueAt(value: unknown, path: FilePath): unknown {
  let part = value
  for (const key of path) {
    if (typeof part !== 'object' || part === null) return undefined
    part = (part as Readonly<Record<string | number, unknown>>)[key]
  }
  return part
}
