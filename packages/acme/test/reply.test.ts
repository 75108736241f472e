import { describe, expect, it } from 'vitest'
import {
  identifierIn,
  optionalList,
  optionalUrl,
  problemError,
  replyLocation,
  replyNonce,
  replyObject,
  requiredText,
  usableUrl,
  type Reply,
} from '../src/reply.ts'
import { failure } from './failure.ts'

const url = 'https://ca.test/acme/order/1'

function reply(body: string, headers: Record<string, string> = {}, status = 200): Reply {
  const receivedAt = Date.UTC(2026, 0, 1)
  return { url, status, headers, body: new TextEncoder().encode(body), receivedAt }
}

/** The error of a reply that does not conform, for this reason. */
function wrong(what: string, more: Record<string, unknown> = {}): unknown {
  const message = `${url} replied wrongly: ${what}`
  return failure('ACME_RESPONSE_NOT_CONFORM', { message, url, status: 200, ...more })
}

describe('replyNonce', () => {
  it.each([undefined, '', 'undefined!', 'a b', 'a=', 'ä'])('takes %j for none', (nonce) => {
    const headers: Record<string, string> = nonce === undefined ? {} : { 'replay-nonce': nonce }
    expect(replyNonce(reply('', headers))).toBeUndefined()
  })
})

describe('replyLocation', () => {
  it.each([{}, { location: '' }])('needs one: %j', (headers) => {
    expect(() => replyLocation(reply('', headers), 'the order')).toThrow(
      wrong('the order has no Location'),
    )
  })

  it('says whose it is that is no URL', () => {
    const odd = reply('', { location: 'http://[' })
    expect(() => replyLocation(odd, 'the order')).toThrow(
      wrong('the Location of the order is not a URL'),
    )
  })
})

describe('replyObject', () => {
  it('says what is not JSON, and where the reading stopped', () => {
    expect(() => replyObject(reply('<html>'), 'the order')).toThrow(
      wrong('the order is not JSON', { cause: expect.any(SyntaxError) }),
    )
  })

  it.each(['[]', 'null', '"x"', '7'])('says that %j is no object, without a cause', (body) => {
    let error: unknown
    try {
      replyObject(reply(body), 'the order')
    } catch (thrown) {
      error = thrown
    }
    expect(error).toEqual(wrong('the order is not a JSON object'))
    expect(error).not.toHaveProperty('cause')
  })
})

describe('a member of a reply', () => {
  it('is named where it is missing or of another kind', () => {
    for (const value of [undefined, null, '', 7]) {
      expect(() => requiredText(value, reply(''), 'status')).toThrow(wrong('status is missing'))
    }
    expect(optionalList(null, reply(''), 'the names')).toEqual([])
    expect(() => optionalList({}, reply(''), 'the names')).toThrow(wrong('the names is not a list'))
    expect(() => usableUrl('http://[', reply(''), 'finalize')).toThrow(
      wrong('finalize is not a URL'),
    )
  })

  it('is a URL as it stands, or one below the reply’s, or a text that fails later', () => {
    expect(optionalUrl('HTTPS://CA.test/%7e', reply(''))).toBe('HTTPS://CA.test/%7e')
    expect(optionalUrl('../2', reply(''))).toBe('https://ca.test/acme/2')
    expect(optionalUrl('http://[', reply(''))).toBe('http://[')
    expect(optionalUrl('', reply(''))).toBeUndefined()
  })

  it('is an identifier of a type and a value', () => {
    const read = (value: unknown) => identifierIn(value, reply(''), 'the name')
    expect(read({ type: 'dns', value: 'a.test', more: 1 })).toEqual({
      type: 'dns',
      value: 'a.test',
    })
    for (const none of [undefined, null, 'a.test', ['dns', 'a.test']]) {
      expect(() => read(none)).toThrow(wrong('the name is missing'))
    }
    expect(() => read({ value: 'a.test' })).toThrow(wrong('the type of the name is missing'))
    expect(() => read({ type: 'dns' })).toThrow(wrong('the value of the name is missing'))
  })
})

describe('problemError', () => {
  it('shows the beginning of a page that is no problem document', () => {
    const said = (body: string): string | undefined =>
      problemError(reply(body, {}, 502)).problem?.detail
    expect(said('\n <html>gone \n')).toBe('<html>gone')
    expect(said(' \n ')).toBeUndefined()
    expect(said('x'.repeat(300))).toBe('x'.repeat(300))
    expect(said('x'.repeat(301))).toBe(`${'x'.repeat(300)}…`)
    expect(said(`${' '.repeat(1000)}too far`)).toBeUndefined()
  })

  it('cuts the words of the CA short in its message, but not in the problem', () => {
    const detail = 'x'.repeat(5000)
    const error = problemError(reply(JSON.stringify({ type: 'y', detail }), {}, 400))
    expect(error.message).toBe(`${url} refused with status 400: y: ${'x'.repeat(1997)}…`)
    expect(error.problem?.detail).toBe(detail)
  })
})
