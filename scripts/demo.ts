import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fileURLToPath } from 'node:url'
import {
  acmeClient,
  readCertificate,
  readChain,
  revokeCertificate,
  type Exchange,
} from '@certwright/acme'
import { keyObjectSigner, nodeTransport, readKeyObject } from '@certwright/acme/node'
import { startSandbox, type Sandbox } from '@certwright/sandbox'
import { served } from 'certwright'

type Line = readonly [en: string, zh: string]

/** A version, by its serial number and the SHA-256 of its certificate. */
interface Version {
  readonly serial: string
  readonly fingerprint: string
  readonly revokedAt?: string
}

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, lang: { type: 'string' } },
})
const { env } = process
const locale = values.lang ?? env['LC_ALL'] ?? env['LC_MESSAGES'] ?? env['LANG'] ?? ''
const chinese = locale.startsWith('zh')
const began = performance.now()
const command = fileURLToPath(new URL('../packages/certwright/bin/certwright.js', import.meta.url))

function say([en, zh]: Line): void {
  if (!values.json) process.stdout.write(`${chinese ? zh : en}\n`)
}

/** Tells one step and its time. */
async function step<T>(title: Line, work: () => Promise<T>): Promise<T> {
  const start = performance.now()
  const result = await work()
  const ms = Math.round(performance.now() - start)
  say([`✓ ${title[0]}  (${ms} ms)`, `✓ ${title[1]}（${ms} 毫秒）`])
  return result
}

function prove(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`not proven: ${what}`)
}

/** Runs the command as a person would, and returns its one JSON document. */
async function certwright(...args: string[]): Promise<unknown> {
  const line = `  $ certwright ${shown(args)}`
  say([line, line])
  const child = spawn(process.execPath, [command, ...args, '--state', state, '--json'])
  let [output, errors] = ['', '']
  child.stdout.on('data', (chunk) => (output += String(chunk)))
  child.stderr.on('data', (chunk) => (errors += String(chunk)))
  const code = await new Promise((resolve) => child.once('close', resolve))
  prove(code === 0, `certwright ${args[0]} succeeds: ${output}${errors}`)
  return JSON.parse(output)
}

/** What the command says is current. */
async function kept(): Promise<Version> {
  const { certificate } = (await certwright('show', 'example.test')) as {
    certificate: { version: Version }
  }
  const { serial, fingerprint, revokedAt } = certificate.version
  return { serial, fingerprint, ...(revokedAt !== undefined && { revokedAt }) }
}

/** A command line without the folders of this run and without the zone's key. */
function shown(args: readonly string[]): string {
  return args
    .map((arg) => arg.replace(/(key-secret=).*/, '$1…').replace(folder, '.'))
    .map((arg) => (arg.includes('*') ? `'${arg}'` : arg))
    .join(' ')
}

const folder = mkdtempSync(join(tmpdir(), 'certwright-demo-'))
const state = join(folder, 'state')
const out = join(folder, 'example.test')
const root = join(folder, 'root.pem')
const current = (file: string): string => readFileSync(join(out, 'current', file), 'utf8')

/** A small web server that serves what stands on disk, as nginx would after a reload. */
async function serve(): Promise<{ server: Server; port: number }> {
  const server = createServer(files(), (_request, response) => response.end('hello\n'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  prove(address !== null && typeof address === 'object', 'the server listens')
  return { server, port: address.port }
}

function files(): { key: string; cert: string } {
  return { key: current('privkey.pem'), cert: current('fullchain.pem') }
}

/** Shakes hands with the server under both names and compares what it serves with what stands on disk. */
async function proveServed(port: number): Promise<Version> {
  const proofs = await Promise.all(
    ['example.test', 'www.example.test'].map((servername) =>
      served({ host: '127.0.0.1', port, servername, ca: readFileSync(root, 'utf8') }),
    ),
  )
  const [apex, wildcard] = proofs
  prove(apex !== undefined && wildcard !== undefined, 'both names answer')
  prove(
    apex.authorized && wildcard.authorized,
    'the chain leads to the sandbox root and fits the names',
  )
  prove(apex.fingerprint === wildcard.fingerprint, 'both names serve one certificate')
  const [leaf] = readChain(current('fullchain.pem'))
  prove(leaf !== undefined, 'a certificate stands on disk')
  prove(apex.fingerprint === (await sha256(leaf)), 'what is served is what stands on disk')
  return { serial: serialOf(apex.chainPem), fingerprint: apex.fingerprint }
}

/** Hex, as the certificate has it: a leading `00` stays. */
function serialOf(chainPem: string): string {
  const [leaf] = readChain(chainPem)
  prove(leaf !== undefined, 'a certificate is served')
  return Buffer.from(readCertificate(leaf).serial).toString('hex')
}

async function sha256(der: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', Uint8Array.from(der))
  return Buffer.from(digest).toString('hex')
}

/** Asks the CA once more to revoke, now by the certificate's own key: it knows the certificate only as revoked. */
async function refusal(sandbox: Sandbox): Promise<string> {
  const exchanges: Exchange[] = []
  const transport = nodeTransport({ ca: sandbox.rootPem })
  const client = acmeClient({
    directoryUrl: sandbox.directoryUrl,
    transport,
    onExchange: (exchange) => exchanges.push(exchange),
  })
  const [certificate] = readChain(current('cert.pem'))
  prove(certificate !== undefined, 'a certificate stands on disk')
  await revokeCertificate(client, keyObjectSigner(readKeyObject(current('privkey.pem'))), {
    certificate,
  })
  transport.close?.()
  const types = exchanges.map(({ body }) => (body as { type?: string } | undefined)?.type ?? '')
  const refused = types.find((type) => type.endsWith(':alreadyRevoked'))
  prove(refused !== undefined, `the CA refuses a revoked certificate (it said ${types.join(', ')})`)
  return refused
}

async function story(): Promise<Record<string, unknown>> {
  const sandbox = await step(
    ['A CA and a DNS server start on this machine', '在本机启动一个 CA 和一个 DNS 服务器'],
    () => startSandbox({ zones: ['example.test'] }),
  )
  try {
    writeFileSync(root, sandbox.rootPem)
    const { tsig, resolver } = sandbox
    const dns = {
      server: resolver,
      'key-name': tsig.name,
      'key-algorithm': tsig.algorithm,
      'key-secret': tsig.secret,
    }
    await step(
      [
        'A certificate for example.test and *.example.test is issued, proven by DNS records',
        '签发 example.test 和 *.example.test 的证书，以 DNS 记录证明',
      ],
      () =>
        certwright(
          ...[
            'issue',
            'example.test',
            '*.example.test',
            '--issuer',
            sandbox.directoryUrl,
            '--ca-file',
            root,
          ],
          ...['--agree-tos', '--dns', 'rfc2136', '--resolver', resolver, '--out', out],
          ...Object.entries(dns).flatMap(([key, value]) => ['--dns-option', `${key}=${value}`]),
        ),
    )
    const issued = await kept()
    const { server, port } = await serve()
    try {
      const first = await step(
        [
          'An HTTPS server serves it, and a TLS handshake proves it',
          'HTTPS 服务器提供此证书，TLS 握手予以证明',
        ],
        () => proveServed(port),
      )
      prove(first.fingerprint === issued.fingerprint, 'what is served is what was issued')
      await step(['It is renewed', '续期'], () => certwright('renew', 'example.test', '--force'))
      const renewed = await kept()
      prove(renewed.serial !== issued.serial, 'the renewed certificate is another one')
      server.setSecureContext(files())
      const second = await step(
        [
          'The server reloads, and a handshake proves the new one',
          '服务器重新加载，握手证明新证书已生效',
        ],
        () => proveServed(port),
      )
      prove(second.fingerprint === renewed.fingerprint, 'what is served is what was renewed')
      await step(['It is revoked', '吊销'], () =>
        certwright('revoke', 'example.test', '--reason', 'cessationOfOperation'),
      )
      const refused = await step(
        [
          'The CA refuses to take it again: it is revoked already',
          'CA 拒绝再次受理：该证书已被吊销',
        ],
        () => refusal(sandbox),
      )
      const reason = sandbox.ca.certificateStatus(renewed.serial)?.revoked?.reason
      prove(reason === 5, 'the CA lists it as revoked, with the reason that was given')
      return {
        issued,
        served: first,
        renewed: { ...renewed, served: second },
        revoked: { ...(await kept()), reason, refused },
      }
    } finally {
      server.close()
      server.closeAllConnections()
    }
  } finally {
    await sandbox.close()
  }
}

try {
  const result = await story()
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  say([
    `\nOne certificate, from order to revocation, in ${seconds} s and without a network.`,
    `\n一张证书，从申请到吊销，用时 ${seconds} 秒，无需网络。`,
  ])
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`)
} catch (error) {
  process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
