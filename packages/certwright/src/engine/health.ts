import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Host } from '../runtime/host.ts'

/** How a service is, for whoever watches it. */
export interface Health {
  readonly ok: boolean
  /** RFC 3339: when it last looked for what is due. */
  readonly lastTick?: string
  /** Certificates that are being worked on. */
  readonly running: number
  /** Certificates that the file names. */
  readonly certificates: number
  /** Those whose last attempt failed. */
  readonly failing: number
}

export interface HealthServer {
  readonly url: string
  close(): Promise<void>
}

/** Answers `GET /healthz` with 200 while all is well and with 503 while it is not. Port 0 for any that is free. */
export async function serveHealth(
  { host, port }: { readonly host: string; readonly port: number },
  look: () => Promise<Health>,
): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const answer = (status: number, body: object): void => {
      response.writeHead(status, {
        'content-type': 'application/json',
        'cache-control': 'no-store',
      })
      response.end(`${JSON.stringify(body)}\n`)
    }
    if (request.url !== '/healthz') return answer(404, { error: 'not found' })
    look().then(
      (health) => answer(health.ok ? 200 : 503, health),
      () => answer(503, { ok: false }),
    )
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen({ host, port }, resolve)
  await promise
  const { address, family, port: bound } = server.address() as AddressInfo
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}/healthz`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A loop that has not looked for this long stands still. */
const standstillMs = 120_000

/** Whether a loop goes on. */
export function isTicking(lastTickAt: number | undefined, { now }: Pick<Host, 'now'>): boolean {
  return lastTickAt !== undefined && now() - lastTickAt < standstillMs
}
