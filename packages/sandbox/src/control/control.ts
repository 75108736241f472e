import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { isLoopback } from '../loopback.ts'
import type { Sandbox } from '../sandbox.ts'
import { complaints, object, pathText } from '../shape/shape.ts'
import type { Complaint, Shape } from '../shape/shape.ts'
import { ControlError } from './route.ts'
import type { ControlRequest, Route } from './route.ts'
import { routes } from './routes.ts'

interface RunningControl {
  /** The origin, e.g. `http://127.0.0.1:15000`. */
  readonly url: string
  close(): Promise<void>
}

const longestBody = 1_048_576

/** Listens on loopback, over plain HTTP, for whoever is on this machine. */
export async function startControl(
  sandbox: Sandbox,
  { port = 0 }: { readonly port?: number } = {},
): Promise<RunningControl> {
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => {
    response.on('error', () => undefined)
    answer(sandbox, request)
      .catch((error: unknown) => refusal(error))
      .then(
        (reply) => send(response, reply),
        () => response.destroy(),
      )
  })
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve()
    })
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

interface ControlReply {
  readonly status: number
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

async function answer(sandbox: Sandbox, request: IncomingMessage): Promise<ControlReply> {
  refuseStrangers(request)
  const [pathname = '', search = ''] = (request.url ?? '').split('?', 2)
  const { route, path } = routeFor(request.method ?? '', pathname)
  const query = queryOf(route, search)
  const body = await bodyOf(route, request)
  const given: ControlRequest = { sandbox, path, query, body }
  const result = await route.act(given)
  const { status, media } = route.reply
  if (status === 204) return { status }
  if (media !== undefined) return { status, type: media, body: result as string | Uint8Array }
  return { status, type: 'application/json', body: JSON.stringify(result) }
}

/** A web page that someone looks at must not turn knobs, by its own name or by one that leads here. */
function refuseStrangers({ headers }: IncomingMessage): void {
  if (headers.origin !== undefined) throw new ControlError(403, 'a web page may not ask for this')
  const host = (headers.host ?? '').replace(/:\d+$/, '').replace(/^\[|\]$/g, '')
  if (host !== 'localhost' && !isLoopback(host)) {
    throw new ControlError(403, 'the Host is not a name of this machine')
  }
}

function routeFor(
  method: string,
  pathname: string,
): { readonly route: Route; readonly path: Readonly<Record<string, string>> } {
  const allowed: string[] = []
  for (const route of routes) {
    const path = pathMatch(route.path, pathname)
    if (path && route.method === method) return { route, path }
    if (path) allowed.push(route.method)
  }
  if (allowed.length === 0) throw new ControlError(404, `there is nothing at ${pathname}`)
  throw new ControlError(405, `the method is not one of: ${allowed.join(', ')}`)
}

/** The variable parts of a path, where it is of this form. */
function pathMatch(form: string, pathname: string): Record<string, string> | undefined {
  const [wanted, given] = [form.split('/'), pathname.split('/')]
  if (wanted.length !== given.length) return undefined
  const parts: Record<string, string> = {}
  for (const [index, step] of wanted.entries()) {
    const [, name] = /^\{(\w+)\}$/.exec(step) ?? []
    if (name === undefined && step !== given[index]) return undefined
    if (name !== undefined) parts[name] = decoded(given[index] ?? '')
  }
  return parts
}

function decoded(step: string): string {
  try {
    return decodeURIComponent(step)
  } catch {
    throw new ControlError(404, `${step} is not a part of any path`)
  }
}

function queryOf({ query: members = {} }: Route, search: string): ControlRequest['query'] {
  const entries = [...new URLSearchParams(search)].map(([name, value]) => {
    const isNumber = Object.hasOwn(members, name) && members[name]?.shape.is === 'number'
    return [name, isNumber && value.trim() !== '' ? Number(value) : value] as const
  })
  const query = Object.fromEntries(entries)
  refuse(object(members), query)
  return query
}

async function bodyOf({ body: shape }: Route, request: IncomingMessage): Promise<unknown> {
  if (!shape) return undefined
  const [type = ''] = (request.headers['content-type'] ?? '').split(';')
  if (type.trim() !== 'application/json') {
    throw new ControlError(415, 'Content-Type is not application/json')
  }
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > longestBody) throw new ControlError(413, 'the body is too long')
    chunks.push(chunk)
  }
  const text = Buffer.concat(chunks).toString()
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new ControlError(400, `the body is not JSON: ${(error as Error).message}`)
  }
  refuse(shape, value)
  return value
}

function refuse(shape: Shape, value: unknown): void {
  const found = complaints(shape, value).map(complaintText)
  if (found.length > 0) throw new ControlError(400, found[0] as string, found)
}

function complaintText({ path, says }: Complaint): string {
  return `${path.length === 0 ? 'the whole' : pathText(path)} ${says}`
}

function refusal(error: unknown): ControlReply {
  const {
    status,
    message,
    complaints: all,
  } = error instanceof ControlError ? error : new ControlError(500, String(error))
  const document = { status, detail: message, ...(all.length > 0 ? { complaints: all } : {}) }
  return { status, type: 'application/problem+json', body: JSON.stringify(document) }
}

function send(response: ServerResponse, { status, type, body = '' }: ControlReply): void {
  if (type !== undefined) response.setHeader('content-type', type)
  response.writeHead(status).end(body)
}
