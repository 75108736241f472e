import { describe, expect, it } from 'vitest'
import { newWorld, order, problemOf, type World } from './world.ts'

const agreed = { termsOfServiceAgreed: true }
const urlOf = (world: World): string => world.directory['newAccount'] ?? ''

describe('newAccount', () => {
  it('makes an account and shows it', async () => {
    const world = await newWorld()
    const contact = ['mailto:a@example.org', 'MAILTO:b@example.org']
    const reply = await (
      await world.stranger()
    ).post(urlOf(world), { ...agreed, contact, extra: 1 })
    expect(reply.status).toBe(201)
    const location = reply.headers['location'] ?? ''
    expect(location).toMatch(/\/member\/[\w-]{11}$/)
    expect(reply.json).toEqual({
      status: 'valid',
      contact,
      termsOfServiceAgreed: true,
      orders: `${location}/asked`,
    })
  })

  it('4.1 #21 a payload that is not a JSON object is malformed', async () => {
    const world = await newWorld()
    const client = await world.stranger()
    for (const payload of ['', [], 'text', null]) {
      expect(problemOf(await client.post(urlOf(world), payload))).toBe('400 malformed')
    }
  })

  it('4.1 #22 the same key again is 200 with the same Location, and changes nothing', async () => {
    const world = await newWorld()
    const client = await world.stranger()
    const first = await client.post(urlOf(world), agreed)
    const contact = ['mailto:a@example.org']
    for (const payload of [{}, { contact }, { onlyReturnExisting: true }]) {
      const again = await client.post(urlOf(world), payload)
      expect(again.status).toBe(200)
      expect(again.headers['location']).toBe(first.headers['location'])
      expect(again.json).toEqual(first.json)
    }
  })

  it('4.1 #23 the key of a deactivated account is unauthorized', async () => {
    const world = await newWorld()
    const member = await world.member()
    await member.post(member.kid, { status: 'deactivated' })
    const stranger = await world.stranger(member.key)
    expect(problemOf(await stranger.post(urlOf(world), agreed))).toBe('403 unauthorized')
  })

  it('4.1 #24 onlyReturnExisting with an unknown key is accountDoesNotExist', async () => {
    const world = await newWorld()
    const reply = await (await world.stranger()).post(urlOf(world), { onlyReturnExisting: true })
    expect(problemOf(reply)).toBe('400 accountDoesNotExist')
  })

  it('4.1 #25 terms not agreed to are 403 userActionRequired with a link to them', async () => {
    const world = await newWorld()
    const client = await world.stranger()
    for (const payload of [{}, { termsOfServiceAgreed: false }, { termsOfServiceAgreed: 'yes' }]) {
      const reply = await client.post(urlOf(world), payload)
      expect(problemOf(reply)).toBe('403 userActionRequired')
      expect(reply.links).toContain(`<${world.ca.url}/terms>;rel="terms-of-service"`)
      expect(reply.json['instance']).toBe(`${world.ca.url}/terms`)
    }
  })

  it('4.3 termsOfService asks for no agreement where there are no terms', async () => {
    const world = await newWorld({ termsOfService: false })
    expect((await (await world.stranger()).post(urlOf(world), {})).status).toBe(201)
  })

  it.each([
    [
      '4.1 #30 three contacts',
      Array.from({ length: 3 }, () => 'mailto:a@example.org'),
      'malformed',
    ],
    ['4.1 #30 a contact that is no string', [7], 'malformed'],
    ['4.1 #30 contacts that are no array', 'mailto:a@example.org', 'malformed'],
    ['4.1 #31 a telephone number', ['tel:+3312345678'], 'unsupportedContact'],
    ['4.1 #31 an address without a scheme', ['a@example.org'], 'unsupportedContact'],
    ['4.1 #32 an empty contact', [''], 'invalidContact'],
    ['4.1 #32 a contact beyond ASCII', ['mailto:ä@example.org'], 'invalidContact'],
    ['4.1 #32 a contact with header fields', ['mailto:a@example.org?subject=x'], 'invalidContact'],
    ['4.1 #32 two addresses in one', ['mailto:a@example.org,b@example.org'], 'invalidContact'],
    ['4.1 #32 no address', ['mailto:'], 'invalidContact'],
    ['4.1 #32 a host alone', ['mailto:example.org'], 'invalidContact'],
    ['4.1 #32 a host of one label', ['mailto:a@localhost'], 'invalidContact'],
    ['4.1 #32 an endless address', [`mailto:${'a'.repeat(400)}@example.org`], 'invalidContact'],
  ])('%s is refused', async (_name, contact, type) => {
    const world = await newWorld()
    const reply = await (await world.stranger()).post(urlOf(world), { ...agreed, contact })
    expect(problemOf(reply)).toBe(`400 ${type}`)
  })
})

describe('an account', () => {
  it('is shown to itself and to nobody else', async () => {
    const world = await newWorld()
    const [one, other] = [await world.member(), await world.member()]
    expect((await one.read(one.kid)).json).toMatchObject({ status: 'valid' })
    expect(problemOf(await other.read(one.kid))).toBe('403 unauthorized')
    expect(problemOf(await other.post(one.kid, { contact: [] }))).toBe('403 unauthorized')
    expect(problemOf(await other.read(`${one.kid}/asked`))).toBe('403 unauthorized')
  })

  it('4.1 #33 an empty update is malformed', async () => {
    const world = await newWorld()
    const member = await world.member()
    expect(problemOf(await member.post(member.kid, {}))).toBe('400 malformed')
  })

  it('4.1 #34 a status other than deactivated is malformed', async () => {
    const world = await newWorld()
    const member = await world.member()
    for (const status of ['valid', 'revoked', 1, null]) {
      expect(problemOf(await member.post(member.kid, { status }))).toBe('400 malformed')
    }
  })

  it('keeps its contacts when an update does not mention them, and drops them for []', async () => {
    const world = await newWorld()
    const member = await world.member()
    const contact = ['mailto:a@example.org']
    expect((await member.post(member.kid, { contact })).json['contact']).toEqual(contact)
    const silent = await member.post(member.kid, { termsOfServiceAgreed: false })
    expect(silent.json).toMatchObject({ contact, termsOfServiceAgreed: true })
    expect((await member.post(member.kid, { contact: [] })).json).not.toHaveProperty('contact')
    const wrong = await member.post(member.kid, { contact: ['tel:1'] })
    expect(problemOf(wrong)).toBe('400 unsupportedContact')
  })

  it('takes its open orders with it when it is deactivated', async () => {
    const world = await newWorld()
    const member = await world.member()
    await order(world, member, 'a.example')
    const reply = await member.post(member.kid, { status: 'deactivated' })
    expect(reply.json).toMatchObject({ status: 'deactivated' })
    expect(world.ca.orders()).toMatchObject([{ status: 'invalid' }])
  })

  it('4.3 forgetAccount can be lost by the CA, and is then accountDoesNotExist', async () => {
    const world = await newWorld()
    const member = await world.member()
    expect(world.ca.forgetAccount(`${member.kid}x`)).toBe(false)
    expect(world.ca.forgetAccount(member.kid)).toBe(true)
    expect(problemOf(await member.read(member.kid))).toBe('400 accountDoesNotExist')
    const again = await (await world.stranger(member.key)).post(urlOf(world), agreed)
    expect(again.status).toBe(201)
    expect(again.headers['location']).not.toBe(member.kid)
  })
})

describe('the list of orders', () => {
  it('4.3 ordersPerPage shows three on each page and links to the next', async () => {
    const world = await newWorld()
    const member = await world.member()
    const urls: string[] = []
    for (let n = 0; n < 7; n++) urls.push((await order(world, member, `n${n}.example`)).url)
    const pages: unknown[] = []
    let next: string | undefined = `${member.kid}/asked`
    while (next !== undefined) {
      const reply = await member.read(next)
      pages.push(reply.json['orders'])
      next = reply.links.map((link) => /^<(.*)>;rel="next"$/.exec(link)?.[1]).find(Boolean)
    }
    expect(pages).toEqual([urls.slice(0, 3), urls.slice(3, 6), urls.slice(6)])
  })

  it('leaves invalid orders out and refuses a cursor of one’s own making', async () => {
    const world = await newWorld()
    const member = await world.member()
    const [kept, given] = [
      await order(world, member, 'a.example'),
      await order(world, member, 'b.example'),
    ]
    await member.post(given.authorizations[0] ?? '', { status: 'deactivated' })
    const list = `${member.kid}/asked`
    expect((await member.read(list)).json).toEqual({ orders: [kept.url] })
    for (const cursor of ['-1', 'x', '1.5']) {
      expect(problemOf(await member.read(`${list}?cursor=${cursor}`))).toBe('400 malformed')
    }
  })
})
