import { AcmeError, getRenewalInfo, renewalInfoFailure, type RenewalInfo } from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { type FakeCa, type FakeCaOptions } from '../fake-ca.ts'
import { issuedLeaf } from '../issued-leaf.ts'
import { world } from './world.ts'

const directory = { renewalInfo: 'https://ca.test/renewal-info' }
const suggestedWindow = { start: '2026-03-01T00:00:00Z', end: '2026-03-02T00:00:00Z' }
const minuteMs = 60_000
type Answer = ReturnType<NonNullable<FakeCaOptions['before']>>

async function asking(answer: Answer): Promise<{
  readonly ca: FakeCa
  readonly ask: () => Promise<RenewalInfo>
  readonly notAfter: number
}> {
  const { certificate, notAfter } = await issuedLeaf()
  const { ca, client } = await world({
    directory,
    before: ({ path }) => (path.startsWith('/renewal-info') ? answer : undefined),
  })
  return { ca, notAfter, ask: async () => getRenewalInfo(client, certificate, { attempts: 1 }) }
}

describe('renewal information', () => {
  it.each(['0', '-5', 'garbage', '', '1', 'Thu, 01 Jan 1970 00:00:00 GMT'])(
    'bug 9: Retry-After %j never means a look more often than once a minute (caddyserver/certmagic#297)',
    async (field) => {
      const { ask } = await asking({ body: { suggestedWindow }, headers: { 'retry-after': field } })
      expect((await ask()).retryAfterMs).toBeGreaterThanOrEqual(minuteMs)
    },
  )

  it.each<[string, Answer]>([
    ['a server in trouble', { status: 503, headers: { 'retry-after': '0' } }],
    ['no such thing', { status: 404 }],
    ['no JSON', { body: '<html>' }],
    ['a lost connection', new AcmeError('ACME_NETWORK', 'reset')],
  ])(
    'bug 9: %s has a time to come back, however often it happens (caddyserver/certmagic#297)',
    async (_, answer) => {
      const { ask } = await asking(answer)
      const error: unknown = await ask().catch((error: unknown) => error)
      for (const failures of [1, 2, 3, 100]) {
        const { retryAfterMs } = renewalInfoFailure(error, { failures })
        expect(retryAfterMs).toBeGreaterThanOrEqual(minuteMs)
      }
      expect(renewalInfoFailure(error, { failures: 100 }).kind).toBe('long-term')
    },
  )

  it('bug 10: nobody is asked about a certificate that has expired (certbot/certbot#10308, certbot/certbot#10317)', async () => {
    const { ca, ask, notAfter } = await asking({ body: { suggestedWindow } })
    ca.host.pass(notAfter - ca.host.now() + 1)
    await expect(ask()).rejects.toThrow(TypeError)
    expect(ca.seen).toEqual([])
  })

  it.each<[string, Answer]>([
    ['has no page for it', { status: 404 }],
    ['is in trouble', { status: 500, body: 'oops' }],
    ['says nothing of a window', { body: {} }],
    ['says null', { body: null }],
    ['gives a window without an end', { body: { suggestedWindow: { start: 'soon' } } }],
    ['does not answer', new AcmeError('ACME_NETWORK', 'timeout')],
  ])(
    'bug 11: a CA that %s gives an error of the protocol, to be judged, and nothing else (certbot/certbot#10374)',
    async (_, answer) => {
      const { ask } = await asking(answer)
      await expect(ask()).rejects.toThrow(AcmeError)
    },
  )
})
