import { mkdirSync, statSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

/**
 * Keeps what V8 compiles of this program for the next start, in `certwright` below the person's directory of caches.
 * What stands there is run: so only where nobody else can write, which the common `/tmp` is not, nor the home of
 * somebody who called `sudo`.
 */
export function keepCompiled(
  env: Readonly<Record<string, string | undefined>>,
  home: string | undefined,
): void {
  const caches = env['XDG_CACHE_HOME'] || (home && join(home, '.cache'))
  if (!caches || !process.getuid) return
  const folder = join(caches, 'certwright')
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    if (![caches, folder].every(isOnlyOurs)) return
  } catch {
    return
  }
  enableCompileCache(folder)
}

function isOnlyOurs(folder: string): boolean {
  const { uid, mode } = statSync(folder)
  return uid === process.getuid?.() && (mode & 0o022) === 0
}
