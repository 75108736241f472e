import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { onTestFinished } from 'vitest'
import type { AlibabaAccount } from '../../../src/cloud/alibaba/client.ts'
import { Secret } from '../../../src/runtime/secret.ts'

/** One request, as it came. */
export interface Call {
  readonly method: string
  /** Path and query as they stood in the request line. */
  readonly target: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** The name in `x-acs-action`, else in the query. */
  readonly action: string
  /** Of query and form. */
  readonly parameters: Readonly<Record<string, string>>
}

export interface Answer {
  readonly status?: number
  /** Text as it is; anything else as JSON. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface LocalApi {
  readonly endpoint: string
  /** `127.0.0.1:PORT` */
  readonly address: string
  readonly calls: readonly Call[]
}

/** An API on loopback that answers as it is told, and remembers what it was asked. Closed when the test ends. */
export async function localApi(
  answer: (call: Call) => Answer | Promise<Answer>,
): Promise<LocalApi> {
  const calls: Call[] = []
  const server = createServer((request, response) => {
    void (async () => {
      const call = await read(request)
      calls.push(call)
      const { status = 200, body = {}, headers = {} } = await answer(call)
      if (status === 0) {
        request.socket.destroy()
        return
      }
      response.writeHead(status, headers)
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as { port: number }
  return { endpoint: `http://127.0.0.1:${port}`, address: `127.0.0.1:${port}`, calls }
}

async function read(request: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks).toString()
  const target = request.url ?? '/'
  const query = new URL(target, 'http://local').searchParams
  const form = request.headers['content-type']?.includes('form') ? new URLSearchParams(body) : []
  const named = request.headers['x-acs-action']
  return {
    method: request.method ?? '',
    target,
    headers: request.headers,
    body,
    action: String(named ?? query.get('Action') ?? ''),
    parameters: Object.fromEntries([...query, ...form]),
  }
}

export const testKey = {
  accessKeyId: 'LTAI5tTestKey',
  accessKeySecret: new Secret('the-secret-of-the-key'),
}

export function accountAt(endpoint: string, more: Partial<AlibabaAccount> = {}): AlibabaAccount {
  return { credentials: async () => testKey, endpoint, ...more }
}
