import { describe, expect, it } from 'vitest'
import { newWorld } from './world.ts'

describe('the directory', () => {
  it('names the resources that exist and none that do not', async () => {
    const world = await newWorld()
    const { json } = await world.get(world.ca.directoryUrl)
    expect(json).toMatchObject({
      newNonce: `${world.ca.url}/one-time-number`,
      newAccount: `${world.ca.url}/enrol`,
      newOrder: `${world.ca.url}/ask`,
      revokeCert: `${world.ca.url}/take-back`,
      keyChange: `${world.ca.url}/new-lock`,
      meta: { termsOfService: `${world.ca.url}/terms`, externalAccountRequired: false },
    })
    expect(json).not.toHaveProperty('newAuthz')
  })

  it('has one member of a new random name each time', async () => {
    const world = await newWorld()
    const known = new Set([
      ...['newNonce', 'newAccount', 'newOrder', 'revokeCert', 'keyChange', 'renewalInfo', 'meta'],
    ])
    const odd = async () => {
      const { json } = await world.get(world.ca.directoryUrl)
      return Object.keys(json).filter((key) => !known.has(key))
    }
    const [first, second] = [await odd(), await odd()]
    expect(first).toHaveLength(1)
    expect(second).toHaveLength(1)
    expect(first).not.toEqual(second)
  })

  it('4.3 website alwaysValid shows what it was told to show in meta', async () => {
    const world = await newWorld({
      termsOfService: 'https://ca.example/terms/v2',
      website: 'https://ca.example/',
      caaIdentities: ['ca.example'],
      alwaysValid: true,
    })
    const { json } = await world.get(world.ca.directoryUrl)
    expect(json['meta']).toEqual({
      forTestsOnly: 'This CA is a sandbox. Nobody trusts its certificates, and nobody should.',
      termsOfService: 'https://ca.example/terms/v2',
      website: 'https://ca.example/',
      caaIdentities: ['ca.example'],
      externalAccountRequired: false,
      alwaysValid: true,
    })
  })

  it('serves its terms where meta says they are', async () => {
    const world = await newWorld()
    const { status, text } = await world.get(`${world.ca.url}/terms`)
    expect(status).toBe(200)
    expect(text).toMatch(/for tests/)
  })

  it('4.3 charset writes media types with or without a charset', async () => {
    const typeOf = async (charset: boolean) => {
      const world = await newWorld({ charset })
      const good = await world.get(world.ca.directoryUrl)
      const bad = await world.get(world.directory['newOrder'] ?? '')
      return [good.headers['content-type'], bad.headers['content-type']]
    }
    expect(await typeOf(false)).toEqual(['application/json', 'application/problem+json'])
    expect(await typeOf(true)).toEqual([
      'application/json; charset=utf-8',
      'application/problem+json; charset=utf-8',
    ])
  })
})
