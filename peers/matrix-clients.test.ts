import { X509Certificate } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startSandbox, type Sandbox } from '@certwright/sandbox'
import { afterEach, expect, it } from 'vitest'
import { describeWith, peer, run, temporaryFolder, type Ran } from './peer.ts'

interface World {
  readonly sandbox: Sandbox
  readonly folder: string
  /** The file of the root. */
  readonly root: string
}

/** What a client was driven to do. */
interface Driven {
  /** The chain it downloaded, as PEM. */
  readonly pem: string
  /** Lets it revoke; absent where it has done so already. */
  readonly revoke?: () => Promise<Ran>
  readonly revoked?: true
}

type Drive = (world: World, name: string) => Promise<Driven>

const opened: Sandbox[] = []
afterEach(async () => {
  for (const sandbox of opened.splice(0)) await sandbox.close()
})

async function world(strict = false): Promise<World> {
  const ca = strict ? ({ strict: 'letsencrypt' } as const) : {}
  const sandbox = await startSandbox({ zones: ['matrix.test'], ca })
  opened.push(sandbox)
  const folder = temporaryFolder()
  const root = join(folder, 'root.pem')
  writeFileSync(root, sandbox.rootPem)
  return { sandbox, folder, root }
}

function succeeded(ran: Ran): Ran {
  expect(ran, ran.stdout + ran.stderr).toMatchObject({ code: 0 })
  return ran
}

function isRevoked({ sandbox }: World, pem: string): boolean {
  // Node's serialNumber drops a leading 00.
  const serialOf = (hex: string): bigint => BigInt(`0x${hex}`)
  const mine = serialOf(new X509Certificate(pem).serialNumber)
  const one = sandbox.ca.certificates().find(({ serial }) => serialOf(serial) === mine)
  return one?.revoked !== undefined
}

/** Each client does all that it can; its row in the table is of these tests. */
function matrix(drive: Drive): void {
  const gets = async (at: World): Promise<void> => {
    const { pem } = await drive(at, 'www.matrix.test')
    expect(new X509Certificate(pem).checkHost('www.matrix.test')).toBe('www.matrix.test')
  }

  it('gets a certificate', async () => gets(await world()))

  it('gets a certificate, strict: letsencrypt', async () => gets(await world(true)))

  it('revokes it', async () => {
    const at = await world()
    const { pem, revoke, revoked } = await drive(at, 'gone.matrix.test')
    if (revoke !== undefined) succeeded(await revoke())
    expect(revoke !== undefined || revoked).toBe(true)
    expect(isRevoked(at, pem)).toBe(true)
  })
}

function certbot(program: string): Drive {
  return async ({ sandbox: { directoryUrl, httpPort }, folder, root }, name) => {
    const options = { env: { REQUESTS_CA_BUNDLE: root } }
    const shared = ['--server', directoryUrl, '--non-interactive', '--config-dir', folder]
    shared.push('--work-dir', folder, '--logs-dir', folder)
    const asked = [
      ...['certonly', ...shared, '--standalone', '--http-01-address', '127.0.0.1'],
      ...['--http-01-port', String(httpPort), '--agree-tos'],
      ...['--register-unsafely-without-email', '-d', name],
    ]
    succeeded(await run(peer(program), asked, options))
    const file = join(folder, 'live', name, 'cert.pem')
    const revoke = ['revoke', ...shared, '--cert-path', file, '--no-delete-after-revoke']
    return {
      pem: readFileSync(file, 'utf8'),
      revoke: async () => run(peer(program), revoke, options),
    }
  }
}

describeWith(['certbot'], 'certbot (Debian)', () => matrix(certbot('certbot')))
describeWith(['certbot-newest'], 'certbot (PyPI)', () => matrix(certbot('certbot-newest')))

describeWith(['lego'], 'lego (Debian)', () =>
  matrix(async ({ sandbox: { directoryUrl, httpPort }, folder, root }, name) => {
    const options = { env: { LEGO_CA_CERTIFICATES: root } }
    const shared = [
      ...['--server', directoryUrl, '--accept-tos', '--email', 'a@matrix.test', '--path', folder],
      ...['--domains', name, '--http', '--http.port', `127.0.0.1:${httpPort}`],
    ]
    succeeded(await run(peer('lego'), [...shared, 'run'], options))
    return {
      pem: readFileSync(join(folder, `certificates/${name}.crt`), 'utf8'),
      revoke: async () => run(peer('lego'), [...shared, 'revoke'], options),
    }
  }),
)

describeWith(['lego5-peer'], 'lego 5 (library)', () =>
  matrix(async ({ sandbox: { directoryUrl, httpPort }, root }, name) => {
    const env = { LEGO_CA_CERTIFICATES: root }
    const ran = await run(peer('lego5-peer'), [directoryUrl, name, String(httpPort)], { env })
    return { pem: succeeded(ran).stdout, revoked: true }
  }),
)

describeWith(['acmez-peer'], 'acmez', () =>
  matrix(async ({ sandbox: { directoryUrl, httpPort }, root }, name) => {
    const args = [directoryUrl, root, name, String(httpPort), 'http-01']
    return { pem: succeeded(await run(peer('acmez-peer'), args)).stdout, revoked: true }
  }),
)

describeWith([], 'acme-client (npm)', () =>
  matrix(async ({ sandbox: { directoryUrl, httpPort }, root }, name) => {
    const script = fileURLToPath(new URL('acme-client-run.ts', import.meta.url))
    const args = [script, directoryUrl, name, String(httpPort)]
    const env = { NODE_EXTRA_CA_CERTS: root }
    return { pem: succeeded(await run(process.execPath, args, { env })).stdout, revoked: true }
  }),
)
