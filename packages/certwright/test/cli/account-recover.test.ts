import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { acmeClient, newAccount } from '@certwright/acme'
import { keyObjectSigner, nodeTransport } from '@certwright/acme/node'
import { describe, expect, it } from 'vitest'
import { sandboxWorld, type SandboxWorld } from './sandbox-world.ts'
import { signerProgram } from './signer-program.ts'
import { recorder } from './terminal.ts'

const pem = (key: KeyObject, type: 'pkcs8' | 'sec1' | 'pkcs1'): string =>
  key.export({ type, format: 'pem' } as { type: 'pkcs8'; format: 'pem' }).toString()

const ec = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const rsa = (): KeyObject => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

/** An account that another client has made: nothing of it is in our state. */
async function foreignAccount(key: KeyObject): Promise<SandboxWorld & { readonly url: string }> {
  const world = await sandboxWorld()
  const { directoryUrl, rootPem } = world.sandbox
  const transport = nodeTransport({ ca: rootPem })
  const client = acmeClient({ directoryUrl, transport })
  const contact = ['mailto:ops@example.test']
  const { account } = await newAccount(client, keyObjectSigner(key), {
    termsOfServiceAgreed: true,
    contact,
  })
  transport.close?.()
  return { ...world, url: account.url }
}

/** What finds the account's CA, without a word of new accounts. */
const at = ({ sandbox }: SandboxWorld): readonly string[] => [
  ...['--issuer', sandbox.directoryUrl, '--ca-file', 'root.pem'],
]

describe('account recover', () => {
  it.each([
    ['PKCS#8 PEM', ec, (key: KeyObject) => pem(key, 'pkcs8')],
    ['SEC 1 PEM, as lego and Caddy write', ec, (key: KeyObject) => pem(key, 'sec1')],
    [
      'SEC 1 PEM behind its parameters, as acme.sh writes',
      ec,
      (key: KeyObject) =>
        `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${pem(key, 'sec1')}`,
    ],
    ['PKCS#1 PEM, as acme.sh writes', rsa, (key: KeyObject) => pem(key, 'pkcs1')],
    [
      'a JWK, as certbot writes private_key.json',
      rsa,
      (key: KeyObject) => JSON.stringify(key.export({ format: 'jwk' })),
    ],
    [
      'a JWK as a member',
      ec,
      (key: KeyObject) => JSON.stringify({ key: key.export({ format: 'jwk' }), meta: {} }),
    ],
  ])('takes over the account of a key in %s', async (_form, make, write) => {
    const key = make()
    const world = await foreignAccount(key)
    const { run, directory, url, issue, sandbox } = world
    await writeFile(join(directory, 'key'), write(key))
    const { code, stdout } = await run(['account', 'recover', '--key-file', 'key', ...at(world)])
    expect(stdout).toBe(`Account found and kept: ${url}\n`)
    expect(code).toBe(0)
    const shown = await run(['account', 'show', '--json'])
    expect(JSON.parse(shown.stdout)).toMatchObject({
      account: { url, contact: ['mailto:ops@example.test'], key: { held: 'here' } },
    })
    expect((await issue(['a.example.test'])).code).toBe(0)
    const made = sandbox.ca.requests.filter(
      ({ endpoint, status }) => endpoint === 'newAccount' && status === 201,
    )
    expect(made).toHaveLength(1)
    const exported = await run(['account', 'export-key'])
    expect(createPrivateKey(exported.stdout).equals(key)).toBe(true)
  })

  it('opens an encrypted key with the password in a file, or asked for', async () => {
    const key = ec()
    const world = await foreignAccount(key)
    const { run, directory } = world
    const encrypted = key
      .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'correct horse' })
      .toString()
    await writeFile(join(directory, 'key.pem'), encrypted)
    const recover = ['account', 'recover', '--key-file', 'key.pem', ...at(world)]
    const without = await run(recover)
    expect(without.stderr).toContain('hint: Use a private key as PEM or as a JWK; --password-file')
    expect(without.code).toBe(1)
    await writeFile(join(directory, 'wrong.txt'), 'battery staple\n')
    const wrong = await run([...recover, '--password-file', 'wrong.txt'])
    expect(wrong.code).toBe(1)
    expect(wrong.stderr).not.toContain('battery')
    await writeFile(join(directory, 'password.txt'), 'correct horse\n')
    expect((await run([...recover, '--password-file', 'password.txt'])).code).toBe(0)

    const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => stdin })
    const stderr = Object.assign(recorder(), { isTTY: true, columns: 80 })
    const write = stderr.write.bind(stderr)
    let asked = false
    Object.assign(stderr, {
      write: (chunk: string) => {
        if (!asked && chunk.includes('Password of the private key')) {
          asked = true
          queueMicrotask(() => stdin.write('correct horse\r'))
        }
        return write(chunk)
      },
    })
    expect((await run([...recover, '--state', 'third'], { stdin, stderr })).code).toBe(0)
  })

  it('reads the key from standard input', async () => {
    const key = ec()
    const world = await foreignAccount(key)
    const stdin = new PassThrough()
    stdin.end(pem(key, 'pkcs8'))
    const recover = ['account', 'recover', '--key-file', '-', ...at(world)]
    expect((await world.run(recover, { stdin })).code).toBe(0)
  })

  it('takes over an account whose key a program holds', async () => {
    const key = ec()
    const world = await foreignAccount(key)
    const signer = await signerProgram(world.directory, { key, name: 'ours' })
    const argv = ['account', 'recover', '--account-signer', `exec:${signer.path}`, ...at(world)]
    expect((await world.run(argv)).stdout).toContain(world.url)
    expect((await world.run(['account', 'show'])).stdout).toContain(`held by ${signer.path}`)
  })

  it('makes no account for a key that the CA does not know', async () => {
    const world = await sandboxWorld()
    const { run, directory, sandbox } = world
    await writeFile(join(directory, 'key.pem'), pem(ec(), 'pkcs8'))
    const { code, stderr } = await run([
      ...['account', 'recover', '--key-file', 'key.pem', ...at(world)],
    ])
    expect(stderr).toContain('knows no account with this key')
    expect(code).toBe(1)
    expect(sandbox.ca.requests.some(({ status }) => status === 201)).toBe(false)
    expect((await run(['account', 'list'])).stdout).toContain('There are no accounts')
  })

  it('tells of an account that is closed, here and elsewhere', async () => {
    const world = await sandboxWorld()
    const { run, ca } = world
    await run(['account', 'create', ...ca])
    await run(['account', 'export-key', '--output', 'key.pem'])
    const recover = ['account', 'recover', '--key-file', 'key.pem', ...at(world)]
    await run([...recover, '--state', 'other'])
    await run(['account', 'deactivate', '--yes', '--state', 'other'])
    const shown = await run(['account', 'show'])
    expect(shown.stderr).toContain('does not serve the account of this key any more')
    expect(shown.code).toBe(1)
    const again = await run([...recover, '--state', 'third'])
    expect(again.stderr).toContain('does not serve the account of this key any more')
    // What the hint says works.
    expect((await run(['account', 'deactivate', '--yes'])).code).toBe(0)
    expect((await run(['account', 'create', ...ca])).stdout).toMatch(/^Account made/)
  })

  it.each([
    ['text', 'SECRET text'],
    ['JSON that is no key', '{"SECRET":1}'],
    ['half a JWK', JSON.stringify({ ...ec().export({ format: 'jwk' }), d: undefined })],
    ['half JSON', '{"kty":"EC","d":"SECRET'],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nU0VDUkVU\n-----END CERTIFICATE-----\n'],
    ['a key that ACME does not take', pem(generateKeyPairSync('ed448').privateKey, 'pkcs8')],
  ])('refuses %s before the CA is asked, and does not repeat it', async (_what, text) => {
    const world = await sandboxWorld()
    await writeFile(join(world.directory, 'key'), text)
    const { code, stderr } = await world.run([
      ...['account', 'recover', '--key-file', 'key', ...at(world)],
    ])
    expect(stderr).toContain('key holds no account key that can be read')
    expect(stderr).not.toContain('SECRET')
    expect(code).toBe(1)
    expect(world.sandbox.ca.requests).toEqual([])
  })

  it('leaves another account that is kept alone, unless it is to be replaced', async () => {
    const key = ec()
    const world = await foreignAccount(key)
    const { run, directory, ca, url } = world
    await run(['account', 'create', ...ca])
    await writeFile(join(directory, 'key.pem'), pem(key, 'pkcs8'))
    const recover = ['account', 'recover', '--key-file', 'key.pem', ...at(world)]
    const refused = await run(recover)
    expect(refused.stderr).toContain('Another account at')
    expect(refused.stderr).toContain('add --replace')
    expect(refused.code).toBe(1)
    expect((await run([...recover, '--replace'])).code).toBe(0)
    expect((await run(['account', 'show'])).stdout).toContain(url)
    const listed = await run(['account', 'list', '--json'])
    expect((JSON.parse(listed.stdout) as { accounts: unknown[] }).accounts).toHaveLength(2)
  })

  it('done twice is the same as once', async () => {
    const key = ec()
    const world = await foreignAccount(key)
    await writeFile(join(world.directory, 'key.pem'), pem(key, 'pkcs8'))
    const recover = ['account', 'recover', '--key-file', 'key.pem', ...at(world)]
    await world.run(recover)
    expect((await world.run(recover)).code).toBe(0)
    const listed = await world.run(['account', 'list', '--json'])
    expect((JSON.parse(listed.stdout) as { accounts: unknown[] }).accounts).toHaveLength(1)
  })
})

describe('account export-key', () => {
  it('writes a file that only its owner can read', async () => {
    const { run, ca, directory } = await sandboxWorld()
    await run(['account', 'create', ...ca])
    const { code, stdout } = await run(['account', 'export-key', '--output', 'account.pem'])
    const path = join(directory, 'account.pem')
    expect(stdout).toMatch(new RegExp(`^${path}: the key of https:`))
    expect(code).toBe(0)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(createPrivateKey(await readFile(path)).asymmetricKeyType).toBe('ec')
  })

  it('encrypts it by a password', async () => {
    const { run, ca, directory } = await sandboxWorld()
    await run(['account', 'create', ...ca])
    await writeFile(join(directory, 'password.txt'), 'correct horse\n')
    await run([
      ...['account', 'export-key', '--output', 'account.pem', '--password-file', 'password.txt'],
    ])
    const key = await readFile(join(directory, 'account.pem'), 'utf8')
    expect(key).toContain('BEGIN ENCRYPTED PRIVATE KEY')
    expect(() => createPrivateKey({ key, passphrase: 'correct horse' })).not.toThrow()
  })

  it('does not show the key on a terminal without being told to', async () => {
    const { run, ca } = await sandboxWorld()
    await run(['account', 'create', ...ca])
    const stdout = Object.assign(recorder(), { isTTY: true })
    const refused = await run(['account', 'export-key'], { stdout })
    expect(stdout.text()).toBe('')
    expect(refused.stderr).toContain('hint: Add --output FILE, or --print')
    expect(refused.code).toBe(64)
    const json = await run(['account', 'export-key', '--json'], { stdout })
    expect(json.code).toBe(64)
    expect(stdout.text()).not.toContain('PRIVATE KEY')
    const told = Object.assign(recorder(), { isTTY: true })
    await run(['account', 'export-key', '--print'], { stdout: told })
    expect(told.text()).toContain('BEGIN PRIVATE KEY')
  })

  it('comes back by recover', async () => {
    const world = await sandboxWorld()
    const { run, ca } = world
    await run(['account', 'create', ...ca])
    await run(['account', 'export-key', '--format', 'jwk', '--output', 'account.json'])
    const recover = ['account', 'recover', '--key-file', 'account.json', ...at(world)]
    expect((await run([...recover, '--state', 'other'])).code).toBe(0)
  })
})
