import { describe, expect, it } from 'vitest'
import { sandboxWorld } from '../cli/sandbox-world.ts'
import { interfered, pairOf, type Asked } from './world.ts'

const id = 'a.example.test'

describe('revoking', () => {
  it.each(['superseded', 'keyCompromise'])(
    'bug 37: for %s is signed by the account, never by the key of the certificate (acmesh-official/acme.sh#4606)',
    async (reason) => {
      const { issue, run, sandbox } = await sandboxWorld()
      await issue([id])
      const revocations: Asked[] = []
      const asked = (one: Asked): void => {
        if ('certificate' in Object(one.payload)) revocations.push(one)
      }
      const argv = ['revoke', id, '--reason', reason]
      expect((await run(argv, interfered(sandbox, { asked }))).code).toBe(0)
      expect(revocations.length).toBeGreaterThan(0)
      for (const { header } of revocations) {
        expect(Object.keys(header).sort()).toEqual(['alg', 'kid', 'nonce', 'url'])
      }
    },
  )

  it('bug 37: is followed by another key, as the old one may be blocked (letsencrypt/boulder#5662)', async () => {
    const world = await sandboxWorld()
    await world.issue([id])
    const { key } = await pairOf(world, id)
    await world.run(['revoke', id, '--reason', 'keyCompromise'])
    expect((await world.run(['renew'])).code).toBe(0)
    expect((await pairOf(world, id)).key).not.toBe(key)
  })
})
