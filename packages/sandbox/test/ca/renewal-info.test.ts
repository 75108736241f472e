import { describe, expect, it } from 'vitest'
import type { CertificateView } from '../../src/ca/views.ts'
import { base64url, type RawReply } from './raw-client.ts'
import {
  dns,
  hourMs,
  issue,
  newWorld,
  order,
  problemOf,
  type Client,
  type World,
  type WorldOptions,
} from './world.ts'

const dayMs = 24 * hourMs

interface Room {
  readonly world: World
  readonly member: Client
  readonly certificate: CertificateView
  readonly look: (id?: string) => Promise<RawReply>
  readonly ask: (payload: object, by?: Client) => Promise<RawReply>
}

async function atHome(options: WorldOptions = {}): Promise<Room> {
  const world = await newWorld({ backdateMs: 0, ...options })
  const member = await world.member()
  await issue(world, member, 'a.example', 'b.example')
  const [certificate] = world.ca.certificates()
  if (certificate === undefined) throw new Error('no certificate was issued')
  const url = world.directory['renewalInfo'] ?? `${world.ca.url}/best-before`
  const look: Room['look'] = async (id = certificate.certificateId) => world.get(`${url}/${id}`)
  const ask: Room['ask'] = async (payload, by = member) =>
    by.post(world.directory['newOrder'] ?? '', { identifiers: dns('a.example'), ...payload })
  return { world, member, certificate, look, ask }
}

/** The window that was suggested, in milliseconds. */
function windowIn({ json }: RawReply): { start: number; end: number } {
  const { start, end } = json['suggestedWindow'] as { start: string; end: string }
  return { start: Date.parse(start), end: Date.parse(end) }
}

describe('renewal information', () => {
  it('4.1 #77 a name that is not of two parts, or of another key, is 400 malformed', async () => {
    const { look, certificate } = await atHome()
    const [key = '', serial = ''] = certificate.certificateId.split('.')
    const other = base64url(Buffer.alloc(20, 7))
    for (const id of [
      key,
      `${key}.${serial}.x`,
      `${key}.${serial}=`,
      `${other}.${serial}`,
      'x.y',
    ]) {
      expect(problemOf(await look(id))).toBe('400 malformed')
    }
  })

  it('is 404 for a serial number that was not given out, or has lost its leading zero', async () => {
    const { look, certificate } = await atHome()
    const [key = ''] = certificate.certificateId.split('.')
    expect(problemOf(await look(`${key}.AQ`))).toBe('404 malformed')
    const bare = Buffer.from(certificate.serial.replace(/^00/, ''), 'hex')
    const reply = await look(`${key}.${base64url(bare)}`)
    expect(reply.status).toBe(certificate.serial.startsWith('00') ? 404 : 200)
  })

  it('4.1 #78 is not to be written: POST is serverInternal', async () => {
    const { member, certificate, world } = await atHome()
    const url = `${world.directory['renewalInfo']}/${certificate.certificateId}`
    expect(problemOf(await member.post(url, { replaced: true }))).toBe('500 serverInternal')
  })

  it('4.1 #79 comes with a Retry-After of six hours, or with any other', async () => {
    const { look } = await atHome()
    expect((await look()).headers['retry-after']).toBe('21600')
    const odd = await atHome({ renewalInfoRetryAfter: 'in a while' })
    expect((await odd.look()).headers['retry-after']).toBe('in a while')
  })

  it('suggests the time about a third of the lifetime before its end', async () => {
    const { look, certificate } = await atHome({ certificateLifetimeMs: 90 * dayMs })
    const reply = await look()
    expect(reply.status).toBe(200)
    const { start, end } = windowIn(reply)
    const left = certificate.notAfter - (start + end) / 2
    expect(Math.abs(left - 30 * dayMs)).toBeLessThan(2000)
    expect(Math.abs(end - start - 1.8 * dayMs)).toBeLessThan(2000)
  })

  it('suggests half-time for a short life', async () => {
    const { look, certificate } = await atHome({ certificateLifetimeMs: 6 * dayMs })
    const { start, end } = windowIn(await look())
    expect(Math.abs(certificate.notAfter - (start + end) / 2 - 3 * dayMs)).toBeLessThan(2000)
  })

  it('suggests the past for what is revoked', async () => {
    const { look, member, world, certificate } = await atHome()
    const [, body = ''] = /-----BEGIN CERTIFICATE-----([^-]+)/.exec(certificate.chainPem) ?? []
    const der = base64url(Buffer.from(body, 'base64'))
    await member.post(world.directory['revokeCert'] ?? '', { certificate: der })
    const { start, end } = windowIn(await look())
    expect(start).toBe(world.clock.now() - hourMs)
    expect(end).toBe(start + hourMs / 2)
  })

  it('4.3 suggestRenewal says what it is made to say, broken windows too, until that is taken back', async () => {
    const { look, world, certificate } = await atHome()
    const start = Date.UTC(2027, 0, 2)
    const explanationUrl = 'https://ca.example/incident'
    const usual = (await look()).json
    const suggest: typeof world.ca.suggestRenewal = (...given) => world.ca.suggestRenewal(...given)
    expect(suggest('00', { start, end: start })).toBe(false)
    expect(suggest(certificate.serial, { start, end: start - 1000, explanationUrl })).toBe(true)
    expect((await look()).json).toEqual({
      suggestedWindow: { start: '2027-01-02T00:00:00Z', end: '2027-01-01T23:59:59Z' },
      explanationURL: explanationUrl,
    })
    expect(suggest(certificate.serial, undefined)).toBe(true)
    expect((await look()).json).toEqual(usual)
  })

  it('4.3 renewalInfo can be missing, and then replaces is passed over', async () => {
    const { world, look, ask } = await atHome({ renewalInfo: false })
    expect(world.directory).not.toHaveProperty('renewalInfo')
    expect(problemOf(await look())).toBe('404 malformed')
    const reply = await ask({ replaces: 'nonsense' })
    expect([reply.status, reply.json['replaces']]).toEqual([201, undefined])
  })
})

describe('replaces', () => {
  it('is shown by the order then and later', async () => {
    const { ask, member, world, certificate } = await atHome()
    const replaces = certificate.certificateId
    const reply = await ask({ replaces })
    expect(reply.json).toMatchObject({ status: 'pending', replaces })
    const later = await member.read(reply.headers['location'] ?? '')
    expect(later.json).toMatchObject({ replaces })
    expect(world.ca.orders().at(-1)).toMatchObject({ replaces })
    expect((await ask({ replaces: '' })).json).not.toHaveProperty('replaces')
  })

  it('4.1 #48 a name that is none is malformed', async () => {
    const { ask } = await atHome()
    for (const replaces of ['nonsense', 'a.b.c', 7, {}]) {
      expect(problemOf(await ask({ replaces }))).toBe('400 malformed')
    }
  })

  it('4.1 #48 an unknown certificate is serverInternal', async () => {
    const { ask, certificate } = await atHome()
    const [key = ''] = certificate.certificateId.split('.')
    expect(problemOf(await ask({ replaces: `${key}.AQ` }))).toBe('500 serverInternal')
  })

  it('4.1 #48 a certificate that another order replaces is 409 alreadyReplaced', async () => {
    const { ask, member, certificate } = await atHome()
    const replaces = certificate.certificateId
    const first = await ask({ replaces })
    expect(problemOf(await ask({ replaces }))).toBe('409 alreadyReplaced')
    // RFC 9773 §5: "by a different Order that is not 'invalid'".
    const [authorization = ''] = first.json['authorizations'] as string[]
    await member.post(authorization, { status: 'deactivated' })
    expect((await ask({ replaces })).status).toBe(201)
  })

  it('4.1 #48 a certificate of another account is unauthorized', async () => {
    const { ask, world, certificate } = await atHome()
    const other = await world.member()
    const reply = await ask({ replaces: certificate.certificateId }, other)
    expect(problemOf(reply)).toBe('403 unauthorized')
  })

  it('4.1 #48 a certificate without a name of the order is serverInternal', async () => {
    const { ask, member, world, certificate } = await atHome()
    const replaces = certificate.certificateId
    const reply = await ask({ replaces, identifiers: dns('c.example') })
    expect(problemOf(reply)).toBe('500 serverInternal')
    expect((await ask({ replaces, identifiers: dns('B.example', 'c.example') })).status).toBe(201)
    expect((await order(world, member, 'c.example')).url).toBeTruthy()
  })
})
