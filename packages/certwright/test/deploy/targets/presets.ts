import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { targetModule } from '../../../src/deploy/targets/registry.ts'
import type { TargetModule } from '../../../src/deploy/target-context.ts'
import type { Endpoint } from '../../../src/deploy/target.ts'
import { systemHost } from '../../../src/runtime/host.ts'
import { deployTargetSuite } from '../../../src/testing/index.ts'
import { folderWorld, heldIn, serverFolder } from './folder.ts'
import { renewals } from './account.ts'

export interface ExpectedPreset {
  /** The file of the certificate, and that of the key where it is another. */
  readonly files: readonly [chain: string, key?: string]
  /** Words that the documented defaults must have. */
  readonly says: readonly string[]
  /** Absent for what serves nothing itself. */
  readonly endpoint?: Omit<Endpoint, 'servername'>
  /** Of the file with the key. */
  readonly keyMode: number
}

/** Owner and group that a test may give files to: its own. */
export const ownIds = {
  owner: String(process.getuid?.() ?? 0),
  group: String(process.getgid?.() ?? 0),
} as const

/** The promises of every target, of a server whose files are known, and what is known of them. */
export function presetTests(
  module: Pick<TargetModule, 'target' | 'create'>,
  { files: [chain, key = chain], says, endpoint, keyMode }: ExpectedPreset,
): void {
  const { target, create } = module
  describe(`${target.name}: ${target.summary.en}`, () => {
    deployTargetSuite({
      test: it,
      world: () =>
        folderWorld({
          create,
          directory: 'tls',
          held: ({ path }) => heldIn(join(path, 'tls', chain), join(path, 'tls', key)),
          values: ({ path, command }) => ({
            ...ownIds,
            directory: join(path, 'tls'),
            check: command('check'),
            reload: command('reload'),
          }),
        }),
    })

    it('is told in the registry and says what it does where nothing is set', async () => {
      expect((await targetModule(target.name)).target).toBe(target)
      const said = target.options.map(({ key, summary }) => `${key}: ${summary.en}`).join('\n')
      for (const words of says) expect(said).toContain(words)
    })

    it('is proven at this machine, by a name of the certificate', async () => {
      const endpoints = await create(
        { directory: '/x' },
        { host: systemHost, env: {} },
      ).endpoints?.(undefined, renewals(['*.example.com', 'example.com'])(0))
      const expected = endpoint && [{ ...endpoint, servername: 'certwright.example.com' }]
      expect(endpoints).toEqual(expected)
    })

    it('keeps the key from others', async () => {
      const folder = serverFolder()
      try {
        const directory = join(folder.path, 'tls')
        mkdirSync(directory)
        const values = { ...ownIds, directory, check: 'none', reload: 'none' }
        await create(values, folder.context).write(renewals(['www.example.com'])(0))
        expect(statSync(join(directory, key)).mode & 0o777).toBe(keyMode)
      } finally {
        folder.close()
      }
    })
  })
}
