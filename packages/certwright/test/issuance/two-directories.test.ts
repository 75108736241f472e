import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { systemHost } from '../../src/runtime/host.ts'
import { openStore } from '../../src/store/open.ts'
import { sandboxWorld } from '../cli/sandbox-world.ts'

describe('accounts at two directories', () => {
  it('have a key of its own each', async () => {
    const { run, ca, directory, sandbox } = await sandboxWorld()
    const other = await sandboxWorld()
    for (const options of [ca, other.ca]) {
      expect((await run(['account', 'create', ...options])).code).toBe(0)
    }
    const store = await openStore({
      ...{ directory: join(directory, 'state'), sealing: { by: 'file' }, host: systemHost },
    })
    const issuers = await Promise.all(
      [sandbox, other.sandbox].map(async ({ directoryUrl }) => store.issuer(directoryUrl)),
    )
    await store.close()
    expect(new Set(issuers.map((issuer) => issuer?.thumbprint)).size).toBe(2)
    expect(new Set(issuers.map((issuer) => issuer?.accountUrl)).size).toBe(2)
  })
})
