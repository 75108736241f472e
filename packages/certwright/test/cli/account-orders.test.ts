import { describe, expect, it } from 'vitest'
import { sandboxWorld } from './sandbox-world.ts'

interface Listed {
  readonly orders: readonly { readonly names: string[]; readonly status: string; url: string }[]
  readonly more: boolean
}

describe('account orders', () => {
  it('lists the orders of every page', async () => {
    const { run, issue, sandbox } = await sandboxWorld({ ca: { ordersPerPage: 2 } })
    const names = ['a', 'b', 'c', 'd', 'e'].map((label) => `${label}.example.test`)
    for (const name of names) await issue([name])
    const { code, stdout } = await run(['account', 'orders', '--json'])
    const { orders, more } = JSON.parse(stdout) as Listed
    expect(orders.map((order) => order.names)).toEqual(names.map((name) => [name]))
    expect(orders.map(({ url }) => url)).toEqual(sandbox.ca.orders().map(({ url }) => url))
    expect(new Set(orders.map(({ status }) => status))).toEqual(new Set(['valid']))
    expect([more, code]).toEqual([false, 0])
    const table = (await run(['account', 'orders'])).stdout.trimEnd().split('\n')
    expect(table[0]).toMatch(/^STATUS +EXPIRES +NAMES +ORDER$/)
    expect(table).toHaveLength(6)
    expect(table[1]).toMatch(/^valid +\d{4}-\S+ +a\.example\.test +https:/)
  })

  it('stops at the limit and says that there are more', async () => {
    const { run, issue } = await sandboxWorld()
    for (const name of ['a.example.test', 'b.example.test']) await issue([name])
    const { stdout, stderr } = await run(['account', 'orders', '--limit', '1'])
    expect(stdout.trimEnd().split('\n')).toHaveLength(2)
    expect(stderr).toContain('There are more')
    const json = await run(['account', 'orders', '--limit', '1', '--json'])
    expect(JSON.parse(json.stdout)).toMatchObject({ more: true })
  })

  it('says so where there are none', async () => {
    const { run, ca } = await sandboxWorld()
    await run(['account', 'create', ...ca])
    expect((await run(['account', 'orders'])).stdout).toBe('The account has no orders\n')
  })

  it('says so where the CA keeps no list', async () => {
    const { run, ca } = await sandboxWorld({ ca: { ordersList: false } })
    await run(['account', 'create', ...ca])
    const { code, stderr } = await run(['account', 'orders'])
    expect(stderr).toMatch(/^certwright: the CA keeps no list of the orders of https:/)
    expect(code).toBe(1)
  })
})
