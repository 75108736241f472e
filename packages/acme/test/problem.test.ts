import { AcmeError, isProblem, problemFrom, problemName, problemText } from '@certwright/acme'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { problemHint } from '../src/problem.ts'

describe('problemFrom', () => {
  it.each([undefined, null, 1, 'text', [], {}, { status: 404 }, { type: 7 }])(
    'finds no problem in %j',
    (document) => {
      expect(problemFrom(document)).toBeUndefined()
    },
  )

  it('leaves out what has the wrong type', () => {
    expect(
      problemFrom({
        type: 'x',
        detail: 7,
        status: '400',
        algorithms: ['ES256', 1, null],
        subproblems: [null, 'x', { detail: 'y', identifier: { type: 'dns' } }],
      }),
    ).toEqual({
      type: 'x',
      algorithms: ['ES256'],
      subproblems: [{ type: 'about:blank', detail: 'y', subproblems: [] }],
    })
  })

  it('reads every member that RFC 7807 and RFC 8555 have, and needs only one of three', () => {
    const whole = {
      type: 'urn:ietf:params:acme:error:userActionRequired',
      title: 'Terms',
      detail: 'they changed',
      status: 403,
      instance: 'https://ca.test/agree',
      algorithms: ['ES256'],
      subproblems: [],
    }
    expect(problemFrom(whole)).toEqual(whole)
    for (const member of ['type', 'title', 'detail'] as const) {
      const alone = { [member]: whole[member] }
      expect(problemFrom(alone)).toEqual({ type: 'about:blank', ...alone, subproblems: [] })
    }
    const wrong = { type: 'x', title: 7, status: '403', instance: 7, algorithms: 'ES256' }
    expect(problemFrom(wrong)).toEqual({ type: 'x', subproblems: [] })
  })

  it.each([null, 'x', 7, { type: 'dns' }, { value: 'a' }, { type: 7, value: 'a' }])(
    'passes over the identifier %j',
    (identifier) => {
      const [inner] =
        problemFrom({ type: 'x', subproblems: [{ type: 'y', identifier }] })?.subproblems ?? []
      expect(inner).toEqual({ type: 'y', subproblems: [] })
    },
  )

  it('is told in one line, with its title where it has no detail, and its subproblems', () => {
    const said = (document: unknown): string =>
      problemText(problemFrom(document) ?? expect.unreachable())
    expect(said({ type: 'x', title: 'Oh', detail: 'dear' })).toBe('x: dear')
    expect(said({ type: 'x', title: 'Oh' })).toBe('x: Oh')
    expect(said({ type: 'x', subproblems: [{ type: 'y' }] })).toBe('x; y')
  })

  it('reads subproblems with their identifiers, one level deep', () => {
    const inner = {
      type: 'urn:ietf:params:acme:error:rejectedIdentifier',
      detail: 'policy',
      identifier: { type: 'dns', value: 'bad.example' },
      subproblems: [{ type: 'deeper' }],
    }
    const problem = problemFrom({
      type: 'urn:ietf:params:acme:error:compound',
      subproblems: [inner],
    })
    expect(problem?.subproblems).toEqual([{ ...inner, subproblems: [] }])
    expect(problem && problemText(problem)).toBe(
      'compound; bad.example: rejectedIdentifier: policy',
    )
  })

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((j) => new TextEncoder().encode(j)),
        ),
        (bytes) => {
          const problem = problemFrom(bytes)
          return problem === undefined || typeof problem.type === 'string'
        },
      ),
    )
    fc.assert(
      fc.property(fc.anything(), (value) => {
        problemFrom(value)
      }),
    )
  })
})

describe('problemName', () => {
  it('knows the RFC’s prefix and the older one, and no other', () => {
    const name = (type: string): string => problemName({ type, subproblems: [] })
    expect(name('urn:ietf:params:acme:error:badNonce')).toBe('badNonce')
    expect(name('urn:acme:error:badNonce')).toBe('badNonce')
    expect(name('https://example.com/badNonce')).toBe('https://example.com/badNonce')
  })
})

describe('problemHint', () => {
  it.each([
    ['userActionRequired', 'Agree to the new terms of the CA.'],
    ['rateLimited', 'Wait for as long as the CA says; a shorter wait makes it longer.'],
    ['toString', undefined],
    ['malformed', undefined],
  ])('says of %s what to do, or nothing', (name, hint) => {
    const problem = problemFrom({ type: `urn:ietf:params:acme:error:${name}` })
    expect(problem && problemHint(problem)).toBe(hint)
  })

  it('names the page to visit', () => {
    const problem = problemFrom({
      type: 'urn:ietf:params:acme:error:userActionRequired',
      instance: 'https://ca.test/agree',
    })
    expect(problem && problemHint(problem)).toBe(
      'Visit https://ca.test/agree and do what the CA asks for there.',
    )
  })
})

describe('isProblem', () => {
  it('matches errors of the protocol by their problem’s type', () => {
    const problem = { type: 'urn:ietf:params:acme:error:caa', subproblems: [] }
    expect(isProblem(new AcmeError('ACME_PROBLEM', 'x', { problem }), 'caa')).toBe(true)
    expect(isProblem(new AcmeError('ACME_PROBLEM', 'x', { problem }), 'dns')).toBe(false)
    expect(isProblem(new AcmeError('ACME_NETWORK', 'caa'), 'caa')).toBe(false)
    expect(isProblem({ problem }, 'caa')).toBe(false)
  })
})

describe('AcmeError', () => {
  it('shows control characters in its message instead of sending them to a terminal', () => {
    const detail = 'red \u001b[31m and \u202ebidi\u0000\n'
    const error = new AcmeError('ACME_PROBLEM', detail, {
      problem: { type: 'x', detail, subproblems: [] },
    })
    expect([error.name, String(error)]).toEqual(['AcmeError', `AcmeError: ${error.message}`])
    expect(error.message).toBe('red \\x1b[31m and \\u{202e}bidi\\x00\\x0a')
    expect(error.problem?.detail).toBe(detail)
  })
})
