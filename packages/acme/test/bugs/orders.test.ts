import { finalizeOrder, createCsr, pollOrder } from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { newSigner, refusal } from '../fake-ca.ts'
import { count, failureOf, identifiers, world } from './world.ts'

const names = ['a.example.org', 'b.example.org', 'c.example.org']
const three = names.map((value) => ({ type: 'dns', value }))

describe('orders', () => {
  it('bug 4: a badNonce in the middle does not cost the order (go-acme/lego#383, go-acme/lego#353, acmesh-official/acme.sh#663)', async () => {
    const paths = ['/challenge/', '/order/', '/authz/']
    const { ca, run } = await world({
      before: ({ path, payload }) => {
        const at = payload === undefined ? -1 : paths.findIndex((one) => path.startsWith(one))
        return at === -1 ? undefined : (paths.splice(at, 1), refusal('badNonce', 400))
      },
    })
    await run()
    expect(paths).toEqual([])
    expect(count(ca, 'POST /new-order')).toBe(1)
  })

  it('bug 4: an order that fails leaves no pending authorization behind (publishlab/node-acme-client#52)', async () => {
    const { ca, run } = await world({
      before: ({ path, payload }) =>
        path.startsWith('/challenge/') && payload !== undefined
          ? refusal('badNonce', 400)
          : undefined,
    })
    await failureOf(run({ identifiers: three }))
    const statuses = [...ca.authorizations.values()].map(({ status }) => status)
    expect(statuses).toEqual(['deactivated', 'deactivated', 'deactivated'])
  })

  it('bug 5: a valid authorization is not given up with the order (go-acme/lego#996)', async () => {
    const { ca, run } = await world({
      validate: ({ identifier }) => (identifier.value.startsWith('b.') ? 'invalid' : 'valid'),
      pendingLooks: 1,
    })
    await failureOf(run({ identifiers: three }))
    const statuses = [...ca.authorizations.values()].map(({ status }) => status)
    expect(statuses).toEqual(['valid', 'invalid', 'valid'])
    expect(ca.seen.some(({ path, payload }) => path.startsWith('/authz/') && payload !== '')).toBe(
      false,
    )
  })

  it('bug 14: an order that stays in processing ends in an error that says where it stands (acmesh-official/acme.sh#6103, acmesh-official/acme.sh#5233, acmesh-official/acme.sh#3763)', async () => {
    const { ca, client, account } = await world({
      before: ({ path }) =>
        path === '/order/1'
          ? { body: { status: 'processing' }, headers: { 'retry-after': '5' } }
          : undefined,
    })
    const url = 'https://ca.test/order/1'
    const until = ({ status }: { readonly status: string }): boolean => status === 'valid'
    const error = await failureOf(pollOrder(client, account, url, { until }))
    expect(error).toMatchObject({ code: 'ACME_DEADLINE', url })
    expect(error.message).toContain('processing')
    // Ten minutes at the pace that the CA sets.
    expect(count(ca, 'POST /order/N')).toBeGreaterThan(100)
    expect(count(ca, 'POST /order/N')).toBeLessThan(130)
  })

  it('bug 15: an order is polled at its own URL where finalizing brings no Location (icing/mod_md#216, kelunik/acme#40, unixcharles/acme-client#250, letsencrypt/boulder#8197)', async () => {
    const { ca, run } = await world()
    const { order } = await run()
    expect(order).toMatchObject({ status: 'valid', url: [...ca.orders.keys()][0] })
    const finalized = ca.seen.findIndex(({ path }) => path.endsWith('/finalize'))
    expect(ca.seen.slice(finalized + 1).map(({ url }) => url)[0]).toBe(order.url)
  })

  it('bug 15: a Location in the reply to finalizing does not lead astray', async () => {
    const { ca, client, account } = await world({
      before: ({ path }) =>
        path.endsWith('/finalize')
          ? { body: { status: 'processing' }, headers: { location: 'https://ca.test/cert/9' } }
          : undefined,
    })
    const url = 'https://ca.test/order/1'
    const order = {
      ...{ url, status: 'ready', identifiers, authorizations: [] },
      finalize: `${url}/finalize`,
    }
    const csr = await createCsr({ identifiers, key: await newSigner() })
    expect((await finalizeOrder(client, account, order, csr)).url).toBe(url)
    expect(count(ca, 'POST /order/N/finalize')).toBe(1)
  })

  it('bug 28: null for the authorizations and no finalize in a valid order are taken (ansible-collections/community.crypto#1075, win-acme/win-acme#2570)', async () => {
    const { run } = await world({
      after: ({ path, payload }, ca) => {
        const [order] = ca.orders.values()
        if (payload !== '' || !/^\/order\/\d+$/.test(path) || order?.status !== 'valid') {
          return undefined
        }
        const { status, certificate, identifiers } = order
        return { body: { status, certificate, identifiers, authorizations: null } }
      },
    })
    expect((await run()).order).toMatchObject({ status: 'valid', authorizations: [] })
  })
})
