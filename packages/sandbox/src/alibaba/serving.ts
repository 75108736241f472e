import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createSecureContext } from 'node:tls'
import type { SecureContext } from 'node:tls'
import type { Installations, Served } from './installations.ts'

interface Serving {
  readonly port: number
  close(): Promise<void>
}

/**
 * Serves what is installed, over TLS, by the name that the client asks for. A name under which nothing is installed gets
 * no certificate: the handshake fails, as it does where HTTPS is off.
 */
export async function startServing(installations: Installations): Promise<Serving> {
  const contexts = new WeakMap<Served, SecureContext>()
  const contextOf = (served: Served): SecureContext => {
    const { certificate, keyPem } = served
    const context =
      contexts.get(served) ?? createSecureContext({ cert: certificate.pem, key: keyPem })
    contexts.set(served, context)
    return context
  }
  const server = createServer(
    {
      minVersion: 'TLSv1.2',
      SNICallback(name, reply) {
        try {
          const served = installations.serving(name)?.served
          reply(null, served && contextOf(served))
        } catch (error) {
          reply(error as Error)
        }
      },
    },
    (request, response) => {
      response.setHeader('content-type', 'text/plain; charset=utf-8')
      response.end(`${request.headers.host ?? ''}\n`)
    },
  )
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve())
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: async () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
