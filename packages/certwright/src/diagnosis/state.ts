import { access, constants, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CertwrightError } from '../runtime/error.ts'
import type { Store } from '../store/store.ts'
import { errorFinding, type Finding } from './finding.ts'

/** The state directory, and how its store is opened: `undefined` where nothing is kept, and nothing is made. */
export interface StateRequest {
  readonly directory: string
  readonly open: () => Promise<Store | undefined>
}

export interface StateChecked {
  readonly findings: readonly Finding[]
  /** Absent where nothing is kept, or it cannot be opened. */
  readonly store?: Store
}

/** Whether the state can be read, written and opened, and whether others can read it too. */
export async function stateChecked({ directory, open }: StateRequest): Promise<StateChecked> {
  const around = [...(await modeFindings(directory)), ...(await writableFindings(directory))]
  try {
    const store = await open()
    if (!store) {
      const fresh: Finding = {
        area: 'store',
        level: 'ok',
        code: 'store-new',
        params: { about: directory, directory },
      }
      return { findings: around.length > 0 ? around : [fresh] }
    }
    const count = (await store.certificates()).length
    const kept: Finding = {
      area: 'store',
      level: 'ok',
      code: 'store-kept',
      params: { about: directory, directory, count },
    }
    return { store, findings: [kept, ...around] }
  } catch (error) {
    if (!(error instanceof CertwrightError)) throw error
    return { findings: [errorFinding('store', error, directory), ...around] }
  }
}

/** What holds secrets is for its owner alone. Windows keeps no such bits and reports them all as set. */
async function modeFindings(directory: string): Promise<readonly Finding[]> {
  if (process.platform === 'win32') return []
  const paths = [directory, ...['certwright.db', 'seal.key'].map((name) => join(directory, name))]
  const findings = await Promise.all(
    paths.map(async (path): Promise<readonly Finding[]> => {
      const mode = ((await stat(path).catch(() => undefined))?.mode ?? 0) & 0o777
      if ((mode & 0o077) === 0) return []
      const params = { about: path, path, mode: mode.toString(8) }
      return [{ area: 'store', level: 'warning', code: 'store-open', params }]
    }),
  )
  return findings.flat()
}

async function writableFindings(directory: string): Promise<readonly Finding[]> {
  const path = await nearestThere(directory)
  try {
    await access(path, constants.W_OK | constants.X_OK)
    return []
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown'
    const params = { about: path, path, reason }
    return [{ area: 'store', level: 'fault', code: 'store-not-writable', params }]
  }
}

/** The directory, or the one above it that it would be made in. */
async function nearestThere(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined)
  const above = dirname(path)
  return found || above === path ? path : nearestThere(above)
}
