import { createServer } from 'node:net'
import { connect, type ConnectionOptions } from 'node:tls'
import type { Solver } from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { http01 } from '../../src/solvers/http-01.ts'
import { tlsAlpn01 } from '../../src/solvers/tls-alpn-01.ts'
import { systemHost } from '../../src/runtime/host.ts'
import { workFor } from '../solvers/work.ts'

const name = 'www.example.test'

/** The certificate that is shown; `undefined` where none is. */
async function shown(port: number, options: ConnectionOptions): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options })
    socket.once('secureConnect', () => {
      resolve(socket.getPeerX509Certificate()?.raw)
      socket.destroy()
    })
    socket.once('error', () => resolve(undefined))
    socket.once('close', () => resolve(undefined))
  })
}

describe('a listener', () => {
  it('bug 38: of tls-alpn-01 shows a certificate of version 3 for the name (fffonion/lua-resty-acme#48)', async () => {
    const { solver, port } = alpn()
    const receipt = await solver.present(workFor(name))
    const ca = { servername: name, ALPNProtocols: ['acme-tls/1'] }
    // [0] { INTEGER 2 }
    expect((await shown(port(), ca))?.toString('hex')).toContain('a003020102')
    await solver.cleanUp(receipt)
  })

  it.each<[string, ConnectionOptions]>([
    ['by another protocol', { servername: name, ALPNProtocols: ['h2'] }],
    ['for another name', { servername: 'else.example.test', ALPNProtocols: ['acme-tls/1'] }],
    ['for no name', { ALPNProtocols: ['acme-tls/1'] }],
  ])(
    'bug 38: of tls-alpn-01 shows no certificate, a spare one neither, to who comes %s (icing/mod_md#377, acmesh-official/acme.sh#3652)',
    async (_, options) => {
      const { solver, port } = alpn()
      const receipt = await solver.present(workFor(name))
      expect(await shown(port(), options)).toBeUndefined()
      await solver.cleanUp(receipt)
    },
  )

  it('bug 39: of http-01 answers on IPv4 and on IPv6, which a CA prefers (letsencrypt/boulder#2770, nginx/nginx-acme#29)', async ({
    skip,
  }) => {
    if (!(await hasIpv6())) skip('this machine has no IPv6')
    let port = 0
    const solver = http01({ port: 0, onListening: (opened) => void (port = opened) })
    const work = workFor(name)
    const receipt = await solver.present(work)
    for (const host of ['127.0.0.1', '[::1]']) {
      const reply = await fetch(`http://${host}:${port}/.well-known/acme-challenge/${work.token}`)
      expect(await reply.text()).toBe(work.keyAuthorization)
    }
    await solver.cleanUp(receipt)
  })
})

function alpn(): { readonly solver: Solver; readonly port: () => number } {
  let port = 0
  const onListening = (opened: number): void => void (port = opened)
  return { solver: tlsAlpn01({ host: systemHost, port: 0, onListening }), port: () => port }
}

async function hasIpv6(): Promise<boolean> {
  const probe = createServer()
  return new Promise((resolve) => {
    probe.once('error', () => resolve(false))
    probe.listen(0, '::1', () => probe.close(() => resolve(true)))
  })
}
