import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Outcome, World } from './world.ts'

const folder = fileURLToPath(new URL('.', import.meta.url))
const installed = (path: string): string => join(folder, 'node_modules', path)
const start = join(folder, 'start.mjs')

/** One runtime: its program, and how it runs the list. `scratch` is a folder with `world.json` and `root.pem`. */
export interface Runtime {
  readonly name: string
  readonly program: string
  /** The package whose version it is. */
  readonly package: string
  readonly run: (scratch: string) => Promise<readonly Outcome[]>
}

function node(major: number): Runtime {
  const program = installed(`node-${major}/bin/node`)
  return {
    name: `Node ${major}`,
    program,
    package: `node-${major}`,
    run: async (scratch) =>
      outcomesOf(
        await ended(program, [start, join(scratch, 'world.json')], {
          NODE_EXTRA_CA_CERTS: join(scratch, 'root.pem'),
        }),
      ),
  }
}

const bun = installed('@oven/bun-linux-x64/bin/bun')
const deno = installed('@deno/linux-x64-glibc/deno')
const workerd = installed('@cloudflare/workerd-linux-64/bin/workerd')

/** Linux on x64, by the programs that npm has of them. */
export const runtimes: readonly Runtime[] = [
  ...[20, 22, 24, 26].map(node),
  {
    name: 'Bun',
    program: bun,
    package: 'bun',
    run: async (scratch) => outcomesOf(await ended(bun, [start, join(scratch, 'world.json')])),
  },
  {
    name: 'Deno',
    program: deno,
    package: 'deno',
    run: async (scratch) => {
      const options = ['--no-config', '--node-modules-dir=manual', '--quiet', '--no-lock']
      const may = ['--allow-read', '--allow-net=127.0.0.1,localhost', '--allow-env']
      const trust = ['--cert', join(scratch, 'root.pem')]
      return outcomesOf(
        await ended(deno, [
          'run',
          ...options,
          ...may,
          ...trust,
          start,
          join(scratch, 'world.json'),
        ]),
      )
    },
  },
  { name: 'workerd', program: workerd, package: 'workerd', run: runWorkerd },
]

/** The version that is installed. */
export function versionOf(runtime: Runtime): string {
  const text = readFileSync(installed(`${runtime.package}/package.json`), 'utf8')
  return (JSON.parse(text) as { readonly version: string }).version
}

interface Ended {
  readonly code: number | null
  readonly output: string
}

async function ended(
  program: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Ended> {
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 120_000,
  })
  let output = ''
  child.stdout.on('data', (chunk) => (output += String(chunk)))
  child.stderr.on('data', (chunk) => (output += String(chunk)))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, output }))
  })
}

function outcomesOf({ code, output }: Ended): readonly Outcome[] {
  const line = output.split('\n').find((line) => line.startsWith('[{'))
  if (line === undefined) throw new Error(`it ended with ${code} and no outcome:\n${output}`)
  return JSON.parse(line) as readonly Outcome[]
}

/** Every module is embedded, and named as it is imported. */
async function runWorkerd(scratch: string): Promise<readonly Outcome[]> {
  const dist = fileURLToPath(new URL('../../packages/acme/dist', import.meta.url))
  const library = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.js') && !name.startsWith('node/'),
  )
  const text = JSON.stringify
  const module = (name: string, source: string): string =>
    `(name = ${text(name)}, esModule = ${text(source)})`
  const modules = [
    ...['worker.mjs', 'list.mjs', 'injected-ca.mjs'].map((name) =>
      module(name, readFileSync(join(folder, name), 'utf8')),
    ),
    module('@certwright/acme', "export * from './dist/index.js'"),
    ...library.map((name) =>
      module(`@certwright/dist/${name}`, readFileSync(join(dist, name), 'utf8')),
    ),
  ]
  const config = join(scratch, 'workerd.capnp')
  writeFileSync(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      compatibilityDate = "2026-11-01",
      modules = [${modules.join(',\n')}],
      bindings = [(name = "WORLD", json = ${text(readFileSync(join(scratch, 'world.json'), 'utf8'))})],
      globalOutbound = "loopback")),
    (name = "loopback", network = (
      allow = ["private"],
      tlsOptions = (trustedCertificates = [${text(readFileSync(join(scratch, 'root.pem'), 'utf8'))}]))),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]);
`,
  )
  return servedBy(['serve', config, '--control-fd=3'])
}

/** workerd says on its control channel at which port it listens. */
async function servedBy(args: readonly string[]): Promise<readonly Outcome[]> {
  const child = spawn(workerd, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] })
  let said = ''
  child.stdout?.on('data', (chunk) => (said += String(chunk)))
  child.stderr?.on('data', (chunk) => (said += String(chunk)))
  try {
    const port = await new Promise<number>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', () => reject(new Error(`workerd ended:\n${said}`)))
      child.stdio[3]?.on('data', (chunk) => {
        for (const line of String(chunk).split('\n').filter(Boolean)) {
          const { event, port } = JSON.parse(line) as { event: string; port: number }
          if (event === 'listen') resolve(port)
        }
      })
    })
    const response = await fetch(`http://127.0.0.1:${port}/`)
    const answer = await response.text()
    if (!response.ok) throw new Error(`workerd answered ${response.status}: ${answer}\n${said}`)
    return JSON.parse(answer) as readonly Outcome[]
  } finally {
    child.kill()
  }
}

/** Where answers of http-01 are published by `PUT` and looked for by the CA: one server, at this port. */
export async function answerServer(port: number): Promise<{ url: string; close(): void }> {
  const answers = new Map<string, string>()
  const server = createServer((request, response) => {
    const token = request.url?.split('/').at(-1) ?? ''
    if (request.method === 'PUT') {
      request.setEncoding('utf8').on('data', (chunk: string) => answers.set(token, chunk))
      request.on('end', () => response.end())
    } else if (request.method === 'DELETE') {
      answers.delete(token)
      response.end()
    } else {
      const answer = answers.get(token)
      response.writeHead(answer === undefined ? 404 : 200).end(answer)
    }
  }).listen(port, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port: opened } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${opened}`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** Writes what a runtime is told. */
export function writeWorld(scratch: string, world: World): void {
  writeFileSync(join(scratch, 'world.json'), JSON.stringify(world))
  writeFileSync(join(scratch, 'root.pem'), world.rootPem)
}
