import {
  deactivateAccount,
  findAccount,
  getAccount,
  newAccount,
  updateAccount,
} from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { failure } from './failure.ts'
import { fakeCa, knownAccount, newSigner, refusal } from './fake-ca.ts'

describe('newAccount', () => {
  it('makes an account, and finds it the next time', async () => {
    const ca = fakeCa()
    const signer = await newSigner()
    const first = await newAccount(ca.client(), signer, {
      contact: ['mailto:a@example.org'],
      termsOfServiceAgreed: true,
    })
    const second = await newAccount(ca.client(), signer, {})
    expect([first.created, second.created]).toEqual([true, false])
    expect(second.account).toEqual({ url: first.account.url, signer })
    expect(ca.seen[2]?.payload).toEqual({
      contact: ['mailto:a@example.org'],
      termsOfServiceAgreed: true,
    })
    expect(ca.seen[2]?.protected).toHaveProperty('jwk')
    expect(ca.seen[2]?.protected).not.toHaveProperty('kid')
  })

  it('leaves out what is not said', async () => {
    const ca = fakeCa()
    await newAccount(ca.client(), await newSigner(), { contact: [] })
    expect(ca.seen.at(-1)?.payload).toEqual({})
  })

  it('takes a relative Location, and refuses a reply without any', async () => {
    const located = fakeCa({
      after: ({ path }) =>
        path === '/new-account'
          ? { status: 201, headers: { location: '/account/7' }, body: {} }
          : undefined,
    })
    const { account, resource } = await newAccount(located.client(), await newSigner(), {})
    expect(account.url).toBe('https://ca.test/account/7')
    expect(resource).toEqual({ status: 'valid', contact: [] })

    const lost = fakeCa({
      after: ({ path }) => (path === '/new-account' ? { status: 201, body: {} } : undefined),
    })
    await expect(newAccount(lost.client(), await newSigner(), {})).rejects.toThrow(
      failure('ACME_RESPONSE_NOT_CONFORM', {
        message: 'https://ca.test/new-account replied wrongly: the account has no Location',
      }),
    )
  })
})

describe('findAccount', () => {
  it('finds none without making one', async () => {
    const ca = fakeCa()
    const signer = await newSigner()
    await expect(findAccount(ca.client(), signer)).resolves.toBeUndefined()
    expect(ca.accounts.size).toBe(0)
    // Some CAs refuse contacts beside it.
    expect(ca.seen.at(-1)?.payload).toEqual({ onlyReturnExisting: true })
  })

  it('takes no other refusal for the news that there is none', async () => {
    const ca = fakeCa({
      before: ({ path }) => (path === '/new-account' ? refusal('unauthorized', 403) : undefined),
    })
    await expect(findAccount(ca.client(), await newSigner())).rejects.toThrow(
      failure('ACME_PROBLEM', { status: 403 }),
    )
  })

  it('finds the account of the key', async () => {
    const ca = fakeCa()
    const { url, signer } = await knownAccount(ca)
    await expect(findAccount(ca.client(), signer)).resolves.toMatchObject({
      created: false,
      account: { url },
    })
  })
})

describe('an account', () => {
  it('is read by POST-as-GET', async () => {
    const ca = fakeCa()
    const account = await knownAccount(ca)
    await expect(getAccount(ca.client(), account)).resolves.toStrictEqual({
      status: 'valid',
      contact: [],
    })
    expect(ca.seen.at(-1)).toMatchObject({ payload: '', protected: { kid: account.url } })
  })

  it('is read with all that the CA shows of it, and refused where that is no JSON', async () => {
    const whole = {
      status: 'revoked',
      contact: ['mailto:a@example.org'],
      termsOfServiceAgreed: false,
      orders: 'https://ca.test/orders/1',
      externalAccountBinding: { protected: 'x', payload: 'y', signature: 'z' },
    }
    const bodies: unknown[] = [whole, { ...whole, contact: [7, ...whole.contact, null] }, '<html>']
    const ca = fakeCa({
      before: ({ path }) => (path === '/account/1' ? { body: bodies.shift() } : undefined),
    })
    const account = { ...(await knownAccount(ca)), url: 'https://ca.test/account/1' }
    const read = () => getAccount(ca.client(), account)
    await expect(read()).resolves.toStrictEqual(whole)
    await expect(read()).resolves.toStrictEqual(whole)
    await expect(read()).rejects.toThrow(/ replied wrongly: the account is not JSON$/)
  })

  it('loses all contacts when it is given an empty list', async () => {
    const ca = fakeCa()
    await updateAccount(ca.client(), await knownAccount(ca), { contact: [] })
    expect(ca.seen.at(-1)?.payload).toEqual({ contact: [] })
  })

  it('is deactivated', async () => {
    const ca = fakeCa()
    await expect(deactivateAccount(ca.client(), await knownAccount(ca))).resolves.toHaveProperty(
      'status',
      'deactivated',
    )
  })
})
