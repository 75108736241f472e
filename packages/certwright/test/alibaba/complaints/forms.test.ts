import { describe, expect, it } from 'vitest'
import { ossClient } from '../../../src/cloud/alibaba/oss.ts'
import { targetModule } from '../../../src/deploy/targets/registry.ts'
import { Secret } from '../../../src/runtime/secret.ts'
import { leapingHost } from '../../dns/world.ts'
import { testKey } from '../../cloud/alibaba/local-api.ts'
import { bundleFor, fingerprintOf, seeded } from '../../deploy/targets/account.ts'
import { callsOf, emulatedAccount, heldAt, targetAt } from '../../deploy/targets/emulated-world.ts'

const domain = 'www.example.com'
const bundle = bundleFor({ names: [domain] })

describe('complaint 7: OSS does not take the certificate of a custom domain (certimate#423)', () => {
  const seed = {
    oss: { verified: ['example.com'], buckets: [{ name: 'site', cnames: [{ domain }] }] },
  }
  const values = { bucket: 'site', domain }

  it('it is asked over TLS at the host of the bucket, which a custom domain is not (certd#478)', async () => {
    const asked: URL[] = []
    const fetch: typeof globalThis.fetch = async (input) => {
      asked.push(new URL(input instanceof Request ? input.url : input))
      return new Response('')
    }
    const account = { credentials: async () => testKey, region: 'cn-shanghai' }
    const oss = ossClient(account, { ...leapingHost(), fetch })
    await oss.request({
      action: 'PutCname',
      method: 'POST',
      bucket: 'site',
      query: { cname: '', comp: 'add' },
    })
    expect(asked.map(({ href }) => href)).toEqual([
      'https://site.oss-cn-shanghai.aliyuncs.com/?cname&comp=add',
    ])
  })

  it('ownership that is not proven is told as that, with the record that proves it (certimate#1042)', async () => {
    const made = await emulatedAccount({
      seed,
      faults: ({ action }) =>
        action === 'PutCname'
          ? { kind: 'refuse', code: 'NeedVerifyDomainOwnership', status: 403 }
          : undefined,
    })
    const target = targetAt(made, await targetModule('alibaba-oss'), values)
    await expect(target.write(bundle)).rejects.toMatchObject({
      code: 'TARGET_OWNERSHIP_NOT_PROVEN',
      hint: expect.stringContaining(`_dnsauth.${domain}`) as string,
    })
  })

  it.each(['before', 'after'] as const)(
    'a connection that breaks %s it was done makes no difference (certd#396)',
    async (when) => {
      const made = await emulatedAccount({
        seed,
        faults: ({ action, earlier }) =>
          action === 'PutCname' && earlier === 0 ? { kind: 'cut', when } : undefined,
      })
      await targetAt(made, await targetModule('alibaba-oss'), values).write(bundle)
      expect(heldAt(made.alibaba, ({ resource }) => resource === `site/${domain}`)).toBe(
        fingerprintOf(bundle),
      )
    },
  )
})

describe('complaint 8: Function Compute refuses the key (certd#322)', () => {
  it('it is given PKCS#1, whatever form the key was made in (certimate#776)', async () => {
    expect(bundle.privateKey.reveal()).toContain('BEGIN PRIVATE KEY')
    const made = await emulatedAccount({ seed: { fc: { domains: [{ domain }] } } })
    await targetAt(made, await targetModule('alibaba-fc'), { domain }).write(bundle)
    const { certificate } = made.alibaba.state.fc.domains.get(domain) ?? {}
    expect(certificate?.served.keyPem).toMatch(/^-----BEGIN RSA PRIVATE KEY-----/)
  })
})

describe('complaint 18: the gateway does not take the name of the certificate (ros-cdk#48)', () => {
  it('it has letters, digits and underscores alone, and begins with a letter', async () => {
    const domains = [{ domain: '*.example.com' }]
    const groups = [{ id: 'g1', name: 'one', domains }]
    const made = await emulatedAccount({ seed: { cloudapi: { groups } } })
    const wildcard = bundleFor({ names: ['*.example.com'] })
    const module = await targetModule('alibaba-api-gateway')
    await targetAt(made, module, { domain: '*.example.com' }).write(wildcard)
    const [call] = callsOf(made, 'SetDomainCertificate')
    expect(call?.parameters['CertificateName']).toMatch(/^[A-Za-z][A-Za-z0-9_]{3,49}$/)
  })

  it('the cloud-native gateway is a target too (certd#504, certd#505)', async () => {
    const made = await emulatedAccount({
      seed: { apig: { domains: [{ id: 'd-1', name: domain }] } },
    })
    await targetAt(made, await targetModule('alibaba-apig'), { domain }).write(bundle)
    expect(heldAt(made.alibaba, ({ product }) => product === 'APIG')).toBe(fingerprintOf(bundle))
  })
})

describe('complaint 19: blank lines and line breaks make PEM unreadable (certimate#326)', () => {
  const untidy = {
    chainPem: bundle.chainPem
      .replaceAll('\n', '\r\n')
      .replaceAll('-----END CERTIFICATE-----', '-----END CERTIFICATE-----\r\n\r\n'),
    privateKey: new Secret(`\n${bundle.privateKey.reveal()}\n\n`),
  }
  const other = { certificate: seeded(bundleFor({ names: ['d.example.com'] })) }

  it.each([
    [
      'alibaba-clb',
      { 'load-balancer': 'lb-1', upload: 'direct' },
      { slb: { balancers: [{ id: 'lb-1', listeners: [other] }] } },
      'lb-1:443',
    ],
    ['alibaba-cdn', { domain, upload: 'direct' }, { cdn: { domains: [{ domain }] } }, domain],
    ['alibaba-cdn', { domain, upload: 'cas' }, { cdn: { domains: [{ domain }] } }, domain],
    ['alibaba-fc', { domain }, { fc: { domains: [{ domain }] } }, domain],
  ])(
    '%s with %j is given what it can read (letsencrypt-aliyun-cdn#1)',
    async (name, values, seed, resource) => {
      const made = await emulatedAccount({ seed })
      await targetAt(made, await targetModule(name), values).write(untidy)
      expect(heldAt(made.alibaba, (one) => one.resource === resource)).toBe(fingerprintOf(bundle))
      expect(made.alibaba.calls.flatMap(({ code }) => code ?? [])).toEqual([])
    },
  )
})
