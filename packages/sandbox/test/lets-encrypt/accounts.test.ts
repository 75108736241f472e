import { describe, expect, it } from 'vitest'
import { newKey } from '../ca/raw-client.ts'
import { newWorld, problemOf, type World } from '../ca/world.ts'
import { strictWorld } from './world.ts'

const agreed = { termsOfServiceAgreed: true }

async function registered(world: World, payload: object) {
  return (await world.stranger()).post(world.directory['newAccount'] ?? '', payload)
}

describe('accounts', () => {
  it('4.2 #22 terms that are not agreed to are malformed', async () => {
    const { world } = await strictWorld()
    for (const payload of [{}, { termsOfServiceAgreed: false }]) {
      expect(problemOf(await registered(world, payload))).toBe('400 malformed')
    }
  })

  it.each([
    ['of an example', 'mailto:a@example.com'],
    ['of another example', 'mailto:a@EXAMPLE.org'],
    ['under no public suffix', 'mailto:a@mail.example'],
    ['that is a public suffix', 'mailto:a@co.uk'],
    ['that is local', 'mailto:root@server.local'],
  ])('4.2 #13 a contact whose domain is one %s is invalidContact', async (_what, contact) => {
    const { world, member } = await strictWorld()
    const reply = await registered(world, { ...agreed, contact: [contact] })
    expect(problemOf(reply)).toBe('400 invalidContact')
    const update = await member.post(member.kid, { contact: [contact] })
    expect(problemOf(update)).toBe('400 invalidContact')
  })

  it('4.2 #13 contacts are checked and not kept, and there is no list of orders', async () => {
    const { world } = await strictWorld()
    const reply = await registered(world, { ...agreed, contact: ['mailto:a@mail.test'] })
    expect(reply.status).toBe(201)
    expect(reply.json).toEqual({ status: 'valid', termsOfServiceAgreed: true })
    const list = `${reply.headers['location']}/asked`
    expect(problemOf(await world.post(list, '{}'))).toBe('404 malformed')
  })

  it('4.2 #15 a new key that is in use is 409, with the Location of its account', async () => {
    const { world, member } = await strictWorld()
    const other = await world.member()
    const url = world.directory['keyChange'] ?? ''
    const change = async (holder: Awaited<ReturnType<World['stranger']>>) => {
      const payload = { account: member.kid, oldKey: member.key.jwk }
      return member.post(url, await holder.envelope(url, payload, { nonce: undefined }))
    }
    const taken = await change(await world.stranger(other.key))
    expect([taken.status, taken.headers['location']]).toEqual([409, other.kid])
    expect((await change(await world.stranger(await newKey()))).status).toBe(200)
  })
})

describe('the wire', () => {
  it('4.2 #18 what is not there is 404 with a problem document', async () => {
    const { world, member } = await strictWorld()
    for (const path of ['/asked/none', '/proof/none', '/proof/none/by/none', '/paper/none']) {
      expect(problemOf(await member.read(`${world.ca.url}${path}`))).toBe('404 malformed')
    }
    expect(problemOf(await world.get(`${world.ca.url}/nowhere`))).toBe('404 malformed')
  })

  it('4.2 #19 the directory has one key that nobody knows, another one each time', async () => {
    const { world } = await strictWorld()
    const odd = async () => {
      const { json } = await world.get(world.ca.directoryUrl)
      return Object.keys(json).filter(
        (key) => !/^(new[A-Z]|meta|revoke|keyChange|renewal)/.test(key),
      )
    }
    const [first, second] = [await odd(), await odd()]
    expect([first.length, second.length]).toEqual([1, 1])
    expect(first).not.toEqual(second)
  })

  it('4.2 #20 badSignatureAlgorithm names the algorithms that are taken', async () => {
    const { world } = await strictWorld()
    const stranger = await world.stranger()
    const url = world.directory['newAccount'] ?? ''
    const good = await stranger.envelope(url, agreed)
    const head = JSON.parse(Buffer.from(String(good.protected), 'base64url').toString()) as object
    const spoilt = Buffer.from(JSON.stringify({ ...head, alg: 'PS256' })).toString('base64url')
    const reply = await world.post(url, JSON.stringify({ ...good, protected: spoilt }))
    expect(problemOf(reply)).toBe('400 badSignatureAlgorithm')
    expect(reply.json['algorithms']).toEqual(['RS256', 'ES256', 'ES384', 'ES512'])
  })

  it('has all that it has without any of it, where nothing is strict', async () => {
    const world = await newWorld()
    const reply = await registered(world, { ...agreed, contact: ['mailto:a@example.com'] })
    expect(reply.json).toMatchObject({ contact: ['mailto:a@example.com'] })
    expect(reply.json['orders']).toBe(`${reply.headers['location']}/asked`)
  })
})
