import { AcmeError } from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { errorDocument, errorLines } from '../../src/cli/error-report.ts'
import { http01 } from '../../src/solvers/http-01.ts'
import { sandboxWorld } from '../cli/sandbox-world.ts'

/** What a person reads when the CA could not validate a name for this reason. */
function told(challenge: string, type: string, detail: string): string {
  const error = new AcmeError('ACME_ORDER_INVALID', 'the order is invalid', {
    authorizations: [
      {
        ...{ identifier: { type: 'dns', value: 'a.test' }, wildcard: false, challenge },
        url: 'https://ca.test/authz/1',
        problem: { type: `urn:ietf:params:acme:error:${type}`, detail, subproblems: [] },
      },
    ],
  })
  return errorLines(errorDocument(error, 'en', 0), 'en').join('\n')
}

describe('a validation that fails', () => {
  it('bug 39: only at the CA is told as the CA saw it, from wherever it looked (letsencrypt/boulder#2770)', () => {
    const detail = 'During secondary validation: 2001:db8::1: Timeout during connect'
    expect(told('http-01', 'connection', detail)).toContain(detail)
  })

  it('bug 39: by http-01 is not held up by a look of our own, which a router may not let through (cert-manager/cert-manager#863, cert-manager/cert-manager#656)', async () => {
    const { issue, sandbox } = await sandboxWorld()
    expect(http01({ port: 0 })).not.toHaveProperty('settle')
    const { stderr } = await issue(['elsewhere.example.net'])
    expect(stderr).toMatch(/elsewhere\.example\.net \(http-01\)/)
    expect(sandbox.ca.requests.some(({ endpoint }) => endpoint === 'challenge')).toBe(true)
  })

  it('more: over a CAA record that cannot be looked up is not called a missing TXT record (letsencrypt/boulder#1453, acmesh-official/acme.sh#5142)', () => {
    for (const type of ['dns', 'caa']) {
      const text = told('dns-01', type, 'SERVFAIL looking up CAA for a.test')
      expect(text).toContain('SERVFAIL looking up CAA for a.test')
      expect(text).toContain(type)
      expect(text.replace('dns-01', '')).not.toMatch(/TXT/)
    }
  })
})
