import type { CaKnobs } from '@certwright/sandbox'
import { describe, expect, it } from 'vitest'
import { sandboxWorld, type SandboxWorld } from './sandbox-world.ts'

/** A CA that makes the first order, whose replies are lost until that is `healed`. */
async function lostWorld(knobs: CaKnobs = {}): Promise<SandboxWorld & { heal: () => void }> {
  let healed = false
  let lost = false
  const world = await sandboxWorld({
    ca: {
      nonceRejectPercent: 0,
      faults: ({ endpoint }) => {
        if (healed) return undefined
        if (endpoint === 'newOrder') {
          const first = !lost
          lost = true
          return { drop: first ? 'after' : 'before' }
        }
        return lost ? { drop: 'before' } : undefined
      },
      ...knobs,
    },
  })
  return {
    ...world,
    heal: () => {
      healed = true
    },
  }
}

describe('an order whose reply was lost', () => {
  it('is found in the list of the account’s orders, and gone on with', async () => {
    const { issue, sandbox, heal } = await lostWorld()
    expect((await issue(['a.example.test'])).code).toBe(1)
    expect(sandbox.ca.orders()).toHaveLength(1)
    heal()
    const { code, stderr } = await issue(['a.example.test'])
    expect(stderr).toContain('Going on with the order of an earlier run')
    expect(code).toBe(0)
    expect(sandbox.ca.orders()).toMatchObject([{ status: 'valid' }])
  })

  it('is made again where the CA keeps no list', async () => {
    const { issue, sandbox, heal } = await lostWorld({ ordersList: false })
    await issue(['a.example.test'])
    heal()
    expect((await issue(['a.example.test'])).code).toBe(0)
    expect(sandbox.ca.orders()).toHaveLength(2)
  })

  it('is not taken for the order of other names, or for one that is over', async () => {
    const { issue, run, sandbox, heal } = await lostWorld()
    await issue(['a.example.test'])
    heal()
    expect((await issue(['b.example.test'])).code).toBe(0)
    expect(sandbox.ca.orders()).toHaveLength(2)
    // The intent of the first is still there, and so is its order.
    expect((await run(['renew', 'a.example.test'])).code).toBe(0)
    expect(sandbox.ca.orders()).toHaveLength(2)
    expect((await run(['renew', 'a.example.test', '--force'])).code).toBe(0)
    expect(sandbox.ca.orders()).toHaveLength(3)
  })
})
