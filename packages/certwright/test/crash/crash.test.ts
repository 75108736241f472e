import { describe, expect, it } from 'vitest'
import { atEvery, inWorld, pointsOf, type MortalWorld } from './mortal-world.ts'

const dayMs = 86_400_000

describe('a run that is killed before any write, or before or after any exchange with the CA', () => {
  it('is resumed, when it was the first issue', { timeout: 600_000 }, async () => {
    const points = await pointsOf(async ({ issue }) => issue)
    expect(points).toBeGreaterThan(100)
    await atEvery(points, (point) =>
      inWorld(async (world) => {
        const { signal, output, fate } = await world.mortal(point, world.issue)
        expect(signal, output).toBe('SIGKILL')
        world.pair()
        await world.run(world.issue)
        const at = `killed ${fate.last}`
        expect(world.pair(), at).toBeDefined()
        expect(world.made(), at).toEqual({ accounts: 1, orders: 1 })
        expect(world.leftInDns(), at).toBe(0)
      }),
    )
  })

  it(
    'is resumed, when it was a renewal; the old pair or the new one always stands',
    { timeout: 600_000 },
    async () => {
      const due = async (world: MortalWorld): Promise<readonly string[]> => {
        await world.run(world.issue)
        world.aheadMs = 65 * dayMs
        return ['renew']
      }
      const points = await pointsOf(due)
      expect(points).toBeGreaterThan(60)
      await atEvery(points, (point) =>
        inWorld(async (world) => {
          const renew = await due(world)
          const first = world.pair()?.serialNumber
          const { signal, output, fate } = await world.mortal(point, renew)
          expect(signal, output).toBe('SIGKILL')
          const at = `killed ${fate.last}`
          expect(world.pair(), at).toBeDefined()
          await world.run(renew)
          expect(world.pair()?.serialNumber, at).not.toBe(first)
          expect(world.made(), at).toEqual({ accounts: 1, orders: 2 })
          expect(world.leftInDns(), at).toBe(0)
        }),
      )
    },
  )
})
