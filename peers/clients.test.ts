import { X509Certificate } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startSandbox, type Sandbox } from '@certwright/sandbox'
import { afterEach, expect, it } from 'vitest'
import { describeWith, peer, run, temporaryFolder, type Ran } from './peer.ts'

let sandbox: Sandbox | undefined
afterEach(async () => sandbox?.close())

/** A sandbox whose defaults hurt, the folder a client may use, and the root's file. */
async function world(): Promise<{ sandbox: Sandbox; folder: string; root: string }> {
  sandbox = await startSandbox({ zones: ['example.test'] })
  const folder = temporaryFolder()
  const root = join(folder, 'root.pem')
  writeFileSync(root, sandbox.rootPem)
  return { sandbox, folder, root }
}

function succeeded(ran: Ran): void {
  expect(ran, ran.stdout + ran.stderr).toMatchObject({ code: 0 })
}

function revoked(pem: string | Buffer): boolean {
  const { serialNumber } = new X509Certificate(pem)
  return (
    sandbox?.ca
      .certificates()
      .some(({ serial, revoked: r }) => sameSerial(serial, serialNumber) && r !== undefined) ??
    false
  )
}

// Node's serialNumber drops a leading 00.
function sameSerial(a: string, b: string): boolean {
  return BigInt(`0x${a}`) === BigInt(`0x${b}`)
}

describeWith(['certbot'], 'certbot against our sandbox', () => {
  it('obtains a certificate by http-01 and revokes it', async () => {
    const {
      sandbox: { directoryUrl, httpPort },
      folder,
      root,
    } = await world()
    const env = { REQUESTS_CA_BUNDLE: root }
    const shared = [
      '--server',
      directoryUrl,
      '--config-dir',
      folder,
      '--work-dir',
      folder,
      '--logs-dir',
      folder,
      '--non-interactive',
    ]
    succeeded(
      await run(
        peer('certbot'),
        [
          'certonly',
          ...shared,
          '--standalone',
          '--http-01-address',
          '127.0.0.1',
          '--http-01-port',
          String(httpPort),
          '--agree-tos',
          '--register-unsafely-without-email',
          '-d',
          'certbot.example.test',
        ],
        { env },
      ),
    )
    const file = join(folder, 'live/certbot.example.test/cert.pem')
    const pem = readFileSync(file)
    expect(new X509Certificate(pem).checkHost('certbot.example.test')).toBe('certbot.example.test')
    succeeded(
      await run(
        peer('certbot'),
        ['revoke', ...shared, '--cert-path', file, '--no-delete-after-revoke'],
        { env },
      ),
    )
    expect(revoked(pem)).toBe(true)
  })
})

describeWith(['lego'], 'lego against our sandbox', () => {
  it('obtains a certificate by http-01 and revokes it', async () => {
    const {
      sandbox: { directoryUrl, httpPort },
      folder,
      root,
    } = await world()
    const env = { LEGO_CA_CERTIFICATES: root }
    const shared = [
      '--server',
      directoryUrl,
      '--accept-tos',
      '--email',
      'a@example.test',
      '--path',
      folder,
      '--domains',
      'lego.example.test',
      '--http',
      '--http.port',
      `127.0.0.1:${httpPort}`,
    ]
    succeeded(await run(peer('lego'), [...shared, 'run'], { env }))
    const pem = readFileSync(join(folder, 'certificates/lego.example.test.crt'))
    expect(new X509Certificate(pem).checkHost('lego.example.test')).toBe('lego.example.test')
    succeeded(await run(peer('lego'), [...shared, 'revoke'], { env }))
    expect(revoked(pem)).toBe(true)
  })
})

describeWith([], "npm's acme-client against our sandbox", () => {
  it('obtains a certificate by http-01 and revokes it', async () => {
    const {
      sandbox: { directoryUrl, httpPort },
      root,
    } = await world()
    const script = fileURLToPath(new URL('acme-client-run.ts', import.meta.url))
    const ran = await run(
      process.execPath,
      [script, directoryUrl, 'npm.example.test', String(httpPort)],
      { env: { NODE_EXTRA_CA_CERTS: root } },
    )
    succeeded(ran)
    expect(new X509Certificate(ran.stdout).checkHost('npm.example.test')).toBe('npm.example.test')
    expect(revoked(ran.stdout)).toBe(true)
  })
})
