// A file with 200 certificates, two CAs, an emulated Alibaba Cloud and a web server: planned, applied, killed on the way,
// hit by an outage, by drift and by a revocation, and in the end as the file says. Offline.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSecureContext } from 'node:tls'
import { parseArgs } from 'node:util'
import { fileURLToPath } from 'node:url'
import { systemHost } from '@certwright/acme'
import { startSandbox, type Sandbox } from '@certwright/sandbox'

type Line = readonly [en: string, zh: string]
type World = Sandbox & Required<Pick<Sandbox, 'alibaba'>>

/** What `plan --json` and `apply --json` print, as far as it is read here. */
interface Document {
  readonly actions: readonly Action[]
  readonly outcomes: readonly (Action & { readonly result: string })[]
  readonly failed: number
}

interface Action {
  readonly action: string
  readonly certificate: string
  readonly target?: string
  readonly reason: string
}

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, lang: { type: 'string' } },
})
const { env } = process
const locale = values.lang ?? env['LC_ALL'] ?? env['LC_MESSAGES'] ?? env['LANG'] ?? ''
const chinese = locale.startsWith('zh')
const command = fileURLToPath(new URL('../packages/certwright/bin/certwright.cjs', import.meta.url))

const total = 200
const onCdn = 24
const onGateway = 12
const folder = mkdtempSync(join(tmpdir(), 'certwright-estate-'))
const state = join(folder, 'state')
const file = join(folder, 'certwright.yaml')
const root = join(folder, 'root.pem')
const names = Array.from({ length: total }, (_, i) => `n${String(i).padStart(3, '0')}.example.test`)
const cdn = names.slice(0, onCdn)
const gateway = names.slice(onCdn, onCdn + onGateway)
const web = names.slice(onCdn + onGateway)
const credentials: Record<string, string> = {}
/** The first CA answers no new order while this is set. */
let outage = false

function say([en, zh]: Line): void {
  if (!values.json) process.stdout.write(`${chinese ? zh : en}\n`)
}

async function step<T>(title: Line, work: () => Promise<T>): Promise<T> {
  const start = performance.now()
  const result = await work()
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  say([`✓ ${title[0]}  (${seconds} s)`, `✓ ${title[1]}（${seconds} 秒）`])
  return result
}

function prove(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`not proven: ${what}`)
}

interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<{
    readonly code: number | null
    readonly output: string
    readonly errors: string
  }>
}

function start(...args: readonly string[]): Running {
  const all = [...args, '--state', state]
  const child = spawn(process.execPath, [command, ...all], { env: { ...env, ...credentials } })
  let [output, errors] = ['', '']
  child.stdout.on('data', (chunk) => (output += String(chunk)))
  child.stderr.on('data', (chunk) => (errors += String(chunk)))
  const ended = new Promise<Awaited<Running['ended']>>((resolve) => {
    child.once('close', (code) => resolve({ code, output, errors }))
  })
  return { child, ended }
}

/** Runs the command to its end, and reads its one JSON document. */
async function certwright(
  ...args: readonly string[]
): Promise<Document & { readonly code: number | null }> {
  const { code, output, errors } = await start(...args, '--config', file, '--json').ended
  prove(output.startsWith('{'), `certwright ${args.join(' ')} prints a document: ${errors}`)
  const document = JSON.parse(output) as Document & { readonly error?: unknown }
  prove(
    document.error === undefined,
    `certwright ${args.join(' ')}: ${JSON.stringify(document.error)}`,
  )
  return { ...document, code }
}

async function world(): Promise<World> {
  const atOnce = { min: 0, max: 0 }
  const quick = { validationDelayMs: atOnce, issuanceDelayMs: atOnce, renewalInfoRetryAfter: '60' }
  const sandbox = await startSandbox({
    zones: ['example.test'],
    cas: {
      first: {
        ...quick,
        faults: ({ endpoint }) =>
          outage && endpoint === 'newOrder' ? { status: 503, retryAfter: '3600' } : undefined,
      },
      second: quick,
    },
    alibaba: {
      seed: {
        cdn: { domains: cdn.map((domain) => ({ domain })) },
        cloudapi: {
          groups: [
            { id: 'estate', name: 'estate', domains: gateway.map((domain) => ({ domain })) },
          ],
        },
      },
    },
  })
  // Each CA has roots of its own; whoever shakes hands trusts those of both.
  const roots = Object.values(sandbox.cas).map(({ rootPem }) => rootPem)
  writeFileSync(root, roots.join(''))
  credentials['ALIBABA_CLOUD_ACCESS_KEY_ID'] = sandbox.alibaba.accessKeyId
  credentials['ALIBABA_CLOUD_ACCESS_KEY_SECRET'] = sandbox.alibaba.accessKeySecret
  return sandbox
}

const sites = join(folder, 'sites')

/** Serves each site by its name, from what stands on disk at that moment. */
async function serveSites(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer({
    SNICallback(name, answer) {
      const read = (part: string): string => readFileSync(join(sites, name, part), 'utf8')
      try {
        answer(null, createSecureContext({ cert: read('fullchain.pem'), key: read('privkey.pem') }))
      } catch (error) {
        answer(error as Error)
      }
    },
  })
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, port: (server.address() as AddressInfo).port }
}

/** As an operator writes it, but for where the emulator and the web server are. */
function writeFile(
  { directoryUrl, cas, alibaba, httpPort, resolver }: World,
  webPort: number,
): void {
  const { endpoint, servePort } = alibaba
  const served = `serve-at: '127.0.0.1:${servePort}', trust: root.pem`
  const text = `issuers:
  - { name: first, directory: ${directoryUrl}, ca-file: root.pem, agree-terms: true }
  - { name: second, directory: ${cas['second']?.directoryUrl ?? ''}, ca-file: root.pem, agree-terms: true }
dns:
  aliyun: { provider: alibaba-dns, options: { endpoint: '${endpoint}' } }
defaults:
  challenge: { type: http-01, port: ${httpPort} }
certificates:
${[
  ...cdn.map(
    (name) => `  - names: [${name}]
    challenge: { dns: aliyun, resolvers: ['${resolver}'] }
    installs:
      - target: alibaba-cdn
        options: { domain: ${name}, endpoint: '${endpoint}', ${served} }`,
  ),
  ...gateway.map(
    (name) => `  - names: [${name}]
    installs:
      - target: alibaba-api-gateway
        options: { group: estate, domain: ${name}, endpoint: '${endpoint}', ${served} }`,
  ),
  ...web.map(
    (name) => `  - names: [${name}]
    installs:
      - target: files
        options:
          directory: ${join(sites, name)}
          fullchain: fullchain.pem
          key: privkey.pem
          serve-at: '127.0.0.1:${webPort}'
          trust: root.pem`,
  ),
].join('\n')}
`
  for (const name of web) mkdirSync(join(sites, name), { recursive: true })
  writeFileSync(file, text)
}

/** Orders that the CAs have of each name, whatever became of them. */
function ordersOf({ cas }: World): ReadonlyMap<string, number> {
  const all = Object.values(cas).flatMap(({ ca }) => ca.orders())
  const counts = new Map<string, number>()
  for (const { identifiers } of all) {
    const name = identifiers[0]?.value ?? ''
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return counts
}

const pause = async (): Promise<void> => systemHost.sleep(20)

/** Ends the process as a power cut would, once the CA has seen so many orders. */
async function killed(sandbox: World, after: number): Promise<void> {
  const { child, ended } = start('apply', '--config', file, '--concurrency', '6')
  while (sandbox.ca.orders().length < after) await pause()
  child.kill('SIGKILL')
  await ended
}

async function story(): Promise<Record<string, number>> {
  const sandbox = await world()
  const { server, port } = await serveSites()
  try {
    return await through(sandbox, port)
  } finally {
    server.close()
    server.closeAllConnections()
    await sandbox.close()
  }
}

async function through(sandbox: World, port: number): Promise<Record<string, number>> {
  writeFile(sandbox, port)
  const first = await step(
    [`The file names ${total} certificates: planned`, `文件描述了 ${total} 张证书：生成计划`],
    async () => certwright('plan'),
  )
  prove(
    first.code === 2 && first.actions.filter(({ action }) => action === 'issue').length === total,
    'all are planned',
  )
  await step(['Applied, and killed on the way', '执行，中途被强制终止'], async () =>
    killed(sandbox, total / 4),
  )
  const killedAt = sandbox.ca.orders().length
  outage = true
  const second = await step(
    [
      'Applied again while the first CA takes no order: the second one issues the rest',
      '首个 CA 停止受理订单时再次执行：其余证书由第二个 CA 签发',
    ],
    async () => certwright('apply'),
  )
  prove(second.failed === 0, 'nothing fails for an outage')
  outage = false
  const calm = await certwright('plan')
  prove(calm.actions.length === 0, `nothing is left: ${JSON.stringify(calm.actions.slice(0, 3))}`)
  const drifted = await step(
    [
      'Somebody changes what is served in a dozen places; it is seen and repaired',
      '有人改动了十余处的证书：被发现并修复',
    ],
    async () => repaired(),
  )
  const renewed = await step(
    [
      'The first CA revokes what it has issued for ten names; they are renewed and installed',
      '首个 CA 吊销了十个名称的证书：自动续期并重新部署',
    ],
    async () => replaced(sandbox),
  )
  const last = await certwright('plan')
  const orders = ordersOf(sandbox)
  const expected = (name: string): number => (renewed.has(name) ? 2 : 1)
  return {
    certificates: total,
    actionsLeft: last.actions.length,
    lost: names.filter((name) => !orders.has(name)).length,
    renewedTwice: await versionsBeyond(expected),
    ordersTwice: names.filter((name) => (orders.get(name) ?? 0) > expected(name)).length,
    driftRepaired: drifted,
    killedAfterOrders: killedAt,
    revokedAndReplaced: renewed.size,
  }
}

/** Puts another site's certificate in the place of twelve, and lets it be set right. */
async function repaired(): Promise<number> {
  const [other = '', ...sitesHit] = web.slice(0, 13)
  for (const name of sitesHit) {
    for (const part of ['fullchain.pem', 'privkey.pem']) {
      writeFileSync(join(sites, name, part), readFileSync(join(sites, other, part)))
    }
  }
  const { actions } = await certwright('plan')
  const repairs = actions.filter(({ action }) => action === 'repair')
  prove(
    repairs.length === sitesHit.length,
    `drift is seen in ${sitesHit.length} places, not ${repairs.length}`,
  )
  const { outcomes, failed } = await certwright('apply')
  prove(failed === 0, 'drift is repaired')
  return outcomes.filter(({ action, result }) => action === 'repair' && result === 'done').length
}

/** The CA announces that ten certificates have to go. Our next question is due a minute after the last. */
async function replaced(sandbox: World): Promise<ReadonlySet<string>> {
  const hit = sandbox.ca.certificates().slice(0, 10)
  for (const { serial } of hit) prove(sandbox.ca.revoke(serial, 4), 'the CA revokes')
  const expected = new Set(hit.flatMap(({ identifiers }) => identifiers.map(({ value }) => value)))
  for (;;) {
    const { actions } = await certwright('plan')
    const renewals = actions.filter(({ action }) => action === 'renew')
    if (renewals.length >= expected.size) break
    await pause()
  }
  const { failed } = await certwright('apply')
  prove(failed === 0, 'what was revoked is replaced')
  return expected
}

/** Certificates that were issued more often than they had to be. */
async function versionsBeyond(expected: (name: string) => number): Promise<number> {
  const { output } = await start('list', '--json').ended
  const { certificates } = JSON.parse(output) as {
    certificates: readonly { id: string; version?: { number: number } }[]
  }
  prove(certificates.length === total, `all ${total} are kept`)
  return certificates.filter(({ id, version }) => (version?.number ?? 0) > expected(id)).length
}

const began = performance.now()
try {
  const result = await story()
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  const clean = ['actionsLeft', 'lost', 'renewedTwice', 'ordersTwice'].every(
    (name) => result[name] === 0,
  )
  prove(clean, JSON.stringify(result))
  say([
    `\n${total} certificates as the file says, in ${seconds} s and without a network: ${JSON.stringify(result)}`,
    `\n${total} 张证书均与文件一致，用时 ${seconds} 秒，无需网络：${JSON.stringify(result)}`,
  ])
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`)
} catch (error) {
  process.stderr.write(`demo:estate: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
