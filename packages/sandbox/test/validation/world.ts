import { once } from 'node:events'
import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import type { TlsOptions } from 'node:tls'
import { onTestFinished } from 'vitest'
import { createValidation } from '../../src/ca/validation/validation.ts'
import type {
  Attempt,
  ValidationOptions,
  ValidationResult,
} from '../../src/ca/validation/validation.ts'
import { startDns } from '../../src/dns/dns.ts'
import type { RunningDns } from '../../src/dns/dns.ts'
import { createZone } from '../../src/dns/zone.ts'
import { alpnCertificate } from '../ca-authority/der.ts'

export const clock = { now: () => 1_700_000_000_000, random: () => 0, sleep: async () => {} }
export const token = 'dG9rZW4'
export const keyAuthorization = `${token}.thumbprint`
export const name = 'www.example.test'

export interface World {
  readonly dns: RunningDns
  readonly validate: (attempt: Partial<Attempt>, signal?: AbortSignal) => Promise<ValidationResult>
  /** `fine`, or type, status and detail of the problem. */
  readonly outcome: (attempt: Partial<Attempt>) => Promise<string>
}

/** A DNS server with the name at 127.0.0.1, and a validator that asks it. */
export async function newWorld(options: Partial<ValidationOptions> = {}): Promise<World> {
  const dns = await startDns({ zones: [createZone({ name: 'example.test' })], outside: 'NXDOMAIN' })
  onTestFinished(async () => dns.close())
  dns.add({ name, type: 'A', data: '127.0.0.1' })
  const closed = await closedPort()
  const resolver = { address: dns.address, port: dns.port }
  const validator = createValidation({
    resolver,
    httpPort: closed,
    tlsPort: closed,
    clock,
    ...options,
  })
  const validate: World['validate'] = async (attempt, signal = new AbortController().signal) =>
    validator(
      {
        type: 'http-01',
        identifier: { type: 'dns', value: name },
        wildcard: false,
        token,
        keyAuthorization,
        accountUrl: 'https://ca.test/account/1',
        ...attempt,
      },
      signal,
    )
  const outcome: World['outcome'] = async (attempt) => {
    const { problem } = await validate(attempt)
    return problem ? `${problem.type} ${problem.status}: ${problem.detail}` : 'fine'
  }
  return { dns, validate, outcome }
}

/** A port at which nobody listens, as far as anyone can know. */
export async function closedPort(): Promise<number> {
  const server = createTcpServer()
  const port = await listening(server)
  server.close()
  return port
}

export async function listening(server: Server, address = '127.0.0.1', port = 0): Promise<number> {
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    socket.on('error', () => undefined)
  })
  server.listen({ host: address, port, ipv6Only: true })
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    for (const socket of open) socket.destroy()
  })
  return (server.address() as AddressInfo).port
}

export interface Seen {
  readonly host: string | undefined
  readonly url: string | undefined
  readonly agent: string | undefined
}

/** Serves over HTTP and remembers what was asked. */
export async function httpServer(
  answer: RequestListener,
  address?: string,
  port?: number,
): Promise<{ port: number; seen: Seen[] }> {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    const { host, 'user-agent': agent } = request.headers
    seen.push({ host, url: request.url, agent })
    answer(request, response)
  })
  return { port: await listening(server, address, port), seen }
}

/** What a client offers in its first message. */
export interface Hello {
  readonly servername: string
  readonly protocols: readonly string[]
}

/** Answers validations over TLS, or does whatever else the options say. */
export async function tlsServer(
  certificate: { readonly key: string; readonly cert: string },
  options?: TlsOptions,
): Promise<{ port: number; hellos: Hello[] }> {
  const hellos: Hello[] = []
  const ALPNCallback = (hello: Hello): string => {
    hellos.push(hello)
    return 'acme-tls/1'
  }
  const server = createTlsServer({ ...certificate, ...(options ?? { ALPNCallback }) }, (socket) => {
    socket.on('error', () => undefined)
    socket.resume()
  })
  server.on('tlsClientError', () => undefined)
  return { port: await listening(server), hellos }
}

export const goodCertificate = (): { key: string; cert: string } =>
  alpnCertificate({ dns: [name], keyAuthorization })
