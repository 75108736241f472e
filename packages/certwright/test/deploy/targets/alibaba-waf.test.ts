import { describe, expect, it, onTestFinished } from 'vitest'
import * as module from '../../../src/deploy/targets/alibaba-waf.ts'
import { deployTargetSuite } from '../../../src/testing/index.ts'
import { bundleFor } from './account.ts'
import { scriptedAccount, scriptedWorld, targetAt, type Script } from './scripted.ts'

const domain = 'www.example.com'
const tls = { TLSVersion: 'tlsv1.2', EnableTLSv3: true, CipherSuite: 2 }

/** What a WAF instance serves by default, and for each of its domains. */
interface Waf {
  fallback: string | undefined
  readonly domains: Map<string, string | undefined>
}

const newWaf = (): Waf => ({
  fallback: undefined,
  domains: new Map([
    [domain, undefined],
    ['other.example.com', '7-cn-hangzhou'],
  ]),
})

function script(waf: Waf): Script {
  return {
    DescribeInstance: () => ({ InstanceId: 'waf-1' }),
    DescribeDomainDetail({ parameters: { Domain = '' } }) {
      const Listen = { ...tls, HttpsPorts: [443], CertId: waf.domains.get(Domain) }
      return { Domain, Cname: `${Domain}.waf.example.net`, Listen }
    },
    ModifyDomainCert({ parameters: { Domain = '', CertId } }) {
      waf.domains.set(Domain, CertId)
      return {}
    },
    DescribeDefaultHttps: () => ({ DefaultHttps: { ...tls, CertId: waf.fallback } }),
    ModifyDefaultHttps({ parameters: { CertId } }) {
      waf.fallback = CertId
      return {}
    },
    DescribeDomains: () => ({ Domains: [], TotalCount: 0 }),
  }
}

describe('alibaba-waf: a domain that is protected by CNAME', () => {
  deployTargetSuite({
    test: it,
    async world() {
      const waf = newWaf()
      return scriptedWorld({
        module,
        values: { domain },
        names: [domain],
        script: script(waf),
        held: () => waf.domains.get(domain),
        others: () => [waf.domains.get('other.example.com'), waf.fallback],
      })
    },
  })

  it('changes the certificate alone, and sends its TLS settings again', async () => {
    const waf = newWaf()
    const made = await scriptedAccount(script(waf))
    onTestFinished(async () => made.alibaba.close())
    await targetAt(made, module, { domain }).write(bundleFor({ names: [domain] }))
    expect(made.asked.map(({ action }) => action)).not.toContain('ModifyDomain')
    const change = made.asked.find(({ action }) => action === 'ModifyDomainCert')
    expect(change?.parameters).toMatchObject({
      InstanceId: 'waf-1',
      Domain: domain,
      TLSVersion: 'tlsv1.2',
      EnableTLSv3: 'true',
      CipherSuite: '2',
      CertId: expect.stringMatching(/^\d+-cn-hangzhou$/) as unknown,
    })
  })
})

describe('alibaba-waf: the default certificate', () => {
  deployTargetSuite({
    test: it,
    async world() {
      const waf = newWaf()
      return scriptedWorld({
        module,
        values: {},
        names: [domain],
        script: script(waf),
        held: () => waf.fallback,
        others: () => [...waf.domains],
      })
    },
  })
})
