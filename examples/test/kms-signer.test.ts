import { spawn } from 'node:child_process'
import { createPublicKey, generateKeyPairSync, verify, type KeyObject } from 'node:crypto'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import {
  acmeClient,
  createCsr,
  findAccount,
  identifierFrom,
  newAccount,
  obtain,
  type Solver,
} from '@certwright/acme'
import { generateKeyObject, keyObjectSigner, nodeTransport } from '@certwright/acme/node'
import { startSandbox } from '@certwright/sandbox'
import { describe, expect, it, onTestFinished } from 'vitest'
import { kmsSigner } from '../kms-signer.ts'
import { keyService } from './key-service.ts'

const ec = (namedCurve: string): KeyObject => generateKeyPairSync('ec', { namedCurve }).privateKey
const rsa = (): KeyObject => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

describe('the example of a key management service', () => {
  it.each([
    ['P-256', () => ec('P-256'), 'ES256'],
    ['P-384', () => ec('P-384'), 'ES384'],
    ['P-521', () => ec('P-521'), 'ES512'],
  ] as const)('signs on %s what verifies, whatever widths DER has', async (_kind, make, alg) => {
    const service = await keyService({ account: make() })
    const signer = await kmsSigner({ ...service, key: 'account' })
    expect(signer.algorithm).toBe(alg)
    const key = createPublicKey({ key: { ...signer.jwk }, format: 'jwk' })
    const hash = alg.replace('ES', 'sha')
    for (let n = 0; n < 40; n += 1) {
      const data = Buffer.from(`message ${n}`)
      const signature = await signer.sign(data)
      const verified = verify(hash, data, { key, dsaEncoding: 'ieee-p1363' }, signature)
      expect(verified).toBe(true)
    }
  })

  it('signs by RSA', async () => {
    const service = await keyService({ account: rsa() })
    const signer = await kmsSigner({ ...service, key: 'account' })
    const data = Buffer.from('message')
    const key = createPublicKey({ key: { ...signer.jwk }, format: 'jwk' })
    expect(signer.algorithm).toBe('RS256')
    expect(verify('sha256', data, key, await signer.sign(data))).toBe(true)
  })

  it('says what the service refuses', async () => {
    const service = await keyService({ account: ec('P-256') })
    const wrong = { ...service, key: 'account', token: 'guessed' }
    await expect(kmsSigner(wrong)).rejects.toThrow('the key service answered 403 to public')
    await expect(kmsSigner({ ...service, key: 'other' })).rejects.toThrow('answered 403')
  })

  it('makes an account at a CA and gets a certificate', async () => {
    const sandbox = await startSandbox({ ca: { alwaysValid: true } })
    const transport = nodeTransport({ ca: sandbox.rootPem })
    onTestFinished(async () => {
      transport.close?.()
      await sandbox.close()
    })
    const service = await keyService({ account: ec('P-256') })
    const signer = await kmsSigner({ ...service, key: 'account' })
    const client = acmeClient({ directoryUrl: sandbox.directoryUrl, transport })
    const { account } = await newAccount(client, signer, { termsOfServiceAgreed: true })
    const identifiers = [identifierFrom('www.example.test')]
    const key = keyObjectSigner(await generateKeyObject('ec256'))
    const solver: Solver = {
      type: 'http-01',
      present: () => Promise.resolve({}),
      cleanUp: () => Promise.resolve(),
    }
    const { chain } = await obtain(client, account, {
      identifiers,
      solvers: [solver],
      csr: () => createCsr({ identifiers, key }),
    })
    expect(chain.pem).toContain('BEGIN CERTIFICATE')
    expect((await findAccount(client, signer))?.account.url).toBe(account.url)
    expect(service.asked.filter((path) => path.endsWith('/sign')).length).toBeGreaterThan(5)
  })

  it('is a program that the command can ask', async () => {
    const service = await keyService({ account: ec('P-256') })
    const ask = async (request: object): Promise<Record<string, unknown>> => {
      const child = spawn(process.execPath, [program], {
        env: { ...process.env, KMS_URL: service.url, KMS_KEY: 'account', KMS_TOKEN: service.token },
        stdio: ['pipe', 'pipe', 'inherit'],
      })
      child.stdin.end(JSON.stringify(request))
      return JSON.parse(await text(child.stdout)) as Record<string, unknown>
    }
    const { alg, jwk } = await ask({
      version: 1,
      op: 'key',
      issuer: 'https://ca.example/directory',
    })
    expect(alg).toBe('ES256')
    const data = Buffer.from('signing input')
    const { signature } = await ask({
      ...{ version: 1, op: 'sign', alg: 'ES256', issuer: 'https://ca.example/directory' },
      data: data.toString('base64url'),
    })
    const key = createPublicKey({ key: jwk as Record<string, unknown>, format: 'jwk' })
    const octets = Buffer.from(signature as string, 'base64url')
    expect(verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, octets)).toBe(true)
  })
})

const program = fileURLToPath(new URL('../kms-signer.ts', import.meta.url))
