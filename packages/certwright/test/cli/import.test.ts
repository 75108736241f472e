import { createHash, X509Certificate } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import type { World } from '../../src/cli/main.ts'
import type { Host } from '../../src/runtime/host.ts'
import { openStore } from '../../src/store/open.ts'
import {
  changed,
  onDisk,
  recorded,
  recordedDirectory,
  thenMs,
  type Tree,
} from '../manager/takeover/left.ts'
import { fakeService } from './fake-targets.ts'
import { hurried } from './sandbox-world.ts'
import { terminal, type Terminal } from './terminal.ts'

/** At a moment when what was recorded is valid. */
const then: Host = { ...hurried, now: () => thenMs }

const clients = ['certbot', 'lego', 'acme.sh', 'caddy'] as const
type Client = (typeof clients)[number]

interface Move extends Terminal {
  readonly from: string
  /** `import`, with what the files of this client do not say. */
  readonly move: (...more: readonly string[]) => ReturnType<Terminal['run']>
}

async function moving(
  client: Client,
  tree: Tree = recorded(client),
  world: Partial<World> = {},
): Promise<Move> {
  const own = await terminal({ host: then, ...world })
  const from = onDisk(tree)
  const argv = ['import', client, '--path', from, '--issuer', recordedDirectory]
  return { ...own, from, move: async (...more) => own.run([...argv, ...more]) }
}

const json = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>

async function storeOf({ directory }: Pick<Terminal, 'directory'>) {
  return openStore({ directory: join(directory, 'state'), sealing: { by: 'file' }, host: then })
}

/** Every file below a folder, with its digest. */
async function digests(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true })
  return new Map(
    await Promise.all(
      files
        .filter((file) => file.isFile())
        .map(async ({ parentPath, name }) => {
          const path = join(parentPath, name)
          return [
            path,
            createHash('sha256')
              .update(await readFile(path))
              .digest('hex'),
          ] as const
        }),
    ),
  )
}

describe.each(clients)('import %s', (client) => {
  it('shows what it would do, and changes nothing until it is told to', async () => {
    const { directory, from, move } = await moving(client)
    const before = await digests(from)
    const { code, stdout, stderr } = await move()
    expect(code, stderr).toBe(0)
    expect(stdout).toContain(`${from}: certificates of ${client}: 2; accounts: 1`)
    expect(stdout.match(/taken over as it is/g)).toHaveLength(2)
    expect(stdout).toContain('To be done by hand:')
    expect(stderr).toContain('Nothing has been changed. Add --apply to do it')
    expect(await readdir(directory)).toEqual([])
    expect(await digests(from)).toEqual(before)
  })

  it('makes key and chain the current version, keeps the account, and writes a file that is right', async () => {
    const here = await moving(client)
    const before = await digests(here.from)
    const { code, stdout, stderr } = await here.move('--apply', '--json')
    expect(code, stderr).toBe(0)
    const document = json(stdout)
    expect(document).toMatchObject({
      client,
      applied: true,
      accounts: [{ issuer: recordedDirectory }],
    })
    const store = await storeOf(here)
    try {
      const [issuer, ...others] = await store.issuers()
      expect(others).toEqual([])
      expect(issuer).toMatchObject({ directoryUrl: recordedDirectory, status: 'valid' })
      for (const { id, fingerprint } of document['certificates'] as {
        id: string
        fingerprint: string
      }[]) {
        const certificate = await store.certificate(id)
        expect(certificate).toMatchObject({ directoryUrl: recordedDirectory, current: 1 })
        const version = await store.version(id, 1)
        expect(version?.fingerprint).toBe(fingerprint)
        const key = await readFile(join(certificate?.out ?? '', 'current/privkey.pem'), 'utf8')
        const pem = await readFile(join(certificate?.out ?? '', 'current/fullchain.pem'), 'utf8')
        expect(
          new X509Certificate(pem).checkPrivateKey(
            (await import('node:crypto')).createPrivateKey(key),
          ),
        ).toBe(true)
      }
    } finally {
      await store.close()
    }
    const check = await here.run(['config', 'check', '--json'])
    expect(check.code, check.stdout).toBe(0)
    expect(json(check.stdout)['certificates']).toHaveLength(2)
    expect(await digests(here.from)).toEqual(before)
  })

  it('leaves nothing to be issued', async () => {
    const { move, run } = await moving(client)
    expect((await move('--apply')).code).toBe(0)
    const { stdout, stderr } = await run(['plan', '--json'])
    const { actions } = json(stdout) as {
      readonly actions?: readonly { readonly action: string }[]
    }
    // Where a client had copied it to it is looked at once, and found to be there.
    const others = actions?.filter(({ action }) => action !== 'install')
    expect(others, stdout + stderr).toEqual([])
  })

  it('says no secret', async () => {
    const { move } = await moving(client)
    const said = [await move(), await move('--json'), await move('--apply', '--json')]
    const secrets = Object.values(recorded(client))
      .filter((text) => typeof text === 'string')
      .flatMap((text) => [...text.matchAll(/PRIVATE KEY-----\n(.{40})|"d": "(.{20})/g)])
      .map(([, pem, d]) => pem ?? d ?? '')
    expect(secrets.length).toBeGreaterThan(1)
    for (const { stdout, stderr } of said) {
      for (const secret of secrets) expect((stdout + stderr).includes(secret)).toBe(false)
    }
  })

  it('speaks Chinese', async () => {
    const { stdout, stderr } = await (await moving(client)).move('--lang', 'zh')
    expect(stdout).toContain('需要手动处理：')
    expect(stdout).toContain('# 签发机构，按优先顺序排列。')
    expect(stderr).toContain('尚未做任何改动')
    expect(stdout).not.toMatch(/\{\w+\}/)
  })
})

test('a file that is there is not overwritten, and nothing is touched', async () => {
  const { directory, move } = await moving('certbot')
  await writeFile(join(directory, 'certwright.yaml'), 'mine')
  const { code, stderr } = await move('--apply')
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining('is there already, and is not overwritten'),
  ])
  expect(await readdir(directory)).toEqual(['certwright.yaml'])
  expect(await readFile(join(directory, 'certwright.yaml'), 'utf8')).toBe('mine')
  expect((await move('--write', 'other.yaml', '--apply')).code).toBe(0)
})

test('done twice it is the same as once', async () => {
  const here = await moving('certbot')
  await here.move('--apply')
  const { stdout } = await here.move('--apply', '--write', 'again.yaml', '--json')
  expect(json(stdout)['certificates']).toMatchObject([
    { becomes: 'there-already' },
    { becomes: 'there-already' },
  ])
  const store = await storeOf(here)
  try {
    expect(await store.versions('rsa')).toHaveLength(1)
    expect(await store.issuers()).toHaveLength(1)
  } finally {
    await store.close()
  }
})

test('a secret goes to a file of its own that only its owner can read', async () => {
  const key = join(
    onDisk({
      'tsig.key': 'key "mine" {\n\talgorithm hmac-sha512;\n\tsecret "c2VjcmV0LXNlY3JldA==";\n};\n',
    }),
    'tsig.key',
  )
  const tree = changed(recorded('acme.sh'), 'account.conf', (text) =>
    text.replace('/etc/acme/tsig.key', key),
  )
  const { directory, move, run } = await moving('acme.sh', tree)
  expect((await move()).stdout).toContain('secrets/rfc2136-key-secret')
  const { stdout, stderr } = await move('--apply')
  const path = join(directory, 'secrets/rfc2136-key-secret')
  expect(await readFile(path, 'utf8')).toBe('c2VjcmV0LXNlY3JldA==')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect((await stat(join(directory, 'secrets'))).mode & 0o077).toBe(0)
  const file = await readFile(join(directory, 'certwright.yaml'), 'utf8')
  expect(file).toContain(
    'key-algorithm: hmac-sha512\n      key-secret: { file: secrets/rfc2136-key-secret }',
  )
  expect(file + stdout + stderr).not.toContain('c2VjcmV0')
  const shown = json((await run(['show', 'wildcard.as.example.test', '--json'])).stdout)
  expect(shown).toMatchObject({ certificate: { challenge: { type: 'dns-01', dns: 'rfc2136' } } })
})

test('what has no counterpart is told, and stands above its certificate in the file', async () => {
  const { move } = await moving('acme.sh', undefined, { targets: {} })
  const { stdout } = await move()
  const told =
    'It was copied to /etc/nginx/tls/full.pem, /etc/nginx/tls/key.pem, systemctl reload nginx, and there is no target files here'
  expect(stdout).toContain(`  as.example.test_ecc: ${told}\n`)
  expect(stdout).toContain(`  # ${told}\n  - id: as.example.test\n`)
})

test('an expired certificate is only defined, and says why', async () => {
  const { move } = await moving('lego', undefined, {
    host: { ...hurried, now: () => Date.UTC(2027, 5, 1) },
  })
  const { stdout } = await move('--apply')
  expect(stdout.match(/to be issued anew/g)).toHaveLength(2)
  expect(stdout).toMatch(
    /lego\.example\.test: What it has cannot go on being used, so it will be issued anew: .*2027-02/,
  )
})

test('a key that is not the certificate’s is not taken over', async () => {
  const tree = recorded('lego')
  const other = tree['certificates/_.lego.example.test.key'] ?? ''
  const { move } = await moving('lego', { ...tree, 'certificates/lego.example.test.key': other })
  const { certificates, remarks } = json((await move('--json')).stdout)
  expect(certificates).toContainEqual(
    expect.objectContaining({ id: 'lego.example.test', becomes: 'anew' }),
  )
  expect(remarks).toContainEqual(
    expect.objectContaining({ code: 'not-usable', certificate: 'lego.example.test' }),
  )
})

test('without an issuer’s directory nothing is guessed', async () => {
  const { run, from } = await moving('lego')
  const { stdout } = await run(['import', 'lego', '--path', from])
  expect(stdout).toContain('name it with --issuer')
  expect(stdout).not.toContain('taken over as it is')
})

test('a provider for what says nothing is taken from the command line', async () => {
  const { move } = await moving('lego')
  expect((await move('--dns', 'alibaba-dns')).stdout).toMatch(
    /dns:\n {2}alibaba-dns:\n {4}provider: alibaba-dns\n[^]*challenge: \{ dns: alibaba-dns \}[^]*challenge: \{ dns: alibaba-dns \}/,
  )
})

test('another certificate that has the id stays as it is', async () => {
  const here = await moving('certbot')
  const store = await storeOf(here)
  const { definition } = await import('./kept.ts')
  await store.saveCertificate(definition('rsa'))
  await store.close()
  expect((await here.move()).stdout).toContain('rsa: Another certificate is called rsa here')
  const { certificates } = json((await here.move('--apply', '--json')).stdout)
  expect(certificates).toMatchObject([{ becomes: 'kept' }, { id: 'rsa', becomes: 'id-taken' }])
  const after = await storeOf(here)
  expect((await after.certificate('rsa'))?.identifiers).toEqual([{ type: 'dns', value: 'rsa' }])
  await after.close()
})

test.each([
  [['import', 'certbod'], 64, 'SOURCE does not take certbod'],
  [['import', 'certbot', 'alibaba'], 64, 'alibaba is only for discover'],
  [['import', 'discover'], 64, 'CLOUD is missing'],
  [['import', 'discover', 'nowhere'], 64, 'CLOUD does not take nowhere'],
  [['import', 'lego', '--dns', 'x'], 64, '--dns does not take x'],
  [['import', 'certbot', '--path', 'empty'], 1, 'Nothing of certbot is in'],
])('%s is refused', async (argv, expected, message) => {
  const { run, directory } = await terminal({ host: then })
  await mkdir(join(directory, 'empty'))
  const { code, stderr } = await run(argv)
  expect([code, stderr]).toEqual([expected, expect.stringContaining(message)])
})

test('what an account serves becomes certificates with their places', async () => {
  const service = await fakeService()
  const found = { product: 'Fake', https: true }
  service.findings.push(
    {
      ...found,
      target: 'fake-web:site=a.example',
      resource: 'a.example',
      names: ['a.example', 'b.example'],
    },
    {
      ...found,
      target: 'fake-web:site=b.example',
      resource: 'b.example',
      names: ['b.example', 'a.example'],
    },
    { ...found, target: 'fake-web:site=c.example', resource: 'c.example', https: false },
    { ...found, target: 'fake-web:site=d.example', resource: 'd.example' },
  )
  const { run, directory } = await terminal({ host: then, targets: service.registry })
  const account = ['--account-option', 'token=very-secret', '--account-option', 'region=r1']
  const argv = ['import', 'discover', 'fake', ...account, '--dns', 'manual']
  const { code, stdout, stderr } = await run([...argv, '--apply'])
  expect(code, stderr).toBe(0)
  const file = await readFile(join(directory, 'certwright.yaml'), 'utf8')
  expect(file).toContain(`
credentials:
  fake:
    token: { file: secrets/fake-token }
    region: r1
`)
  expect(file).toContain(`
  - id: a.example
    names: [ a.example, b.example ]
    challenge: { dns: manual }
    installs:
      - target: fake-web
        credentials: fake
        options:
          site: a.example
      - target: fake-web
        credentials: fake
        options:
          site: b.example
`)
  expect(file).toContain('- id: d.example')
  expect(file).not.toContain('c.example')
  expect(stdout + stderr + file).not.toContain('very-secret')
  expect(existsSync(join(directory, 'secrets/fake-token'))).toBe(true)
  const check = await run(['config', 'check', '--json'])
  expect(check.code, check.stdout).toBe(0)
})
