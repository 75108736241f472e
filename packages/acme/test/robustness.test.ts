import { AcmeError, createCsr, obtain } from '@certwright/acme'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fakeCa, knownAccount, newSigner, type FakeCaOptions } from './fake-ca.ts'

const identifiers = [{ type: 'dns', value: 'example.org' }]

/** Whatever the CA does, there is a certificate or an `AcmeError`, and soon. */
async function survives(options: FakeCaOptions): Promise<boolean> {
  const ca = fakeCa(options)
  const account = await knownAccount(ca)
  const key = await newSigner()
  const result = await obtain(ca.client(), account, {
    identifiers,
    solvers: [{ type: 'dns-01', present: async () => ({}), cleanUp: async () => undefined }],
    csr: () => createCsr({ identifiers, key }),
    deadlineMs: 60_000,
  }).then(
    ({ order }) => order.status,
    (error: unknown) => error,
  )
  return result === 'valid' || result instanceof AcmeError
}

const oddValue = fc.oneof(
  fc.constantFrom(null, '', 0, -1, true, [], {}, 'x', 'https://', 'http://ca.test/', [null], [[]], {
    type: null,
  }),
  fc.constant('x'.repeat(100_000)),
  fc.jsonValue(),
)

const paths = [
  '/directory',
  '/new-nonce',
  '/new-order',
  '/authz/',
  '/challenge/',
  '/order/',
  '/cert/',
]

describe('obtain, with a CA that answers wrongly', () => {
  it('ends with a certificate or an AcmeError when members are missing, null or of another type', async () => {
    const members = [
      'newNonce newAccount newOrder meta status identifiers identifier authorizations finalize',
      'certificate challenges error expires wildcard url token type',
    ]
    const member = fc.constantFrom(...members.flatMap((names) => names.split(' ')))
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        fc.dictionary(member, oddValue, { minKeys: 1, maxKeys: 4 }),
        (path, change) =>
          survives({
            after: (seen, ca) => {
              if (!seen.path.startsWith(path)) return undefined
              const base = ca.orders.get(seen.url) ?? ca.authorizations.get(seen.url) ?? {}
              return {
                headers: { location: 'https://ca.test/order/1' },
                body: { ...base, ...change },
              }
            },
          }),
      ),
      { numRuns: 150 },
    )
  })

  it('ends with a certificate or an AcmeError whatever the status, fields and body', async () => {
    const field = fc.constantFrom('retry-after', 'link', 'location', 'replay-nonce', 'content-type')
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        fc.record({
          status: fc.oneof(fc.integer({ min: 200, max: 599 }), fc.constantFrom(200, 400, 429, 503)),
          headers: fc.dictionary(field, fc.oneof(fc.string(), fc.nat().map(String))),
          body: fc.oneof(fc.string(), fc.json(), fc.constant('x'.repeat(200_000))),
        }),
        fc.nat(3),
        (path, answer, times) => {
          let left = times
          return survives({
            before: (seen) => (seen.path.startsWith(path) && left-- > 0 ? answer : undefined),
          })
        },
      ),
      { numRuns: 150 },
    )
  })

  it('does not hang when the CA sends it in circles', async () => {
    const states = ['pending', 'ready', 'processing', 'strange']
    for (const state of states) {
      expect(
        await survives({
          before: ({ path, payload }) =>
            /^\/order\/\d+/.test(path) && payload !== undefined
              ? {
                  body: {
                    status: state,
                    identifiers,
                    finalize: 'https://ca.test/order/1/finalize',
                  },
                }
              : undefined,
        }),
      ).toBe(true)
    }
  })
})
