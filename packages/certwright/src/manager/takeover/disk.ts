import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A file's text; `undefined` where there is none. */
export async function textAt(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** The names in a directory, sorted; none where there is no directory. */
export async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return (await readdir(directory)).sort()
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

/** Paths below a directory, relative to it, of every file with this name; symbolic links are not followed. */
export async function filesNamed(directory: string, name: string): Promise<readonly string[]> {
  try {
    const found = await readdir(directory, { recursive: true, withFileTypes: true })
    return found
      .filter((entry) => entry.isFile() && entry.name === name)
      .map(({ parentPath }) => join(parentPath, name).slice(directory.length + 1))
      .sort()
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

/** The object in a JSON file; `undefined` where there is none. Throws what `JSON.parse` throws. */
export async function jsonAt(path: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  const text = await textAt(path)
  if (text === undefined) return undefined
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null) throw new SyntaxError('no object')
  return value as Readonly<Record<string, unknown>>
}

/** A member that is text. */
export function textOf(value: unknown, member: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const text = (value as Readonly<Record<string, unknown>>)[member]
  return typeof text === 'string' && text !== '' ? text : undefined
}

/** The members of a list that are texts. */
export function textsOf(value: unknown, member: string): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  const list = (value as Readonly<Record<string, unknown>>)[member]
  return Array.isArray(list) ? list.filter((one): one is string => typeof one === 'string') : []
}

function isMissing(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown }
  return code === 'ENOENT' || code === 'ENOTDIR'
}
