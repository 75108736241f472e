import { describe, expect, it } from 'vitest'
import { revokedAmong } from '@certwright/acme'
import { CertwrightError } from '../../src/runtime/error.ts'
import {
  requireTrusted,
  revocationListFrom,
  revocationSubject,
  type RevocationSubject,
} from '../../src/x509/revocation-list.ts'
import { crl, type CrlOptions } from './crl.ts'
import { bundleOf, day, extension, issue, now, rsaKey, type Issued } from './issued.ts'

const url = 'http://ca.test/47.crl'
const root = issue({ subject: 'Root', ca: true })
const issuer = issue({ subject: 'Intermediate', by: root, ca: true })

function subject(by = issuer, crlUrls: readonly string[] = [url]): RevocationSubject {
  const leaf = issue({ names: ['example.com'], by, crlUrls, serial: [9] })
  const found = revocationSubject(bundleOf([leaf, by]).chainPem)
  if (!found) throw new Error('no list is named')
  return found
}

/** The code of why a list is not trusted; `trusted` where it is. */
function judged(
  options: Partial<CrlOptions> = {},
  { of = subject(), at = url }: { readonly of?: RevocationSubject; readonly at?: string } = {},
): string {
  try {
    const list = revocationListFrom(crl({ by: issuer, serials: [[9]], ...options }), at)
    requireTrusted(list, of, { url: at, now })
    return 'trusted'
  } catch (error) {
    if (error instanceof CertwrightError) return error.code
    throw error
  }
}

/** Of the same name, with another key. */
function impostor(): Issued {
  return issue({ subject: 'Intermediate', by: root, ca: true })
}

describe('a list is not trusted', () => {
  it.each([
    ['signed by another key of that name', { by: impostor() }, 'REVOCATION_LIST_NOT_SIGNED'],
    ['made by another issuer', { by: root }, 'REVOCATION_LIST_NOT_SIGNED'],
    ['with an algorithm that nobody uses', { algorithm: '1.2.3.4' }, 'REVOCATION_LIST_NOT_SIGNED'],
    [
      'with another hash than its signature',
      { algorithm: '1.2.840.10045.4.3.3' },
      'REVOCATION_LIST_NOT_SIGNED',
    ],
    [
      'with an algorithm of another kind of key',
      { algorithm: '1.3.101.112' },
      'REVOCATION_LIST_NOT_SIGNED',
    ],
    ['from its nextUpdate on', { nextUpdate: now }, 'REVOCATION_LIST_STALE'],
    ['without nextUpdate', { nextUpdate: 'never' }, 'REVOCATION_LIST_STALE'],
    ['of the day after', { thisUpdate: now + day }, 'REVOCATION_LIST_STALE'],
    [
      'for another distribution point',
      { scope: { urls: ['http://ca.test/48.crl'] } },
      'REVOCATION_LIST_OF_OTHERS',
    ],
    [
      'for certificates of CAs',
      { scope: { urls: [url], flags: [2] } },
      'REVOCATION_LIST_OF_OTHERS',
    ],
    ['for other issuers too', { scope: { urls: [url], flags: [4] } }, 'REVOCATION_LIST_OF_OTHERS'],
    ['for attributes', { scope: { flags: [5] } }, 'REVOCATION_LIST_OF_OTHERS'],
    [
      'that has only what has changed',
      { extensions: [extension('2.5.29.27', new Uint8Array([2, 1, 1]), true)] },
      'REVOCATION_LIST_OF_OTHERS',
    ],
    [
      'with something critical that is not known',
      { extensions: [extension('1.2.3.4', new Uint8Array([5, 0]), true)] },
      'REVOCATION_LIST_NOT_UNDERSTOOD',
    ],
  ] as const)('%s', (_name, options, code) => {
    expect(judged(options)).toBe(code)
  })

  it('whose issuer may not sign lists', () => {
    const by = issue({ subject: 'Intermediate', by: root, ca: true, signsLists: false })
    expect(judged({ by }, { of: subject(by) })).toBe('REVOCATION_LIST_NOT_SIGNED')
  })

  it('that is none', () => {
    const html = new TextEncoder().encode('<html>')
    expect(() => revocationListFrom(html, url)).toThrow(
      expect.objectContaining({ code: 'REVOCATION_LIST_NOT_READABLE' }),
    )
  })

  it('after one octet of it was changed, wherever', () => {
    const bytes = crl({ by: issuer, serials: [[9]], scope: { urls: [url], flags: [1] } })
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Uint8Array.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(() => {
        requireTrusted(revocationListFrom(changed, url), subject(), { url, now })
      }).toThrow(CertwrightError)
    }
  })
})

describe('a list is trusted', () => {
  it.each([
    ['without a scope', {}],
    [
      'for its own distribution point, of certificates of servers',
      { scope: { urls: [url], flags: [1] } },
    ],
    ['whose scope names several places', { scope: { urls: ['ldap://x/', url] } }],
    ['whose scope names no place', { scope: { flags: [1] } }],
    ['for some reasons alone: what it has is revoked', { scope: { flags: [3] } }],
    ['from a clock that is ahead by minutes', { thisUpdate: now + 60_000 }],
    [
      'with extensions that are not known and not critical',
      { extensions: [extension('1.2.3.4', new Uint8Array([5, 0]))] },
    ],
  ])('%s', (_name, options) => {
    expect(judged(options)).toBe('trusted')
  })

  it('that an RSA key has signed', () => {
    const by = issue({ subject: 'RSA', by: root, ca: true, key: rsaKey() })
    expect(judged({ by }, { of: subject(by) })).toBe('trusted')
  })

  it('by the other name of the same place (RFC 5280 §6.3.3)', () => {
    const other = 'http://ca.test/other.crl'
    const of = subject(issuer, [url, other])
    expect(judged({ scope: { urls: [other] } }, { of })).toBe('trusted')
  })

  it('and says what it has', () => {
    const list = revocationListFrom(crl({ by: issuer, serials: [[9]], reason: 4 }), url)
    const { entries } = revokedAmong(list, [new Uint8Array([9])])
    expect(entries).toMatchObject([{ revokedAt: now - day, reason: 4 }])
  })
})

describe('no list says anything of a certificate', () => {
  const leafWith = (crlUrls: readonly string[]) => issue({ names: ['a.test'], by: issuer, crlUrls })
  it.each([
    ['that names none', bundleOf([leafWith([]), issuer]).chainPem],
    [
      'that names one elsewhere than on the web',
      bundleOf([leafWith(['ldap://x/']), issuer]).chainPem,
    ],
    ['whose issuer is not in the chain', bundleOf([leafWith([url])]).chainPem],
    ['that cannot be read', 'nothing'],
  ])('%s', (_name, chainPem) => {
    expect(revocationSubject(chainPem)).toBeUndefined()
  })
})
