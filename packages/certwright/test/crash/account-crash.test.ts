import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CaKnobs } from '@certwright/sandbox'
import { describe, expect, it } from 'vitest'
import { atEvery, inWorld, pointsOf, type MortalWorld } from './mortal-world.ts'

interface Listed {
  readonly accounts: readonly {
    readonly url: string
    readonly keyThumbprint: string
    readonly nextKeyThumbprint?: string
  }[]
}

const create = ({ running }: MortalWorld): readonly string[] => [
  ...['account', 'create', '--agree-tos', '--issuer', running.directoryUrl],
  ...['--ca-file', 'root.pem'],
]

async function account(world: MortalWorld): Promise<Listed['accounts'][number]> {
  const { accounts } = JSON.parse(await world.run(['account', 'list', '--json'])) as Listed
  expect(accounts).toHaveLength(1)
  return accounts[0] as Listed['accounts'][number]
}

describe('an account that is killed before any write, or before or after any exchange with the CA', () => {
  it('never loses its key while that is changed', { timeout: 600_000 }, async () => {
    const withAccount = async (world: MortalWorld): Promise<readonly string[]> => {
      await world.run(create(world))
      return ['account', 'rollover']
    }
    const points = await pointsOf(withAccount)
    expect(points).toBeGreaterThan(10)
    const stagedAt: string[] = []
    await atEvery(points, (point) =>
      inWorld(async (world) => {
        const rollover = await withAccount(world)
        const before = await account(world)
        const { signal, output, fate } = await world.mortal(point, rollover)
        expect(signal, output).toBe('SIGKILL')
        const at = `killed ${fate.last}`
        const between = await account(world)
        expect(between.url, at).toBe(before.url)
        if (between.nextKeyThumbprint !== undefined) stagedAt.push(at)
        // Whatever comes first finds the key that the CA takes: a look, or the rest of the change.
        if (point % 2 === 0) await world.run(['account', 'show'])
        const done = JSON.parse(await world.run([...rollover, '--json'])) as {
          readonly account: Listed['accounts'][number]
        }
        const after = await account(world)
        expect(after.keyThumbprint, at).not.toBe(before.keyThumbprint)
        expect(after.keyThumbprint, at).toBe(done.account.keyThumbprint)
        expect(after, at).not.toHaveProperty('nextKeyThumbprint')
        await world.run(['account', 'show'])
        expect(world.made().accounts, at).toBe(1)
      }),
    )
    // Among them: before the CA has heard of the new key, and after it has taken it.
    expect(stagedAt.some((at) => at.includes('before POST'))).toBe(true)
    expect(stagedAt.some((at) => at.includes('after POST'))).toBe(true)
  })

  it('is made once for a single-use external account', { timeout: 600_000 }, async () => {
    const macKey = randomBytes(32).toString('base64url')
    const knobs: CaKnobs = {
      externalAccountRequired: true,
      externalAccounts: [{ keyId: 'kid-1', macKey }],
    }
    const bound = (world: MortalWorld): readonly string[] => {
      writeFileSync(join(world.home, 'mac.txt'), macKey)
      return [...create(world), '--eab-kid', 'kid-1', '--eab-key-file', 'mac.txt']
    }
    const points = await pointsOf((world) => Promise.resolve(bound(world)), knobs)
    expect(points).toBeGreaterThan(10)
    await atEvery(points, (point) =>
      inWorld(async (world) => {
        const { signal, output, fate } = await world.mortal(point, bound(world))
        expect(signal, output).toBe('SIGKILL')
        await world.run(bound(world))
        await world.run(['account', 'show'])
        expect(world.made().accounts, `killed ${fate.last}`).toBe(1)
      }, knobs),
    )
  })
})
