import { chmod, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { dnsAccount01Name } from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { systemHost } from '../../src/runtime/host.ts'
import { closedPort } from '../dns/world.ts'
import { signedWorld } from '../dns/signed-zones.ts'
import { fakeService } from './fake-targets.ts'
import { hurried, sandboxWorld, type SandboxWorld } from './sandbox-world.ts'
import type { Outcome } from './terminal.ts'

interface FindingDocument {
  readonly area: string
  readonly level: string
  readonly code: string
  readonly message: string
  readonly hint?: string
}

const findingsOf = ({ stdout }: Outcome): readonly FindingDocument[] =>
  (JSON.parse(stdout) as { findings: readonly FindingDocument[] }).findings

const codesOf = (outcome: Outcome): string[] =>
  findingsOf(outcome).map(({ level, code }) => `${level} ${code}`)

/** As one line: where a line is broken depends on how long a port's number is. */
const flat = ({ stdout }: Outcome): string => stdout.replace(/\s+/g, ' ')

/** `doctor` with the sandbox's CA, its DNS and the port where it asks. */
async function doctorWorld(...options: Parameters<typeof sandboxWorld>): Promise<
  SandboxWorld & {
    readonly doctor: (names: readonly string[], more?: readonly string[]) => Promise<Outcome>
    readonly byDns: readonly string[]
  }
> {
  const world = await sandboxWorld(...options)
  const { resolver, httpPort, tsig } = world.sandbox
  const issuer = world.ca.filter((word) => word !== '--agree-tos')
  const settings = [`server=${resolver}`, `key-name=${tsig.name}`, `key-secret=${tsig.secret}`]
  return {
    ...world,
    doctor: (names, more = ['--http-port', String(httpPort)]) =>
      world.run(['doctor', ...names, ...issuer, '--resolver', resolver, ...more]),
    byDns: ['--dns', 'rfc2136', ...settings.flatMap((one) => ['--dns-option', one])],
  }
}

describe('nothing is touched', () => {
  it('not the state, not the CA, not DNS', async () => {
    const { doctor, directory, sandbox, byDns } = await doctorWorld()
    await doctor(['a.example.test'])
    await doctor(['a.example.test', '*.a.example.test'], byDns)
    expect(await readdir(directory)).toEqual(['root.pem'])
    expect(sandbox.ca.requests.filter(({ method }) => method === 'POST')).toEqual([])
    expect(sandbox.dns.log.filter(({ operation }) => operation === 'update')).toEqual([])
    // The record's own name is not even asked for at the resolver, which would remember that it is not there.
    const asked = sandbox.dns.log.filter(({ name }) => name.startsWith('_acme-challenge'))
    expect(asked.filter(({ type }) => type !== 'CNAME')).toEqual([])
  })

  it('and an account that the CA has lost is not made again', async () => {
    const { doctor, sandbox, issue } = await doctorWorld({
      ca: {
        faults: ({ endpoint, count }) =>
          endpoint === 'account' && count === 1
            ? {
                status: 400,
                problem: {
                  type: 'urn:ietf:params:acme:error:accountDoesNotExist',
                  detail: 'no such account',
                },
              }
            : undefined,
      },
    })
    await issue(['a.example.test'])
    const made = sandbox.ca.requests.filter(({ endpoint }) => endpoint === 'newAccount').length
    const outcome = await doctor(['a.example.test'])
    expect(flat(outcome)).toMatch(/ fault account https:\S+ accountDoesNotExist: no such account/)
    const now = sandbox.ca.requests.filter(({ endpoint }) => endpoint === 'newAccount').length
    expect(now).toBe(made)
  })
})

describe('the exit code tells', () => {
  it('0 where all is well: each thing that was looked at is listed', async () => {
    const { doctor, sandbox } = await doctorWorld({ ipv6: true })
    const outcome = await doctor(['a.example.test'])
    expect(outcome.code).toBe(0)
    expect(outcome.stderr).toBe('')
    for (const area of ['store', 'issuer', 'clock', 'account', 'CAA', 'address', 'port']) {
      expect(outcome.stdout).toMatch(new RegExp(`^ok +${area} `, 'm'))
    }
    for (const address of ['::1', '127.0.0.1']) {
      expect(flat(outcome)).toContain(`${address}, port ${sandbox.httpPort}, answers http-01`)
    }
    expect(outcome.stdout).toMatch(/^faults: 0, warnings: 0$/m)
  })

  it('2 where something is doubtful, with what to do', async () => {
    const { doctor, sandbox } = await doctorWorld()
    sandbox.dns.setServfail('a.example.test')
    const outcome = await doctor(['a.example.test'])
    expect(outcome.stdout).toMatch(/^warning +CAA +a\.example\.test: the question for the CAA/m)
    expect(outcome.stdout).toMatch(/^ +→ Let every name server of the zone/m)
    expect(outcome.code).toBe(2)
  })

  it('1 where something is wrong', async () => {
    const { doctor, sandbox } = await doctorWorld()
    sandbox.dns.add({
      name: 'example.test',
      type: 'CAA',
      data: { tag: 'issue', value: 'other.example' },
    })
    const outcome = await doctor(['a.example.test'])
    expect(outcome.stdout).toMatch(/^fault +CAA /m)
    expect(outcome.code).toBe(1)
  })

  it('64 where the command line is wrong', async () => {
    const { doctor, run } = await doctorWorld()
    expect((await run(['doctor'])).code).toBe(64)
    expect((await doctor(['a.example.test'], ['--dns', 'rfc2163'])).code).toBe(64)
    expect((await doctor(['*.a.example.test'])).code).toBe(64)
  })
})

describe('it is found', () => {
  it('that the CA cannot be reached, and the rest is looked at all the same', async () => {
    const { run, sandbox } = await doctorWorld()
    const issuer = `https://127.0.0.1:${await closedPort()}/directory`
    const outcome = await run([
      ...['doctor', 'a.example.test', '--issuer', issuer, '--resolver', sandbox.resolver],
      ...['--http-port', String(sandbox.httpPort), '--json'],
    ])
    expect(codesOf(outcome)).toContain('fault issuer-unreached')
    expect(codesOf(outcome)).toContain('ok caa-unrestricted')
    expect(outcome.code).toBe(1)
  })

  it('that the CA is not trusted', async () => {
    const { run, sandbox } = await doctorWorld()
    const argv = ['doctor', 'a.example.test', '--issuer', sandbox.directoryUrl]
    const outcome = await run(argv)
    expect(flat(outcome)).toMatch(/ fault issuer .* is refused: .*--ca-file/)
  })

  it.each([
    [300_000, 'warning clock-wrong'],
    [-7_200_000, 'fault clock-wrong'],
  ])('that the clock is %i ms away', async (ms, expected) => {
    const { doctor } = await doctorWorld(
      {},
      { host: { ...hurried, now: () => systemHost.now() + ms } },
    )
    expect(codesOf(await doctor(['a.example.test'], ['--json']))).toContain(expected)
  })

  it('that the CA wants a binding for an account that is not there', async () => {
    const { doctor } = await doctorWorld({
      ca: {
        externalAccountRequired: true,
        externalAccounts: [{ keyId: 'kid-1', macKey: 'AAAA' }],
      },
    })
    expect(codesOf(await doctor(['a.example.test'], ['--json']))).toContain(
      'fault account-needs-binding',
    )
  })

  it('that others can read the state', async () => {
    const { doctor, issue, directory } = await doctorWorld()
    await issue(['a.example.test'])
    await chmod(join(directory, 'state'), 0o755)
    const outcome = await doctor(['a.example.test'])
    expect(flat(outcome)).toMatch(
      / warning store \S+state can be read or written by others .*chmod go-rwx/,
    )
  })

  it('that the sealing key is another', async () => {
    const { doctor, issue, directory, run, ca } = await doctorWorld()
    await issue(['a.example.test'])
    const env = {
      CERTWRIGHT_STATE: join(directory, 'state'),
      CERTWRIGHT_KEY: Buffer.alloc(32, 7).toString('base64'),
    }
    const argv = ['doctor', 'a.example.test', ...ca.slice(0, -1), '--json']
    expect(codesOf(await run(argv, { env }))).toContain('fault STORE_KEY_WRONG')
    expect((await doctor(['a.example.test'])).code).toBe(0)
  })

  it('that DNSSEC has expired', async () => {
    const signed = await signedWorld([
      { name: 'test' },
      {
        name: 'example.test',
        valid: [-7200, -3600],
        records: [{ name: 'a.example.test', type: 'A', ttl: 60, data: '127.0.0.1' }],
      },
    ])
    const { run, ca, sandbox } = await sandboxWorld({}, { trustAnchors: signed.anchors })
    const outcome = await run([
      ...['doctor', 'a.example.test', ...ca.slice(0, -1), '--resolver', signed.resolver],
      ...['--http-port', String(sandbox.httpPort)],
    ])
    expect(outcome.stdout).toMatch(/^fault +DNSSEC +a\.example\.test: the DNSSEC signature/m)
    expect(outcome.code).toBe(1)
  })

  it('that an alias leads to a zone whose second server does not know it', async () => {
    const { doctor, sandbox, byDns } = await doctorWorld()
    sandbox.dns.addZone({ name: 'acme.test' })
    sandbox.dns.add({ name: 'ns1.acme.test', type: 'A', data: '127.0.0.1' })
    sandbox.dns.add({ name: 'acme.test', type: 'NS', data: 'ns2.acme.test' })
    sandbox.dns.add({ name: 'ns2.acme.test', type: 'A', data: '127.0.0.9' })
    const alias = '_acme-challenge.a.example.test'
    sandbox.dns.add({ name: alias, type: 'CNAME', data: 'a.acme.test' })
    const outcome = await doctor(['a.example.test'], [...byDns, '--json'])
    expect(codesOf(outcome)).toContain('ok dns-delegated')
    expect(codesOf(outcome)).toContain('warning dns-server-silent')
  })

  it('that nothing of DNS is known, where the CA is here and no resolver is named', async () => {
    const { run, ca } = await doctorWorld()
    const outcome = await run(['doctor', 'a.example.test', ...ca.slice(0, -1)])
    expect(flat(outcome)).toMatch(/ not checked DNS .* only with --resolver/)
    expect(outcome.code).toBe(0)
  })
})

describe('a certificate that is kept', () => {
  it('is looked at with its own settings, and so are its account and installations', async () => {
    const { doctor, issue, sandbox } = await doctorWorld()
    await issue(['a.example.test'], ['--resolver', sandbox.resolver])
    const outcome = await doctor(['a.example.test'], ['--json'])
    expect(codesOf(outcome)).toContain('ok account-valid')
    expect(codesOf(outcome)).toContain('ok store-kept')
    // The port that was given to `issue`, not to `doctor`.
    expect(codesOf(outcome)).toContain('ok port-answers')
  })

  it('is looked for where it is installed: there, no longer there, or not to be asked', async () => {
    const fake = await fakeService()
    const { doctor, issue } = await doctorWorld({}, { targets: fake.registry })
    await issue(['a.example.test'], ['--install', 'fake-web:site=a.example.test'])
    const installation = async (): Promise<readonly string[]> => {
      const outcome = await doctor(['a.example.test'], ['--json'])
      return findingsOf(outcome)
        .filter(({ area }) => area === 'installation')
        .map(({ level, code }) => `${level} ${code}`)
    }
    expect(await installation()).toEqual(['ok installation-proven'])
    fake.serving.set('a.example.test', undefined)
    expect(await installation()).toEqual(['warning installation-unproven'])
    fake.refusing.set('a.example.test', 'read')
    expect(await installation()).toEqual([expect.stringMatching(/^fault [A-Z_]+$/)])
  })
})

describe('challenges whose records belong to an account', () => {
  it('of dns-account-01 are looked for at the name of the account, once there is one', async () => {
    const { doctor, run, ca, byDns, sandbox } = await doctorWorld({
      zones: ['example.test', 'acme.test'],
    })
    const argv = ['--challenge', 'dns-account-01', ...byDns]
    const before = await doctor(['a.example.test'], argv)
    expect(flat(before)).toMatch(
      / not checked DNS .* depends on the account, which is not there yet/,
    )
    expect(before.code).toBe(0)
    await run(['account', 'create', ...ca])
    const { stdout } = await run(['account', 'list', '--json'])
    const [account] = (JSON.parse(stdout) as { accounts: { url: string }[] }).accounts
    const name = await dnsAccount01Name(account?.url ?? '', 'a.example.test')
    sandbox.dns.add({ name, type: 'CNAME', data: 'proofs.acme.test' })
    const after = await doctor(['a.example.test'], argv)
    expect(flat(after)).toContain(`${name} is an alias, so that its TXT record belongs to proofs`)
    expect(after.stdout).not.toContain('port')
    expect(after.code).toBe(0)
  })

  it('of dns-persist-01 have to stand at every name server', async () => {
    const { doctor, run, ca, sandbox } = await doctorWorld()
    const argv = ['--challenge', 'dns-persist-01']
    await run(['account', 'create', ...ca])
    const before = await doctor(['*.example.test'], argv)
    expect(flat(before)).toMatch(
      /_validation-persist\.example\.test TXT "\S+; accounturi=\S+; policy=wildcard" does not stand everywhere \(ns1\.example\.test missing\)/,
    )
    expect(flat(before)).toContain("`certwright dns-persist '*.example.test' --write")
    expect(before.code).toBe(1)
    const [, data = ''] = / TXT "([^"]+)"/.exec(flat(before)) ?? []
    sandbox.dns.add({ name: '_validation-persist.example.test', type: 'TXT', data })
    const after = await doctor(['*.example.test'], [...argv, '--json'])
    expect(codesOf(after)).toContain('ok persist-stands')
    expect(after.code).toBe(0)
  })

  it('of a domain that is proven in the stead of names are looked for there', async () => {
    const { doctor, byDns } = await doctorWorld()
    const argv = ['--ancestor', 'example.test', ...byDns]
    const outcome = await doctor(['a.example.test', 'b.example.test'], argv)
    expect(flat(outcome)).toContain('belongs to _acme-challenge.example.test')
    expect(outcome.stdout).not.toContain('_acme-challenge.a.example.test')
    // Whether the CA may issue for a name is a matter of that name.
    for (const name of ['a', 'b']) {
      expect(outcome.stdout).toMatch(new RegExp(`^ok +CAA +${name}\\.example\\.test`, 'm'))
    }
  })
})

it('speaks Chinese, aligned', async () => {
  const { doctor, sandbox } = await doctorWorld()
  sandbox.dns.add({ name: 'example.test', type: 'CAA', data: { tag: 'issue', value: ';' } })
  const { stdout } = await doctor(
    ['a.example.test'],
    ['--http-port', String(sandbox.httpPort), '--lang', 'zh'],
  )
  expect(stdout).toMatch(
    /^故障 +CAA +a\.example\.test：example\.test 的 CAA 记录禁止任何 CA 签发$/m,
  )
  expect(stdout).toMatch(/^ +→ 请添加允许该 CA 的记录：/m)
  expect(stdout).toMatch(/^故障：1，警告：0$/m)
})
