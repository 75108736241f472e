import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { startSandbox, type Sandbox } from '@certwright/sandbox'
import { afterEach, expect, it } from 'vitest'
import { certwright, describeWith, peer, run, start, temporaryFolder } from './peer.ts'

let sandbox: Sandbox | undefined
afterEach(async () => sandbox?.close())

interface World {
  readonly sandbox: Sandbox
  readonly folder: string
  readonly root: string
}

/** What a CA does to hurt is not what is tested here: a client that stumbles waits for minutes. */
async function world(): Promise<World> {
  sandbox = await startSandbox({
    zones: ['example.test'],
    ca: { nonceRejectPercent: 0, retryAfterForm: 'seconds' },
  })
  const folder = temporaryFolder()
  const root = join(folder, 'root.pem')
  writeFileSync(root, sandbox.rootPem)
  return { sandbox, folder, root }
}

async function ran(
  program: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<void> {
  const { code, stdout, stderr } = await run(peer(program), args, { env })
  expect(code, stdout + stderr).toBe(0)
}

/**
 * Takes over what the client has left: nothing is to be issued then, and the next renewal is by the client's own
 * account, which knows nothing of the move.
 */
async function takesOver(
  client: string,
  path: string,
  { sandbox, folder, root }: World,
): Promise<void> {
  const { ca, directoryUrl, httpPort } = sandbox
  const [account, ...others] = ca.accounts()
  expect(others).toEqual([])
  const before = new Set(ca.certificates().map(({ url }) => url))
  const config = join(folder, 'certwright.yaml')
  const env = { CERTWRIGHT_STATE: join(folder, 'state'), CERTWRIGHT_CONFIG: config }
  const asked = ['--path', path, '--write', config, '--issuer', directoryUrl, '--ca-file', root]
  const { json } = await certwright(['import', client, ...asked, '--apply'], { env })
  expect(json).toMatchObject({
    certificates: [{ becomes: 'kept' }],
    accounts: [{ issuer: directoryUrl }],
  })
  const [{ id }] = json['certificates'] as [{ readonly id: string }]
  const planned = await certwright(['plan'], { env })
  expect(planned.json['actions']).toEqual([])
  // What a server of its own has answered is answered here now.
  const text = readFileSync(config, 'utf8')
  if (!/^ {4}challenge:/m.test(text)) {
    writeFileSync(config, `${text}    challenge: { type: http-01, port: ${httpPort} }\n`)
    await certwright(['apply'], { env })
  }
  await certwright(['renew', id, '--force'], { env })
  const fresh = ca.certificates().filter(({ url }) => !before.has(url))
  expect(fresh.map(({ accountUrl }) => accountUrl)).toEqual([account?.url])
  expect(ca.accounts()).toHaveLength(1)
}

describeWith(['certbot'], 'after certbot', () => {
  it('certificate and account go on as they are', async () => {
    const own = await world()
    const { sandbox, folder, root } = own
    const path = join(folder, 'letsencrypt')
    const dirs = ['--config-dir', path, '--work-dir', folder, '--logs-dir', folder]
    const http = [
      '--standalone',
      '--http-01-address',
      '127.0.0.1',
      '--http-01-port',
      String(sandbox.httpPort),
    ]
    const argv = ['certonly', '--server', sandbox.directoryUrl, ...dirs, ...http]
    const terms = ['--non-interactive', '--agree-tos', '--register-unsafely-without-email']
    await ran('certbot', [...argv, ...terms, '-d', 'moved.example.test'], {
      REQUESTS_CA_BUNDLE: root,
    })
    await takesOver('certbot', path, own)
  })
})

describeWith(['lego'], 'after lego', () => {
  it('certificate and account go on as they are', async () => {
    const own = await world()
    const { sandbox, folder, root } = own
    const path = join(folder, 'lego')
    const argv = [
      '--server',
      sandbox.directoryUrl,
      '--accept-tos',
      '--email',
      'a@example.test',
      '--path',
      path,
    ]
    const http = ['--http', '--http.port', `127.0.0.1:${sandbox.httpPort}`]
    await ran('lego', [...argv, ...http, '--domains', 'moved.example.test', 'run'], {
      LEGO_CA_CERTIFICATES: root,
    })
    await takesOver('lego', path, own)
  })
})

describeWith(['caddy'], 'after Caddy', () => {
  it('certificate and account go on as they are', async () => {
    const own = await world()
    const { sandbox, folder, root } = own
    const file = join(folder, 'Caddyfile')
    writeFileSync(
      file,
      `{
	admin off
	http_port ${sandbox.httpPort}
	https_port ${sandbox.tlsPort}
	acme_ca ${sandbox.directoryUrl}
	acme_ca_root ${root}
}
moved.example.test {
	respond "hello"
}
`,
    )
    const env = { XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder, HOME: folder }
    const caddy = await start('caddy', ['run', '--config', file], { port: sandbox.tlsPort, env })
    const path = join(folder, 'caddy')
    // Its answers to challenges are kept under the same name, elsewhere.
    const issued = (): boolean =>
      readdirSync(folder, { recursive: true }).some((name) =>
        /certificates.*moved\.example\.test\.json$/.test(String(name)),
      )
    while (!issued()) await pause(50)
    await caddy.stop()
    await takesOver('caddy', path, own)
  })
})
