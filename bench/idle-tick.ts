import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { localEngine } from '../packages/certwright/src/engine/local-engine.ts'
import { systemHost } from '../packages/certwright/src/runtime/host.ts'
import { openStore } from '../packages/certwright/src/store/open.ts'
import type { Store } from '../packages/certwright/src/store/store.ts'
import { median, rounded } from './statistics.ts'

/** CPU of one tick that finds nothing due, beside how many certificates there are. */
export interface IdleTick {
  readonly certificates: number
  readonly cpuUs: number
}

const managedBy = '/etc/certwright.yaml'
const ticks = 500
const rounds = 7

/** A store of certificates that are all due in an hour, the one a second after the other. */
async function filled(directory: string, certificates: number): Promise<Store> {
  let database: DatabaseSync | undefined
  const openDatabase = (path: string): DatabaseSync => (database = new DatabaseSync(path))
  const store = await openStore({
    ...{ directory, sealing: { by: 'file' }, host: systemHost },
    openDatabase,
  })
  // Only filling does not wait for the disk.
  database?.exec('pragma synchronous = off')
  const now = systemHost.now()
  for (let i = 0; i < certificates; i += 1) {
    const id = `n${i}.example.test`
    await store.saveCertificate({
      id,
      identifiers: [{ type: 'dns', value: id }],
      directoryUrl: 'https://ca.test/directory',
      keyType: 'ec256',
      challenge: { type: 'http-01' },
      out: join(directory, id),
      createdAt: now,
    })
    await store.saveSchedule({
      certificateId: id,
      managedBy,
      digest: 'digest',
      nextCheckAt: now + 3_600_000 + 1000 * i,
    })
  }
  database?.exec('pragma synchronous = full')
  return store
}

/** CPU of a tick in microseconds, over many that follow each other without sleeping. */
async function measured(store: Store): Promise<number> {
  let left = ticks
  const host = {
    now: () => systemHost.now(),
    async sleep(): Promise<void> {
      left -= 1
      if (left === 0) engine.stop()
      return Promise.resolve()
    },
  }
  const engine = localEngine({ store, host, managedBy })
  const before = process.cpuUsage()
  await engine.run({
    reconcile: () => Promise.reject(new Error('nothing is due')),
    onError: (_lease, error) => {
      throw error
    },
  })
  const { user, system } = process.cpuUsage(before)
  return (user + system) / ticks
}

/** Measures stores of these sizes in turns. */
export async function measureIdleTicks(
  sizes: readonly number[] = [10, 10_000],
): Promise<readonly IdleTick[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'certwright-bench-'))
  try {
    const stores = await Promise.all(
      sizes.map(async (size) => filled(join(scratch, `${size}`), size)),
    )
    for (const store of stores) await measured(store)
    const samples = sizes.map((): number[] => [])
    for (let round = 0; round < rounds; round += 1) {
      for (const [i, store] of stores.entries()) samples[i]?.push(await measured(store))
    }
    for (const store of stores) await store.close()
    return sizes.map((certificates, i) => ({
      certificates,
      cpuUs: rounded(median(samples[i] ?? []), 1),
    }))
  } finally {
    rmSync(scratch, { recursive: true })
  }
}
