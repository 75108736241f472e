import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createCsr, identifierFrom, pemEncode } from '@certwright/acme'
import { keyObjectSigner } from '@certwright/acme/node'
import { describe, expect, it } from 'vitest'
import { systemHost } from '../../src/runtime/host.ts'
import { openStore } from '../../src/store/open.ts'
import { fakeService } from './fake-targets.ts'
import { sandboxWorld, type SandboxWorld } from './sandbox-world.ts'

interface Document {
  readonly outcome: string
  readonly certificate: {
    readonly names: readonly string[]
    readonly keyType: string
    readonly keySource?: { readonly from: string; readonly path?: string }
    readonly files: { readonly fullChain: string; readonly privateKey?: string }
    readonly version: { readonly number: number }
  }
}
const documentOf = (stdout: string): Document => JSON.parse(stdout) as Document

const ec = (namedCurve = 'P-256') => generateKeyPairSync('ec', { namedCurve }).privateKey
const pemOf = (key: ReturnType<typeof ec>): string =>
  key.export({ type: 'pkcs8', format: 'pem' }).toString()

async function csrOf(names: readonly string[], key = ec()): Promise<Uint8Array> {
  return createCsr({ identifiers: names.map(identifierFrom), key: keyObjectSigner(key) })
}

/** The certificate that serves now. */
function leafIn({ certificate }: Document): X509Certificate {
  return new X509Certificate(readFileSync(certificate.files.fullChain))
}

describe('--csr', () => {
  async function requested(names = ['a.example.test', 'b.example.test'], key = ec('P-384')) {
    const world = await sandboxWorld()
    writeFileSync(join(world.directory, 'request.der'), await csrOf(names, key))
    return { ...world, key }
  }

  it('issues for the names and the key of the request, without the key and its file', async () => {
    const { issue, run, key } = await requested()
    const { code, stdout } = await issue([], ['--csr', 'request.der', '--json'])
    expect(code).toBe(0)
    const document = documentOf(stdout)
    expect(document).toMatchObject({
      outcome: 'issued',
      certificate: {
        id: 'a.example.test',
        names: ['a.example.test', 'b.example.test'],
        keyType: 'ec384',
        keySource: { from: 'csr' },
        version: { number: 1 },
      },
    })
    expect(leafIn(document).checkPrivateKey(key)).toBe(true)
    expect(document.certificate.files.privateKey).toBeUndefined()
    const directory = dirname(document.certificate.files.fullChain)
    expect(existsSync(join(directory, 'privkey.pem'))).toBe(false)
    expect(existsSync(join(directory, 'cert.pem'))).toBe(true)
    const shown = await run(['show', 'a.example.test'])
    expect(shown.stdout).toMatch(/^KEY +ec384, elsewhere \(by certificate request\)$/m)
    expect((await run(['show', 'a.example.test', '--lang', 'zh'])).stdout).toMatch(
      /^密钥 +ec384，不在此处/m,
    )
  })

  it('says nothing of a key where it says where the files are', async () => {
    const { issue } = await requested()
    const { stdout } = await issue([], ['--csr', 'request.der'])
    expect(stdout).toContain('certificate and chain:')
    expect(stdout).not.toContain('private key:')
  })

  it('is handed in again by a renewal, for the same key', async () => {
    const { issue, run, key, sandbox } = await requested()
    const first = documentOf((await issue([], ['--csr', 'request.der', '--json'])).stdout)
    const { code } = await run(['renew', 'a.example.test', '--force'])
    expect(code).toBe(0)
    expect(leafIn(first).checkPrivateKey(key)).toBe(true)
    expect(sandbox.ca.certificates()).toHaveLength(2)
    // Nothing is to be done for the same request, or for its names.
    for (const argv of [
      ['--csr', 'request.der'],
      ['b.example.test', 'a.example.test', '--cert', 'a.example.test'],
    ]) {
      expect((await run(['issue', ...argv])).stdout).toMatch(/nothing to do/)
    }
    expect((await run(['renew'])).stdout).toBe('Nothing is due\n')
  })

  it('issues anew for another request', async () => {
    const { issue, run, directory } = await requested()
    await issue([], ['--csr', 'request.der'])
    const other = ec()
    const request = await csrOf(['a.example.test', 'b.example.test'], other)
    writeFileSync(join(directory, 'request.pem'), pemEncode('CERTIFICATE REQUEST', request))
    const { stdout } = await run(['issue', '--csr', 'request.pem', '--json'])
    expect(documentOf(stdout).outcome).toBe('issued')
    expect(leafIn(documentOf(stdout)).checkPrivateKey(other)).toBe(true)
  })

  it('is left behind by --key, which makes keys here again', async () => {
    const { issue, run } = await requested()
    await issue([], ['--csr', 'request.der'])
    const names = ['a.example.test', 'b.example.test']
    const { stdout } = await run(['issue', ...names, '--key', 'ec256', '--json'])
    const document = documentOf(stdout)
    expect(document).toMatchObject({ outcome: 'issued', certificate: { keyType: 'ec256' } })
    const key = createPrivateKey(readFileSync(document.certificate.files.privateKey ?? ''))
    expect(leafIn(document).checkPrivateKey(key)).toBe(true)
  })

  it.each([
    [
      ['www.example.test'],
      /^certwright: The names that were given are not those of the certificate request: a\.example\.test, b\.example\.test\n/,
      64,
    ],
    [['--key', 'ec256'], /--csr and --key exclude each other/, 64],
    [['--key-file', 'own.pem'], /--csr and --key-file exclude each other/, 64],
    [['--reuse-key'], /--csr and --reuse-key exclude each other/, 64],
  ])('with %j is refused', async (more, message, expected) => {
    const { issue, sandbox } = await requested()
    const { code, stderr } = await issue([], ['--csr', 'request.der', ...more])
    expect(stderr).toMatch(message)
    expect(code).toBe(expected)
    expect(sandbox.ca.requests).toEqual([])
  })

  it('cannot get other names later on', async () => {
    const { issue, run } = await requested()
    await issue([], ['--csr', 'request.der'])
    const { code, stderr } = await run(['issue', 'a.example.test', 'c.example.test'])
    expect(stderr).toMatch(/are not those of the certificate request/)
    expect(code).toBe(64)
  })

  it.each([
    ['nothing', Buffer.from(''), /request\.bad holds no certificate request that can be read/],
    ['a key', Buffer.from(pemOf(ec())), /holds no certificate request/],
  ])('that names a file with %s is refused', async (_what, octets, message) => {
    const { issue, directory } = await requested()
    writeFileSync(join(directory, 'request.bad'), octets)
    const { code, stderr } = await issue([], ['--csr', 'request.bad'])
    expect(stderr).toMatch(message)
    expect(code).toBe(1)
  })

  it('that cannot be read is refused', async () => {
    const { issue } = await requested()
    expect((await issue([], ['--csr', 'nowhere'])).stderr).toMatch(/nowhere cannot be read: ENOENT/)
  })

  it('for an account key is refused before anything is ordered', async () => {
    const world = await requested()
    await world.issue(['c.example.test'])
    const store = await openStore({
      directory: join(world.directory, 'state'),
      sealing: { by: 'file' },
      host: systemHost,
    })
    const [issuer] = await store.issuers()
    await store.close()
    if (issuer?.accountKey.held !== 'here') throw new Error('its key is elsewhere')
    const key = createPrivateKey(issuer.accountKey.pem.reveal())
    writeFileSync(join(world.directory, 'account.der'), await csrOf(['a.example.test'], key))
    writeFileSync(join(world.directory, 'account.pem'), pemOf(key))
    for (const argv of [
      ['--csr', 'account.der'],
      ['a.example.test', '--key-file', 'account.pem'],
    ]) {
      const { code, stderr } = await world.issue([], argv)
      expect(stderr).toMatch(/The key is that of an account/)
      expect(code).toBe(1)
    }
    expect(world.sandbox.ca.orders()).toHaveLength(1)
  })

  it('is refused before anything is ordered where a target needs the key', async () => {
    const { issue, run, sandbox } = await requested()
    const service = await fakeService()
    const targets = { targets: service.registry }
    const at = ['--install', 'fake-web:site=a.example.test']
    const { code, stderr } = await issue([], ['--csr', 'request.der', ...at], targets)
    expect(stderr).toMatch(/The target fake-web needs the private key, which is elsewhere/)
    expect(code).toBe(64)
    expect(sandbox.ca.requests).toEqual([])
    await issue([], ['--csr', 'request.der'])
    const later = await run(['install', 'a.example.test', '--target', at[1] ?? ''], targets)
    expect(later.stderr).toMatch(/The target fake-web needs the private key/)
    expect(later.code).toBe(64)
    expect(service.writes).toEqual([])
  })

  it('is refused for a certificate that is installed where the key is needed', async () => {
    const { issue, run, directory } = await requested(['a.example.test'])
    const service = await fakeService()
    const targets = { targets: service.registry }
    await issue(
      ['a.example.test'],
      ['--install', 'fake-web:site=a.example.test,serve-at=none'],
      targets,
    )
    writeFileSync(join(directory, 'one.der'), await csrOf(['a.example.test']))
    const { code, stderr } = await run(['issue', '--csr', 'one.der'], targets)
    expect(stderr).toMatch(/The target fake-web needs the private key/)
    expect(code).toBe(64)
  })

  it('leaves nothing to put into a key store, and the rest to export', async () => {
    const { issue, run, directory } = await requested()
    await issue([], ['--csr', 'request.der'])
    writeFileSync(join(directory, 'password'), 'correct horse\n')
    const pfx = ['--format', 'pkcs12', '--password-file', 'password', '--output', 'a.pfx']
    const refused = await run(['export', 'a.example.test', ...pfx])
    expect(refused.stderr).toMatch(/^certwright: The private key of this certificate is elsewhere/)
    expect(refused.code).toBe(1)
    const { stdout } = await run(['export', 'a.example.test', '--format', 'pem'])
    expect(stdout).toMatch(/^-----BEGIN CERTIFICATE-----/)
    expect(stdout).not.toContain('PRIVATE KEY')
  })
})

describe('--key-file', () => {
  it('issues for that key, and renews for the one that the file then holds', async () => {
    const { issue, run, directory } = await sandboxWorld()
    const path = join(directory, 'own.pem')
    const [first, second] = [ec(), ec('P-384')]
    writeFileSync(path, pemOf(first))
    const document = documentOf(
      (await issue(['a.example.test'], ['--key-file', 'own.pem', '--json'])).stdout,
    )
    expect(document.certificate).toMatchObject({
      keyType: 'ec256',
      keySource: { from: 'file', path },
    })
    expect(leafIn(document).checkPrivateKey(first)).toBe(true)
    await run(['renew', 'a.example.test', '--force'])
    expect(leafIn(document).checkPrivateKey(first)).toBe(true)
    expect((await run(['issue', 'a.example.test', '--key-file', 'own.pem'])).stdout).toMatch(
      /nothing to do/,
    )
    writeFileSync(path, pemOf(second))
    await run(['renew', 'a.example.test', '--force'])
    expect(leafIn(document).checkPrivateKey(second)).toBe(true)
    expect((await run(['renew'])).stdout).toBe('Nothing is due\n')
    expect((await run(['show', 'a.example.test'])).stdout).toContain(`ec384, from ${path}\n`)
  })

  it('issues anew where the key is another one', async () => {
    const { issue, run, directory } = await sandboxWorld()
    await issue(['a.example.test'])
    writeFileSync(join(directory, 'own.pem'), pemOf(ec()))
    const again = async (): Promise<string> =>
      documentOf((await run(['issue', 'a.example.test', '--key-file', 'own.pem', '--json'])).stdout)
        .outcome
    expect(await again()).toBe('issued')
    expect(await again()).toBe('unchanged')
    writeFileSync(join(directory, 'own.pem'), pemOf(ec()))
    expect(await again()).toBe('issued')
  })

  it.each([
    ['is not there', undefined, /cannot be used: ENOENT/],
    ['holds no key', 'no key', /cannot be used: /],
    [
      'holds a key that is encrypted',
      ec().export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'hunter2' }),
      /cannot be used: /,
    ],
  ])('that %s is refused before anything is ordered', async (_what, content, message) => {
    const { issue, directory, sandbox } = await sandboxWorld()
    if (content !== undefined) writeFileSync(join(directory, 'own.pem'), content)
    const { code, stderr } = await issue(['a.example.test'], ['--key-file', 'own.pem'])
    expect(stderr).toMatch(message)
    expect(code).toBe(1)
    expect(sandbox.ca.requests).toEqual([])
  })

  it('is refused where a target does not take such a key', async () => {
    const { issue, directory } = await sandboxWorld()
    const service = await fakeService()
    writeFileSync(join(directory, 'own.pem'), pemOf(ec('P-384')))
    const { code, stderr } = await issue(
      ['a.example.test'],
      ['--key-file', 'own.pem', '--install', 'fake-web:site=a.example.test'],
      { targets: service.registry },
    )
    expect(stderr).toMatch(/fake-web is not documented to take keys of type ec384/)
    expect(code).toBe(64)
  })
})

describe('--reuse-key', () => {
  async function keyOf({ run }: SandboxWorld): Promise<string> {
    const { stdout } = await run(['show', 'a.example.test', '--json'])
    return readFileSync(documentOf(stdout).certificate.files.privateKey ?? '', 'utf8')
  }

  it('keeps the key by every renewal, until it is told otherwise', async () => {
    const world = await sandboxWorld()
    await world.issue(['a.example.test'])
    const first = await keyOf(world)
    const told = await world.run(['issue', 'a.example.test', '--reuse-key', '--json'])
    expect(documentOf(told.stdout)).toMatchObject({
      outcome: 'updated',
      certificate: { keySource: { from: 'reuse' } },
    })
    await world.run(['renew', 'a.example.test', '--force'])
    await world.run(['renew', 'a.example.test', '--force'])
    expect(await keyOf(world)).toBe(first)
    await world.run(['issue', 'a.example.test', '--no-reuse-key'])
    await world.run(['renew', 'a.example.test', '--force'])
    expect(await keyOf(world)).not.toBe(first)
  })

  it('makes one new key of another type, and keeps that', async () => {
    const world = await sandboxWorld()
    await world.issue(['a.example.test'], ['--reuse-key'])
    await world.run(['issue', 'a.example.test', '--key', 'ec384'])
    const stronger = await keyOf(world)
    expect(createPrivateKey(stronger).asymmetricKeyDetails?.namedCurve).toBe('secp384r1')
    await world.run(['renew', 'a.example.test', '--force'])
    expect(await keyOf(world)).toBe(stronger)
  })

  it('never keeps a key that was compromised', async () => {
    const world = await sandboxWorld()
    await world.issue(['a.example.test'], ['--reuse-key'])
    const first = await keyOf(world)
    await world.run(['revoke', 'a.example.test', '--reason', 'superseded'])
    await world.run(['renew', 'a.example.test'])
    expect(await keyOf(world)).toBe(first)
    await world.run(['revoke', 'a.example.test', '--reason', 'keyCompromise'])
    await world.run(['renew', 'a.example.test'])
    expect(await keyOf(world)).not.toBe(first)
  })
})
