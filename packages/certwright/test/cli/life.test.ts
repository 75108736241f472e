import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '@certwright/sandbox'
import { describe, expect, it } from 'vitest'
import { systemHost } from '../../src/runtime/host.ts'
import { hurried, sandboxWorld } from './sandbox-world.ts'

interface IssueDocument {
  readonly outcome: string
  readonly certificate: {
    readonly names: readonly string[]
    readonly version: { readonly number: number; readonly serial: string }
    readonly files: Readonly<Record<'privateKey' | 'fullChain', string>>
  }
}

const issued = (stdout: string): IssueDocument => JSON.parse(stdout) as IssueDocument

describe('issue', () => {
  it('gets a certificate, writes its files and says where they are', async () => {
    const { issue, directory } = await sandboxWorld()
    const { code, stdout, stderr } = await issue(['www.example.test', 'example.test'])
    const live = join(directory, 'state', 'live', 'www.example.test', 'current')
    expect(stdout).toMatch(/^www\.example\.test: issued, valid until 20\d\d-\d\d-\d\d \d\d:\d\dZ\n/)
    expect(stdout).toContain(`  certificate and chain: ${live}/fullchain.pem\n`)
    expect(stdout).toContain(`  private key: ${live}/privkey.pem\n`)
    expect(stderr).toMatch(/^certwright: Account made: https:/)
    expect(
      stderr
        .split('\n')
        .slice(0, -1)
        .every((line) => line.startsWith('certwright: ')),
    ).toBe(true)
    expect(code).toBe(0)
    const leaf = new X509Certificate(await readFile(join(live, 'fullchain.pem')))
    expect(leaf.checkHost('www.example.test')).toBe('www.example.test')
    expect(leaf.checkPrivateKey(createPrivateKey(await readFile(join(live, 'privkey.pem'))))).toBe(
      true,
    )
    expect((await stat(join(live, 'privkey.pem'))).mode & 0o777).toBe(0o600)
  })

  it('does nothing where the same names are valid already, in any order, and says so', async () => {
    const { issue, run, sandbox } = await sandboxWorld()
    await issue(['a.example.test', 'b.example.test'], ['--cert', 'pair'])
    const { code, stdout, stderr } = await run([
      'issue',
      'B.example.test',
      'a.example.test',
      '--cert',
      'pair',
    ])
    expect(stdout).toMatch(/^pair: nothing to do; valid until .*, due from /)
    expect(stderr).toBe('certwright: To issue it all the same, add --force\n')
    expect(code).toBe(0)
    expect(sandbox.ca.certificates()).toHaveLength(1)
    const forced = await run([
      'issue',
      'a.example.test',
      'b.example.test',
      '--cert',
      'pair',
      '--force',
    ])
    expect(forced.stdout).toMatch(/^pair: issued/)
    expect(sandbox.ca.certificates()).toHaveLength(2)
  })

  it('keeps what was said before, and issues anew where the names or the key type change', async () => {
    const { issue, run } = await sandboxWorld()
    await issue(['a.example.test'])
    const wider = await run(['issue', 'a.example.test', 'b.example.test', '--json'])
    expect(issued(wider.stdout)).toMatchObject({
      outcome: 'issued',
      certificate: { names: ['a.example.test', 'b.example.test'], version: { number: 2 } },
    })
    const stronger = await run([
      'issue',
      'a.example.test',
      'b.example.test',
      '--key',
      'ec384',
      '--json',
    ])
    expect(issued(stronger.stdout).certificate.version.number).toBe(3)
    const again = await run(['issue', 'a.example.test', 'b.example.test', '--json'])
    expect(issued(again.stdout)).toMatchObject({
      outcome: 'unchanged',
      certificate: { keyType: 'ec384' },
    })
  })

  it('keeps changed settings for the next renewal without issuing, and moves the files at once', async () => {
    const { issue, run, directory } = await sandboxWorld()
    await issue(['a.example.test'])
    const { code, stdout } = await run(['issue', 'a.example.test', '--out', 'elsewhere'])
    expect(stdout).toMatch(/^a\.example\.test: settings kept for the next renewal/)
    expect(code).toBe(0)
    await expect(
      readFile(join(directory, 'elsewhere', 'current', 'fullchain.pem'), 'utf8'),
    ).resolves.toMatch(/^-----BEGIN CERTIFICATE-----/)
  })

  it('prints one JSON document and nothing else with --json', async () => {
    const { issue } = await sandboxWorld()
    const { stdout, stderr } = await issue(['a.example.test'], ['--json'])
    expect(stderr).toBe('')
    expect(issued(stdout)).toMatchObject({
      outcome: 'issued',
      certificate: {
        id: 'a.example.test',
        names: ['a.example.test'],
        keyType: 'ec256',
        challenge: { type: 'http-01' },
        state: 'valid',
        version: {
          number: 1,
          current: true,
          serial: expect.stringMatching(/^[0-9a-f]{2,}$/) as string,
        },
      },
    })
  })

  it('proves a wildcard by DNS, as --dns alone says, and keeps the secret out of sight', async () => {
    const { sandbox, run, ca } = await sandboxWorld()
    const { name, algorithm, secret } = sandbox.tsig
    const { code, stdout, stderr } = await run([
      'issue',
      '*.example.test',
      'example.test',
      ...ca,
      '--dns',
      'rfc2136',
      '--dns-option',
      `server=${sandbox.resolver}`,
      '--dns-option',
      `key-name=${name}`,
      '--dns-option',
      `key-algorithm=${algorithm}`,
      '--dns-option',
      `key-secret=${secret}`,
      '--resolver',
      sandbox.resolver,
      '--trace',
    ])
    expect(stdout).toMatch(/^example\.test: issued/)
    expect(code).toBe(0)
    const shown = await run(['show', 'example.test', '--json'])
    expect(shown.stdout).toContain('"dns": "rfc2136"')
    expect(stdout + stderr + shown.stdout).not.toContain(secret)
    expect(sandbox.dns.records('_acme-challenge.example.test', 'TXT')).toEqual([])
  })

  it('proves by tls-alpn-01', async () => {
    const { sandbox, run, ca } = await sandboxWorld()
    const { code, stdout } = await run([
      'issue',
      'a.example.test',
      ...ca,
      '--challenge',
      'tls-alpn-01',
      '--tls-port',
      String(sandbox.tlsPort),
    ])
    expect(stdout).toMatch(/^a\.example\.test: issued/)
    expect(code).toBe(0)
  })

  it('speaks Chinese', async () => {
    const { issue } = await sandboxWorld()
    const { stdout, stderr } = await issue(['a.example.test'], ['--lang', 'zh'])
    expect(stdout).toMatch(/^a\.example\.test：已签发，有效期至/)
    expect(stderr).toMatch(/^certwright: 已创建账户：/)
  })

  it('is silent on the way with --quiet', async () => {
    const { issue } = await sandboxWorld()
    const { stderr, stdout } = await issue(['a.example.test'], ['--quiet'])
    expect(stderr).toBe('')
    expect(stdout).toMatch(/issued/)
  })

  it('shows each exchange with --trace, and keeps it with --trace-file', async () => {
    const { issue, directory } = await sandboxWorld()
    const { stderr } = await issue(['a.example.test'], ['--trace', '--trace-file', 'trace.jsonl'])
    expect(stderr).toMatch(/^━━ 1\. GET https:/m)
    expect(stderr).toContain('"termsOfServiceAgreed": true')
    expect(stderr).toMatch(/^ {3}replay-nonce: /m)
    const lines = (await readFile(join(directory, 'trace.jsonl'), 'utf8')).trimEnd().split('\n')
    expect(lines.length).toBe(stderr.match(/^━━ \d+\. /gm)?.length)
    expect((await stat(join(directory, 'trace.jsonl'))).mode & 0o777).toBe(0o600)
    expect(stderr + lines.join('\n')).not.toContain('PRIVATE KEY')
  })
})

describe('renew', () => {
  it('does nothing where nothing is due', async () => {
    const { issue, run, sandbox } = await sandboxWorld()
    await issue(['a.example.test'])
    expect(await run(['renew'])).toEqual({ code: 0, stdout: 'Nothing is due\n', stderr: '' })
    const named = await run(['renew', 'a.example.test'])
    expect(named.stdout).toMatch(/^a\.example\.test: not due before /)
    expect(sandbox.ca.certificates()).toHaveLength(1)
  })

  it.each([[[]], [['--all']]])(
    'renews with %j all that are due, and leaves the others',
    async (argv) => {
      const hour = 3_600_000
      const time = { passed: 0 }
      const now = (): number => systemHost.now() + time.passed
      const { issue, run } = await sandboxWorld(
        {
          clock: { ...systemClock, now },
          ca: { backdateMs: 0, certificateLifetimeMs: 4 * hour },
        },
        { host: { ...hurried, now } },
      )
      await issue(['a.example.test'])
      time.passed = 1.5 * hour
      await issue(['later.example.test'])
      expect((await run(['renew', '--check'])).code).toBe(0)
      time.passed = 2.5 * hour
      const check = await run(['renew', '--check'])
      expect(check.stdout).toMatch(/^a\.example\.test: due since .*\n$/)
      expect(check.code).toBe(2)
      const { code, stdout } = await run(['renew', ...argv])
      expect(stdout).toMatch(/^a\.example\.test: renewed, valid until .*\n$/)
      expect(code).toBe(0)
      expect((await run(['renew', ...argv])).stdout).toBe('Nothing is due\n')
    },
  )

  it('renews one now with --force, with a new key', async () => {
    const { issue, run } = await sandboxWorld()
    const first = issued((await issue(['a.example.test'], ['--json'])).stdout)
    const before = await readFile(first.certificate.files.privateKey, 'utf8')
    const { code, stdout } = await run(['renew', 'a.example.test', '--force'])
    expect(stdout).toMatch(/^a\.example\.test: renewed, valid until /)
    expect(code).toBe(0)
    expect(await readFile(first.certificate.files.privateKey, 'utf8')).not.toBe(before)
    const { stdout: shown } = await run(['show', 'a.example.test'])
    expect(shown).toMatch(/^1 .*replaced$/m)
    expect(shown).toMatch(/^2 .*current$/m)
  })

  it('lets one that fails stop no other, says which, and ends with 1', async () => {
    const { issue, run, sandbox, directory } = await sandboxWorld({
      ca: { authorizationReusePercent: 0 },
    })
    await issue(['bad.example.test'])
    await issue(['good.example.test'])
    for (const { data, type } of sandbox.dns.records('bad.example.test')) {
      sandbox.dns.remove({ name: 'bad.example.test', type, data })
    }
    sandbox.dns.setServfail('bad.example.test')
    const { code, stdout, stderr } = await run(['renew', '--all', '--force'])
    expect(stdout).toMatch(/^good\.example\.test: renewed/)
    expect(stderr).toMatch(/^certwright: bad\.example\.test: failed$/m)
    expect(stderr).toMatch(/^certwright: {3}bad\.example\.test \(http-01\): dns: /m)
    expect(code).toBe(1)
    const json = await run(['renew', 'bad.example.test', '--force', '--json'])
    expect(JSON.parse(json.stdout)).toMatchObject({
      renewals: [
        {
          outcome: 'failed',
          certificate: { id: 'bad.example.test', state: 'valid', version: { number: 1 } },
          error: { code: 'ACME_ORDER_INVALID' },
        },
      ],
    })
    expect(json.stderr).toBe('')
    // What was issued before still serves.
    await expect(
      stat(join(directory, 'state', 'live', 'bad.example.test', 'current', 'privkey.pem')),
    ).resolves.toBeDefined()
  })

  it('puts files back that somebody has removed', async () => {
    const { issue, run } = await sandboxWorld()
    const { certificate } = issued((await issue(['a.example.test'], ['--json'])).stdout)
    const { rm } = await import('node:fs/promises')
    await rm(join(certificate.files.fullChain, '..', '..', 'current'), { force: true })
    await run(['renew'])
    await expect(readFile(certificate.files.fullChain, 'utf8')).resolves.toMatch(/^-----BEGIN/)
  })
})

describe('revoke', () => {
  it('revokes the current version for the reason given, and says how to replace it', async () => {
    const { issue, run, sandbox } = await sandboxWorld()
    const { certificate } = issued((await issue(['a.example.test'], ['--json'])).stdout)
    const { code, stdout, stderr } = await run([
      'revoke',
      'a.example.test',
      '--reason',
      'KeyCompromise',
    ])
    expect(stdout).toBe('a.example.test: version 1 revoked, reason keyCompromise\n')
    expect(stderr).toContain('`certwright renew a.example.test` replaces it')
    expect(code).toBe(0)
    const status = sandbox.ca
      .certificates()
      .find(({ serial }) => certificate.version.serial.endsWith(serial.toLowerCase()))
    expect(status?.revoked).toMatchObject({ reason: 1 })
    const again = await run(['revoke', 'a.example.test'])
    expect(again.stdout).toMatch(/^a\.example\.test: version 1 was revoked already, on /)
    expect(again.code).toBe(0)
    expect((await run(['list'])).stdout).toMatch(/revoked$/m)
    // A revoked one is due.
    expect((await run(['renew'])).stdout).toMatch(/^a\.example\.test: renewed/)
  })

  it('revokes an older version by its number, unspecified where no reason is given', async () => {
    const { issue, run } = await sandboxWorld()
    await issue(['a.example.test'])
    await run(['renew', 'a.example.test', '--force'])
    const { stdout, code } = await run(['revoke', 'a.example.test', '--version', '1', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: 'revoked',
      id: 'a.example.test',
      version: { number: 1, current: false, revocationReason: 0 },
    })
    expect(code).toBe(0)
    const missing = await run(['revoke', 'a.example.test', '--version', '9'])
    expect(missing.stderr).toMatch(/^certwright: a\.example\.test has no version 9\n/)
    expect(missing.code).toBe(1)
  })
})

describe('export', () => {
  it('writes each format, readable by its owner alone', async () => {
    const { issue, run, directory } = await sandboxWorld()
    await issue(['a.example.test'])
    await writeFile(join(directory, 'password'), 'correct horse\nnot this line\n')
    for (const [format, file] of [
      ['pem', 'a.pem'],
      ['pkcs12', 'a.pfx'],
      ['pkcs12-legacy', 'old.pfx'],
      ['jks', 'a.jks'],
    ] as const) {
      const password = format === 'pem' ? [] : ['--password-file', 'password']
      const argv = ['export', 'a.example.test', '--format', format, '--output', file, ...password]
      const { code, stdout, stderr } = await run(argv)
      expect(stderr).toBe('')
      expect(stdout).toBe(`${join(directory, file)}: a.example.test, version 1, as ${format}\n`)
      expect(code).toBe(0)
      expect((await stat(join(directory, file))).mode & 0o777).toBe(0o600)
    }
    const pem = await readFile(join(directory, 'a.pem'), 'utf8')
    expect(new X509Certificate(pem).checkPrivateKey(createPrivateKey(pem))).toBe(true)
    const { createSecureContext } = await import('node:tls')
    const pfx = await readFile(join(directory, 'a.pfx'))
    expect(() => createSecureContext({ pfx, passphrase: 'correct horse' })).not.toThrow()
  })

  it('writes the two files of der beside each other', async () => {
    const { issue, run, directory } = await sandboxWorld()
    await issue(['a.example.test'])
    await run(['export', 'a.example.test', '--format', 'der', '--output', 'a.der'])
    const leaf = new X509Certificate(await readFile(join(directory, 'a.der')))
    const key = await readFile(join(directory, 'a.key.der'))
    expect(leaf.checkPrivateKey(createPrivateKey({ key, format: 'der', type: 'pkcs8' }))).toBe(true)
    expect((await stat(join(directory, 'a.key.der'))).mode & 0o777).toBe(0o600)
  })

  it('goes to standard output, as text or in JSON', async () => {
    const { issue, run } = await sandboxWorld()
    await issue(['a.example.test'])
    const pem = await run([
      'export',
      'a.example.test',
      '--format',
      'pem',
      '--key-format',
      'traditional',
    ])
    expect(pem.stdout).toMatch(/^-----BEGIN EC PRIVATE KEY-----\n/)
    const json = await run(['export', 'a.example.test', '--format', 'der', '--json'])
    const { files } = JSON.parse(json.stdout) as { files: readonly { content: string }[] }
    expect(files).toHaveLength(2)
    expect(new X509Certificate(Buffer.from(files[0]?.content ?? '', 'base64')).subjectAltName).toBe(
      'DNS:a.example.test',
    )
  })

  it.each([
    [['--format', 'pkcs12'], 1, /password/i],
    [['--format', 'der'], 64, /--format der needs --output FILE/],
    [[], 64, /--format is missing/],
    [['--format', 'pfx'], 64, /--format does not take pfx/],
    [['--format', 'jks', '--key-format', 'pkcs8'], 64, /--key-format needs --format pem/],
    [['--format', 'pem', '--password-file', 'none'], 1, /none cannot be read: ENOENT/],
    [['--format', 'pem', '--output', 'no/such/dir.pem'], 1, /cannot be written: ENOENT/],
  ])('with %j ends with %i and says why', async (argv, expected, message) => {
    const { issue, run } = await sandboxWorld()
    await issue(['a.example.test'])
    const { code, stdout, stderr } = await run(['export', 'a.example.test', ...argv])
    expect(stderr).toMatch(message)
    expect(stderr).toMatch(/\ncertwright: hint: /)
    expect(stdout).toBe('')
    expect(code).toBe(expected)
  })
})
