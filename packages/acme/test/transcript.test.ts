import { AcmeError } from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { exchangeFrom, type ExchangeOutcome } from '../src/transcript.ts'
import type { AcmeRequest } from '../src/transport.ts'

const get: AcmeRequest = { method: 'GET', url: 'https://ca.test/x', headers: { accept: 'a' } }
const times = { startedAt: Date.UTC(2026, 0, 1), endedAt: Date.UTC(2026, 0, 1) + 2500, attempt: 2 }
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A reply of this text. */
function reply(
  text: string,
  headers: Record<string, string> = {},
): Pick<ExchangeOutcome, 'response'> {
  return { response: { status: 200, headers, body: new TextEncoder().encode(text) } }
}

const bodyShown = (text: string, type?: string): unknown =>
  exchangeFrom(get, {
    ...times,
    ...reply(text, type === undefined ? {} : { 'content-type': type }),
  }).body

describe('an exchange in the transcript', () => {
  const plain = {
    startedAt: '2026-01-01T00:00:00.000Z',
    durationMs: 2500,
    attempt: 2,
    method: 'GET',
    url: 'https://ca.test/x',
    requestHeaders: { accept: 'a' },
  }

  it('has what there was, and nothing of what there was not', () => {
    expect(exchangeFrom(get, { ...times, ...reply('') })).toStrictEqual({
      ...plain,
      status: 200,
      responseHeaders: {},
    })
    expect(exchangeFrom(get, { ...times, error: 'lost' })).toStrictEqual({
      ...plain,
      responseHeaders: {},
      error: 'lost',
    })
  })

  it('took no time where the clock was set back', () => {
    const back = { ...times, endedAt: times.startedAt - 1 }
    expect(exchangeFrom(get, { ...back, ...reply('') }).durationMs).toBe(0)
  })

  it.each([
    [new AcmeError('ACME_NETWORK', 'reset'), 'ACME_NETWORK: reset'],
    [new TypeError('no'), 'TypeError: no'],
    ['enough', 'enough'],
  ])('says why there is no reply: %s', (error, words) => {
    expect(exchangeFrom(get, { ...times, error }).error).toBe(words)
  })

  it('hides cookies alone of the reply’s fields', () => {
    const headers = { 'set-cookie': 'id=1', server: 'ca' }
    expect(exchangeFrom(get, { ...times, ...reply('', headers) }).responseHeaders).toEqual({
      'set-cookie': '[redacted]',
      server: 'ca',
    })
  })

  it.each([
    'application/json',
    'Application/JSON; charset=utf-8',
    'application/problem+json',
    'application/vnd.ca-1.x+json',
  ])('parses a body of %s', (type) => {
    expect(bodyShown('{"a":1}', type)).toEqual({ a: 1 })
    expect(bodyShown('{"a":', type)).toBe('{"a":')
  })

  it.each([
    undefined,
    'text/plain',
    'x-application/json',
    'application/jsonl',
    'application/x json',
  ])('shows a body of %s as text', (type) => {
    expect(bodyShown('{"a":1}', type)).toBe('{"a":1}')
  })

  it('shows 64 KiB of a body whole, and of a longer one so much and its length', () => {
    const most = 'x'.repeat(65_536)
    expect(bodyShown(most)).toBe(most)
    expect(bodyShown(`${most}y`)).toBe(`${most}… (65537 bytes)`)
  })
})

describe('a JWS in the transcript', () => {
  const shown = (
    payload: unknown,
    protectedHeader: unknown = encoded({ alg: 'ES256' }),
  ): object => {
    const body = JSON.stringify({ protected: protectedHeader, payload, signature: 'shown' })
    return exchangeFrom({ ...get, method: 'POST', body }, { ...times, ...reply('') })
  }

  it('is decoded, and shown as it came where it cannot be', () => {
    expect(shown('')).toMatchObject({
      protected: { alg: 'ES256' },
      payload: '',
      signature: 'shown',
    })
    expect(shown('no JSON', { alg: 'none' })).toMatchObject({
      protected: { alg: 'none' },
      payload: 'no JSON',
    })
    expect(shown(encoded('text').slice(0, 3))).toMatchObject({
      payload: encoded('text').slice(0, 3),
    })
  })

  it('hides the signature of an inner JWS, and of nothing that is none', () => {
    const [header, payload, signature] = [encoded({ alg: 'HS256' }), encoded({ a: 1 }), 'MAC']
    const whole = { protected: header, payload, signature }
    const parts = {
      whole,
      signature: 'kept',
      none: { signature },
      bare: { protected: header, signature },
      unsigned: { protected: header, payload },
      headless: { payload, signature },
    }
    expect(shown(encoded(parts))).toMatchObject({
      payload: {
        ...parts,
        whole: { protected: { alg: 'HS256' }, payload: { a: 1 }, signature: '[redacted]' },
      },
    })
  })
})
