import {
  AcmeError,
  certificateId,
  getRenewalInfo,
  readChain,
  renewalInfoFailure,
  renewalTime,
  type RenewalInfo,
} from '@certwright/acme'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rfc9773Certificate } from './der/rfc9773-certificate.ts'
import { failure } from './failure.ts'
import { fakeCa, refusal, type FakeCa, type FakeCaOptions } from './fake-ca.ts'
import { issuedLeaf, type IssuedLeaf } from './issued-leaf.ts'

const renewalInfo = 'https://ca.test/renewal-info'
const suggestedWindow = { start: '2026-03-01T00:00:00Z', end: '2026-03-02T00:00:00Z' }
const hourMs = 3_600_000
let shared: Promise<IssuedLeaf> | undefined

interface World {
  readonly ca: FakeCa
  readonly look: (attempts?: number) => Promise<RenewalInfo>
}

/** A CA that answers renewal information with this. */
async function world(
  answer: ReturnType<NonNullable<FakeCaOptions['before']>>,
  directory: Readonly<Record<string, unknown>> = { renewalInfo },
): Promise<World> {
  shared ??= issuedLeaf()
  const { certificate } = await shared
  const before: FakeCaOptions['before'] = ({ path }) =>
    path.startsWith('/renewal-info') ? answer : undefined
  const ca = fakeCa({ directory, before })
  const client = ca.client()
  const look: World['look'] = async (attempts) =>
    getRenewalInfo(client, certificate, { ...(attempts !== undefined && { attempts }) })
  return { ca, look }
}

describe('certificateId', () => {
  it('keeps the leading zero of the serial number (RFC 9773 §4.1, Appendix A)', () => {
    const [certificate = new Uint8Array()] = readChain(rfc9773Certificate)
    expect(certificateId(certificate)).toBe('aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE')
  })

  it('refuses what is no certificate, or does not name its issuer’s key', async () => {
    expect(() => certificateId(new Uint8Array([0x30, 0]))).toThrow(AcmeError)
    const { authority } = await issuedLeaf()
    const [root = new Uint8Array()] = readChain(authority.rootPem)
    expect(() => certificateId(root)).toThrow(
      failure('ACME_DER_NOT_CONFORM', {
        message:
          'the certificate does not name the key that signed it, and so has no renewal information',
      }),
    )
  })
})

describe('getRenewalInfo', () => {
  it('asks without a signature, at the URL and the name, with one slash between', async () => {
    for (const url of [renewalInfo, `${renewalInfo}/`]) {
      const { ca, look } = await world({ body: { suggestedWindow } }, { renewalInfo: url })
      await look()
      const { certificate } = await issuedOnce()
      expect(ca.seen.at(-1)).toMatchObject({
        method: 'GET',
        url: `${renewalInfo}/${certificateId(certificate)}`,
      })
      expect(ca.seen.at(-1)).not.toHaveProperty('protected')
    }
  })

  it('reads the window in any form of RFC 3339, and the page that explains it', async () => {
    const body = {
      suggestedWindow: { start: '2026-03-01t01:00:00.123456+01:00', end: '2026-03-02T00:00:00.5z' },
      explanationURL: 'https://ca.test/incident',
    }
    const { look } = await world({ body, headers: { 'retry-after': '7200' } })
    await expect(look()).resolves.toEqual({
      suggestedWindow: {
        start: Date.UTC(2026, 2, 1, 0, 0, 0, 123),
        end: Date.UTC(2026, 2, 2, 0, 0, 0, 500),
      },
      explanationUrl: 'https://ca.test/incident',
      retryAfterMs: 2 * hourMs,
    })
  })

  it('takes a page without TLS too, since people read it', async () => {
    const explanationURL = 'HTTP://ca.test/why'
    const { look } = await world({ body: { suggestedWindow, explanationURL } })
    await expect(look()).resolves.toHaveProperty('explanationUrl', explanationURL)
  })

  it.each(['javascript:alert(1)', 'javascript:https://', 'https://', 'see our site', '', null, 7])(
    'sends nobody to %j',
    async (explanationURL) => {
      const { look } = await world({ body: { suggestedWindow, explanationURL } })
      await expect(look()).resolves.not.toHaveProperty('explanationUrl')
    },
  )

  it.each([
    [undefined, 6 * hourMs],
    ['presently', 6 * hourMs],
    ['0', 60_000],
    ['59', 60_000],
    ['600', 600_000],
    ['Thu, 01 Jan 2026 03:00:00 GMT', 3 * hourMs],
    ['Thu, 01 Jan 2025 00:00:00 GMT', 60_000],
    ['31536000', 24 * hourMs],
  ])('takes the Retry-After %j for %i ms', async (field, retryAfterMs) => {
    const headers = field === undefined ? {} : { 'retry-after': field }
    const { look } = await world({ body: { suggestedWindow }, headers })
    await expect(look()).resolves.toHaveProperty('retryAfterMs', retryAfterMs)
  })

  it.each<[unknown, string]>([
    ['<html>', 'the renewal information is not JSON'],
    [{}, 'suggestedWindow is missing'],
    [{ suggestedWindow: null }, 'suggestedWindow is missing'],
    [{ suggestedWindow: [] }, 'suggestedWindow is missing'],
    [{ suggestedWindow: { start: suggestedWindow.start } }, 'end of suggestedWindow is missing'],
    [{ suggestedWindow: { ...suggestedWindow, start: '' } }, 'start of suggestedWindow is missing'],
    ...[
      'soon',
      '2027',
      '2026-02-30T25:00:00Z',
      '2026-03-02T00:00:00Z (about)',
      '(about) 2026-03-02T00:00:00Z',
      '+002026-03-02T00:00:00Z',
    ].map((end): [unknown, string] => [
      { suggestedWindow: { ...suggestedWindow, end } },
      'end of suggestedWindow is not a time',
    ]),
    [
      { suggestedWindow: { ...suggestedWindow, end: 1_800_000_000 } },
      'end of suggestedWindow is missing',
    ],
    [
      { suggestedWindow: { ...suggestedWindow, end: suggestedWindow.start } },
      'the suggested window has no length: 2026-03-01T00:00:00.000Z to 2026-03-01T00:00:00.000Z',
    ],
    [
      { suggestedWindow: { start: suggestedWindow.end, end: suggestedWindow.start } },
      'the suggested window has no length: 2026-03-02T00:00:00.000Z to 2026-03-01T00:00:00.000Z',
    ],
  ])('refuses %j', async (body, why) => {
    const { look } = await world({ body })
    const error = await look().catch((error: unknown) => error)
    expect(error).toEqual(failure('ACME_RESPONSE_NOT_CONFORM'))
    expect(String(error).endsWith(` replied wrongly: ${why}`)).toBe(true)
  })

  it('says that a CA has none', async () => {
    const { look } = await world(undefined, {})
    await expect(look()).rejects.toThrow(failure('ACME_NOT_SUPPORTED'))
  })

  it('never asks once the certificate has expired', async () => {
    const { certificate, notAfter } = await issuedOnce()
    const { ca } = await world({ body: { suggestedWindow } })
    ca.host.pass(notAfter - ca.host.now())
    await expect(getRenewalInfo(ca.client(), certificate)).resolves.toBeDefined()
    ca.host.pass(1)
    ca.seen.length = 0
    await expect(getRenewalInfo(ca.client(), certificate)).rejects.toThrow(
      new TypeError('the certificate has expired: renew it without asking'),
    )
    expect(ca.seen).toEqual([])
  })

  it('tries a server in trouble again as often as it is told to', async () => {
    const { ca, look } = await world({ status: 503 })
    await expect(look(3)).rejects.toThrow(failure('ACME_PROBLEM', { status: 503 }))
    expect(ca.calls().filter((call) => call.includes('renewal-info'))).toHaveLength(3)
  })

  it('ends with a window or an AcmeError, whatever the CA replies', async () => {
    const odd = fc.oneof(fc.string(), fc.jsonValue(), fc.date({ noInvalidDate: true }))
    const window = fc.record({ start: odd, end: odd }, { requiredKeys: [] })
    await fc.assert(
      fc.asyncProperty(fc.oneof(window, odd), fc.string(), async (suggestedWindow, text) => {
        const headers = { 'retry-after': text }
        const { look } = await world({ body: { suggestedWindow, explanationURL: text }, headers })
        const info = await look().catch((error: unknown) => error)
        if (info instanceof AcmeError) return
        const { retryAfterMs, suggestedWindow: read } = info as RenewalInfo
        expect(read.end).toBeGreaterThan(read.start)
        expect(retryAfterMs).toBeGreaterThanOrEqual(60_000)
        expect(retryAfterMs).toBeLessThanOrEqual(24 * hourMs)
      }),
      { numRuns: 200 },
    )
  })
})

describe('renewalTime', () => {
  const window = { start: 1000, end: 2000 }

  it('is in the window, the same for the same draw', () => {
    expect([0, 0.25, 0.9999].map((random) => renewalTime(window, random))).toEqual([
      1000, 1250, 1999,
    ])
  })

  it.each([-0.1, 1, Number.NaN])('refuses the draw %d', (random) => {
    expect(() => renewalTime(window, random)).toThrow(new TypeError('random is not within [0, 1)'))
  })

  it('spreads over the whole window', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (random) => {
        const time = renewalTime({ start: -5, end: Date.UTC(2030, 0) }, random)
        expect(Number.isInteger(time)).toBe(true)
        expect(time).toBeGreaterThanOrEqual(-5)
        expect(time).toBeLessThan(Date.UTC(2030, 0))
      }),
    )
  })
})

describe('renewalInfoFailure', () => {
  const problem = (status: number, retryAfterMs?: number): AcmeError =>
    new AcmeError('ACME_PROBLEM', 'refused', { status, retryAfterMs })
  const longTerm = { kind: 'long-term', retryAfterMs: 6 * hourMs }

  it.each([
    ['no window', new AcmeError('ACME_RESPONSE_NOT_CONFORM', 'no', { status: 200 })],
    ['404', problem(404)],
    ['429', problem(429, 1000)],
    ['no such name', new AcmeError('ACME_NETWORK', 'no', { reason: 'ENOTFOUND' })],
    ['nobody there', new AcmeError('ACME_NETWORK', 'no', { reason: 'ECONNREFUSED' })],
    ['a stranger there', new AcmeError('ACME_SERVER_NOT_TRUSTED', 'no')],
    ['no renewal information', new AcmeError('ACME_NOT_SUPPORTED', 'no')],
    ['an error of another kind', new TypeError('no')],
    ['an error of another kind that has a status', Object.assign(new Error('no'), problem(503))],
  ])('waits six hours after %s', (_, error) => {
    expect(renewalInfoFailure(error)).toEqual(longTerm)
  })

  it.each([
    ['500', problem(500)],
    ['503', problem(503)],
    ['a connection that breaks', new AcmeError('ACME_NETWORK', 'no', { reason: 'ECONNRESET' })],
    ['no reply in time', new AcmeError('ACME_NETWORK', 'no')],
    ['a missed deadline', new AcmeError('ACME_DEADLINE', 'no')],
  ])('waits ever longer after %s, but not too often', (_, error) => {
    const waits = [1, 2, 3, 4].map((failures) => renewalInfoFailure(error, { failures }))
    expect(waits.map(({ kind }) => kind)).toEqual(waits.map(() => 'temporary'))
    const minutes = waits.map(({ retryAfterMs }) => retryAfterMs / 60_000)
    expect(minutes).toEqual([5, 15, 45, 135])
    expect(renewalInfoFailure(error, { failures: 5 })).toEqual(longTerm)
  })

  it('waits as long as the server asks, within a day', () => {
    const waitMs = (askedMs: number): number =>
      renewalInfoFailure(problem(503, askedMs)).retryAfterMs
    expect([1000, 3 * hourMs, 99 * hourMs].map(waitMs)).toEqual([300_000, 3 * hourMs, 24 * hourMs])
  })

  it('judges what getRenewalInfo really throws', async () => {
    const lost = await world(new AcmeError('ACME_NETWORK', 'reset'))
    const gone = await world(refusal('malformed', 404))
    const kinds = await Promise.all(
      [lost, gone].map(async ({ look }) =>
        look(1).catch((error: unknown) => renewalInfoFailure(error).kind),
      ),
    )
    expect(kinds).toEqual(['temporary', 'long-term'])
  })
})

async function issuedOnce(): Promise<IssuedLeaf> {
  shared ??= issuedLeaf()
  return shared
}
