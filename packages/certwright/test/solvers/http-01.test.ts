import { createServer, type AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, it, test } from 'vitest'
import type { ChallengeWork, Solver } from '@certwright/acme'
import { http01 } from '../../src/solvers/http-01.ts'
import { solverSuite } from '../../src/testing/index.ts'
import { workFor } from './work.ts'

const path = (token: string): string => `/.well-known/acme-challenge/${token}`

/** A solver on a free port, and where it listens now. */
function listening(): { solver: Solver; port: () => number } {
  let port = 0
  const solver = http01({ port: 0, onListening: (opened) => (port = opened) })
  return { solver, port: () => port }
}

describe('the contract', () => {
  solverSuite({
    test,
    wildcards: false,
    addresses: true,
    world: () => {
      const ports = new Set<number>()
      return {
        solver: () => http01({ port: 0, onListening: (port) => ports.add(port) }),
        right: ({ keyAuthorization }: ChallengeWork) => keyAuthorization,
        seen: async ({ token }: ChallengeWork) => {
          for (const port of ports) {
            const response = await fetch(`http://127.0.0.1:${port}${path(token)}`).catch(
              () => undefined,
            )
            if (response?.status === 200) return response.text()
          }
          return undefined
        },
      }
    },
  })
})

it.each(['../../etc/passwd', 'a/b', 'a%2Fb', '', 'a b', 'ä', 'a\n', '.'])(
  'refuses the token %j (uacme#64)',
  async (token) => {
    const { solver, port } = listening()
    await expect(solver.present(workFor('example.test', { token }))).rejects.toMatchObject({
      code: 'CHALLENGE_TOKEN_NOT_CONFORM',
    })
    expect(port()).toBe(0)
  },
)

it('says that the port is taken, and what to do', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '::', resolve))
  const { port } = other.address() as AddressInfo
  const solver = http01({ port })
  await expect(solver.present(workFor('example.test'))).rejects.toMatchObject({
    code: 'HTTP_PORT_TAKEN',
    params: { port },
    hint: expect.stringMatching(/--webroot.*--http-port/) as string,
  })
  await new Promise((resolve) => other.close(resolve))
  const receipt = await solver.present(workFor('example.test'))
  await solver.cleanUp(receipt)
})

it('answers with the key authorization and nothing else, whatever name it is asked by', async () => {
  const { solver, port } = listening()
  const work = workFor('example.test')
  const receipt = await solver.present(work)
  const socket = connect(port(), '127.0.0.1')
  socket.end(`GET ${path(work.token)} HTTP/1.1\r\nHost: any.name:80\r\n\r\n`)
  const [head, body] = (await text(socket)).split('\r\n\r\n')
  expect(head).toMatch(/^HTTP\/1.1 200 OK\r\n/)
  expect(head?.toLowerCase()).toContain('content-type: application/octet-stream')
  expect(body).toBe(work.keyAuthorization)
  await solver.cleanUp(receipt)
})

it('answers HEAD without a body, and 404 to everything it does not know', async () => {
  const { solver, port } = listening()
  const work = workFor('example.test')
  const receipt = await solver.present(work)
  const ask = async (url: string, method = 'GET') =>
    fetch(`http://127.0.0.1:${port()}${url}`, { method, redirect: 'manual' })
  const head = await ask(path(work.token), 'HEAD')
  expect([head.status, head.headers.get('content-length')]).toEqual([
    200,
    String(work.keyAuthorization.length),
  ])
  expect((await ask(`${path(work.token)}?query`)).status).toBe(200)
  for (const url of [
    '/',
    path(''),
    path('other'),
    path(`${work.token}x`),
    `/x${path(work.token)}`,
  ]) {
    const response = await ask(url)
    expect([url, response.status, await response.text()]).toEqual([url, 404, ''])
  }
  expect((await ask(path(work.token), 'POST')).status).toBe(404)
  await solver.cleanUp(receipt)
})

it('listens on IPv4 and IPv6 (boulder#2770)', async ({ skip }) => {
  const probe = createServer()
  const has6 = await new Promise<boolean>((resolve) => {
    probe.once('error', () => resolve(false))
    probe.listen(0, '::1', () => probe.close(() => resolve(true)))
  })
  if (!has6) skip('this machine has no IPv6')
  const { solver, port } = listening()
  const work = workFor('example.test')
  const receipt = await solver.present(work)
  for (const host of ['127.0.0.1', '[::1]']) {
    const response = await fetch(`http://${host}:${port()}${path(work.token)}`)
    expect(await response.text()).toBe(work.keyAuthorization)
  }
  await solver.cleanUp(receipt)
})

it('listens only while a challenge is presented, though a connection is kept open', async () => {
  const { solver, port } = listening()
  const works = ['one', 'two'].map((token) => workFor('example.test', { token }))
  const receipts = await Promise.all(works.map(async (work) => solver.present(work)))
  const idle = connect(port(), '127.0.0.1')
  await new Promise((resolve) => idle.once('connect', resolve))
  const gone = new Promise((resolve) => idle.once('close', resolve))
  idle.on('error', () => {})
  await solver.cleanUp(receipts[0] ?? {})
  expect((await fetch(`http://127.0.0.1:${port()}${path('two')}`)).status).toBe(200)
  await solver.cleanUp(receipts[1] ?? {})
  await gone
  await expect(fetch(`http://127.0.0.1:${port()}${path('two')}`)).rejects.toThrow()
})
