import { describe, expect, it } from 'vitest'
import { newWorld, order, problemOf } from './world.ts'

const url = 'https://ca.example/terms/v2'

describe('terms that change', () => {
  it('4.3 changeTerms are in the directory at once, and stop every account until a person has agreed', async () => {
    const world = await newWorld()
    const [one, other] = [await world.member(), await world.member()]
    const { url: orderUrl } = await order(world, one, 'a.example')
    world.ca.changeTerms(url)
    const { json } = await world.get(world.ca.directoryUrl)
    expect(json['meta']).toMatchObject({ termsOfService: url })
    const refused = await one.read(orderUrl)
    expect(problemOf(refused)).toBe('403 userActionRequired')
    expect(refused.links).toContain(`<${url}>;rel="terms-of-service"`)

    const instance = String(refused.json['instance'])
    expect((await world.get(instance)).status).toBe(200)
    expect((await one.read(orderUrl)).status).toBe(200)
    expect(problemOf(await other.read(other.kid))).toBe('403 userActionRequired')
  })

  it('need no consent of an account that is made under them', async () => {
    const world = await newWorld({ termsOfService: false })
    world.ca.changeTerms(url)
    const member = await world.member()
    expect((await member.read(member.kid)).status).toBe(200)
  })

  it('are agreed to by accounts that exist', async () => {
    const world = await newWorld()
    expect(problemOf(await world.get(`${world.ca.url}/terms/agreed-by/none`))).toBe('404 malformed')
  })
})
