import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'

/**
 * Loads all files of the joined command. They are else loaded on demand, and a process that goes on for days would look
 * for one that is gone once another version is installed in its place. The sources, as tests run them, have none.
 */
export function loadJoinedFiles(): void {
  const load = createRequire(import.meta.url)
  for (const file of readdirSync(new URL('.', import.meta.url))) {
    if (file.endsWith('.cjs')) load(`./${file}`)
  }
}
