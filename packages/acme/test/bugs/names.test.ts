import { createCsr, identifierFrom, newOrder } from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { CertificationRequest, Extensions } from '../der/pkijs.ts'
import { newSigner } from '../fake-ca.ts'
import { world } from './world.ts'

const csrFor = async (value: string) => {
  const key = await newSigner()
  return CertificationRequest.fromBER(
    await createCsr({ identifiers: [{ type: 'dns', value }], key }),
  )
}

describe('names', () => {
  it('bug 21: one of more than 64 characters needs no common name (certbot/certbot#1915, go-acme/lego#2049, cert-manager/cert-manager#1812, acmesh-official/acme.sh#2824)', async () => {
    const long = `${'a'.repeat(60)}.example.org`
    const request = await csrFor(long)
    expect(request.subject.typesAndValues).toEqual([])
    await expect(request.verify()).resolves.toBe(true)
  })

  it('bug 21: of more than 64 characters is refused as a common name before a CA can', async () => {
    const commonName = `${'a'.repeat(60)}.example.org`
    const identifiers = [{ type: 'dns', value: commonName }]
    await expect(createCsr({ identifiers, key: await newSigner(), commonName })).rejects.toThrow(
      /64/,
    )
  })

  it.each([
    ['MÜNCHEN.example', 'xn--mnchen-3ya.example'],
    ['*.例え.テスト', '*.xn--r8jz45g.xn--zckzah'],
    ['faß.example', 'xn--fa-hia.example'],
    ['e\u0301.example', 'xn--9ca.example'],
  ])(
    'more: %s is ordered as the A-label that CAs take (certbot/certbot#3614, certbot/certbot#2928)',
    async (text, ascii) => {
      const { ca, client, account } = await world()
      await newOrder(client, account, { identifiers: [identifierFrom(text)] })
      const { payload } = ca.seen.find(({ path }) => path === '/new-order') ?? {}
      expect(payload).toEqual({ identifiers: [{ type: 'dns', value: ascii }] })
    },
  )

  it('more: nothing but the names is asked for, must-staple least of all (acmesh-official/acme.sh#6348)', async () => {
    const { attributes = [] } = await csrFor('example.org')
    expect(attributes).toHaveLength(1)
    const { extensions } = new Extensions({ schema: attributes[0]?.values[0] })
    expect(extensions.map(({ extnID }) => extnID)).toEqual(['2.5.29.17'])
  })
})
