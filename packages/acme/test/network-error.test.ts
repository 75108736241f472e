import { AcmeError } from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { bodyTooLarge, networkError, timedOut } from '../src/network-error.ts'

const url = 'https://ca.test:8443/new-order'
const coded = (code: string, message = ''): Error => Object.assign(new Error(message), { code })
const failed = (cause: unknown): Error => new TypeError('fetch failed', { cause })

describe('networkError', () => {
  it('leaves an AcmeError as it is', () => {
    const error = new AcmeError('ACME_RESPONSE_NOT_CONFORM', 'too long')
    expect(networkError(url, error)).toBe(error)
  })

  it.each([
    ['an error without code', new Error('gone'), 'gone', undefined],
    ['what is no error', 'boom', 'boom', undefined],
    ['nothing', null, 'null', undefined],
    ['the cause of fetch', failed(coded('ECONNRESET', 'reset')), 'reset', 'ECONNRESET'],
    ['a cause that is a text', failed('boom'), 'boom', undefined],
    ['a cause that is null', failed(null), 'null', undefined],
    ['an error that has its code alone', coded('ENOTFOUND'), 'ENOTFOUND', 'ENOTFOUND'],
    [
      'the first of many addresses',
      failed(new AggregateError([coded('ECONNREFUSED', 'no'), coded('EHOSTUNREACH')], 'all')),
      'no',
      'ECONNREFUSED',
    ],
    ['no address at all', failed(new AggregateError([], 'none')), 'none', undefined],
    ['a code that only contains one of trust', coded('NO_CERT_X', 'odd'), 'odd', 'NO_CERT_X'],
  ])('says why there is no reply: %s', (_what, cause, why, reason) => {
    const error = networkError(url, cause)
    expect(error).toMatchObject({
      code: 'ACME_NETWORK',
      message: `no reply from ca.test:8443: ${why}`,
      url,
      reason,
    })
    expect(error.cause).toBe(cause)
  })

  it('looks no more than five causes down, since they may go in circles', () => {
    let error = new Error('1')
    for (let level = 2; level <= 8; level += 1) error = new Error(`${level}`, { cause: error })
    expect(networkError(url, error).message).toBe('no reply from ca.test:8443: 3')
    const circle = new Error('circle')
    circle.cause = circle
    expect(networkError(url, circle).message).toBe('no reply from ca.test:8443: circle')
  })

  it.each([
    'CERT_HAS_EXPIRED',
    'CRL_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'HOSTNAME_MISMATCH',
    'INVALID_CA',
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ])('tells %s from a silent network, and what to do about it', (code) => {
    const cause = failed(coded(code, 'not trusted'))
    const error = networkError(url, cause)
    expect(error).toMatchObject({
      code: 'ACME_SERVER_NOT_TRUSTED',
      message: 'the TLS certificate of ca.test:8443 is refused: not trusted',
      url,
      hint: "Give the root certificate of the CA's API to the transport, if it is a private one.",
    })
    expect(error.cause).toBe(cause)
  })
})

describe('the limits of an exchange', () => {
  it('are named with the host or the URL that missed them', () => {
    expect(timedOut(url, 1500)).toMatchObject({
      code: 'ACME_NETWORK',
      message: 'no reply from ca.test:8443 within 1500 ms',
      url,
    })
    expect(bodyTooLarge(url, 1024)).toMatchObject({
      code: 'ACME_RESPONSE_NOT_CONFORM',
      message: `the reply of ${url} has more than 1024 bytes`,
      url,
    })
  })
})
