import { getAccount, newAccount, userActionOf } from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { fakeCa, knownAccount, newSigner, refusal } from './fake-ca.ts'

async function refused(type: string, instance?: unknown, link?: string): Promise<unknown> {
  const { body, ...answer } = refusal(type, 403)
  const ca = fakeCa({
    before: ({ path }) =>
      path.startsWith('/account/')
        ? { ...answer, body: { ...(body as object), instance }, headers: link ? { link } : {} }
        : undefined,
  })
  return getAccount(ca.client(), await knownAccount(ca)).catch((error: unknown) => error)
}

describe('userActionOf', () => {
  it.each(['userActionRequired', 'agreementRequired'])(
    'names the page to visit and the new terms with %s',
    async (type) => {
      const link = '<https://ca.test/directory>;rel="index", </terms/v2>;rel="terms-of-service"'
      const error = await refused(type, 'https://ca.test/agree?t=1', link)
      expect(userActionOf(error)).toEqual({
        visitUrl: 'https://ca.test/agree?t=1',
        termsUrl: 'https://ca.test/terms/v2',
      })
    },
  )

  it('does without what the CA does not say', async () => {
    expect(userActionOf(await refused('userActionRequired'))).toStrictEqual({})
    expect(userActionOf(await refused('userActionRequired', 'come to our office'))).toStrictEqual(
      {},
    )
  })

  it('is nothing for any other failure', async () => {
    expect(userActionOf(await refused('unauthorized'))).toBeUndefined()
    expect(userActionOf(new Error('no'))).toBeUndefined()
    expect(userActionOf(undefined)).toBeUndefined()
  })

  it('is never acted upon: nothing agrees by itself', async () => {
    const ca = fakeCa({
      before: ({ path }) =>
        path === '/new-account' ? refusal('userActionRequired', 403) : undefined,
    })
    await expect(newAccount(ca.client(), await newSigner(), {})).rejects.toThrow('userAction')
    expect(ca.calls().filter((call) => call === 'POST /new-account')).toHaveLength(1)
    expect(ca.seen.at(-1)?.payload).toEqual({})
  })
})
