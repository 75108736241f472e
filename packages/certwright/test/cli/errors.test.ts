import { AcmeError, type Problem } from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { errorDocument, errorLines } from '../../src/cli/error-report.ts'
import { exitCodeOf } from '../../src/cli/exit-code.ts'
import { Interruption } from '../../src/cli/interruption.ts'
import type { Language } from '../../src/runtime/catalogue.ts'
import { CertwrightError } from '../../src/runtime/error.ts'

const now = Date.UTC(2026, 10, 24, 12)

const linesOf = (error: unknown, language: Language = 'en'): string[] =>
  errorLines(errorDocument(error, language, now), language)

function problem(name: string, rest: Partial<Problem> = {}): Problem {
  return { type: `urn:ietf:params:acme:error:${name}`, subproblems: [], ...rest }
}

describe('an error of the CA', () => {
  it('is told with its type, detail, the time to wait for and what to do', () => {
    const error = new AcmeError('ACME_PROBLEM', 'the CA refused: rateLimited: too many', {
      problem: problem('rateLimited', { detail: 'too many certificates already issued' }),
      status: 429,
      retryAfterMs: 3_600_000,
      helpUrl: 'https://ca.example/limits',
    })
    expect(linesOf(error)).toEqual([
      'The CA refused: rateLimited',
      '  type: urn:ietf:params:acme:error:rateLimited',
      '  detail: too many certificates already issued',
      '  not before: 2026-11-24T13:00:00.000Z',
      '  explained at: https://ca.example/limits',
      '  what it means: More was asked of the CA than it allows within a time',
      expect.stringMatching(/^hint: Wait until then/),
    ])
    expect(errorDocument(error, 'en', now)).toMatchObject({
      code: 'ACME_PROBLEM',
      status: 429,
      retryAt: '2026-11-24T13:00:00.000Z',
      problem: { detail: 'too many certificates already issued' },
    })
  })

  it('names the identifier of every subproblem', () => {
    const error = new AcmeError('ACME_PROBLEM', 'no', {
      problem: problem('rejectedIdentifier', {
        subproblems: [
          problem('caa', {
            detail: 'CAA forbids',
            identifier: { type: 'dns', value: 'a.example' },
          }),
          problem('dns', { identifier: { type: 'dns', value: 'b.example' } }),
        ],
      }),
    })
    expect(linesOf(error)).toContain('  a.example: caa: CAA forbids')
    expect(linesOf(error)).toContain('  b.example: dns')
    expect(linesOf(error, 'zh')).toContain('  a.example：caa: CAA forbids')
  })

  it('names every authorization that failed, what the CA tried, what it means and what to do', () => {
    const error = new AcmeError('ACME_ORDER_INVALID', 'the order became invalid', {
      authorizations: [
        {
          identifier: { type: 'dns', value: 'example.com' },
          wildcard: true,
          url: 'https://ca.example/authz/1',
          challenge: 'dns-01',
          problem: problem('unauthorized', { detail: 'No TXT record found' }),
          validationRecord: [{ hostname: 'example.com' }],
        },
      ],
    })
    expect(linesOf(error)).toEqual([
      'the order became invalid',
      '  *.example.com (dns-01): unauthorized: No TXT record found',
      '    the CA tried: [{"hostname":"example.com"}]',
      expect.stringMatching(/^ {2}what it means: The CA did not find the proof/),
      '  why: The CA asked for the TXT record and found none',
      expect.stringMatching(/^hint: Check that the zone that was changed/),
      expect.stringMatching(/^hint: Check that the name leads to this machine/),
    ])
  })

  it('says which challenges the CA offers where none of ours fits', () => {
    const error = new AcmeError('ACME_NO_SOLVER', 'no solver fits', {
      unsolved: [
        {
          identifier: { type: 'dns', value: 'example.com' },
          wildcard: false,
          offered: ['dns-01', 'tls-alpn-01'],
        },
      ],
    })
    expect(linesOf(error)).toContain('  example.com: the CA offers dns-01, tls-alpn-01')
  })

  it('has a hint in Chinese too', () => {
    const error = new AcmeError('ACME_NETWORK', 'connect ECONNREFUSED 127.0.0.1:1')
    expect(linesOf(error, 'zh')).toEqual([
      '无法连接 CA：connect ECONNREFUSED 127.0.0.1:1',
      '提示：请检查网络以及签发机构的网址是否正确；如在代理之后，请设置 HTTPS_PROXY',
    ])
  })
})

describe('any other error', () => {
  it('brings the problem beneath it along', () => {
    const cause = new AcmeError('ACME_PROBLEM', 'no', { problem: problem('caa') })
    const error = new CertwrightError('CERTIFICATE_BUSY', { id: 'a' }, { cause })
    expect(errorDocument(error, 'en', now)).toMatchObject({
      code: 'CERTIFICATE_BUSY',
      message: 'Another certwright is at work on a',
      problem: { type: 'urn:ietf:params:acme:error:caa' },
    })
  })

  it('is told without its stack where nobody expected it', () => {
    const [line, hint] = linesOf(new RangeError('out of range'))
    expect(line).toBe('Something unexpected happened: RangeError: out of range')
    expect(hint).toMatch(/--trace/)
  })
})

describe('the exit code', () => {
  it.each([
    [new CertwrightError('USAGE_NOT_A_PORT', { option: '--x', value: 'y' }), 64],
    [new CertwrightError('CERTIFICATE_NOT_FOUND', { id: 'a', directory: '/' }), 1],
    [new AcmeError('ACME_NETWORK', 'no'), 1],
    [new Error('no'), 1],
    [new Interruption('SIGINT'), 130],
    [new Interruption('SIGTERM'), 143],
    [new CertwrightError('CANCELLED'), 130],
  ])('of %s is %i', (error, code) => {
    expect(exitCodeOf(error)).toBe(code)
  })
})
