import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { systemHost } from '../../src/runtime/host.ts'
import { openStore } from '../../src/store/open.ts'
import { sandboxWorld } from '../cli/sandbox-world.ts'
import { interfered, type Asked } from './world.ts'

const names = ['a.example.test']

describe('an account', () => {
  it('bug 40: that the CA has lost is made again by the same key, and the certificate issued (caddyserver/certmagic#269, vancluever/terraform-provider-acme#9, smallstep/certificates#1472)', async () => {
    const { issue, run, sandbox } = await sandboxWorld()
    await issue(names)
    const accounts = new Set(sandbox.ca.orders().map(({ accountUrl }) => accountUrl))
    for (const url of accounts) expect(sandbox.ca.forgetAccount(url)).toBe(true)
    const registrations: Asked[] = []
    const asked = (one: Asked): void => {
      if ('jwk' in one.header) registrations.push(one)
    }
    const { code, stdout } = await run(
      ['renew', 'a.example.test', '--force'],
      interfered(sandbox, { asked }),
    )
    expect(stdout).toMatch(/renewed/)
    expect(code).toBe(0)
    const keys = new Set(registrations.map(({ header }) => JSON.stringify(header['jwk'])))
    expect(keys.size).toBe(1)
    expect(registrations[0]?.payload).toEqual({ onlyReturnExisting: true })
  })

  it('bug 40: whose URL was lost is found by its key, and no second one is made', async () => {
    const { issue, run, sandbox, directory } = await sandboxWorld()
    await issue(names)
    const store = await opened(join(directory, 'state'))
    const issuer = await store.issuer(sandbox.directoryUrl)
    if (issuer) await store.saveIssuer({ ...issuer, accountUrl: `${issuer.accountUrl}9` })
    await store.close()
    expect((await run(['renew', 'a.example.test', '--force'])).code).toBe(0)
    const made = sandbox.ca.requests.filter(
      ({ endpoint, status }) => endpoint === 'newAccount' && status === 201,
    )
    expect(made).toHaveLength(1)
  })

  it('more: keeps its contacts through everything but a change of them (cert-manager/cert-manager#3169)', async () => {
    const { issue, run, sandbox } = await sandboxWorld()
    await issue(names, ['--email', 'ops@example.test'])
    await issue(['b.example.test'])
    await run(['renew', '--all', '--force'])
    await run(['account', 'show'])
    const contacts: unknown[] = []
    const shown = interfered(sandbox, {
      hears: (_, response) => {
        const [, contact] =
          /"contact": ?(\[[^\]]*\])/.exec(Buffer.from(response.body).toString()) ?? []
        if (contact !== undefined) contacts.push(JSON.parse(contact))
        return response
      },
    })
    await run(['account', 'show'], shown)
    expect(contacts).toEqual([['mailto:ops@example.test']])
  })
})

async function opened(directory: string) {
  return openStore({ directory, sealing: { by: 'file' }, host: systemHost })
}
