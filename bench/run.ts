// One warm process, one name a certificate, against one Pebble: the floor, ours and npm's acme-client in turns.
import { spawn } from 'node:child_process'
import { connect, createServer, type AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { startPebble, type Pebble } from '../peers/pebble.ts'
import { endPeers, removeFolders } from '../peers/process.ts'
import type { Used } from './contestant.ts'

const rounds = 5
const count = 20
const contestants = ['floor', 'ours', 'acme-client'] as const

interface Row extends Used {
  readonly requests: number
  readonly connections: number
}

/** Counts the connections that a contestant opens, and passes every byte on. */
async function countingProxy(
  port: number,
): Promise<{ port: number; connections: () => number; close(): void }> {
  let connections = 0
  const server = createServer((socket) => {
    connections += 1
    const upstream = connect(port, '127.0.0.1')
    socket.pipe(upstream).pipe(socket)
    socket.on('error', () => upstream.destroy())
    upstream.on('error', () => socket.destroy())
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    close: () => server.close(),
  }
}

/** Runs one contestant. Requests are those that Pebble's log shows after the warm-up. */
async function run(contestant: string, pebble: Pebble): Promise<Row> {
  const url = new URL(pebble.directoryUrl)
  const proxy = await countingProxy(Number(url.port))
  url.port = String(proxy.port)
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL(`${contestant}.ts`, import.meta.url))],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, NODE_EXTRA_CA_CERTS: pebble.caFile },
    },
  )
  child.stdin.end(JSON.stringify({ directoryUrl: url.href, caFile: pebble.caFile, count }))
  let [output, warmRequests, warmConnections] = ['', 0, 0]
  child.stdout.on('data', (chunk) => {
    output += String(chunk)
    if (warmRequests === 0)
      [warmRequests, warmConnections] = [pebble.requests(), proxy.connections()]
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  proxy.close()
  if (code !== 0) throw new Error(`${contestant} failed: ${output}`)
  const used = JSON.parse(output.split('\n')[1] ?? '') as Used
  return {
    cpuMs: used.cpuMs / count,
    wallMs: used.wallMs / count,
    rssMb: used.rssMb,
    requests: (pebble.requests() - warmRequests) / count,
    // Connections opened before the warm-up ended, and still used, count once.
    connections: Math.max(1, proxy.connections() - warmConnections) / count,
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

const pebble = await startPebble({ env: { PEBBLE_VA_ALWAYS_VALID: '1' } })
const rows = new Map<string, Row[]>(contestants.map((name) => [name, []]))
for (let round = 0; round < rounds; round += 1) {
  for (const name of contestants) rows.get(name)?.push(await run(name, pebble))
}
endPeers()
removeFolders()

const of = (name: string, column: keyof Row): number =>
  median((rows.get(name) ?? []).map((row) => row[column]))
const columns = [
  ['cpuMs', 'CPU ms'],
  ['wallMs', 'wall ms'],
  ['requests', 'requests'],
  ['connections', 'connections'],
  ['rssMb', 'peak MB'],
] as const
process.stdout.write(`per certificate, warm, one name; medians of ${rounds} rounds of ${count}\n\n`)
process.stdout.write(
  `${''.padEnd(12)}${contestants.map((name) => name.padStart(14)).join('')}   acme-client / ours   ours / floor\n`,
)
for (const [column, title] of columns) {
  const cells = contestants.map((name) => of(name, column).toFixed(2).padStart(14)).join('')
  const ratio = (a: string, b: string): string => (of(a, column) / of(b, column)).toFixed(2)
  process.stdout.write(
    `${title.padEnd(12)}${cells}${ratio('acme-client', 'ours').padStart(21)}${ratio('ours', 'floor').padStart(15)}\n`,
  )
}
