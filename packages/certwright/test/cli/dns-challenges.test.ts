import { dnsAccount01Name } from '@certwright/acme'
import { systemClock } from '@certwright/sandbox'
import { describe, expect, it } from 'vitest'
import { systemHost } from '../../src/runtime/host.ts'
import { txtAt } from '../dns/world.ts'
import { hurried, sandboxWorld, type SandboxWorld } from './sandbox-world.ts'

const day = 86_400_000

/** The options with which the sandbox's zones are edited. */
function dns({ sandbox }: SandboxWorld): string[] {
  const { name, secret } = sandbox.tsig
  const options = [`server=${sandbox.resolver}`, `key-name=${name}`, `key-secret=${secret}`]
  return ['--dns', 'rfc2136', ...options.flatMap((option) => ['--dns-option', option])]
}

const at = ({ sandbox }: SandboxWorld): string[] => ['--resolver', sandbox.resolver]

const values = ({ sandbox }: SandboxWorld, name: string): string[] => txtAt(sandbox.dns, name)

describe('dns-account-01', () => {
  it('proves a name and its wildcard at the name of the account, and leaves nothing there', async () => {
    const world = await sandboxWorld({ ca: { challengeTypes: ['dns-account-01'] } })
    const argv = ['--challenge', 'dns-account-01', ...dns(world), ...at(world)]
    const { code, stdout, stderr } = await world.run([
      'issue',
      '*.example.test',
      'example.test',
      ...world.ca,
      ...argv,
    ])
    expect(stdout).toMatch(/^example\.test: issued/)
    expect(code).toBe(0)
    expect(stderr).toContain('Answers visible for dns-account-01: example.test')
    const [order] = world.sandbox.ca.orders()
    const name = await dnsAccount01Name(order?.accountUrl ?? '', 'example.test')
    expect(values(world, name)).toEqual([])
    expect((await world.run(['renew', 'example.test', '--force'])).stdout).toMatch(/renewed/)
  })

  it('follows the delegation of the account’s own name', async () => {
    const world = await sandboxWorld({
      zones: ['example.test', 'acme.test'],
      ca: { challengeTypes: ['dns-account-01'] },
    })
    await world.run(['account', 'create', ...world.ca])
    const { stdout } = await world.run(['account', 'list', '--json'])
    const [account] = (JSON.parse(stdout) as { accounts: { url: string }[] }).accounts
    const name = await dnsAccount01Name(account?.url ?? '', 'example.test')
    world.sandbox.dns.add({ name, type: 'CNAME', data: 'proofs.acme.test' })
    const argv = ['--challenge', 'dns-account-01', ...dns(world), ...at(world)]
    const { code } = await world.run(['issue', 'example.test', ...world.ca, ...argv])
    expect(code).toBe(0)
    expect(world.sandbox.dns.log.some(({ name: asked }) => asked === 'proofs.acme.test')).toBe(true)
  })

  it('is refused where the CA offers no such challenge, with those that it does', async () => {
    const world = await sandboxWorld()
    const argv = ['--challenge', 'dns-account-01', ...dns(world), ...at(world)]
    const { code, stderr } = await world.run(['issue', 'a.example.test', ...world.ca, ...argv])
    expect(stderr).toMatch(/no solver fits a\.example\.test/)
    expect(code).toBe(1)
  })
})

describe.each(['account-url', 'account-hash'] as const)(
  'dns-persist-01 by %s',
  (dnsPersistDialect) => {
    async function persistWorld() {
      const time = { passed: 0 }
      const now = (): number => systemHost.now() + time.passed
      const world = await sandboxWorld(
        {
          clock: { ...systemClock, now },
          ca: {
            dnsPersistDialect,
            challengeTypes: ['dns-persist-01'],
            authorizationReusePercent: 0,
          },
        },
        { host: { ...hurried, now } },
      )
      const issue = async (names: readonly string[], more: readonly string[] = []) =>
        world.run([
          'issue',
          ...names,
          ...world.ca,
          '--challenge',
          'dns-persist-01',
          ...at(world),
          ...more,
        ])
      return { ...world, issue, time, now }
    }

    /** The value that an error told to add. */
    const told = (stderr: string): string => /TXT "([^"]+)"/.exec(stderr)?.[1] ?? ''

    it('orders nothing where the record does not stand, and says what to add where', async () => {
      const world = await persistWorld()
      const { code, stderr } = await world.issue(['*.example.test'])
      expect(stderr).toMatch(/^certwright: Nothing was ordered, for these records do not stand/m)
      expect(stderr).toMatch(
        /^ {2}_validation-persist\.example\.test TXT "ca\.example\.test; accounturi=https:\S+; policy=wildcard"$/m,
      )
      expect(stderr).toMatch(/^ {4}≠ ns1\.example\.test \(127\.0\.0\.1:\d+\): missing$/m)
      expect(stderr).toContain("`certwright dns-persist '*.example.test' --write --dns PROVIDER`")
      expect(code).toBe(1)
      expect(world.sandbox.ca.orders()).toEqual([])
    })

    it('issues and renews by the record that was told, which stays', async () => {
      const world = await persistWorld()
      const name = '_validation-persist.example.test'
      const names = ['example.test', '*.example.test']
      const data = told((await world.issue(names)).stderr)
      world.sandbox.dns.add({ name, type: 'TXT', data })
      const { code, stdout } = await world.issue(names)
      expect(stdout).toMatch(/^example\.test: issued/)
      expect(code).toBe(0)
      expect((await world.run(['renew', 'example.test', '--force'])).stdout).toMatch(/renewed/)
      expect(values(world, name)).toEqual([data])
    })

    it('orders nothing where the record is for another account or has ended', async () => {
      const world = await persistWorld()
      const name = '_validation-persist.a.example.test'
      const data = told((await world.issue(['a.example.test'])).stderr)
      const other = data.replace(/accounturi=\S+/, 'accounturi=https://ca.example/another')
      world.sandbox.dns.add({ name, type: 'TXT', data: other })
      expect((await world.issue(['a.example.test'])).stderr).toContain(': other-account\n')
      world.sandbox.dns.add({ name, type: 'TXT', data: `${data}; persistUntil=1` })
      expect((await world.issue(['a.example.test'])).stderr).toContain(': expired\n')
      expect(world.sandbox.ca.orders()).toEqual([])
    })

    it('warns in time before the record ends, wherever the certificate is shown', async () => {
      const world = await persistWorld()
      const name = '_validation-persist.a.example.test'
      const data = told((await world.issue(['a.example.test'])).stderr)
      const until = Math.floor((world.now() + 100 * day) / 1000)
      world.sandbox.dns.add({ name, type: 'TXT', data: `${data}; persistUntil=${until}` })
      expect((await world.issue(['a.example.test'])).stderr).not.toContain('proves nothing after')
      expect((await world.run(['list'])).stderr).toBe('')
      world.time.passed = 87 * day
      const warning = `certwright: a.example.test: the record ${name} proves nothing after ${new Date(until * 1000).toISOString().slice(0, 10)}`
      for (const argv of [['list'], ['show', 'a.example.test'], ['renew', '--check']]) {
        expect((await world.run(argv)).stderr).toContain(warning)
      }
      const { stdout, stderr } = await world.run(['list', '--json', '--lang', 'zh'])
      expect(stderr).toBe('')
      expect(JSON.parse(stdout)).toMatchObject({
        warnings: [
          {
            code: 'DNS_PERSIST_ENDS',
            message: expect.stringContaining('之后失效') as string,
            params: { id: 'a.example.test', name },
          },
        ],
      })
      // The new version outlives the record by far, and it is still good for this one.
      expect((await world.run(['renew'])).stderr).toContain(warning)
      world.time.passed = 101 * day
      expect((await world.run(['list'])).stderr).toContain('has proven nothing since')
    })

    it('looks at every name server', async () => {
      const world = await sandboxWorld({
        secondary: { lag: 1000 },
        ca: { dnsPersistDialect, challengeTypes: ['dns-persist-01'] },
      })
      const argv = [
        'issue',
        'a.example.test',
        ...world.ca,
        '--challenge',
        'dns-persist-01',
        ...at(world),
      ]
      const data = told((await world.run(argv)).stderr)
      world.sandbox.dns.add({ name: '_validation-persist.a.example.test', type: 'TXT', data })
      const { stderr } = await world.run(argv)
      expect(stderr).toMatch(/≠ ns2\.example\.test \(127\.0\.0\.2:\d+\): missing$/m)
      expect(stderr).not.toContain('≠ ns1')
    })

    it('leaves the judgement to the CA where nobody is to be asked', async () => {
      const world = await persistWorld()
      const { code, stderr } = await world.issue(['a.example.test'], ['--no-propagation-check'])
      expect(stderr).toContain('unauthorized')
      expect(code).toBe(1)
      expect(world.sandbox.ca.orders()).toHaveLength(1)
    })
  },
)
