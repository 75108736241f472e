import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { connect, type AddressInfo, type Server, type Socket } from 'node:net'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { issue, rsaKey } from '../x509/issued.ts'
import { terminal } from './terminal.ts'

async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return (server.address() as AddressInfo).port
}

it('a CA is reached by the proxy that the environment names', async () => {
  const { directory, run } = await terminal()
  const key = rsaKey()
  const root = issue({ subject: 'Test Root', ca: true })
  const { pem } = issue({ by: root, names: ['ca.example.test'], notBefore: Date.now() - 1000, key })
  const ca = createTlsServer(
    { cert: pem, key: key.export({ type: 'pkcs8', format: 'pem' }) },
    (_, response) => {
      const of = (path: string): string => `https://ca.example.test/${path}`
      response.setHeader('content-type', 'application/json')
      response.end(
        JSON.stringify({ newNonce: of('n'), newAccount: of('a'), newOrder: of('o'), meta: {} }),
      )
    },
  )
  const port = await listening(ca)
  const asked: (string | undefined)[] = []
  const proxy = createServer()
  proxy.on('connect', ({ url }: IncomingMessage, client: Socket) => {
    asked.push(url)
    client.write('HTTP/1.1 200 OK\r\n\r\n')
    client.pipe(connect(port, '127.0.0.1')).pipe(client)
  })
  const HTTPS_PROXY = `http://127.0.0.1:${await listening(proxy)}`
  const file = join(directory, 'root.pem')
  writeFileSync(file, root.pem)
  const argv = ['acme', 'directory', '--issuer', 'https://ca.example.test/dir', '--ca-file', file]
  const env = { CERTWRIGHT_STATE: join(directory, 'state') }
  const { code, stdout, stderr } = await run([...argv, '--json'], { env: { ...env, HTTPS_PROXY } })
  expect(stderr).toBe('')
  expect(stdout).toContain('https://ca.example.test/o')
  expect(code).toBe(0)
  expect(asked).toEqual(['ca.example.test:443'])
})
