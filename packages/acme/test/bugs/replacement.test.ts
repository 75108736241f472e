import { newReplacementOrder } from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { refusal, type FakeCaOptions } from '../fake-ca.ts'
import { count, identifiers, world } from './world.ts'

const replaces = 'aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE'
const directory = { renewalInfo: 'https://ca.test/renewal-info' }

/** A CA that refuses every order with `replaces`. */
function refusing(answer: ReturnType<typeof refusal>): FakeCaOptions {
  return {
    directory,
    before: ({ path, payload }) =>
      path === '/new-order' && 'replaces' in (payload as object) ? answer : undefined,
  }
}

async function outcomeOf(options: FakeCaOptions): Promise<string> {
  const { client, account } = await world(options)
  const { order, outcome } = await newReplacementOrder(client, account, { identifiers, replaces })
  expect(order.status).toBe('pending')
  return outcome.type
}

describe('replaces', () => {
  it.each(['alreadyReplaced', 'conflict'])(
    'bug 6: %s does not block the renewal (go-acme/lego#2474, rmbolger/Posh-ACME#560, srvrco/getssl#908, simple-acme/simple-acme#90)',
    async (type) => expect(await outcomeOf(refusing(refusal(type, 409)))).toBe('refused'),
  )

  it('bug 6: a run that died goes on with its order instead of asking to replace once more', async () => {
    const { ca, run } = await world({ directory, pendingLooks: 1000 })
    await expect(run({ deadlineMs: 5000, replaces })).rejects.toThrow()
    const [[url = '', order] = []] = ca.orders
    if (order) order.status = 'ready'
    await run({ resume: url, replaces })
    expect(count(ca, 'POST /new-order')).toBe(1)
  })

  it('bug 7: the certificate of another account does not block the renewal (go-acme/lego#2789, go-acme/lego#3189)', async () => {
    expect(await outcomeOf(refusing(refusal('unauthorized', 403)))).toBe('refused')
  })

  it.each([
    ['unknown', refusal('malformed', 404)],
    ['unknown, as other CAs say it', refusal('malformed', 400)],
    ['of other names', refusal('serverInternal', 500)],
  ])(
    'bug 8: a predecessor that is %s does not block the renewal (go-acme/lego#2137, win-acme/win-acme#2791, letsencrypt/boulder#7889)',
    async (_, answer) => expect(await outcomeOf(refusing(answer))).toBe('refused'),
  )
})
