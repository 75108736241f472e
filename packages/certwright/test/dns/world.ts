import { createServer as createTcp } from 'node:net'
import { createSocket } from 'node:dgram'
import { createTsigKey, startDns, type RunningDns } from '@certwright/sandbox'
import { systemHost, type Host } from '../../src/runtime/host.ts'

/** A clock that leaps over every wait, so that no test waits for time to pass. Counts the waits. */
export function leapingHost(start = 1_700_000_000_000): Host & { readonly waits: number[] } {
  let now = start
  const waits: number[] = []
  return {
    waits,
    now: () => now,
    random: () => 0.5,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted()
      waits.push(ms)
      now += ms
      await new Promise((resolve) => setImmediate(resolve))
    },
    fetch: systemHost.fetch,
  }
}

/** A DNS that is authoritative for zones and resolves them. Each has one name server on each loopback address. */
export async function zonesAt(...names: readonly string[]): Promise<RunningDns> {
  const dns = await startDns()
  for (const name of names) serveZone(dns, name)
  return dns
}

/** A DNS that takes signed updates of a zone, and the options of rfc2136 to send them. */
export async function updatableZone(
  name: string,
): Promise<{ readonly dns: RunningDns; readonly values: Readonly<Record<string, string>> }> {
  const key = createTsigKey('key')
  const dns = await startDns({ keys: [key] })
  serveZone(dns, name)
  return {
    dns,
    values: { server: serverText(dns), 'key-name': 'key', 'key-secret': key.secret },
  }
}

export function serveZone(dns: RunningDns, name: string, addresses = dns.addresses): void {
  dns.addZone({ name })
  for (const data of addresses) {
    dns.add({ name: `ns1.${name}`, type: data.includes(':') ? 'AAAA' : 'A', data })
  }
}

export function serverText({ port }: RunningDns): string {
  return `127.0.0.1:${port}`
}

/** The values that stand at a name. */
export function txtAt(dns: RunningDns, name: string): string[] {
  return dns
    .records(name)
    .flatMap((record) => (record.type === 'TXT' ? [[record.data].flat().join('')] : []))
}

export interface RawServer {
  readonly address: string
  readonly port: number
  /** How many messages came over each. */
  readonly received: { udp: number; tcp: number }
  close(): Promise<void>
}

type Answer = (message: Buffer) => readonly Buffer[]

/** A server that answers with exactly these bytes: what no decent DNS server does. */
export async function rawServer({
  udp,
  tcp = () => [],
}: {
  readonly udp: Answer
  readonly tcp?: Answer
}): Promise<RawServer> {
  const received = { udp: 0, tcp: 0 }
  const streams = createTcp((socket) => {
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk) => {
      received.tcp += 1
      for (const reply of tcp(chunk.subarray(2))) {
        const length = Buffer.alloc(2)
        length.writeUInt16BE(reply.length)
        // In two pieces, as a network may bring it.
        socket.write(Buffer.concat([length, reply.subarray(0, 5)]))
        setImmediate(() => socket.end(reply.subarray(5)))
      }
    })
  })
  await new Promise<void>((resolve) => streams.listen(0, '127.0.0.1', resolve))
  const { port } = streams.address() as { port: number }
  const datagrams = createSocket('udp4')
  datagrams.on('message', (message, sender) => {
    received.udp += 1
    for (const reply of udp(message)) datagrams.send(reply, sender.port, sender.address)
  })
  await new Promise<void>((resolve) => datagrams.bind(port, '127.0.0.1', resolve))
  return {
    address: '127.0.0.1',
    port,
    received,
    close: async () => {
      await Promise.all([
        new Promise((resolve) => streams.close(resolve)),
        new Promise<void>((resolve) => datagrams.close(resolve)),
      ])
    },
  }
}

/** A port on loopback that nobody listens on. */
export async function closedPort(): Promise<number> {
  const server = await rawServer({ udp: () => [] })
  await server.close()
  return server.port
}
