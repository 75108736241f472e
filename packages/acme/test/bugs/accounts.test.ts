import {
  changeKey,
  deactivateAccount,
  findAccount,
  getAccount,
  isProblem,
  newAccount,
  type Jws,
} from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { newSigner, refusal } from '../fake-ca.ts'
import { failureOf, world } from './world.ts'

const persist = async (): Promise<void> => undefined

describe('accounts', () => {
  it('bug 40: one that the CA has lost is told apart, looked for by its key and made again (caddyserver/certmagic#269, vancluever/terraform-provider-acme#9, smallstep/certificates#1472)', async () => {
    const { ca, client, account } = await world()
    ca.accounts.clear()
    expect(isProblem(await failureOf(getAccount(client, account)), 'accountDoesNotExist')).toBe(
      true,
    )
    await expect(findAccount(client, account.signer)).resolves.toBeUndefined()
    expect(ca.accounts.size).toBe(0)
    const again = await newAccount(client, account.signer, { termsOfServiceAgreed: true })
    await expect(getAccount(client, again.account)).resolves.toHaveProperty('status', 'valid')
  })

  it('bug 40: one whose URL was lost is found by its key and not made twice', async () => {
    const { ca, client, account } = await world()
    const found = await findAccount(client, account.signer)
    expect(found?.account.url).toBe(account.url)
    expect(ca.accounts.size).toBe(1)
  })

  it('more: no request but the one for it touches the contacts (cert-manager/cert-manager#3169)', async () => {
    const { ca, client, account } = await world()
    await newAccount(client, account.signer, { termsOfServiceAgreed: true })
    await newAccount(client, account.signer, { contact: [], termsOfServiceAgreed: true })
    await findAccount(client, account.signer)
    await getAccount(client, account)
    const changed = await changeKey(client, account, await newSigner(), { persist })
    await deactivateAccount(client, changed)
    const payloads = ca.seen.flatMap(({ payload }) => (payload === undefined ? [] : [payload]))
    expect(payloads.length).toBeGreaterThan(6)
    for (const payload of payloads) expect(Object(payload)).not.toHaveProperty('contact')
  })

  it('more: the inner JWS of a key change has no nonce (acmesh-official/acme.sh#7080)', async () => {
    const { ca, client, account } = await world()
    await changeKey(client, account, await newSigner(), { persist })
    const { payload, url } = ca.seen.find(({ path }) => path === '/key-change') ?? {}
    const inner = JSON.parse(
      Buffer.from((payload as Jws).protected, 'base64url').toString(),
    ) as Record<string, unknown>
    expect(Object.keys(inner).sort()).toEqual(['alg', 'jwk', 'url'])
    expect(inner['url']).toBe(url)
  })

  it.each([404, 501, 405])(
    'more: a CA that lists key changes and answers %i is said to have none (smallstep/certificates#209)',
    async (status) => {
      const { client, account } = await world({
        before: ({ path }) => (path === '/key-change' ? { status } : undefined),
      })
      const change = changeKey(client, account, await newSigner(), { persist })
      expect(await failureOf(change)).toMatchObject({ code: 'ACME_NOT_SUPPORTED' })
      await expect(getAccount(client, account)).resolves.toHaveProperty('status', 'valid')
    },
  )

  it('more: a CA that refuses a profile is not asked by another silently (go-acme/lego#3205)', async () => {
    const { ca, run } = await world({
      directory: { meta: { profiles: { classic: '', short: '' } } },
      before: ({ path }) =>
        path === '/new-order' ? refusal('invalidProfile', 400, 'not yours') : undefined,
    })
    expect(isProblem(await failureOf(run({ profile: 'short' })), 'invalidProfile')).toBe(true)
    expect(ca.orders.size).toBe(0)
  })

  it('more: an order of one profile is not resumed for another (go-acme/lego#3205)', async () => {
    const { ca, run } = await world({
      directory: { meta: { profiles: { classic: '', short: '' } } },
    })
    const { order } = await run({ profile: 'classic' })
    const next = await run({ profile: 'short', resume: order.url })
    expect(next.order.url).not.toBe(order.url)
    expect([...ca.orders.values()].map(({ profile }) => profile)).toEqual(['classic', 'short'])
  })
})
