import {
  getAuthorization,
  getDirectory,
  getOrder,
  type Authorization,
  type Directory,
  type Order,
} from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { fakeCa, knownAccount } from './fake-ca.ts'

/** What a resource is read as, that has this body. */
async function authorization(body: object): Promise<Authorization> {
  const url = 'https://ca.test/odd'
  const ca = fakeCa({ before: (seen) => (seen.url === url ? { body } : undefined) })
  return getAuthorization(ca.client(), await knownAccount(ca), url)
}

async function order(body: object): Promise<Order> {
  const url = 'https://ca.test/odd'
  const ca = fakeCa({ before: (seen) => (seen.url === url ? { body } : undefined) })
  return getOrder(ca.client(), await knownAccount(ca), url)
}

async function directory(meta: object): Promise<Directory> {
  return getDirectory(fakeCa({ directory: { meta } }).client())
}

describe('what nobody here knows is carried and does no harm', () => {
  it.each([
    [
      'tkauth-01 (RFC 9447)',
      { type: 'tkauth-01', 'tkauth-type': 'atc', token: 'abc', url: 'https://ca.test/c' },
    ],
    ['one without token and URL', { type: 'sectigo-email-01', status: 'pending' }],
    ['one without a status', { type: 'onion-csr-01', url: 'https://ca.test/c', nonce: 'abc' }],
    ['members of other types', { type: 'device-attest-01', token: 7, url: null, status: {} }],
  ])('in an authorization: %s', async (_what, challenge) => {
    const { challenges } = await authorization({
      status: 'pending',
      identifier: { type: 'TNAuthList', value: 'F83n2a' },
      challenges: [challenge, { type: 'dns-01', token: 'x', url: 'https://ca.test/d' }],
    })
    expect(challenges.map(({ type }) => type)).toEqual([challenge.type, 'dns-01'])
    expect(challenges[0]?.raw).toEqual(challenge)
  })

  it.each(['TNAuthList', 'permanent-identifier', 'email', 'bundleEID', 'of the future'])(
    'as the type of an identifier: %s',
    async (type) => {
      const identifier = { type, value: 'any' }
      const body = { status: 'pending', identifiers: [identifier], authorizations: [] }
      expect((await order(body)).identifiers).toEqual([identifier])
      expect((await authorization({ status: 'valid', identifier })).identifier).toEqual(identifier)
    },
  )

  it('in an order that the CA renews by itself (RFC 8739), or that is delegated (RFC 9115)', async () => {
    const own = {
      status: 'canceled',
      identifiers: [],
      'auto-renewal': { 'end-date': '2027-01-01T00:00:00Z', lifetime: 345_600 },
      'star-certificate': 'https://ca.test/star',
      delegation: 'https://ca.test/delegation/1',
    }
    expect(await order(own)).toMatchObject({ status: 'canceled', authorizations: [] })
  })

  it('in a directory, of which it says what is offered', async () => {
    const { meta } = await directory({
      'auto-renewal': { 'min-lifetime': 86_400, 'max-duration': 31_536_000 },
      'delegation-enabled': true,
      subdomainAuthAllowed: true,
      inBandOnionCAARequired: true,
    })
    expect(meta).toMatchObject({
      autoRenewal: { 'min-lifetime': 86_400, 'max-duration': 31_536_000 },
      delegationEnabled: true,
      subdomainAuthAllowed: true,
    })
    const other = await directory({ 'auto-renewal': 'yes', subdomainAuthAllowed: 'yes' })
    for (const name of ['autoRenewal', 'delegationEnabled', 'subdomainAuthAllowed']) {
      expect(other.meta).not.toHaveProperty(name)
    }
  })
})
