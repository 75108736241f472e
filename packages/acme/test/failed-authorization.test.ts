import type { Authorization, Challenge } from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { failuresOf, hasFailed } from '../src/failed-authorization.ts'

const url = 'https://ca.test/authz/1'
const identifier = { type: 'dns', value: 'example.org' }
const error = (detail: string) => ({ type: 'about:blank', detail, subproblems: [] })

function challenge(type: string, status: string, more: Partial<Challenge> = {}): Challenge {
  return { type, status, raw: {}, ...more }
}

function authorization(
  status: string,
  challenges: readonly Challenge[],
  more: Partial<Authorization> = {},
): Authorization {
  return {
    ...{ url, status, identifier, challenges },
    ...{ wildcard: false, subdomainAuthAllowed: false },
    ...more,
  }
}

describe('an authorization', () => {
  it.each([
    ['pending', false],
    ['valid', false],
    ['of the future', false],
    ['', false],
    ['invalid', true],
    ['deactivated', true],
    ['expired', true],
    ['revoked', true],
  ])('that is %s has failed: %s', (status, failed) => {
    expect(hasFailed(status)).toBe(failed)
  })
})

describe('failuresOf', () => {
  it('finds nothing wrong with what is valid, or pending without a reason', () => {
    const tried = [challenge('dns-01', 'invalid', { error: error('once') })]
    expect(failuresOf([authorization('valid', tried), authorization('pending', [])])).toEqual({
      failures: [],
      lines: '',
    })
  })

  it('names the challenge that failed, before one that only has a reason', () => {
    const { failures } = failuresOf([
      authorization('invalid', [
        challenge('tls-alpn-01', 'invalid'),
        challenge('http-01', 'pending', { error: error('tried again') }),
        challenge('dns-01', 'invalid', { error: error('refused') }),
      ]),
      authorization('pending', [
        challenge('tls-alpn-01', 'invalid'),
        challenge('http-01', 'pending', { error: error('tried again') }),
      ]),
    ])
    expect(failures.map(({ challenge, problem }) => [challenge, problem?.detail])).toEqual([
      ['dns-01', 'refused'],
      ['http-01', 'tried again'],
    ])
  })

  it('carries what the CA tried, where it says so, and nothing that is missing', () => {
    const validationRecord = [{ addressUsed: '192.0.2.1' }]
    const failed = (raw: Challenge['raw']) =>
      authorization('invalid', [challenge('dns-01', 'invalid', { error: error('no'), raw })])
    const { failures } = failuresOf([
      failed({ validationRecord }),
      failed({ validationRecord: null }),
      authorization('revoked', []),
    ])
    const bare = { identifier, wildcard: false, url }
    const told = { ...bare, challenge: 'dns-01', problem: error('no') }
    expect(failures).toStrictEqual([{ ...told, validationRecord }, told, bare])
  })

  it('has a line for each', () => {
    const tried = [challenge('dns-01', 'invalid', { error: error('no') })]
    const { lines } = failuresOf([
      authorization('invalid', tried, { wildcard: true }),
      authorization('expired', []),
    ])
    expect(lines).toBe('*.example.org: dns-01: about:blank: no; example.org')
  })
})
