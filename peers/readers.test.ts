import { X509Certificate } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { startSandbox, type Sandbox } from '@certwright/sandbox'
import { afterEach, expect, it } from 'vitest'
import { certwright, describeWith, freePort, peer, run, start, temporaryFolder } from './peer.ts'

let sandbox: Sandbox | undefined
afterEach(async () => sandbox?.close())

/** A certificate of our sandbox, written by our command. */
async function issued(
  key: string,
): Promise<{ folder: string; out: string; state: string; root: string }> {
  sandbox = await startSandbox({ zones: ['example.test'] })
  const folder = temporaryFolder()
  const [root, out, state] = [join(folder, 'root.pem'), join(folder, 'out'), join(folder, 'state')]
  writeFileSync(root, sandbox.rootPem)
  await certwright([
    'issue',
    'read.example.test',
    '--issuer',
    sandbox.directoryUrl,
    '--ca-file',
    root,
    '--agree-tos',
    '--challenge',
    'http-01',
    '--http-port',
    String(sandbox.httpPort),
    '--key',
    key,
    '--state',
    state,
    '--out',
    out,
  ])
  return { folder, out, state, root }
}

async function openssl(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(peer('openssl'), args)
  expect(code, stderr).toBe(0)
  return stdout
}

const fingerprint = (pem: Buffer | string): string => new X509Certificate(pem).fingerprint256

describeWith(['openssl', 'keytool'], 'what we write is read back', () => {
  it.each(['ec256', 'ec384', 'rsa2048'])('by OpenSSL and keytool, with an %s key', async (key) => {
    const { folder, out, state, root } = await issued(key)
    const file = (name: string): string => join(out, 'current', name)
    expect(
      await openssl('x509', '-in', file('cert.pem'), '-noout', '-ext', 'subjectAltName'),
    ).toContain('DNS:read.example.test')
    expect(
      await openssl('verify', '-CAfile', root, '-untrusted', file('chain.pem'), file('cert.pem')),
    ).toContain('OK')
    const leaf = fingerprint(readFileSync(file('cert.pem')))
    const password = join(folder, 'password')
    writeFileSync(password, 'correct horse\n')
    const exported = async (format: string): Promise<string> => {
      const output = join(folder, `bundle.${format}`)
      await certwright([
        'export',
        'read.example.test',
        '--format',
        format,
        '--output',
        output,
        '--password-file',
        password,
        '--state',
        state,
      ])
      return output
    }
    for (const [format, flags] of [
      ['pkcs12', []],
      ['pkcs12-legacy', ['-legacy']],
    ] as const) {
      const pfx = await exported(format)
      const pem = await openssl(
        'pkcs12',
        '-in',
        pfx,
        '-passin',
        'pass:correct horse',
        '-nodes',
        ...flags,
      )
      expect(pem).toContain('PRIVATE KEY')
      expect(fingerprint(pem.slice(pem.indexOf('-----BEGIN CERTIFICATE')))).toBe(leaf)
      const listed = await run(peer('keytool'), [
        '-list',
        '-v',
        '-keystore',
        pfx,
        '-storetype',
        'PKCS12',
        '-storepass',
        'correct horse',
      ])
      expect(listed.stdout).toContain(leaf)
    }
    const jks = await run(peer('keytool'), [
      '-list',
      '-v',
      '-keystore',
      await exported('jks'),
      '-storetype',
      'JKS',
      '-storepass',
      'correct horse',
    ])
    expect(jks.stdout).toContain('PrivateKeyEntry')
    expect(jks.stdout).toContain(leaf)
  })
})

describeWith(['nginx'], 'nginx serves what we write', () => {
  it('and serves the new one after a renewal and a reload', async () => {
    const { folder, out, state, root } = await issued('ec256')
    const port = await freePort()
    mkdirSync(join(folder, 'logs'))
    const config = join(folder, 'nginx.conf')
    writeFileSync(
      config,
      `daemon off; master_process on; pid ${folder}/nginx.pid; error_log stderr;
events {}
http {
  access_log off; client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  server { listen 127.0.0.1:${port} ssl; ssl_certificate ${out}/current/fullchain.pem; ssl_certificate_key ${out}/current/privkey.pem; }
}
`,
    )
    await start('nginx', ['-c', config, '-p', folder], { port })
    const served = async (): Promise<string> =>
      new Promise((resolve, reject) => {
        const socket = connect(
          { host: '127.0.0.1', port, servername: 'read.example.test', ca: readFileSync(root) },
          () => {
            resolve(socket.getPeerX509Certificate()?.fingerprint256 ?? '')
            socket.destroy()
          },
        )
        socket.once('error', reject)
      })
    const current = (): string => fingerprint(readFileSync(join(out, 'current', 'cert.pem')))
    const first = current()
    expect(await served()).toBe(first)
    await certwright(['renew', 'read.example.test', '--force', '--state', state])
    expect(current()).not.toBe(first)
    await run(peer('nginx'), ['-c', config, '-p', folder, '-s', 'reload'])
    await expect.poll(served, { timeout: 10_000 }).toBe(current())
  })
})
