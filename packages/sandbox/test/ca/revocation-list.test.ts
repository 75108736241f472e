import { X509Certificate } from 'node:crypto'
import { fromBER, Enumerated, Integer } from 'asn1js'
import { Certificate, CertificateRevocationList, CryptoEngine, setEngine } from 'pkijs'
import { beforeAll, describe, expect, it } from 'vitest'
import { issue, newWorld, problemOf, type World, type WorldOptions } from './world.ts'

const dayMs = 86_400_000

beforeAll(() => setEngine('node', new CryptoEngine({ name: 'node', crypto: globalThis.crypto })))

async function revoking(options: WorldOptions, ...reasons: readonly number[]) {
  const world = await newWorld(options)
  const member = await world.member()
  for (const [at, reason] of reasons.entries()) {
    await issue(world, member, `n${at}.example`)
    world.ca.revoke(world.ca.certificates()[at]?.serial ?? '', reason)
    world.clock.advance(1000)
  }
  await issue(world, member, 'good.example')
  return world
}

/** The list as another library than the CA's reads it. */
async function listOf(world: World): Promise<CertificateRevocationList> {
  const response = await fetch(world.ca.crlUrl)
  expect(response.headers.get('content-type')).toBe('application/pkix-crl')
  return CertificateRevocationList.fromBER(await response.arrayBuffer())
}

async function issuerOf(world: World): Promise<Certificate> {
  const response = await fetch(world.ca.crlUrl.replace('/crl', '/issuer'))
  expect(response.headers.get('content-type')).toBe('application/pkix-cert')
  return Certificate.fromBER(await response.arrayBuffer())
}

const extensionOf = (list: CertificateRevocationList, oid: string) =>
  list.crlExtensions?.extensions.find(({ extnID }) => extnID === oid)

describe.each(['ecdsa', 'rsa'] as const)('the CRL of a CA with %s keys', (keyAlgorithm) => {
  const options = { authorityOptions: { keyAlgorithm } }

  it('is signed by whoever signed the certificates, and named in them', async () => {
    const world = await revoking(options, 1)
    const [list, issuerCertificate] = [await listOf(world), await issuerOf(world)]
    expect(await list.verify({ issuerCertificate })).toBe(true)
    const [leaf] = world.ca.certificates()
    const certificate = new X509Certificate(leaf?.chainPem ?? '')
    const issuer = new X509Certificate(Buffer.from(issuerCertificate.toSchema().toBER()))
    expect(certificate.checkIssued(issuer)).toBe(true)
    expect(certificate.infoAccess).toContain(world.ca.crlUrl.replace('/crl', '/issuer'))
    expect(certificate.raw.includes(world.ca.crlUrl)).toBe(true)
  })

  it('has what is revoked, when and why, and no more', async () => {
    const world = await revoking(options, 0, 1, 4, 5)
    const list = await listOf(world)
    const entries = list.revokedCertificates ?? []
    const revoked = world.ca.certificates().slice(0, 4)
    const hexOf = ({ valueBlock }: Integer) => Buffer.from(valueBlock.valueHexView).toString('hex')
    expect(entries.map(({ userCertificate }) => hexOf(userCertificate))).toEqual(
      revoked.map(({ serial }) => serial),
    )
    expect(entries.map(({ revocationDate }) => revocationDate.value.getTime())).toEqual(
      revoked.map((one) => one.revoked?.at),
    )
    const reasons = entries.map(({ crlEntryExtensions }) => {
      const [reason, ...more] = crlEntryExtensions?.extensions ?? []
      expect(more).toEqual([])
      if (!reason) return undefined
      expect(reason.extnID).toBe('2.5.29.21')
      const parsed = fromBER(reason.extnValue.valueBlock.valueHexView).result
      expect(parsed).toBeInstanceOf(Enumerated)
      return (parsed as Enumerated).valueBlock.valueDec
    })
    // RFC 5280 §5.3.1: "unspecified" is left out.
    expect(reasons).toEqual([undefined, 1, 4, 5])
  })

  it('says when the next one is to be had, who made it, and its number, which rises', async () => {
    const world = await revoking(options)
    const [first, second] = [await listOf(world), await listOf(world)]
    expect(first.version).toBe(1)
    expect(first.thisUpdate.value.getTime()).toBe(world.clock.now())
    expect(first.nextUpdate?.value.getTime()).toBe(world.clock.now() + 7 * dayMs)
    expect(first.revokedCertificates).toBeUndefined()
    expect(extensionOf(first, '2.5.29.35')).toBeDefined()
    const numberOf = (list: CertificateRevocationList): number => {
      const value = extensionOf(list, '2.5.29.20')?.extnValue.valueBlock.valueHexView
      return (fromBER(value ?? new Uint8Array()).result as Integer).valueBlock.valueDec
    }
    expect(numberOf(second)).toBe(numberOf(first) + 1)
  })
})

it('nothing else is to be had where the CRL is', async () => {
  const world = await newWorld()
  const { origin } = new URL(world.ca.crlUrl)
  for (const path of ['/', '/start-here', '/crl?x', '/toString']) {
    expect((await fetch(`${origin}${path}`)).status).toBe(404)
  }
  expect((await fetch(world.ca.crlUrl, { method: 'POST' })).status).toBe(404)
  expect(problemOf(await world.get(`${world.ca.url}/issuer`))).toBe('404 malformed')
})
