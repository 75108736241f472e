import { createPrivateKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { deliverableChain, traditionalPrivateKey } from '../../../src/cloud/alibaba/pem-forms.ts'
import { targetModule } from '../../../src/deploy/targets/registry.ts'
import { Secret } from '../../../src/runtime/secret.ts'
import { certificatesIn } from '../../../src/x509/certificate.ts'
import { bundleFor, fingerprintOf } from '../../deploy/targets/account.ts'
import { emulatedAccount, targetAt } from '../../deploy/targets/emulated-world.ts'
import { ecKey, issueChain, rsaKey } from '../../x509/issued.ts'
import { cloudWorld, parsed } from '../world.ts'

const domain = 'www.example.com'

describe('pitfall 7: products are particular about PEM', () => {
  it('a chain begins with the leaf, ends before the root, and has no blank line', () => {
    const { leaf, chain, root } = issueChain({ length: 2 })
    const untidy = [...chain, root].map(({ pem }) => `\r\n${pem.replaceAll('\n', '\r\n')}\r\n\r\n`)
    const text = deliverableChain(untidy.join(''))
    expect(text).not.toMatch(/\n\s*\n|\r/)
    expect(text).toMatch(/^-----BEGIN CERTIFICATE-----\n[\s\S]*-----END CERTIFICATE-----\n$/)
    const ders = certificatesIn(text).map(({ x509 }) => x509.raw)
    expect(ders).toHaveLength(3)
    expect(ders[0]).toEqual(Buffer.from(leaf.der))
  })

  it.each([
    ['RSA', rsaKey(), 'RSA PRIVATE KEY'],
    ['EC', ecKey(), 'EC PRIVATE KEY'],
  ])('a key of %s comes as it always was', (_, key, label) => {
    const pkcs8 = new Secret(key.export({ type: 'pkcs8', format: 'pem' }).toString())
    const text = traditionalPrivateKey(pkcs8).reveal()
    expect(text).toMatch(new RegExp(`^-----BEGIN ${label}-----\n`))
    expect(createPrivateKey(text).equals(key)).toBe(true)
  })

  it.each([
    ['alibaba-fc', { domain }, { fc: { domains: [{ domain }] } }],
    [
      'alibaba-clb',
      { 'load-balancer': 'lb-1', domain, upload: 'direct' },
      { slb: { balancers: [{ id: 'lb-1', listeners: [{}] }] } },
    ],
  ])('%s, which takes no other key than PKCS#1, takes ours', async (name, values, seed) => {
    const made = await emulatedAccount({ seed })
    const bundle = bundleFor({ names: [domain] })
    expect(bundle.privateKey.reveal()).toContain('BEGIN PRIVATE KEY')
    const target = targetAt(made, await targetModule(name), values)
    await target.write(bundle)
    const { fingerprint, sha1 } = (await target.read()) ?? {}
    expect(fingerprint ?? sha1).toBeDefined()
    if (fingerprint !== undefined) expect(fingerprint).toBe(fingerprintOf(bundle))
  })
})

describe('pitfall 24: elliptic curves are taken where a document says so, and only there', () => {
  const [cdn, lb] = ['cdn.example.test', 'lb.example.test']
  const seed = {
    cdn: { domains: [{ domain: cdn }] },
    slb: { balancers: [{ id: 'lb-1', listeners: [{}] }] },
  }
  const clb = `alibaba-clb:load-balancer=lb-1,domain=${lb}`

  it('a certificate has the best key that all its targets take', async () => {
    const { order, installing } = await cloudWorld({ seed })
    const both = await order([cdn, lb], [...installing(`alibaba-cdn:domain=${cdn}`, clb), '--json'])
    expect(parsed(both.stdout)).toMatchObject({ certificate: { keyType: 'rsa2048' } })
    expect(both.code).toBe(0)
  })

  it('a key that a target does not take is refused before anything is ordered', async () => {
    const { order, installing, sandbox, events } = await cloudWorld({ seed })
    const targets = installing(`alibaba-cdn:domain=${cdn}`)
    const { code, stderr } = await order([cdn], [...targets, '--key', 'ec256'])
    expect(stderr).toMatch(/alibaba-cdn is not documented to take keys of type ec256/)
    expect(code).toBe(64)
    expect(events).toEqual([])
    expect(sandbox.ca.certificates()).toEqual([])
  })

  it('CLB, whose documents name its curves, is given such a key', async () => {
    const { order, installing } = await cloudWorld({ seed })
    const { code, stdout } = await order([lb], [...installing(clb), '--key', 'ec256', '--json'])
    expect(parsed(stdout)).toMatchObject({
      certificate: { keyType: 'ec256' },
      installed: [{ says: 'current', served: true }],
    })
    expect(code).toBe(0)
  })
})
