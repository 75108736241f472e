import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Exchange } from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { traceFile, traceTo } from '../../src/cli/trace.ts'
import { temporaryDirectory } from './terminal.ts'

const exchange: Exchange = {
  startedAt: '2026-11-24T12:00:00.000Z',
  durationMs: 12,
  attempt: 1,
  method: 'POST',
  url: 'https://ca.example/new-order',
  protected: {
    alg: 'ES256',
    kid: 'https://ca.example/account/1',
    nonce: 'n1',
    url: 'https://ca.example/new-order',
  },
  payload: { identifiers: [{ type: 'dns', value: 'example.com' }] },
  signature: 'c2ln',
  status: 201,
  requestHeaders: { 'content-type': 'application/jose+json' },
  responseHeaders: {
    'content-type': 'application/json',
    location: 'https://ca.example/order/1',
    'replay-nonce': 'n2',
    server: 'nginx',
  },
  body: { status: 'pending' },
}

function traced(...exchanges: readonly Exchange[]): string {
  let text = ''
  const trace = traceTo({ write: (part) => (text += part) }, 'en')
  for (const one of exchanges) trace.record(one)
  return text
}

describe('--trace', () => {
  it('shows request, protected header, payload, signature and reply, decoded and indented', () => {
    expect(traced(exchange)).toBe(`
━━ 1. POST https://ca.example/new-order
   protected header, decoded:
     {
       "alg": "ES256",
       "kid": "https://ca.example/account/1",
       "nonce": "n1",
       "url": "https://ca.example/new-order"
     }
   payload, decoded:
     {
       "identifiers": [
         {
           "type": "dns",
           "value": "example.com"
         }
       ]
     }
   signature: c2ln
── 201, after 12 ms
   content-type: application/json
   location: https://ca.example/order/1
   replay-nonce: n2
   body:
     {
       "status": "pending"
     }
`)
  })

  it('says where a payload is empty, a request is repeated, or no reply came', () => {
    const { status: _, body: __, ...unanswered } = exchange
    const text = traced(
      { ...exchange, payload: '' },
      { ...unanswered, attempt: 2, responseHeaders: {}, error: 'ACME_NETWORK: reset' },
    )
    expect(text).toContain('   payload: empty (POST-as-GET)\n')
    expect(text).toContain('━━ 2. POST')
    expect(text).toContain('   repeated: attempt 2\n')
    expect(text).toContain('── no reply after 12 ms: ACME_NETWORK: reset\n')
  })

  it('sends no control characters of a CA to the terminal', () => {
    expect(traced({ ...exchange, body: 'a\u001b[2Jb' })).toContain(String.raw`a\x1b[2Jb`)
  })
})

describe('--trace-file', () => {
  it('appends one line of JSON an exchange to a file that only its owner can read', async () => {
    const path = join(await temporaryDirectory(), 'trace.jsonl')
    await writeFile(path, '', { mode: 0o644 })
    const trace = traceFile(path)
    trace.record(exchange)
    trace.record({ ...exchange, attempt: 2 })
    trace.close()
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      exchange,
      { ...exchange, attempt: 2 },
    ])
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('says so where the file cannot be written', async () => {
    const path = join(await temporaryDirectory(), 'no', 'trace.jsonl')
    expect(() => traceFile(path)).toThrow(expect.objectContaining({ code: 'FILE_NOT_WRITABLE' }))
  })
})
