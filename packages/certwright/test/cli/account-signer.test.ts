import { generateKeyPairSync } from 'node:crypto'
import { chmod, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sandboxWorld, type SandboxWorld } from './sandbox-world.ts'
import { signerProgram, type SignerProgram, type SignerProgramOptions } from './signer-program.ts'

async function signerWorld(
  options: SignerProgramOptions = {},
): Promise<SandboxWorld & { readonly signer: SignerProgram; readonly create: readonly string[] }> {
  const world = await sandboxWorld({ ca: { nonceRejectPercent: 0 } })
  const signer = await signerProgram(world.directory, options)
  const create = ['account', 'create', ...world.ca, '--account-signer', `exec:${signer.path}`]
  return { ...world, signer, create }
}

describe('an account whose key a program holds', () => {
  it.each([
    ['P-256', () => generateKeyPairSync('ec', { namedCurve: 'P-256' })],
    ['P-384', () => generateKeyPairSync('ec', { namedCurve: 'P-384' })],
    ['P-521', () => generateKeyPairSync('ec', { namedCurve: 'P-521' })],
    ['RSA', () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['Ed25519', () => generateKeyPairSync('ed25519')],
  ])('gets certificates by a key of %s', async (_kind, make) => {
    const { run, create, issue } = await signerWorld({ key: make().privateKey })
    expect((await run(create)).stdout).toMatch(/^Account made: https:/)
    expect((await issue(['a.example.test'])).code).toBe(0)
  })

  it('may have signatures in DER', async () => {
    const { run, create } = await signerWorld({ dsaEncoding: 'der' })
    expect((await run(create)).code).toBe(0)
  })

  it('is asked for the key and for signatures alone, with nothing of ours in its environment', async () => {
    const { run, create, sandbox, directory, signer } = await signerWorld()
    const key = Buffer.alloc(32, 1).toString('base64')
    const env = { CERTWRIGHT_STATE: join(directory, 'state'), CERTWRIGHT_KEY: key }
    expect((await run(create, { env })).code).toBe(0)
    const asked = await signer.requests()
    const common = {
      version: 1,
      issuer: sandbox.directoryUrl,
      args: [],
      seen: ['CERTWRIGHT_STATE'],
    }
    expect(asked[0]).toEqual({ ...common, op: 'key' })
    expect(asked.at(-1)).toEqual({
      ...common,
      op: 'sign',
      alg: 'ES256',
      data: expect.stringMatching(/^[\w-]+$/) as string,
    })
  })

  it('is made with the first certificate too, and shown with its program', async () => {
    const { run, issue, signer } = await signerWorld()
    const outcome = await issue(['a.example.test'], ['--account-signer', `exec:${signer.path}`])
    expect(outcome.code).toBe(0)
    const { stdout } = await run(['account', 'show'])
    expect(stdout).toContain(`held by ${signer.path}`)
    const json = await run(['account', 'list', '--json'])
    expect(JSON.parse(json.stdout)).toMatchObject({
      accounts: [{ key: { held: 'by-program', program: signer.path } }],
    })
  })

  it('has a program whose path is relative to where the command ran', async () => {
    const { run, ca, signer, directory } = await signerWorld({ name: 'sign.cjs' })
    expect(signer.path).toBe(join(directory, 'sign.cjs'))
    const argv = ['account', 'create', ...ca, '--account-signer', 'exec:./sign.cjs']
    expect((await run(argv)).code).toBe(0)
    expect((await run(['account', 'show'], { cwd: '/' })).code).toBe(0)
  })

  it('is not exported', async () => {
    const { run, create, signer } = await signerWorld()
    await run(create)
    const { code, stdout, stderr } = await run(['account', 'export-key'])
    expect(stdout).toBe('')
    expect(stderr).toContain(`is held by the program ${signer.path}`)
    expect(code).toBe(1)
  })

  it('is not used by a program that holds another key now', async () => {
    const { run, create, directory, sandbox, signer } = await signerWorld()
    await run(create)
    await signerProgram(directory)
    const before = sandbox.ca.requests.length
    const { code, stderr } = await run(['account', 'show'])
    expect(stderr).toContain(`${signer.path} answers for another key than the account has`)
    expect(code).toBe(1)
    expect(sandbox.ca.requests.length).toBe(before)
  })
})

describe('a program that holds a key fails clearly', () => {
  it.each([
    ['prints no JSON', `answer = 'hello SECRET'`, 'it is not one JSON object'],
    ['prints a list', `answer = '[]'`, 'it is not one JSON object'],
    ['has no jwk', `answer = {}`, 'it has no jwk'],
    ['has a key of no use', `if (answer.jwk) answer.jwk.crv = 'P-192'`, 'its jwk is no key'],
    [
      'has a point on no curve',
      `if (answer.jwk) answer.jwk.y = answer.jwk.x`,
      'its jwk is no key that ACME takes',
    ],
    ['signs otherwise', `if (answer.jwk) answer.alg = 'ES384'`, 'its alg is not ES256'],
    ['does not sign', `if (request.op === 'sign') answer = {}`, 'it has no signature'],
    [
      'writes its signature otherwise',
      `if (request.op === 'sign') answer.encoding = 'hex'`,
      'its encoding is neither raw nor der',
    ],
    [
      'pads its signature',
      `if (request.op === 'sign') answer.signature += '=='`,
      'its signature is not base64url of raw',
    ],
    [
      'signs something else',
      `if (request.op === 'sign') answer.signature = Buffer.alloc(64, 1).toString('base64url')`,
      'the signature does not verify by the jwk',
    ],
    [
      'signs in DER and does not say so',
      `if (request.op === 'sign') answer.signature = sign(hash, Buffer.from(request.data, 'base64url'), key).toString('base64url')`,
      'the signature does not verify by the jwk',
    ],
  ])('when it %s', async (_what, twist, reason) => {
    const { run, create, sandbox } = await signerWorld({ twist })
    const { code, stderr, stdout } = await run(create)
    expect(stderr).toContain(reason)
    expect(stderr).toMatch(/hint: Let it answer as docs\/guide\/accounts\.md says$/m)
    expect(stderr + stdout).not.toContain('SECRET')
    expect(code).toBe(1)
    expect(sandbox.ca.requests.some(({ endpoint }) => endpoint === 'newAccount')).toBe(false)
  })

  it('when it ends with an error, whose last words are shown', async () => {
    const { run, create } = await signerWorld({
      twist: `process.stderr.write('token is locked'); process.exit(3)`,
    })
    const { stderr } = await run(create)
    expect(stderr).toContain('ended with 3:\ncertwright:   token is locked'.split('\n')[0])
    expect(stderr).toContain('token is locked')
    expect(stderr).toContain('hint: Check that its token or key service is there')
  })

  it('when it is not there, or must not be run', async () => {
    const { run, create, signer } = await signerWorld()
    await chmod(signer.path, 0o644)
    expect((await run(create)).stderr).toContain('cannot be started: EACCES')
    await rm(signer.path)
    expect((await run(create)).stderr).toContain('cannot be started: ENOENT')
  })
})
