import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Order } from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { sandboxWorld, type SandboxWorld } from '../sandbox-world.ts'
import type { Outcome } from '../terminal.ts'

interface Learner extends SandboxWorld {
  /** One `acme` command with the settings of `acme.ini`. */
  readonly acme: (...argv: readonly string[]) => Promise<Outcome>
  readonly json: (...argv: readonly string[]) => Promise<Record<string, unknown>>
  readonly file: (name: string) => string
}

/** A person with an `acme.ini`, at a CA that refuses no good nonce. */
async function learner(): Promise<Learner> {
  const world = await sandboxWorld()
  const { sandbox, directory, run } = world
  const file = (name: string): string => join(directory, name)
  writeFileSync(
    file('acme.ini'),
    [
      '; of another program',
      '[other]',
      'ACMEDirectory = https://other.example/directory',
      '[acme-neoprime]',
      'UserAgent = series/1.0',
      'AccountKeyFile = account.pem',
      'CSRFile = site.csr',
      'ChainFile = site.pem',
      `ACMEDirectory = ${sandbox.directoryUrl}`,
      'Contacts = mailto:one@example.com; mailto:two@example.com',
      'Language = en-GB',
    ].join('\n'),
  )
  const acme = async (...argv: readonly string[]): Promise<Outcome> => {
    const [first = '', second] = argv
    const ini = first === 'csr' && second === 'show' ? [] : ['--ini', 'acme.ini']
    const root = ['key', 'csr'].includes(first) ? [] : ['--ca-file', 'root.pem']
    return run(['acme', ...argv, ...ini, ...root])
  }
  const json: Learner['json'] = async (...argv) => {
    const { code, stdout } = await acme(...argv, '--json')
    expect([code, stdout]).toEqual([0, stdout])
    return JSON.parse(stdout) as Record<string, unknown>
  }
  return { ...world, acme, json, file }
}

interface Publications {
  readonly authorizations: readonly {
    readonly name: string
    readonly publications: readonly { type: string; where: string; what: string }[]
  }[]
}

/** Publishes what `acme challenge` says for dns-01, as a person would at a DNS service. */
async function publish({ json, sandbox }: Learner): Promise<void> {
  const { authorizations } = (await json('challenge')) as unknown as Publications
  for (const { publications } of authorizations) {
    const { where = '', what = '' } = publications.find(({ type }) => type === 'dns-01') ?? {}
    sandbox.dns.add({ name: where.replace(/ TXT$/, ''), type: 'TXT', data: what })
  }
}

describe('the protocol step by step', () => {
  it('leads from two keys to a revoked certificate, with the settings of acme.ini', async () => {
    const world = await learner()
    const { acme, json, file, sandbox } = world
    const names = ['example.test', '*.example.test']

    const { directory } = await json('directory')
    expect(Object.keys(directory as object)).toContain('newNonce')
    expect((await json('nonce'))['nonce']).toMatch(/^[\w-]{10,}$/)
    expect((await acme('terms')).stdout).toMatch(/^https:\/\//)

    await json('key', 'account')
    await json('key', 'certificate', '--type', 'ec256')
    expect(statSync(file('account.pem')).mode & 0o777).toBe(0o600)
    await json('csr', ...names, '--key', 'certificate.key', '--common-name', 'example.test')
    expect(await json('csr', 'show', 'site.csr')).toMatchObject({ names, keyType: 'ec256' })

    const made = await json('account', 'new', '--agree-tos')
    expect(made).toMatchObject({ created: true })
    expect(await json('account', 'url')).toEqual({ url: made['url'] })
    expect(await json('account', 'info')).toMatchObject({
      account: { status: 'valid', contact: ['mailto:one@example.com', 'mailto:two@example.com'] },
    })
    expect(sandbox.ca.requests.at(-1)?.userAgent).toMatch(/^series\/1\.0 /)
    await json('account', 'update', '--email', 'three@example.com')
    expect(await json('account', 'info')).toMatchObject({
      account: { contact: ['mailto:three@example.com'] },
    })

    await json('order', 'new')
    const kept = JSON.parse(readFileSync(file('cert_request.data'), 'utf8')) as Order
    expect([kept.status, kept.finalize]).toEqual(['pending', expect.stringMatching(/^https:/)])
    await publish(world)
    expect(await json('answer')).toMatchObject({ order: { status: 'ready' } })
    expect(await json('order', 'show')).toMatchObject({ order: { status: 'ready' } })
    expect(await json('finalize')).toMatchObject({ order: { status: 'valid' } })
    await json('download')
    expect(readFileSync(file('site.pem'), 'utf8')).toMatch(/^-----BEGIN CERTIFICATE-----\n/)

    await json('revoke', 'site.pem', '--key', 'certificate.key', '--reason', 'keyCompromise')
    expect(sandbox.ca.certificates().map(({ revoked }) => revoked?.reason)).toEqual([1])
    expect(await json('account', 'deactivate', '--yes')).toMatchObject({
      account: { status: 'deactivated' },
    })
  })

  it('overwrites neither a key nor a request', async () => {
    const { acme, file } = await learner()
    await acme('key', 'account', '--type', 'ec256')
    const before = readFileSync(file('account.pem'), 'utf8')
    const { code, stderr } = await acme('key', 'account')
    expect(code).toBe(1)
    expect(stderr).toContain('account.pem')
    expect(readFileSync(file('account.pem'), 'utf8')).toBe(before)
  })

  it('says which step is missing', async () => {
    const { acme, json, file } = await learner()
    await json('key', 'account', '--type', 'ec256')
    const stranger = await acme('account', 'url')
    expect(stranger.stderr).toContain('certwright acme account new')
    expect((await acme('account', 'new')).stderr).toContain('--agree-tos')
    await json('account', 'new', '--agree-tos')
    writeFileSync(file('cert_request.data'), '{"status":"pending"}')
    expect((await acme('answer')).stderr).toContain('holds no order')
    await json('key', 'certificate', '--type', 'ec256')
    await json('csr', 'www.example.test')
    await json('order', 'new')
    expect((await acme('download')).stderr).toContain('has no certificate: it is pending')
    const other = await acme('answer', '--challenge', 'onion-csr-01')
    expect(other.stderr).toContain('no challenge of type onion-csr-01 for www.example.test')
    expect((await acme('account', 'update')).code).toBe(0)
  })

  it('ends with 1 where what was published is wrong', async () => {
    const { json, acme } = await learner()
    await json('key', 'account', '--type', 'ec256')
    await json('key', 'certificate', '--type', 'ec256')
    await json('csr', 'www.example.test')
    await json('account', 'new', '--agree-tos')
    await json('order', 'new')
    const { code, stderr } = await acme('answer')
    expect(code).toBe(1)
    expect(stderr).toContain('is invalid')
    expect(stderr).toContain('www.example.test')
    expect(stderr).toContain('urn:ietf:params:acme:error:')
  })
})
