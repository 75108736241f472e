import { X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Quirks } from '../../src/ca/quirks.ts'
import { issue, newWorld, problemOf } from './world.ts'

const certificatesIn = (pem: string): X509Certificate[] =>
  (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(
    (block) => new X509Certificate(block),
  )

describe('the download', () => {
  it('is the chain from the leaf up, without the root', async () => {
    const world = await newWorld({ authorityOptions: { chainLength: 2 } })
    const { pem } = await issue(world, await world.member(), 'a.example')
    expect(pem.status).toBe(200)
    expect(pem.headers['content-type']).toBe('application/pem-certificate-chain; charset=utf-8')
    const chain = certificatesIn(pem.text)
    expect(chain).toHaveLength(3)
    const root = new X509Certificate(world.ca.rootPem)
    for (const [index, certificate] of chain.entries()) {
      expect(certificate.verify((chain[index + 1] ?? root).publicKey)).toBe(true)
    }
  })

  it('4.1 #49 #50 is for its account only, and 404 where there is none', async () => {
    const world = await newWorld()
    const { certificateUrl } = await issue(world, await world.member(), 'a.example')
    const other = await world.member()
    expect(problemOf(await other.read(certificateUrl))).toBe('403 unauthorized')
    expect(problemOf(await other.read(`${world.ca.url}/paper/none`))).toBe('404 malformed')
    expect(problemOf(await world.get(certificateUrl))).toBe('405 malformed')
  })

  it('4.1 #65 every chain links to all the others', async () => {
    const world = await newWorld({ authorityOptions: { alternateRoots: 2 } })
    const member = await world.member()
    const { certificateUrl, pem } = await issue(world, member, 'a.example')
    const urls = [certificateUrl, `${certificateUrl}/other/1`, `${certificateUrl}/other/2`]
    const othersOf = (links: readonly string[]) =>
      links.flatMap((link) => /^<(.*)>;rel="alternate"$/.exec(link)?.[1] ?? [])
    expect(othersOf(pem.links)).toEqual(urls.slice(1))
    const issuers = new Set<string>()
    for (const url of urls) {
      const reply = await member.read(url)
      expect(othersOf(reply.links)).toEqual(urls.filter((other) => other !== url))
      const chain = certificatesIn(reply.text)
      expect(chain[0]?.raw).toEqual(certificatesIn(pem.text)[0]?.raw)
      issuers.add(chain.at(-1)?.issuer ?? '')
    }
    expect(issuers.size).toBe(3)
    for (const none of ['3', '0', '01', 'x']) {
      expect(problemOf(await member.read(`${certificateUrl}/other/${none}`))).toBe('404 malformed')
    }
  })

  const shaped = async (quirk: keyof Quirks, shape: RegExp): Promise<void> => {
    const world = await newWorld({ quirks: { [quirk]: true } })
    const { pem } = await issue(world, await world.member(), 'a.example')
    expect(pem.text).toMatch(shape)
    expect(certificatesIn(pem.text)).toHaveLength(2)
    const plain = await newWorld()
    const usual = await issue(plain, await plain.member(), 'a.example')
    expect(usual.pem.text).not.toMatch(shape)
  }

  it('4.3 quirks.pemCrlf ends every line with CRLF', async () =>
    shaped('pemCrlf', /^(?:[^\r\n]*\r\n)+$/))

  it('4.3 quirks.pemBlankLines has blank lines between the blocks', async () =>
    shaped('pemBlankLines', /\n\n\n-----BEGIN/))

  it('4.3 quirks.pemNoFinalNewline ends without a newline', async () =>
    shaped('pemNoFinalNewline', /-----END CERTIFICATE-----$/))

  it('4.3 quirks.pemExtraLabel has a block that is no certificate', async () =>
    shaped('pemExtraLabel', /-----BEGIN COMMENT-----/))
})
