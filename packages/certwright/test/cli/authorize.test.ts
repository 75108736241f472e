import { describe, expect, it } from 'vitest'
import { openStore, sealingOf } from '../../src/store/open.ts'
import { systemHost } from '../../src/runtime/host.ts'
import { txtAt } from '../dns/world.ts'
import { sandboxWorld, type SandboxWorld } from './sandbox-world.ts'

function byDns({ sandbox }: SandboxWorld): string[] {
  const { resolver, tsig } = sandbox
  const options = [`server=${resolver}`, `key-name=${tsig.name}`, `key-secret=${tsig.secret}`]
  const provider = ['--dns', 'rfc2136', ...options.flatMap((option) => ['--dns-option', option])]
  return [...provider, '--resolver', resolver]
}

/** How often the CA was told to look. A good nonce that it refuses now and then makes no look. */
const challenged = ({ sandbox }: SandboxWorld): number =>
  sandbox.ca.requests.filter(({ endpoint, status }) => endpoint === 'challenge' && status === 200)
    .length

describe('authorize refuses', () => {
  it.each([
    [['*.example.test'], 'USAGE_WILDCARD_NEEDS_ORDER'],
    [['192.0.2.1', '--subdomains'], 'USAGE_ADDRESS_HAS_NO_SUBDOMAINS'],
    [['192.0.2.1', '--challenge', 'dns-01'], 'USAGE_ADDRESS_NEEDS_CONNECTION'],
  ])('%j', async (argv, code) => {
    const { run } = await sandboxWorld()
    const outcome = await run(['authorize', ...argv, '--json'])
    expect(JSON.parse(outcome.stdout)).toMatchObject({ error: { code } })
    expect(outcome.code).toBe(64)
  })

  it('a CA that proves nothing before an order, and makes no account there', async () => {
    const world = await sandboxWorld()
    const { code, stderr } = await world.run(['authorize', 'a.example.test', ...world.ca])
    expect(stderr).toMatch(/proves names only when a certificate is ordered/)
    expect(code).toBe(1)
    expect(world.sandbox.ca.requests.filter(({ endpoint }) => endpoint === 'newAccount')).toEqual(
      [],
    )
  })

  it('names below at a CA that authorizes none', async () => {
    const world = await sandboxWorld({ ca: { preAuthorization: 'offered' } })
    const argv = ['authorize', 'example.test', '--subdomains', ...world.ca, ...byDns(world)]
    const { code, stderr } = await world.run(argv)
    expect(stderr).toMatch(/does not authorize all names below a domain at once/)
    expect(code).toBe(1)
  })
})

describe('authorize', () => {
  it('proves names, and an order that follows needs no challenge', async () => {
    const world = await sandboxWorld({ ca: { preAuthorization: 'offered' } })
    const port = ['--http-port', String(world.sandbox.httpPort)]
    const names = ['a.example.test', 'münchen.example.test']
    const { code, stdout, stderr } = await world.run(['authorize', ...names, ...world.ca, ...port])
    expect(stdout).toMatch(
      /^a\.example\.test: authorized until 20\S+ \S+\nmünchen\.example\.test: authorized until /,
    )
    expect(code).toBe(0)
    expect(stderr).toContain('http-01')
    expect(challenged(world)).toBe(2)
    // Nobody answers any more.
    const silent = ['issue', ...names, ...world.ca, '--http-port', '1', '--no-preflight']
    expect((await world.run(silent)).stdout).toMatch(/^a\.example\.test: issued/)
    expect(challenged(world)).toBe(2)
  })

  it('proves a domain for all names below it, in JSON', async () => {
    const world = await sandboxWorld({ ca: { preAuthorization: 'with-subdomains' } })
    const below = ['authorize', 'example.test', '--subdomains', ...world.ca, ...byDns(world)]
    const { stdout } = await world.run([...below, '--json'])
    expect(JSON.parse(stdout)).toEqual({
      authorizations: [
        {
          name: 'example.test',
          status: 'valid',
          expires: expect.stringMatching(/^20\d\d-/) as string,
          subdomains: true,
          url: expect.stringMatching(/^https:/) as string,
        },
      ],
    })
    expect(txtAt(world.sandbox.dns, '_acme-challenge.example.test')).toEqual([])
    const silent = ['a.b.example.test', ...world.ca, '--http-port', '1', '--no-preflight']
    expect((await world.run(['issue', ...silent])).stdout).toMatch(/: issued/)
    expect(challenged(world)).toBe(1)
    expect((await world.run(below)).stdout).toMatch(/, with all names below\n$/)
  })

  it('says why a name could not be proven, and leaves nothing behind', async () => {
    const world = await sandboxWorld({ ca: { preAuthorization: 'offered' } })
    const argv = ['authorize', 'a.nowhere.test', ...world.ca, '--http-port', '5']
    const { code, stderr } = await world.run([...argv, '--no-preflight'])
    expect(stderr).toMatch(/a\.nowhere\.test/)
    expect(code).toBe(1)
    const { directory: parent } = world
    const directory = `${parent}/state`
    const store = await openStore({ directory, sealing: sealingOf({}), host: systemHost })
    expect(await store.journaledChallenges()).toEqual([])
    await store.close()
  })

  it('speaks Chinese', async () => {
    const world = await sandboxWorld({ ca: { preAuthorization: 'with-subdomains' } })
    const argv = ['authorize', 'example.test', '--subdomains', ...world.ca, ...byDns(world)]
    const { stdout } = await world.run([...argv, '--lang', 'zh'])
    expect(stdout).toMatch(/^example\.test：已授权，有效至 .*，包括其下的所有名称\n$/)
  })
})

describe('issue --ancestor', () => {
  it('proves the domain above in the stead of the names, and so does its renewal', async () => {
    const world = await sandboxWorld({
      ca: { preAuthorization: 'with-subdomains', authorizationReusePercent: 0 },
    })
    const names = ['a.example.test', 'b.c.example.test', 'example.test']
    const argv = ['issue', ...names, '--ancestor', 'example.test', ...world.ca, ...byDns(world)]
    const { code, stdout, stderr } = await world.run(argv)
    expect(stdout).toMatch(/^a\.example\.test: issued/)
    expect(code).toBe(0)
    expect(stderr).toContain('Answers visible for dns-01: example.test\n')
    expect(challenged(world)).toBe(1)
    expect((await world.run(['renew', 'a.example.test', '--force'])).stdout).toMatch(/: renewed/)
    expect((await world.run(['show', 'a.example.test'])).stdout).toMatch(
      /^CHALLENGE +dns-01 rfc2136 \(example\.test\)$/m,
    )
    const asked = world.sandbox.dns.log.map(({ name }) => name)
    expect(asked).toContain('_acme-challenge.example.test')
    expect(asked.filter((name) => /^_acme-challenge\.(?:a|b\.c)\./.test(name))).toEqual([])
    // It is forgotten with the rest of the settings, once others are given.
    await world.issue(names, ['--force'])
    expect(challenged(world)).toBeGreaterThan(2)
  })

  it('is refused for a name that is elsewhere', async () => {
    const { run } = await sandboxWorld()
    const argv = ['issue', 'a.example.test', 'b.other.test', '--ancestor', 'example.test']
    const { code, stderr } = await run(argv)
    expect(stderr).toMatch(/b\.other\.test is not below example\.test/)
    expect(code).toBe(64)
  })

  it('orders nothing at a CA that allows it not', async () => {
    const world = await sandboxWorld()
    const argv = ['issue', 'a.example.test', '--ancestor', 'example.test', '--no-preflight']
    const { code, stderr } = await world.run([...argv, ...world.ca, ...byDns(world)])
    expect(stderr).toMatch(/does not authorize all names below a domain at once/)
    expect(code).toBe(1)
    expect(world.sandbox.ca.orders()).toEqual([])
  })
})
