import { systemClock } from '@certwright/sandbox'
import { describe, expect, it } from 'vitest'
import { systemHost } from '../../src/runtime/host.ts'
import { txtAt } from '../dns/world.ts'
import { hurried, sandboxWorld, type SandboxWorld } from './sandbox-world.ts'

const day = 86_400_000
const name = '_validation-persist.example.test'

interface RecordDocument {
  readonly name: string
  readonly state: string
  readonly value: string
  readonly zoneFile: string
  readonly until?: string
  readonly servers: readonly { readonly name: string; readonly verdict: string }[]
}

interface PersistWorld extends SandboxWorld {
  readonly at: readonly string[]
  readonly writing: readonly string[]
  readonly time: { passed: number }
  readonly now: () => number
  /** `dns-persist` with `--json`. */
  readonly look: (argv: readonly string[]) => Promise<readonly RecordDocument[]>
}

async function persistWorld(
  options: Parameters<typeof sandboxWorld>[0] = {},
): Promise<PersistWorld> {
  const time = { passed: 0 }
  const now = (): number => systemHost.now() + time.passed
  const world = await sandboxWorld(
    {
      clock: { ...systemClock, now },
      ...options,
      ca: { challengeTypes: ['dns-persist-01'], authorizationReusePercent: 0, ...options.ca },
    },
    { host: { ...hurried, now } },
  )
  await world.run(['account', 'create', ...world.ca])
  const { resolver, tsig } = world.sandbox
  const at = ['--resolver', resolver]
  const settings = [`server=${resolver}`, `key-name=${tsig.name}`, `key-secret=${tsig.secret}`]
  const provider = ['--dns', 'rfc2136', ...settings.flatMap((one) => ['--dns-option', one])]
  return {
    ...world,
    at,
    writing: ['--write', ...provider],
    time,
    now,
    async look(argv) {
      const { stdout } = await world.run(['dns-persist', ...argv, ...at, '--json'])
      return (JSON.parse(stdout) as { records: RecordDocument[] }).records
    },
  }
}

describe('dns-persist refuses', () => {
  it.each([
    [['192.0.2.1'], 'USAGE_ADDRESS_NEEDS_CONNECTION'],
    [['example.test', '--until', 'tomorrow'], 'USAGE_NOT_A_MOMENT'],
    [['example.test', '--until', '2020-01-01'], 'USAGE_NOT_A_MOMENT'],
    [['example.test', '--until', '2099-02-30'], 'USAGE_NOT_A_MOMENT'],
    [['example.test', '--dns', 'rfc2136'], 'USAGE_OPTION_NEEDS'],
    [['example.test', '--issuer-domain', '192.0.2.1'], 'USAGE_NOT_A_DOMAIN'],
    [['exa mple.test'], 'USAGE_NOT_A_NAME'],
  ])('%j', async (argv, code) => {
    const { run } = await sandboxWorld()
    const outcome = await run(['dns-persist', ...argv, '--json'])
    expect(JSON.parse(outcome.stdout)).toMatchObject({ error: { code } })
    expect(outcome.code).toBe(64)
  })

  it('without an account, and makes none', async () => {
    const world = await sandboxWorld()
    const { code, stdout } = await world.run(['dns-persist', 'example.test', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'ACCOUNT_NOT_FOUND' } })
    expect(code).toBe(1)
  })

  it('to write without a provider, and with one that keeps its values elsewhere', async () => {
    const { run, at } = await persistWorld()
    const codeOf = async (argv: readonly string[]): Promise<unknown> => {
      const { stdout } = await run(['dns-persist', 'example.test', ...at, ...argv, '--json'])
      return (JSON.parse(stdout) as { error: { code: unknown } }).error.code
    }
    expect(await codeOf(['--write'])).toBe('DNS_PROVIDER_NOT_NAMED')
    const options = ['server=https://acme-dns.test', 'username=u', 'password=p', 'subdomain=s']
    const acmeDns = options.flatMap((option) => ['--dns-option', option])
    expect(await codeOf(['--write', '--dns', 'acme-dns', ...acmeDns])).toBe('DNS_PERSIST_PROVIDER')
  })

  it('where nobody says what the issuer is called in records, until somebody does', async () => {
    const { look, run, at } = await persistWorld({
      ca: { caaIdentities: [], challengeTypes: ['http-01'] },
    })
    const argv = ['dns-persist', 'example.test', ...at]
    const { code, stderr } = await run(argv)
    expect(stderr).toMatch(/does not say in its directory which domain name stands for it/)
    expect(stderr).toContain('--issuer-domain')
    expect(code).toBe(1)
    const [record] = await look(['example.test', '--issuer-domain', 'CA.example'])
    expect(record?.value).toMatch(/^ca\.example; accounturi=/)
  })
})

describe.each(['account-url', 'account-hash'] as const)(
  'dns-persist at a CA that wants the %s',
  (dnsPersistDialect) => {
    it('shows what is to be added, line by line, and ends with 2', async () => {
      const { run, at } = await persistWorld({ ca: { dnsPersistDialect } })
      const { code, stdout, stderr } = await run(['dns-persist', 'example.test', ...at])
      expect(code).toBe(2)
      const [, value = ''] = /TXT {2}"([^"]+)"/.exec(stdout) ?? []
      expect(value).toMatch(/^ca\.example\.test; accounturi=\S+$/)
      expect(stdout.split('\n')).toEqual([
        `${name}: to be added`,
        `  ${name}  TXT  "${value}"`,
        `  in a zone file: ${name}. 3600 IN TXT "${value}"`,
        expect.stringMatching(/^ {2}ns1\.example\.test \(127\.0\.0\.1:\d+\): no such record$/),
        '',
      ])
      expect(stderr).toMatch(/^certwright: It stays after issuance: .* account https:\S+ /)
    })

    it('writes it, and with it certificates are issued and renewed without DNS access', async () => {
      const { run, at, ca, writing, sandbox } = await persistWorld({ ca: { dnsPersistDialect } })
      const names = ['example.test', '*.example.test']
      const added = await run(['dns-persist', ...names, ...at, ...writing])
      expect(added.stdout).toBe(`${name}: added, and seen at every name server\n`)
      expect(added.code).toBe(0)
      const values = txtAt(sandbox.dns, name)
      expect(values).toEqual([expect.stringMatching(/; policy=wildcard$/)])
      const byRecord = ['--challenge', 'dns-persist-01', ...at]
      expect((await run(['issue', ...names, ...ca, ...byRecord])).stdout).toMatch(/: issued/)
      expect((await run(['renew', 'example.test', '--force'])).stdout).toMatch(/: renewed/)
      // It stays, and it is not written twice.
      const again = await run(['dns-persist', ...names, ...at, ...writing])
      expect(again.stdout).toBe(`${name}: stands at every name server\n`)
      expect(again.stderr).toBe('')
      expect(txtAt(sandbox.dns, name)).toEqual(values)
    })
  },
)

describe('dns-persist', () => {
  it('adds to a record that does for the name alone one that does for wildcards', async () => {
    const { look, run, at, writing } = await persistWorld()
    await run(['dns-persist', 'example.test', ...at, ...writing])
    expect(await look(['example.test'])).toMatchObject([{ state: 'stands' }])
    const wild = [{ state: 'lacking', servers: [{ verdict: 'not-for-wildcards' }] }]
    expect(await look(['example.test', '--wildcard'])).toMatchObject(wild)
    expect(await look(['*.example.test'])).toMatchObject(wild)
    expect(await look(['*.example.test', ...writing])).toMatchObject([{ state: 'written' }])
    expect(await look(['example.test', '--wildcard'])).toMatchObject([{ state: 'stands' }])
  })

  it('writes until the end of a day, and later until another, or for ever', async () => {
    const { look, now, writing } = await persistWorld()
    const dayIn = (days: number): string => new Date(now() + days * day).toISOString().slice(0, 10)
    const [soon, later] = [dayIn(30), dayIn(90)]
    const [first] = await look(['example.test', '--until', soon, ...writing])
    expect(first).toMatchObject({ state: 'written', until: `${soon}T23:59:59.000Z` })
    // Whatever stands will do, where no day is named.
    expect(await look(['example.test'])).toMatchObject([{ state: 'stands' }])
    expect(await look(['example.test', '--until', soon])).toMatchObject([{ state: 'stands' }])
    expect(await look(['example.test', '--until', later])).toMatchObject([{ state: 'lacking' }])
    const [second] = await look(['example.test', '--until', later, ...writing])
    expect(second).toMatchObject({ state: 'written', until: `${later}T23:59:59.000Z` })
    const [third] = await look(['example.test', '--until', 'forever', ...writing])
    expect(third).toMatchObject({ state: 'written' })
    expect(third?.until).toBeUndefined()
  })

  it('ends the warnings of the certificates that rely on the record', async () => {
    const { run, at, ca, time, now, writing } = await persistWorld()
    const until = new Date(now() + 100 * day).toISOString().slice(0, 10)
    await run(['dns-persist', 'example.test', '--until', until, ...at, ...writing])
    await run(['issue', 'example.test', ...ca, '--challenge', 'dns-persist-01', ...at])
    time.passed = 90 * day
    expect((await run(['list'])).stderr).toContain('extend it with `certwright dns-persist`')
    await run(['dns-persist', 'example.test', '--until', 'forever', ...at, ...writing])
    expect((await run(['list'])).stderr).toBe('')
  })

  it('writes where the record’s name is an alias to', async () => {
    const { look, sandbox, writing } = await persistWorld({ zones: ['example.test', 'acme.test'] })
    sandbox.dns.add({ name, type: 'CNAME', data: 'records.acme.test' })
    const there = { name, alias: 'records.acme.test', zone: 'acme.test' }
    expect(await look(['example.test'])).toMatchObject([{ ...there, state: 'lacking' }])
    expect(await look(['example.test', ...writing])).toMatchObject([{ ...there, state: 'written' }])
    expect(txtAt(sandbox.dns, 'records.acme.test')).toHaveLength(1)
  })

  it('speaks Chinese', async () => {
    const { run, at } = await persistWorld()
    const { stdout, stderr } = await run(['dns-persist', 'example.test', ...at, '--lang', 'zh'])
    expect(stdout).toContain(`${name}：需要添加\n`)
    expect(stdout).toMatch(/没有此类记录$/m)
    expect(stderr).toContain('签发后该记录会保留')
  })
})
