import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A tree of files as a client has left it: text, or a symbolic link. */
export type Tree = Readonly<Record<string, string | { readonly link: string }>>

/** What a client really left behind after two certificates from the sandbox, valid from 30 November 2026 for 90 days. */
export function recorded(client: string): Tree {
  const url = new URL(`fixtures/${client}.json`, import.meta.url)
  return JSON.parse(readFileSync(url, 'utf8')) as Tree
}

/** A moment at which what was recorded is valid. */
export const thenMs = Date.UTC(2026, 11, 15)

export const recordedDirectory = 'https://127.0.0.1:14999/start-here'

/** The tree on disk, in a folder of the test's own. */
export function onDisk(tree: Tree): string {
  const folder = mkdtempSync(join(tmpdir(), 'certwright-takeover-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [path, content] of Object.entries(tree)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    if (typeof content === 'string') writeFileSync(join(folder, path), content)
    else symlinkSync(content.link, join(folder, path))
  }
  return folder
}

/** The same tree with one file's text changed. */
export function changed(tree: Tree, path: string, change: (text: string) => string): Tree {
  const text = tree[path]
  if (typeof text !== 'string') throw new TypeError(path)
  return { ...tree, [path]: change(text) }
}
