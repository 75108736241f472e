import { describe, expect, it } from 'vitest'
import { atEvery, inWorld, pointsOf, type MortalWorld } from './mortal-world.ts'

const knobs = { preAuthorization: 'offered' } as const

/** The names are proven as `issue` proves them. */
function authorize({ issue, out }: MortalWorld): readonly string[] {
  return ['authorize', ...issue.slice(1).filter((word) => word !== '--out' && word !== out)]
}

describe('an authorization that is killed before any write, or before or after any exchange with the CA', () => {
  it('is got by the next run, which leaves nothing in DNS', { timeout: 600_000 }, async () => {
    const points = await pointsOf((world) => Promise.resolve(authorize(world)), knobs)
    expect(points).toBeGreaterThan(40)
    const leftAt: string[] = []
    await atEvery(points, (point) =>
      inWorld(async (world) => {
        const { signal, output, fate } = await world.mortal(point, authorize(world))
        expect(signal, output).toBe('SIGKILL')
        const at = `killed ${fate.last}`
        if (world.leftInDns() > 0) leftAt.push(at)
        expect(await world.run(authorize(world)), at).toMatch(/^example\.test: authorized until /)
        expect(world.made().accounts, at).toBe(1)
        expect(world.leftInDns(), at).toBe(0)
      }, knobs),
    )
    // Among them: what stands in DNS while nobody is there who could withdraw it.
    expect(leftAt.length).toBeGreaterThan(3)
  })
})
