import { describe, expect, it } from 'vitest'
import { freePort } from '../../src/free-port.ts'
import { startSandbox } from '../../src/index.ts'
import { newControlWorld, newMember } from './world.ts'

const hourMs = 3_600_000
const ca = '/cas/default'

describe('what it refuses', () => {
  it('is what has no route, or another method', async () => {
    const { call } = await newControlWorld()
    expect(await call('GET', '/nothing')).toMatchObject({ status: 404 })
    expect(await call('GET', '/cas/%')).toMatchObject({ status: 404 })
    expect(await call('GET', '/cas/%zz/orders')).toMatchObject({ status: 404 })
    expect(await call('GET', '/cas/other/orders')).toMatchObject({ status: 404 })
    expect(await call('GET', '/cas/__proto__/orders')).toMatchObject({ status: 404 })
    const put = await call('PUT', '/clock')
    expect(put).toMatchObject({ status: 405, type: 'application/problem+json' })
  })

  it('is a body that is no JSON, is called something else, or has another shape', async () => {
    const { call } = await newControlWorld()
    const plain = await call('POST', '/clock/advance', { ms: 1 }, { 'content-type': 'text/plain' })
    expect(plain.status).toBe(415)
    const json = { 'content-type': 'application/json' }
    expect(await call('POST', '/clock/advance', undefined, json)).toMatchObject({ status: 400 })
    const wrong = await call('POST', `${ca}/faults`, { endpiont: 'newOrder', status: 7 })
    expect(wrong.json).toEqual({
      status: 400,
      detail: 'endpiont is not known here; did you mean endpoint?',
      complaints: [
        'endpiont is not known here; did you mean endpoint?',
        'status is not a whole number from 200 to 599',
      ],
    })
    const query = await call('GET', `${ca}/requests?after=many`)
    expect(query).toMatchObject({ status: 400 })
    expect((await call('POST', '/clock/advance', 'x'.repeat(1_100_000))).status).toBe(413)
  })

  it('is a web page, and whoever calls it by a name that is not of this machine', async () => {
    const { call } = await newControlWorld()
    for (const headers of [
      { origin: 'https://evil.example' },
      { host: 'evil.example' },
      { host: '192.0.2.1:80' },
    ]) {
      expect(await call('GET', '/clock', undefined, headers)).toMatchObject({ status: 403 })
    }
    for (const host of ['localhost', 'localhost:1', '127.0.0.1', '[::1]:80']) {
      expect(await call('GET', '/clock', undefined, { host })).toMatchObject({ status: 200 })
    }
  })

  it('4.3 control leaves a sandbox without it alone, and has the port that it was given', async () => {
    const sandbox = await startSandbox()
    await sandbox.close()
    expect(sandbox.controlUrl).toBeUndefined()
    const port = await freePort()
    const { url } = await newControlWorld({ control: { port } })
    expect(url).toBe(`http://127.0.0.1:${port}`)
  })
})

describe('the clock', () => {
  it('4.3 clock: moves on for all at once, and never back', async () => {
    const { call, sandbox } = await newControlWorld({
      ca: { issuanceDelayMs: { min: hourMs, max: hourMs } },
    })
    const before = sandbox.clock.now()
    const { json } = await call('POST', '/clock/advance', { ms: hourMs })
    const { now, text } = json as { now: number; text: string }
    expect(now - before).toBeGreaterThanOrEqual(hourMs)
    expect(Math.abs(Date.parse(text) - now)).toBeLessThan(1000)
    expect((await call('POST', '/clock/advance', { ms: -1 })).status).toBe(400)
    const shown = (await call('GET', '/clock')).json as { now: number }
    expect(shown.now).toBeGreaterThanOrEqual(now)
  })

  it('4.3 clock: ends nonces, authorizations and orders before their time', async () => {
    const { call, sandbox } = await newControlWorld()
    const member = await newMember(sandbox)
    const order = await member.order('a.example.test')
    await call('POST', '/clock/advance', { ms: 25 * hourMs })
    const { json } = await member.post(order.headers['location'] ?? '', '')
    expect(json['status']).toBe('invalid')
  })
})

describe('faults', () => {
  it('4.3 faults: strike an endpoint until they are spent or taken back', async () => {
    const { call, sandbox } = await newControlWorld()
    const member = await newMember(sandbox)
    const problem = { type: 'rateLimited', detail: 'too many', status: 429 }
    const fault = {
      endpoint: 'newOrder',
      after: 1,
      times: 1,
      status: 429,
      problem,
      retryAfter: '9',
    }
    expect(await call('POST', `${ca}/faults`, fault)).toMatchObject({
      status: 201,
      json: { id: '1' },
    })
    const statuses = []
    for (let turn = 0; turn < 3; turn++)
      statuses.push((await member.order('a.example.test')).status)
    expect(statuses).toEqual([201, 429, 201])
    expect((await call('GET', `${ca}/faults`)).json).toEqual([{ id: '1', rule: fault, struck: 1 }])
    expect((await call('DELETE', `${ca}/faults/1`)).status).toBe(204)
    expect((await call('DELETE', `${ca}/faults/1`)).status).toBe(404)

    await call('POST', `${ca}/faults`, { drop: 'before' })
    await expect(member.order('a.example.test')).rejects.toThrow(/hang up|ECONNRESET/)
    await call('DELETE', `${ca}/faults/2`)
    expect((await member.order('a.example.test')).status).toBe(201)
  })
})

describe('knobs', () => {
  it('change while the CA runs, and back', async () => {
    const { call, sandbox } = await newControlWorld()
    const member = await newMember(sandbox)
    const changed = await call('PATCH', `${ca}/knobs`, { maxIdentifiers: 1, nonceRejectPercent: 0 })
    expect(changed.json).toMatchObject({ maxIdentifiers: 1, alwaysValid: true })
    expect((await member.order('a.example.test', 'b.example.test')).status).toBe(400)
    await call('PATCH', `${ca}/knobs`, { maxIdentifiers: null })
    expect((await call('GET', `${ca}/knobs`)).json).not.toHaveProperty('maxIdentifiers')
    expect((await member.order('a.example.test', 'b.example.test')).status).toBe(201)
  })

  it('stay as they are where a change cannot be honoured', async () => {
    const { call } = await newControlWorld()
    const before = (await call('GET', `${ca}/knobs`)).json
    for (const wrong of [
      { maxIdentifiers: 'many' },
      { termsOfService: 'https://ca.example/' },
      { issuanceDelayMs: { min: 2, max: 1 } },
      { nonceRejectPercnt: 5 },
    ]) {
      expect((await call('PATCH', `${ca}/knobs`, wrong)).status).toBe(400)
    }
    expect((await call('GET', `${ca}/knobs`)).json).toEqual(before)
  })
})

describe('what the CA remembers', () => {
  it('is listed: accounts, orders, certificates, requests', async () => {
    const { call, sandbox } = await newControlWorld()
    const member = await newMember(sandbox)
    const serial = await member.issue('a.example.test')
    expect((await call('GET', `${ca}/accounts`)).json).toMatchObject([{ url: member.kid }])
    const [order] = (await call('GET', `${ca}/orders`)).json as Record<string, unknown>[]
    const [certificate] = (await call('GET', `${ca}/certificates`)).json as { url: string }[]
    expect(order).toMatchObject({ status: 'valid', certificateUrl: certificate?.url })
    expect((await call('GET', `${ca}/certificates/${serial}`)).json).toEqual(certificate)
    expect((await call('GET', `${ca}/certificates/00`)).status).toBe(404)
    const requests = (await call('GET', `${ca}/requests`)).json as object[]
    expect(requests.at(0)).toMatchObject({ endpoint: 'directory', status: 200 })
    const later = (await call('GET', `${ca}/requests?after=1`)).json as object[]
    expect(later).toEqual(requests.slice(1))
    expect((await call('DELETE', `${ca}/requests`)).status).toBe(204)
    expect((await call('GET', `${ca}/requests`)).json).toEqual([])
  })

  it('4.3 forgetAccount: is lost where it is told to, so that an account does not exist', async () => {
    const { call, sandbox } = await newControlWorld()
    const member = await newMember(sandbox)
    expect((await call('POST', `${ca}/accounts/forget`, { url: member.kid })).status).toBe(204)
    expect((await call('POST', `${ca}/accounts/forget`, { url: member.kid })).status).toBe(404)
    const { json } = await member.post(member.kid, '')
    expect(json['type']).toBe('urn:ietf:params:acme:error:accountDoesNotExist')
  })

  it('4.3 changeTerms: has terms that change, until a person agrees', async () => {
    const { call, sandbox } = await newControlWorld()
    const member = await newMember(sandbox)
    const url = 'https://ca.example/terms/v2'
    expect((await call('PUT', `${ca}/terms`, { url })).status).toBe(204)
    const { status, json } = await member.post(member.kid, '')
    expect([status, json['type']]).toEqual([403, 'urn:ietf:params:acme:error:userActionRequired'])
    expect((await call('GET', `${ca}/accounts`)).json).toMatchObject([{ mustAgree: true }])
  })
})

describe('certificates', () => {
  it('4.3 suggestRenewal: have a window that is set, right or wrong or missing', async () => {
    const { call, sandbox } = await newControlWorld()
    const member = await newMember(sandbox)
    const serial = await member.issue('a.example.test')
    const path = `${ca}/certificates/${serial}/renewal`
    const window = { start: 2000, end: 1000, explanationUrl: 'https://ca.example/why' }
    expect((await call('PUT', path, window)).status).toBe(204)
    expect((await call('GET', `${ca}/certificates`)).json).toMatchObject([{ renewal: window }])
    expect((await call('PUT', path, 'missing')).status).toBe(204)
    expect((await call('PUT', path, { start: 'now' })).status).toBe(400)
    expect((await call('DELETE', path)).status).toBe(204)
    const [certificate] = sandbox.ca.certificates()
    expect(certificate).not.toHaveProperty('renewal')
    expect((await call('DELETE', `${ca}/certificates/00/renewal`)).status).toBe(404)
  })

  it('are revoked once, and then on the list', async () => {
    const { call, sandbox } = await newControlWorld()
    const member = await newMember(sandbox)
    const serial = await member.issue('a.example.test')
    const path = `${ca}/certificates/${serial}/revoke`
    const empty = await call('GET', `${ca}/crl`)
    expect((await call('POST', path, { reason: 4 })).status).toBe(204)
    expect((await call('POST', path, {})).status).toBe(409)
    expect((await call('POST', `${ca}/certificates/00/revoke`, {})).status).toBe(404)
    expect(sandbox.ca.certificateStatus(serial)).toMatchObject({ revoked: { reason: 4 } })
    const list = await call('GET', `${ca}/crl`)
    expect(list.type).toBe('application/pkix-crl')
    expect(list.text.length).toBeGreaterThan(empty.text.length)
  })

  it('4.3 announceIncident: should be renewed now, and are revoked when time has come', async () => {
    const { call, sandbox } = await newControlWorld()
    const member = await newMember(sandbox)
    const [one, other, gone] = [
      await member.issue('a.example.test'),
      await member.issue('b.example.test'),
      await member.issue('c.example.test'),
    ]
    sandbox.ca.revoke(gone, 1)
    const explanationUrl = 'https://ca.example/incident'
    const announced = await call('POST', `${ca}/incidents`, {
      explanationUrl,
      revokeAfterMs: 24 * hourMs,
    })
    expect(announced).toMatchObject({ status: 201, json: { serials: [one, other] } })
    const window = sandbox.ca.certificates()[0]?.renewal
    if (window === undefined || window === 'missing') throw new Error('no window was set')
    expect(window.end).toBeLessThan(sandbox.clock.now())
    expect(window.explanationUrl).toBe(explanationUrl)
    expect(sandbox.ca.certificateStatus(one)).toEqual({ status: 'good' })
    await call('POST', '/clock/advance', { ms: 24 * hourMs })
    await expect
      .poll(() => sandbox.ca.certificates().map(({ revoked }) => revoked?.reason))
      .toEqual([4, 4, 1])
  })
})

describe('DNS', () => {
  it('has records added, listed and removed', async () => {
    const { call, sandbox } = await newControlWorld()
    const name = '_acme-challenge.example.test'
    for (const data of ['one', 'other']) {
      expect((await call('POST', '/dns/records', { name, type: 'TXT', data })).status).toBe(204)
    }
    const caa = { critical: false, tag: 'issue', value: 'ca.example.test' }
    await call('POST', '/dns/records', { name: 'example.test', type: 'CAA', data: caa })
    const listed = await call('GET', `/dns/records?name=${name}`)
    expect(listed.json).toMatchObject([{ data: 'one' }, { data: 'other' }])
    expect((await call('GET', '/dns/records?name=example.test&type=CAA')).json).toMatchObject([
      { data: caa },
    ])
    const removed = await call('POST', '/dns/records/remove', { name, type: 'TXT', data: 'one' })
    expect(removed.json).toEqual({ removed: 1 })
    expect(sandbox.dns.records(name)).toMatchObject([{ data: 'other' }])
    const outside = { name: 'elsewhere.invalid', type: 'A', data: '127.0.0.1' }
    expect((await call('POST', '/dns/records', outside)).status).toBe(400)
    expect((await call('GET', '/dns/records')).status).toBe(400)
  })

  it('fails for a name, or for one type of its records, and is slow', async () => {
    const { call, sandbox } = await newControlWorld()
    const { Resolver } = await import('node:dns/promises')
    const resolver = new Resolver({ timeout: 2000, tries: 1 })
    resolver.setServers([sandbox.resolver])
    const failing = { name: 'a.example.test', failing: true, type: 'CAA' }
    await call('PUT', '/dns/failures', failing)
    await expect(resolver.resolveCaa('a.example.test')).rejects.toMatchObject({ code: 'ESERVFAIL' })
    expect(await resolver.resolve4('a.example.test')).toEqual(['127.0.0.1'])
    await call('PUT', '/dns/failures', { ...failing, failing: false })
    await expect(resolver.resolveCaa('a.example.test')).rejects.toMatchObject({ code: 'ENODATA' })
    expect((await call('PUT', '/dns/delay', { ms: 1 })).status).toBe(204)
    expect(await resolver.resolve4('a.example.test')).toEqual(['127.0.0.1'])
    const log = (await call('GET', '/dns/log')).json as object[]
    expect(log.at(-1)).toMatchObject({ name: 'a.example.test', type: 'A', rcode: 'NOERROR' })
  })
})

describe('several CAs', () => {
  it('4.3 cas: are listed by name, each with its own root and knobs', async () => {
    const { call } = await newControlWorld({ cas: { public: { maxIdentifiers: 1 }, private: {} } })
    const cas = (await call('GET', '/cas')).json as { name: string; rootPem: string }[]
    expect(cas.map(({ name }) => name)).toEqual(['public', 'private'])
    expect((await call('GET', '/sandbox')).json).toMatchObject({ zones: ['example.test'], cas })
    expect((await call('GET', '/cas/public/root')).text).toBe(cas[0]?.rootPem)
    expect((await call('GET', '/cas/public/knobs')).json).toMatchObject({ maxIdentifiers: 1 })
    expect((await call('GET', '/cas/private/knobs')).json).not.toHaveProperty('maxIdentifiers')
    expect((await call('GET', '/cas/default/knobs')).status).toBe(404)
  })
})
