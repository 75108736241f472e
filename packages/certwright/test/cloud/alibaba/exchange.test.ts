import { once } from 'node:events'
import { connect } from 'node:net'
import { Worker } from 'node:worker_threads'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { alibabaClient } from '../../../src/cloud/alibaba/client.ts'
import { exchange } from '../../../src/cloud/alibaba/exchange.ts'
import { systemHost } from '../../../src/runtime/host.ts'
import { leapingHost } from '../../dns/world.ts'
import { accountAt, localApi } from './local-api.ts'

describe('an attempt', () => {
  it('has sixty seconds, and the call goes on to the next', async () => {
    const given: number[] = []
    vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
      given.push(ms)
      // The first is over before the reply is there.
      return given.length === 1
        ? AbortSignal.abort(new DOMException('over', 'TimeoutError'))
        : new AbortController().signal
    })
    onTestFinished(() => void vi.restoreAllMocks())
    const api = await localApi(() => ({ body: { n: 1 } }))
    const client = alibabaClient('fc', accountAt(api.endpoint), leapingHost())
    expect(await client.rpc('DoIt')).toEqual({ n: 1 })
    expect(given).toEqual([60_000, 60_000])
  })

  it('has ten seconds of them to connect', { timeout: 20_000 }, async () => {
    const port = await deafPort()
    const call = {
      action: 'DoIt',
      ramAction: 'x:DoIt',
      method: 'POST',
      url: new URL(`http://127.0.0.1:${port}/`),
      headers: {},
      body: '',
      secrets: [],
    }
    const begin = performance.now()
    await expect(exchange(call, systemHost, undefined)).rejects.toMatchObject({
      code: 'ALIBABA_UNREACHABLE',
      params: { reason: 'UND_ERR_CONNECT_TIMEOUT' },
    })
    expect(performance.now() - begin).toBeGreaterThan(9000)
  })
})

/** A port whose owner accepts nothing: when its short queue is full, whoever comes gets no answer at all. */
async function deafPort(): Promise<number> {
  const deaf = new Worker(
    `const { parentPort } = require('node:worker_threads')
     const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
       parentPort.postMessage(server.address().port)
       setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0))
     })`,
    { eval: true },
  )
  const [port] = (await once(deaf, 'message')) as [number]
  const waiting = Array.from({ length: 8 }, () =>
    connect(port, '127.0.0.1').on('error', () => undefined),
  )
  onTestFinished(async () => {
    for (const socket of waiting) socket.destroy()
    await deaf.terminate()
  })
  await Promise.all([once(waiting[0] ?? deaf, 'connect'), once(waiting[1] ?? deaf, 'connect')])
  return port
}
