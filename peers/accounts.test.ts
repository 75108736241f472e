import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { chmodSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { acmeClient, getAccount } from '@certwright/acme'
import { keyObjectSigner, nodeTransport, readKeyObject } from '@certwright/acme/node'
import { expect, it } from 'vitest'
import { startPebble, type Pebble, type PebbleOptions } from './pebble.ts'
import { certwright, describeWith, peer, refusedOrDone, run, temporaryFolder } from './peer.ts'
import { startStepCa } from './step-ca.ts'

interface World {
  readonly pebble: Pebble
  /** The issuer and a state directory of the test's own. */
  readonly at: readonly string[]
  /** The same, for a command that may make an account. */
  readonly create: readonly string[]
  readonly state: string
}

async function world(options: PebbleOptions = {}): Promise<World> {
  const pebble = await startPebble({ nonceReject: 15, ...options })
  const state = join(temporaryFolder(), 'state')
  const at = ['--issuer', pebble.directoryUrl, '--state', state]
  return { pebble, at, create: [...at, '--ca-file', pebble.caFile, '--agree-tos'], state }
}

// As long as the longest hash: Pebble keeps to RFC 7518 §3.2.
const macKey = randomBytes(64)

describeWith(
  ['pebble', 'pebble-challtestsrv', 'openssl'],
  'our accounts at Pebble, strict, 15 % of nonces refused',
  () => {
    it.each(['HS256', 'HS384', 'HS512'])(
      'are bound to an external account by %s, and issue',
      async (algorithm) => {
        const { pebble, create, at } = await world({
          externalAccounts: { 'kid-1': macKey.toString('base64url') },
        })
        const without = await refusedOrDone(['account', 'create', ...create])
        expect(JSON.parse(without.stdout)).toMatchObject({
          error: { code: 'EXTERNAL_ACCOUNT_REQUIRED' },
        })
        // As gcloud prints keys.
        const input = Buffer.from(macKey.toString('base64url')).toString('base64')
        const bound = ['--eab-kid', 'kid-1', '--eab-key-file', '-', '--eab-alg', algorithm]
        const { json } = await certwright(['account', 'create', ...create, ...bound], { input })
        expect(json).toMatchObject({ created: true, account: { externalAccountId: 'kid-1' } })
        const out = join(temporaryFolder(), 'out')
        const port = ['--http-port', String(pebble.httpPort), '--out', out]
        await certwright(['issue', 'bound.test', ...create, ...port])
        await certwright(['account', 'show', ...at])
      },
    )

    it('are refused where the MAC key is another', async () => {
      const { create } = await world({
        externalAccounts: { 'kid-1': macKey.toString('base64url') },
      })
      const input = randomBytes(32).toString('base64url')
      const bound = ['--eab-kid', 'kid-1', '--eab-key-file', '-']
      const { stdout } = await refusedOrDone(['account', 'create', ...create, ...bound], { input })
      expect(JSON.parse(stdout)).toMatchObject({
        error: { code: 'EXTERNAL_ACCOUNT_REFUSED', params: { keyId: 'kid-1' } },
      })
      expect(stdout).not.toContain(input)
    })

    it.each(['ec256', 'ec384', 'rsa2048'])('get another key, of %s', async (type) => {
      const { pebble, create, at } = await world()
      const made = await certwright(['account', 'create', ...create])
      const old = join(temporaryFolder(), 'old.pem')
      await certwright(['account', 'export-key', ...at, '--output', old])
      const { json } = await certwright(['account', 'rollover', ...at, '--key-type', type])
      expect(json).toMatchObject({ resumed: false })
      await certwright(['account', 'show', ...at])
      // The CA takes the old key for nothing any more.
      const transport = nodeTransport({ ca: readFileSync(pebble.caFile, 'utf8') })
      const client = acmeClient({ directoryUrl: pebble.directoryUrl, transport })
      const { url } = (made.json as { account: { url: string } }).account
      const signer = keyObjectSigner(readKeyObject(readFileSync(old, 'utf8')))
      await expect(getAccount(client, { url, signer })).rejects.toMatchObject({
        code: 'ACME_PROBLEM',
      })
      transport.close?.()
      await certwright(['account', 'rollover', ...at])
    })

    it('notice that Pebble agrees to the key of another account and changes nothing', async () => {
      const { create, at } = await world()
      const program = keyProgram()
      const other = join(temporaryFolder(), 'state')
      const elsewhere = [...create, '--state', other, '--account-signer', `exec:${program}`]
      await certwright(['account', 'create', ...elsewhere])
      await certwright(['account', 'create', ...create])
      const before = await certwright(['account', 'list', ...at.slice(2)])
      const { stdout } = await refusedOrDone([
        ...['account', 'rollover', ...at, '--account-signer', `exec:${program}`],
      ])
      expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'ACME_KEY_NOT_CHANGED' } })
      expect(await certwright(['account', 'list', ...at.slice(2)])).toEqual(before)
      await certwright(['account', 'show', ...at])
    })

    it('list their orders over several pages', async () => {
      const { pebble, create, at } = await world()
      const names = ['one.test', 'two.test', 'three.test', 'four.test', 'five.test']
      for (const name of names) {
        const out = join(temporaryFolder(), 'out')
        const port = ['--http-port', String(pebble.httpPort), '--out', out]
        await certwright(['issue', name, ...create, ...port])
      }
      const { json } = await certwright(['account', 'orders', ...at])
      const { orders } = json as { orders: readonly { names: string[]; status: string }[] }
      expect(orders.map((order) => order.names[0] ?? '').sort()).toEqual([...names].sort())
      expect(orders.every(({ status }) => status === 'valid')).toBe(true)
    })
  },
)

describeWith(
  ['step-ca', 'pebble', 'pebble-challtestsrv', 'openssl'],
  'our account at step-ca',
  () => {
    it('keeps its key, for step-ca changes none, and is told so', async () => {
      const { dns } = await startPebble()
      const ca = await startStepCa(dns)
      const at = ['--issuer', ca.directoryUrl, '--state', join(temporaryFolder(), 'state')]
      await certwright(['account', 'create', ...at, '--ca-file', ca.caFile, '--agree-tos'])
      const { stdout } = await refusedOrDone(['account', 'rollover', ...at])
      expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'ROLLOVER_NOT_OFFERED' } })
      await certwright(['account', 'show', ...at])
    })
  },
)

describeWith(
  ['certbot', 'pebble', 'pebble-challtestsrv', 'openssl'],
  "certbot's account at Pebble",
  () => {
    it('is taken over by its private_key.json', async () => {
      const { pebble, at } = await world()
      const folder = temporaryFolder()
      const registered = await run(
        peer('certbot'),
        [
          ...['register', '--server', pebble.directoryUrl, '--agree-tos', '--non-interactive'],
          ...['--config-dir', folder, '--work-dir', folder, '--logs-dir', folder],
          ...['--email', 'ops@example.test'],
        ],
        { env: { REQUESTS_CA_BUNDLE: pebble.caFile } },
      )
      expect(registered, registered.stderr).toMatchObject({ code: 0 })
      const [keyFile = ''] = globSync(join(folder, 'accounts/**/private_key.json'))
      const { uri } = JSON.parse(
        readFileSync(keyFile.replace('private_key.json', 'regr.json'), 'utf8'),
      ) as { uri: string }
      const recover = ['account', 'recover', '--key-file', keyFile, '--ca-file', pebble.caFile]
      expect((await certwright([...recover, ...at])).json).toMatchObject({ account: { url: uri } })
      await certwright(['account', 'show', ...at])
    })
  },
)

describeWith(
  ['lego', 'pebble', 'pebble-challtestsrv', 'openssl'],
  "lego's account at Pebble",
  () => {
    it('is taken over by its key', async () => {
      const { pebble, at } = await world()
      const folder = temporaryFolder()
      const ran = await run(
        peer('lego'),
        [
          ...['--server', pebble.directoryUrl, '--accept-tos', '--email', 'ops@example.test'],
          ...['--path', folder, '--domains', 'lego.test', '--http'],
          ...['--http.port', `127.0.0.1:${pebble.httpPort}`, 'run'],
        ],
        { env: { LEGO_CA_CERTIFICATES: pebble.caFile } },
      )
      expect(ran, ran.stdout + ran.stderr).toMatchObject({ code: 0 })
      const [keyFile = ''] = globSync(join(folder, 'accounts/**/keys/*.key'))
      const recover = ['account', 'recover', '--key-file', keyFile, '--ca-file', pebble.caFile]
      const { json } = await certwright([...recover, ...at])
      expect(json).toMatchObject({ account: { contact: ['mailto:ops@example.test'] } })
      await certwright(['account', 'show', ...at])
    })
  },
)

const token = { label: 'acme', pin: '1234', key: 'account' }
const softHsm = '/usr/lib/softhsm/libsofthsm2.so'

/** A SoftHSM token of the test's own with a key pair that was made in it; resolves with what finds it. */
async function hardwareToken(keyType: string): Promise<Record<string, string>> {
  const folder = temporaryFolder()
  const SOFTHSM2_CONF = join(folder, 'softhsm2.conf')
  writeFileSync(SOFTHSM2_CONF, `directories.tokendir = ${folder}\nobjectstore.backend = file\n`)
  const env = { SOFTHSM2_CONF }
  const made = await run(
    peer('softhsm2-util'),
    [
      ...['--init-token', '--free', '--label', token.label],
      ...['--pin', token.pin, '--so-pin', token.pin],
    ],
    { env },
  )
  expect(made, made.stderr).toMatchObject({ code: 0 })
  const generated = await run(
    peer('pkcs11-tool'),
    [
      ...['--module', softHsm, '--token-label', token.label, '--login', '--pin', token.pin],
      ...['--keypairgen', '--key-type', keyType, '--label', token.key, '--id', '01'],
    ],
    { env },
  )
  expect(generated, generated.stderr).toMatchObject({ code: 0 })
  return {
    ...env,
    PKCS11_MODULE: softHsm,
    PKCS11_TOKEN: token.label,
    PKCS11_KEY: token.key,
    PKCS11_PIN: token.pin,
  }
}

const pkcs11Signer = join(import.meta.dirname, '../examples/pkcs11-signer/pkcs11-signer.ts')

describeWith(
  ['softhsm2-util', 'pkcs11-tool', 'pebble', 'pebble-challtestsrv', 'openssl'],
  'an account whose key is in a PKCS#11 token, at Pebble',
  () => {
    it.each(['EC:prime256v1', 'EC:secp384r1', 'rsa:2048'])(
      'is made and gets certificates by a key of %s',
      async (keyType) => {
        const env = await hardwareToken(keyType)
        const { pebble, create, at } = await world()
        const signer = ['--account-signer', `exec:${program(pkcs11Signer)}`]
        await certwright(['account', 'create', ...create, ...signer], { env })
        const out = join(temporaryFolder(), 'out')
        const port = ['--http-port', String(pebble.httpPort), '--out', out]
        await certwright(['issue', 'token.test', ...create, ...port], { env })
        const locked = await refusedOrDone(['account', 'show', ...at], {
          env: { ...env, PKCS11_PIN: '4321' },
        })
        expect(JSON.parse(locked.stdout)).toMatchObject({ error: { code: 'SIGNER_FAILED' } })
        expect(locked.stdout).not.toContain('4321')
      },
    )

    it('moves into the token by a rollover', async () => {
      const env = await hardwareToken('EC:prime256v1')
      const { create, at } = await world()
      await certwright(['account', 'create', ...create])
      const signer = ['--account-signer', `exec:${program(pkcs11Signer)}`]
      const { json } = await certwright(['account', 'rollover', ...at, ...signer], { env })
      expect(json).toMatchObject({ account: { key: { held: 'by-program' } } })
      await certwright(['account', 'show', ...at], { env })
    })
  },
)

/** A program that runs a script of ours on the Node that runs the tests. */
function program(script: string): string {
  const path = join(temporaryFolder(), 'sign')
  writeFileSync(path, `#!/bin/sh\nexec '${process.execPath}' '${script}'\n`)
  chmodSync(path, 0o755)
  return path
}

/** A program that holds a key of its own and knows no more than the guide says. */
function keyProgram(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const script = join(temporaryFolder(), 'sign.cjs')
  writeFileSync(
    script,
    `const { createPrivateKey, createPublicKey, sign } = require('node:crypto')
const key = createPrivateKey(${JSON.stringify(privateKey.export({ type: 'pkcs8', format: 'pem' }))})
const { op, data = '' } = JSON.parse(require('node:fs').readFileSync(0, 'utf8'))
const signature = sign('sha256', Buffer.from(data, 'base64url'), key).toString('base64url')
const jwk = createPublicKey(key).export({ format: 'jwk' })
console.log(JSON.stringify(op === 'key' ? { jwk } : { signature, encoding: 'der' }))
`,
  )
  return program(script)
}
