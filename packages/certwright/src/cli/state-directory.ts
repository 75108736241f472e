import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { World } from './world.ts'

/** Where certificates, accounts and keys are kept: what was asked for, else where such things belong. Absolute. */
export function stateDirectory(
  asked: string | undefined,
  { env, cwd, home, isRoot }: Pick<World, 'env' | 'cwd' | 'home' | 'isRoot'>,
): string {
  const named = asked ?? env['CERTWRIGHT_STATE']
  if (named) return resolve(cwd, named)
  if (isRoot) return '/var/lib/certwright'
  // XDG Base Directory Specification: a relative path is to be ignored.
  const state = env['XDG_STATE_HOME']
  return join(state?.startsWith('/') ? state : join(home, '.local', 'state'), 'certwright')
}

/** Whether anything was ever kept there: looking makes no directory. A directory that cannot be read counts as there. */
export function holdsState(directory: string): boolean {
  try {
    statSync(join(directory, 'certwright.db'))
    return true
  } catch (error) {
    return (error as { readonly code?: unknown }).code !== 'ENOENT'
  }
}
