import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createClock, startSandbox } from '../../src/index.ts'
import type { Sandbox, SandboxOptions } from '../../src/index.ts'
import { newMember, type Member } from '../control/world.ts'
import type { RawReply } from '../ca/raw-client.ts'
import { csr } from '../ca/world.ts'
import { listening } from '../validation/world.ts'

const hourMs = 3_600_000
const atOnce = { min: 0, max: 0 }

async function newSandbox({ ca, ...options }: SandboxOptions = {}): Promise<Sandbox> {
  const calm = { nonceRejectPercent: 0, authorizationReusePercent: 0, shuffle: false }
  const knobs = { ...calm, validationDelayMs: atOnce, issuanceDelayMs: atOnce, ...ca }
  const sandbox = await startSandbox({ ...options, ca: knobs })
  onTestFinished(async () => sandbox.close())
  return sandbox
}

/** Publishes the proof of the first authorization by dns-01 and reads until it is decided. */
async function proven(sandbox: Sandbox, member: Member, asked: RawReply): Promise<RawReply> {
  const [url = ''] = asked.json['authorizations'] as string[]
  const { json } = await member.post(url, '')
  const { value } = json['identifier'] as { value: string }
  const all = json['challenges'] as { type: string; url: string; token: string }[]
  const challenge = all.find(({ type }) => type === 'dns-01')
  const { thumbprint } = sandbox.ca.accounts().find((one) => one.url === member.kid) ?? {}
  const data = createHash('sha256').update(`${challenge?.token}.${thumbprint}`).digest('base64url')
  sandbox.dns.add({ name: `_acme-challenge.${value}`, type: 'TXT', data })
  await member.post(challenge?.url ?? '', {})
  return settled(member, url)
}

async function settled(member: Member, url: string): Promise<RawReply> {
  let reply = await member.post(url, '')
  await expect
    .poll(async () => {
      reply = await member.post(url, '')
      return reply.json['status']
    })
    .not.toBe('pending')
  return reply
}

describe('validation', () => {
  it('4.3 perspectives that ask a name server which is slow to follow do not see the record', async ({
    skip,
  }) => {
    const sandbox = await newSandbox({ secondary: { lag: 1000 } }).catch((error: unknown) => {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EADDRNOTAVAIL') skip('this machine has no 127.0.0.2')
      throw error
    })
    const { dns } = sandbox
    const slow = { resolver: `127.0.0.2:${dns.port}` }
    const member = await newMember(sandbox)
    sandbox.ca.setKnobs({ perspectives: [{ name: 'one', ...slow }, { name: 'two' }] })
    const enough = await proven(sandbox, member, await member.order('a.example.test'))
    expect(enough.json['status']).toBe('valid')
    sandbox.ca.setKnobs({
      perspectives: [
        { name: 'one', ...slow },
        { name: 'two', ...slow },
      ],
    })
    const refused = await proven(sandbox, member, await member.order('b.example.test'))
    expect(refused.json).toMatchObject({
      status: 'invalid',
      challenges: [{ error: { detail: expect.stringMatching(/^During secondary/) as unknown } }],
    })
  })

  it('4.3 caaRecheckAfterMs looks at CAA again at finalize', async () => {
    const sandbox = await newSandbox({
      ca: { caaRecheckAfterMs: hourMs, validAuthorizationLifetimeMs: 8 * hourMs },
    })
    const member = await newMember(sandbox)
    const asked = await member.order('a.example.test')
    expect((await proven(sandbox, member, asked)).json['status']).toBe('valid')
    const caa = { name: 'a.example.test', type: 'CAA', data: { tag: 'issue', value: ';' } } as const
    sandbox.dns.add(caa)
    const der = Buffer.from(await csr({ names: ['a.example.test'] })).toString('base64url')
    const finalize = async () => member.post(String(asked.json['finalize']), { csr: der })
    sandbox.clock.advance(hourMs + 1000)
    const refused = await finalize()
    expect(refused.json).toMatchObject({
      type: 'urn:ietf:params:acme:error:caa',
      detail: expect.stringContaining('prevents issuance') as unknown,
    })
    sandbox.dns.remove({ name: 'a.example.test', type: 'CAA' })
    expect((await finalize()).status).toBe(200)
  })

  it('4.3 caaIdentities are what records must name', async () => {
    const sandbox = await newSandbox({ ca: { caaIdentities: ['ca.elsewhere.test'] } })
    const member = await newMember(sandbox)
    const issue = (value: string) => ({ tag: 'issue', value })
    sandbox.dns.add({ name: 'a.example.test', type: 'CAA', data: issue('ca.example.test') })
    sandbox.dns.add({ name: 'b.example.test', type: 'CAA', data: issue('ca.elsewhere.test') })
    const [no, yes] = [await member.order('a.example.test'), await member.order('b.example.test')]
    expect((await proven(sandbox, member, no)).json['status']).toBe('invalid')
    expect((await proven(sandbox, member, yes)).json['status']).toBe('valid')
  })

  it('4.3 setServfail for CAA alone refuses where all else is well', async () => {
    const sandbox = await newSandbox()
    const member = await newMember(sandbox)
    sandbox.dns.setServfail('a.example.test', true, 'CAA')
    const refused = await proven(sandbox, member, await member.order('a.example.test'))
    const error = { detail: expect.stringContaining('SERVFAIL looking up CAA') as unknown }
    expect(refused.json).toMatchObject({ status: 'invalid', challenges: [{ error }] })
    sandbox.dns.setServfail('a.example.test', false, 'CAA')
    const taken = await proven(sandbox, member, await member.order('a.example.test'))
    expect(taken.json['status']).toBe('valid')
  })

  it('4.3 standIns have public addresses found on this machine', async () => {
    const asked: (string | undefined)[] = []
    let proof = ''
    const httpPort = await listening(
      createServer((request, response) => {
        asked.push(request.headers.host)
        response.end(proof)
      }),
    )
    const sandbox = await newSandbox({
      httpPort,
      standIns: { '8.8.8.8': '127.0.0.1' },
      ca: { strict: 'letsencrypt', rateLimits: { requests: false }, perspectives: [] },
    })
    const member = await newMember(sandbox)
    const directory = sandbox.directoryUrl.replace('start-here', 'ask')
    const identifiers = [{ type: 'ip', value: '8.8.8.8' }]
    const order = await member.post(directory, { identifiers, profile: 'shortlived' })
    expect(order.status, order.text).toBe(201)
    const [url = ''] = order.json['authorizations'] as string[]
    const { challenges } = (await member.post(url, '')).json as {
      challenges: { type: string; url: string; token: string }[]
    }
    const challenge = challenges.find(({ type }) => type === 'http-01')
    proof = `${challenge?.token}.${sandbox.ca.accounts()[0]?.thumbprint}`
    await member.post(challenge?.url ?? '', {})
    expect((await settled(member, url)).json['status']).toBe('valid')
    expect(asked).toEqual(['8.8.8.8'])
    await expect(startSandbox({ standIns: { '8.8.8.8': '192.0.2.1' } })).rejects.toThrow(TypeError)
  })
})

describe('several CAs', () => {
  it('4.3 cas have each a directory, a root and knobs, and what they have in common', async () => {
    const sandbox = await newSandbox({
      ca: { maxContacts: 7 },
      cas: {
        public: { strict: 'letsencrypt', authority: { chainLength: 2 } },
        private: { maxContacts: 1, website: 'https://private.example/' },
      },
      authority: { alternateRoots: 1 },
    })
    const { public: open, private: closed } = sandbox.cas
    expect(Object.keys(sandbox.cas)).toEqual(['public', 'private'])
    expect([sandbox.ca, sandbox.directoryUrl]).toEqual([open?.ca, open?.directoryUrl])
    expect(open?.directoryUrl).not.toBe(closed?.directoryUrl)
    expect(open?.rootPem).not.toBe(closed?.rootPem)
    expect([open?.rootPems.length, closed?.rootPems.length]).toEqual([2, 2])
    expect(open?.ca.knobs()).toMatchObject({
      maxContacts: 7,
      caaIdentities: ['public.example.test'],
    })
    expect(closed?.ca.knobs()).toMatchObject({
      maxContacts: 1,
      website: 'https://private.example/',
    })
    // Their accounts are strangers to each other.
    const member = await newMember(closed as NonNullable<typeof closed>)
    expect(closed?.ca.accounts()).toMatchObject([{ url: member.kid }])
    expect(open?.ca.accounts()).toEqual([])
  })

  it('need names that can be part of a domain, and one at least', async () => {
    await expect(startSandbox({ cas: {} })).rejects.toThrow(TypeError)
    for (const name of ['', 'Ca', 'a.b', '-a', 'a_b']) {
      await expect(startSandbox({ cas: { [name]: {} } })).rejects.toThrow(TypeError)
    }
  })

  it('is one, called default, where none is named', async () => {
    const sandbox = await newSandbox()
    expect(Object.keys(sandbox.cas)).toEqual(['default'])
    expect(sandbox.ca.knobs()).toMatchObject({ caaIdentities: ['ca.example.test'] })
  })
})

describe('the clock', () => {
  it('4.3 clock is lent and moved by whoever lends it, or moved by the sandbox', async () => {
    const lent = createClock({ at: Date.UTC(2026, 10, 24), stopped: true })
    const sandbox = await newSandbox({ clock: lent })
    expect(sandbox.clock).toBe(lent)
    const own = await newSandbox()
    const before = own.clock.now()
    own.clock.advance(hourMs)
    expect(own.clock.now() - before).toBeGreaterThanOrEqual(hourMs)
  })
})
