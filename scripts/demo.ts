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

/** One place that serves a version, as the command has proven it. */
interface Installed {
  readonly target: string
  readonly domain: string
  readonly fingerprint: string
  readonly served: boolean
}

type World = Sandbox & Required<Pick<Sandbox, 'alibaba'>>

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, lang: { type: 'string' } },
})
const { env } = process
const locale = values.lang ?? env['LC_ALL'] ?? env['LC_MESSAGES'] ?? env['LANG'] ?? ''
const chinese = locale.startsWith('zh')
const began = performance.now()
const command = fileURLToPath(new URL('../packages/certwright/bin/certwright.cjs', import.meta.url))

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
  const child = spawn(process.execPath, [command, ...args, '--state', state, '--json'], {
    env: { ...env, ...credentials },
  })
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

/** A command line as a person would type it: without the folders of this run, and without where the emulator is. */
function shown(args: readonly string[]): string {
  return args
    .map((arg) => arg.replace(/,endpoint=.*/, ',…').replaceAll(folder, '.'))
    .map((arg) => (arg.includes('*') ? `'${arg}'` : arg))
    .join(' ')
    .replaceAll(' --', ' \\\n      --')
}

/** Every place of a reply, each proven by a handshake of the command's own. */
function installedIn(reply: unknown, { fingerprint }: Version): Installed[] {
  const { installed: all } = reply as { installed: readonly Installed[] }
  // The store itself serves nothing.
  const installed = all.filter(({ target }) => !target.startsWith('alibaba-cas'))
  prove(installed.length === places.length, `all ${places.length} places are told of`)
  return installed.map(({ target, domain, fingerprint: found, served: isServed }) => {
    prove(isServed && found === fingerprint, `${target} serves what was issued`)
    return { target: target.split(':', 1)[0] ?? '', domain, fingerprint: found, served: isServed }
  })
}

const folder = mkdtempSync(join(tmpdir(), 'certwright-demo-'))
const state = join(folder, 'state')
const out = join(folder, 'example.test')
const root = join(folder, 'root.pem')
/** What an operator would have in the environment; set once the emulator has made a key. */
const credentials: Record<string, string> = {}

/** Two products that take the certificate itself or from the store, and two that take it from the store. */
const places = [
  ['alibaba-api-gateway', { group: 'demo', domain: 'api.example.test' }],
  ['alibaba-cdn', { domain: 'cdn.example.test' }],
  ['alibaba-dcdn', { domain: 'dynamic.example.test' }],
  ['alibaba-vod', { domain: 'video.example.test' }],
] as const

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
async function refusal(sandbox: World): Promise<string> {
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

/** A CA, a DNS server and the four products, empty but for the domains that will serve the certificate. */
async function world(): Promise<World> {
  const sandbox = await startSandbox({
    zones: ['example.test'],
    alibaba: {
      seed: {
        cloudapi: {
          groups: [{ id: 'demo', name: 'demo', domains: [{ domain: 'api.example.test' }] }],
        },
        cdn: { domains: [{ domain: 'cdn.example.test' }] },
        dcdn: { domains: [{ domain: 'dynamic.example.test' }] },
        vod: { domains: [{ domain: 'video.example.test' }] },
      },
    },
  })
  writeFileSync(root, sandbox.rootPem)
  credentials['ALIBABA_CLOUD_ACCESS_KEY_ID'] = sandbox.alibaba.accessKeyId
  credentials['ALIBABA_CLOUD_ACCESS_KEY_SECRET'] = sandbox.alibaba.accessKeySecret
  return sandbox
}

/** As an operator would type it, but for the last options: where the emulator is, and what it serves. */
function issueCommand({ directoryUrl, resolver, alibaba }: World): string[] {
  const { endpoint, servePort } = alibaba
  const there = `endpoint=${endpoint},serve-at=127.0.0.1:${servePort},trust=${root}`
  const options = (place: Readonly<Record<string, string>>): string =>
    Object.entries(place)
      .map((entry) => entry.join('='))
      .join(',')
  return [
    ...['issue', 'example.test', '*.example.test', '--issuer', directoryUrl, '--ca-file', root],
    ...['--agree-tos', '--out', out, '--resolver', resolver],
    ...['--dns', 'alibaba-dns', '--dns-option', `endpoint=${endpoint}`],
    // Otherwise a replaced upload stays for a week.
    ...['--install', `alibaba-cas:retention-days=0,endpoint=${endpoint}`],
    ...places.flatMap(([name, place]) => ['--install', `${name}:${options(place)},${there}`]),
  ]
}

async function story(): Promise<Record<string, unknown>> {
  const sandbox = await step(
    [
      'A CA, a DNS server and an emulated Alibaba Cloud start on this machine',
      '在本机启动 CA、DNS 服务器和模拟的阿里云',
    ],
    world,
  )
  try {
    const first = await step(
      [
        'A certificate for example.test and *.example.test is validated by Alibaba Cloud DNS and installed on API Gateway, CDN, DCDN and VOD, each proven by a handshake',
        '通过阿里云解析验证并签发 example.test 和 *.example.test 的证书，部署到 API 网关、CDN、DCDN 和 VOD，逐一以 TLS 握手确认',
      ],
      () => certwright(...issueCommand(sandbox)),
    )
    const issued = await kept()
    const installed = installedIn(first, issued)
    const store = sandbox.alibaba.certificates
    prove(store.all.length === 1, 'the certificate was uploaded once')
    const { server, port } = await serve()
    try {
      const proof = await step(
        [
          'An HTTPS server serves it too, and a handshake proves it',
          'HTTPS 服务器也提供此证书，握手予以证明',
        ],
        () => proveServed(port),
      )
      prove(proof.fingerprint === issued.fingerprint, 'what is served is what was issued')
      const second = await step(
        [
          'It is renewed, installed everywhere, proven, and the old upload is collected',
          '续期，部署到所有位置并确认，清理旧的上传',
        ],
        () => certwright('renew', 'example.test', '--force'),
      )
      const renewed = await kept()
      prove(renewed.serial !== issued.serial, 'the renewed certificate is another one')
      const { renewals } = second as { renewals: readonly unknown[] }
      const installedAgain = installedIn(renewals[0], renewed)
      prove(store.all.length === 1, 'only the new upload is left')
      server.setSecureContext(files())
      const proofAgain = await step(
        [
          'The server reloads, and a handshake proves the new one',
          '服务器重新加载，握手证明新证书已生效',
        ],
        () => proveServed(port),
      )
      prove(proofAgain.fingerprint === renewed.fingerprint, 'what is served is what was renewed')
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
        served: proof,
        installed: [...installed, ...installedAgain],
        renewed: { ...renewed, served: proofAgain },
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
