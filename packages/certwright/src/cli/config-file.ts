import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { CertwrightError } from '../runtime/error.ts'
import type { World } from './world.ts'

const names = ['yaml', 'yml', 'json', 'ts', 'mts', 'mjs', 'js'].map((end) => `certwright.${end}`)

/**
 * The file that says what is wanted: the one asked for, else the one the environment names, else the first in the
 * working directory, else the machine's own. Absolute. `CONFIG_NOT_FOUND` where there is none; one that is named need
 * not be there.
 */
export function configFile(
  asked: string | undefined,
  { env, cwd }: Pick<World, 'env' | 'cwd'>,
): string {
  const named = asked ?? env['CERTWRIGHT_CONFIG']
  if (named) return resolve(cwd, named)
  const found = [cwd, machineDirectory]
    .flatMap((directory) => names.map((name) => join(directory, name)))
    .find((path) => existsSync(path))
  if (found !== undefined) return found
  const looked = [cwd, machineDirectory].map((directory) => join(directory, names[0] ?? ''))
  throw new CertwrightError('CONFIG_NOT_FOUND', { looked: looked.join(', ') })
}

/** Where a machine's own configuration stands (FHS 3.0 §3.7). */
const machineDirectory = '/etc/certwright'
