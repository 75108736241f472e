import {
  AcmeError,
  createCsr,
  isReplacesRefused,
  newReplacementOrder,
  obtain,
  type ObtainStep,
} from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { failure } from './failure.ts'
import {
  fakeCa,
  knownAccount,
  newSigner,
  refusal,
  type FakeCa,
  type FakeCaOptions,
} from './fake-ca.ts'

const identifiers = [{ type: 'dns', value: 'example.org' }]
const replaces = 'aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE'
const directory = { renewalInfo: 'https://ca.test/renewal-info' }

type Said = ReturnType<NonNullable<FakeCaOptions['before']>>

/** A CA that answers orders with `replaces` by these, one after the other, and then shows what it was sent. */
function answering(...answers: readonly Said[]): FakeCaOptions {
  const left = [...answers]
  const isReplacement = (payload: unknown): boolean =>
    typeof payload === 'object' && payload !== null && 'replaces' in payload
  return {
    directory,
    before: ({ path, payload }) =>
      path === '/new-order' && isReplacement(payload) ? left.shift() : undefined,
    after: ({ path, payload }, ca) => {
      if (path !== '/new-order' || !isReplacement(payload)) return undefined
      const [url = '', order] = [...ca.orders].at(-1) ?? []
      return { status: 201, headers: { location: url }, body: { ...order, replaces } }
    },
  }
}

async function order(options: FakeCaOptions) {
  const ca = fakeCa(options)
  const account = await knownAccount(ca)
  const made = newReplacementOrder(ca.client(), account, { identifiers, replaces })
  return { ca, made }
}

/** Whether each newOrder had `replaces`. */
function sent({ seen }: FakeCa): boolean[] {
  return seen
    .filter(({ path }) => path === '/new-order')
    .map(({ payload }) => 'replaces' in (payload as object))
}

describe('newReplacementOrder', () => {
  it('asks once where the CA takes it', async () => {
    const { ca, made } = await order(answering())
    await expect(made).resolves.toMatchObject({
      order: { replaces },
      outcome: { type: 'accepted' },
    })
    expect(sent(ca)).toEqual([true])
  })

  it.each([
    ['replaced already', refusal('alreadyReplaced', 409)],
    ['replaced already, as it was called before', refusal('conflict', 409)],
    ['another account’s', refusal('unauthorized', 403)],
    ['not known', refusal('malformed', 404)],
    ['not named well', refusal('malformed', 400)],
    ['for other names', refusal('serverInternal', 500)],
  ])('asks once more without where the certificate is %s', async (_, answer) => {
    const { ca, made } = await order(answering(answer, answer))
    const { order: plain, outcome } = await made
    expect(outcome.type).toBe('refused')
    expect(outcome).toHaveProperty('error.status', answer.status)
    expect(plain).not.toHaveProperty('replaces')
    expect(sent(ca)).toEqual([true, false])
    expect(ca.host.waits).toEqual([])
  })

  it.each([
    ['badCSR', refusal('badCSR', 400)],
    ['rejectedIdentifier', refusal('rejectedIdentifier', 400)],
    ['unauthorized of a gateway', { status: 403 }],
  ])('does not take %s for a refusal of it', async (_, answer) => {
    const { ca, made } = await order(answering(answer))
    await expect(made).rejects.toThrow(failure('ACME_PROBLEM'))
    expect(sent(ca)).toEqual([true])
  })

  it('keeps it through a lost connection and a server in trouble', async () => {
    const trouble = { ...refusal('serverInternal', 500), headers: { 'retry-after': '60' } }
    const reset = new AcmeError('ACME_NETWORK', 'connection reset')
    const { ca, made } = await order(answering(reset, { status: 503 }, trouble))
    await expect(made).resolves.toMatchObject({ outcome: { type: 'accepted' } })
    expect(sent(ca)).toEqual([true, true, true, true])
  })

  it('fails for good where it is refused without, too', async () => {
    const ca = fakeCa({
      directory,
      before: ({ path }) => (path === '/new-order' ? refusal('unauthorized', 403) : undefined),
    })
    const request = { identifiers, replaces }
    await expect(newReplacementOrder(ca.client(), await knownAccount(ca), request)).rejects.toThrow(
      failure('ACME_PROBLEM', { status: 403 }),
    )
    expect(sent(ca)).toEqual([true, false])
  })

  it('does not send it to a CA without renewal information', async () => {
    const { ca, made } = await order({})
    await expect(made).resolves.toHaveProperty('outcome', { type: 'not-supported' })
    expect(sent(ca)).toEqual([false])
  })

  it('tells when the CA passes over it', async () => {
    const { made } = await order({ directory })
    await expect(made).resolves.toHaveProperty('outcome', { type: 'not-shown' })
  })
})

describe('isReplacesRefused', () => {
  const refused = (name: string, status: number): AcmeError => {
    const problem = { type: `urn:ietf:params:acme:error:${name}`, subproblems: [] }
    return new AcmeError('ACME_PROBLEM', `${name} ${status}`, { status, problem })
  }
  const { problem } = refused('alreadyReplaced', 409)

  it.each([
    undefined,
    new Error('no'),
    new AcmeError('ACME_NETWORK', 'no', { status: 409 }),
    new AcmeError('ACME_DEADLINE', 'too late', { status: 409, problem }),
    new AcmeError('ACME_PROBLEM', 'without a problem', { status: 409 }),
    refused('unauthorized', 401),
    refused('malformed', 413),
    refused('serverInternal', 503),
    refused('rateLimited', 500),
  ])('is false for %s', (error) => {
    expect(isReplacesRefused(error)).toBe(false)
  })

  it.each([refused('alreadyReplaced', 400), refused('conflict', 400), refused('odd', 409)])(
    'is true for %s',
    (error) => {
      expect(isReplacesRefused(error)).toBe(true)
    },
  )
})

describe('obtain, replacing a certificate', () => {
  it('gets one all the same where the CA refuses to replace, and tells why', async () => {
    const ca = fakeCa(answering(refusal('alreadyReplaced', 409)))
    const steps: ObtainStep[] = []
    const ordered: string[] = []
    const { order: done } = await obtain(ca.client(), await knownAccount(ca), {
      identifiers,
      replaces,
      solvers: [{ type: 'dns-01', present: async () => ({}), cleanUp: async () => undefined }],
      csr: async () => createCsr({ identifiers, key: await newSigner() }),
      journal: { ordered: async ({ url }) => void ordered.push(url) },
      onStep: (step) => steps.push(step),
    })
    expect(done.status).toBe('valid')
    expect(ordered).toEqual([done.url])
    expect(steps[0]).toMatchObject({
      type: 'order',
      replaces: { type: 'refused', error: { status: 409 } },
    })
  })
})
