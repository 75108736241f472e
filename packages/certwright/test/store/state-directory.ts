import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import type { Host } from '../../src/runtime/host.ts'
import { openStore, type OpenStoreOptions } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'

/** A directory of one test, gone afterwards. */
export function scratchDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'certwright-store-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** Waiting for another process is real; everything else stands still. */
export const host: Pick<Host, 'now' | 'sleep' | 'random'> = {
  now: () => 1_795_000_000_000,
  random: () => 0.5,
  sleep: (ms, signal) => sleep(ms, undefined, { ...(signal && { signal }) }),
}

/** A store that is closed after the test, sealed by its key file unless told otherwise. */
export async function opened(
  directory: string,
  options: Partial<OpenStoreOptions> = {},
): Promise<Store> {
  const store = await openStore({ directory, sealing: { by: 'file' }, host, ...options })
  onTestFinished(() => store.close())
  return store
}
