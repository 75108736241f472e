import type { CaKnobs } from '@certwright/sandbox'
import { describe, expect, it } from 'vitest'
import { systemHost } from '../../src/runtime/host.ts'
import { openStore } from '../../src/store/open.ts'
import { sandboxWorld, type SandboxWorld } from './sandbox-world.ts'
import { signerProgram } from './signer-program.ts'

interface Rolled {
  readonly resumed: boolean
  readonly account: { readonly keyThumbprint: string; readonly nextKeyThumbprint?: string }
}

async function accountWorld(knobs: CaKnobs = {}): Promise<
  SandboxWorld & {
    readonly rollover: (...more: readonly string[]) => Promise<Rolled>
    readonly kept: () => Promise<Rolled['account']>
  }
> {
  const world = await sandboxWorld({ ca: { nonceRejectPercent: 0, ...knobs } })
  const { run, ca } = world
  await run(['account', 'create', ...ca])
  return {
    ...world,
    async rollover(...more) {
      const { stdout, stderr } = await run(['account', 'rollover', ...more, '--json'])
      expect(stderr).toBe('')
      return JSON.parse(stdout) as Rolled
    },
    async kept() {
      const { stdout } = await run(['account', 'list', '--json'])
      const { accounts } = JSON.parse(stdout) as { accounts: readonly Rolled['account'][] }
      expect(accounts).toHaveLength(1)
      return accounts[0] as Rolled['account']
    },
  }
}

describe('account rollover', () => {
  it('gives the account another key, by which it goes on', async () => {
    const { run, issue, rollover, kept } = await accountWorld()
    const before = await kept()
    const { resumed, account } = await rollover()
    expect(resumed).toBe(false)
    expect(account.keyThumbprint).not.toBe(before.keyThumbprint)
    expect(account).not.toHaveProperty('nextKeyThumbprint')
    expect(await kept()).toEqual(account)
    expect((await issue(['a.example.test'])).code).toBe(0)
    expect((await run(['account', 'show'])).stdout).toContain(account.keyThumbprint)
  })

  it.each(['ec384', 'ec521', 'rsa2048', 'ed25519'])('gives it a key of type %s', async (type) => {
    const { run, rollover } = await accountWorld()
    await rollover('--key-type', type)
    const { stdout } = await run(['account', 'export-key', '--format', 'jwk'])
    const { kty, crv } = JSON.parse(stdout) as { kty: string; crv?: string }
    expect({ ec384: 'P-384', ec521: 'P-521', rsa2048: 'RSA', ed25519: 'Ed25519' }[type]).toBe(
      crv ?? kty,
    )
    // The next one is like it.
    await rollover()
    const next = await run(['account', 'export-key', '--format', 'jwk'])
    expect(JSON.parse(next.stdout)).toMatchObject({ kty, ...(crv && { crv }) })
  })

  it('moves the key into a program, and back where that is asked for', async () => {
    const { run, rollover, directory } = await accountWorld()
    const signer = await signerProgram(directory)
    await rollover('--account-signer', `exec:${signer.path}`)
    expect((await run(['account', 'show'])).stdout).toContain(`held by ${signer.path}`)
    const unclear = await run(['account', 'rollover'])
    expect(unclear.stderr).toContain('nothing says where the new one is to be')
    expect(unclear.code).toBe(64)
    await rollover('--key-type', 'ec256')
    expect((await run(['account', 'show'])).stdout).toContain('kept here')
  })

  it.each(['not-implemented', 'missing'] as const)(
    'is not offered by every CA (%s): the old key goes on, and nothing is left over',
    async (keyChange) => {
      const { run, issue, kept } = await accountWorld({ keyChange })
      const before = await kept()
      const { code, stderr } = await run(['account', 'rollover'])
      expect(stderr).toContain('changes no account keys; the account keeps the key it has')
      expect(stderr).toContain('`certwright account deactivate`, then `account create`')
      expect(code).toBe(1)
      expect(await kept()).toEqual(before)
      expect((await issue(['a.example.test'])).code).toBe(0)
    },
  )

  it('notices a CA that agrees and does nothing', async () => {
    const { run, issue, kept } = await accountWorld({ keyChange: 'ignored' })
    const before = await kept()
    const { code, stderr } = await run(['account', 'rollover'])
    expect(stderr).toContain('the CA agreed to the new key')
    expect(code).toBe(1)
    expect(await kept()).toEqual(before)
    expect((await issue(['a.example.test'])).code).toBe(0)
  })

  it('notices that a program’s key is another account’s', async () => {
    const { run, directory, kept, ca } = await accountWorld()
    const signer = await signerProgram(directory)
    const other = ['--state', 'other-state', '--account-signer', `exec:${signer.path}`]
    expect((await run(['account', 'create', ...ca, ...other])).code).toBe(0)
    const before = await kept()
    const argv = ['account', 'rollover', '--account-signer', `exec:${signer.path}`]
    const { code, stderr } = await run(argv)
    expect(stderr).toContain('the new key belongs to another account')
    expect(code).toBe(1)
    expect(await kept()).toEqual(before)
  })

  it('waits until no order is open, for challenges are answered by the key', async () => {
    const { run, issue, rollover } = await accountWorld({
      faults: ({ endpoint, count }) =>
        endpoint === 'finalize' && count === 1 ? { status: 404 } : undefined,
    })
    expect((await issue(['a.example.test'])).code).toBe(1)
    const refused = await run(['account', 'rollover'])
    expect(refused.stderr).toContain('Orders of this account are under way: a.example.test')
    expect(refused.code).toBe(1)
    expect((await rollover('--force')).resumed).toBe(false)
    expect((await run(['renew', 'a.example.test'])).code).toBe(0)
    expect((await rollover()).resumed).toBe(false)
  })

  it('is refused where there is no account', async () => {
    const { run } = await sandboxWorld()
    const { code, stderr } = await run(['account', 'rollover'])
    expect(stderr).toContain('There is no account')
    expect(code).toBe(1)
  })
})

describe('a rollover whose end nobody has seen', () => {
  /** Every request after the keyChange is lost, so that nobody can be asked which key it is. */
  function silentAfterChange(committed: boolean): { knobs: CaKnobs; heal: () => void } {
    let silent = false
    let healed = false
    return {
      heal: () => {
        healed = true
      },
      knobs: {
        faults: ({ endpoint }) => {
          if (healed) return undefined
          if (endpoint === 'keyChange') {
            silent = true
            return { drop: committed ? 'after' : 'before' }
          }
          return silent ? { drop: 'before' } : undefined
        },
      },
    }
  }

  it.each([true, false])(
    'keeps both keys, and goes on by the one that the CA has (changed: %s)',
    async (committed) => {
      const { knobs, heal } = silentAfterChange(committed)
      const { run, rollover, kept, issue } = await accountWorld(knobs)
      const before = await kept()
      const { code, stderr } = await run(['account', 'rollover'])
      expect(stderr).toMatch(/hint: Run `certwright account rollover` again/)
      expect(code).toBe(1)
      const between = await kept()
      expect(between.keyThumbprint).toBe(before.keyThumbprint)
      expect(between.nextKeyThumbprint).toBeDefined()
      heal()
      const issued = await issue(['a.example.test'])
      expect(issued.code).toBe(0)
      expect(issued.stderr).toContain(
        committed ? 'has its new key' : 'still has its old key. `certwright account rollover`',
      )
      if (committed) {
        expect(await kept()).not.toHaveProperty('nextKeyThumbprint')
        expect((await kept()).keyThumbprint).toBe(between.nextKeyThumbprint)
      } else {
        const { resumed, account } = await rollover()
        expect(resumed).toBe(true)
        expect(account.keyThumbprint).toBe(between.nextKeyThumbprint)
      }
      expect((await run(['account', 'show'])).code).toBe(0)
    },
  )

  it('is brought to its end before another key that is asked for', async () => {
    const { knobs, heal } = silentAfterChange(true)
    const { run, rollover, kept } = await accountWorld(knobs)
    await run(['account', 'rollover'])
    const { nextKeyThumbprint } = await kept()
    heal()
    const { resumed, account } = await rollover('--key-type', 'ec384')
    expect(resumed).toBe(false)
    expect(account.keyThumbprint).not.toBe(nextKeyThumbprint)
    expect(account).not.toHaveProperty('nextKeyThumbprint')
    expect((await run(['account', 'show'])).code).toBe(0)
  })

  it('has its new key sealed in the store beside the old one', async () => {
    const { knobs } = silentAfterChange(true)
    const { run, directory } = await accountWorld(knobs)
    await run(['account', 'rollover'])
    const store = await openStore({
      directory: `${directory}/state`,
      sealing: { by: 'file' },
      host: systemHost,
    })
    try {
      const [issuer] = await store.issuers()
      const pems = [issuer?.accountKey, issuer?.nextKey?.key].map((key) =>
        key?.held === 'here' ? key.pem.reveal() : '',
      )
      expect(pems[0]).toContain('BEGIN PRIVATE KEY')
      expect(pems[1]).toContain('BEGIN PRIVATE KEY')
      expect(pems[0]).not.toBe(pems[1])
    } finally {
      await store.close()
    }
  })
})
