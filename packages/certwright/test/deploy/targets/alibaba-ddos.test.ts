import { describe, expect, it, onTestFinished } from 'vitest'
import * as module from '../../../src/deploy/targets/alibaba-ddos.ts'
import { deployTargetSuite } from '../../../src/testing/index.ts'
import { bundleFor } from './account.ts'
import {
  discoveredAt,
  refusal,
  scriptedAccount,
  scriptedWorld,
  targetAt,
  type Script,
} from './scripted.ts'

/** The identifier of each website's certificate. */
type Sites = Map<string, string | undefined>

const domain = 'www.example.com'
const newSites = (): Sites =>
  new Map([
    ['api.www.example.com', '7-cn-hangzhou'],
    [domain, undefined],
  ])

describe('alibaba-ddos: a website', () => {
  deployTargetSuite({
    test: it,
    async world() {
      const sites = newSites()
      return scriptedWorld({
        module,
        values: { domain },
        names: [domain],
        script: script(sites),
        held: () => sites.get(domain),
        others: () => sites.get('api.www.example.com'),
      })
    },
  })
})

describe('alibaba-ddos', () => {
  const account = async (sites = newSites()) => {
    const made = await scriptedAccount(script(sites))
    onTestFinished(async () => made.alibaba.close())
    return made
  }

  it('says that there is no such website', async () => {
    const made = await account()
    await expect(targetAt(made, module, { domain: 'example.com' }).read()).rejects.toMatchObject({
      code: 'TARGET_RESOURCE_NOT_FOUND',
      params: { target: 'alibaba-ddos', resource: 'example.com' },
    })
  })

  it('says by what name a certificate goes that it cannot find', async () => {
    const made = await account(new Map([[domain, 'gone']]))
    expect(await targetAt(made, module, { domain }).read()).toEqual({
      reference: 'cert-gone',
      names: [],
    })
  })

  it('gives the identifier alone', async () => {
    const made = await account()
    await targetAt(made, module, { domain }).write(bundleFor({ names: [domain] }))
    const change = made.asked.find(({ action }) => action === 'AssociateWebCert')
    const [stored] = made.alibaba.certificates.all
    expect(change?.parameters).toEqual({ Domain: domain, CertIdentifier: stored?.identifier })
  })

  it('shakes hands at the address that the website is to be pointed to', async () => {
    const made = await account()
    expect(await targetAt(made, module, { domain }).endpoints?.()).toEqual([
      { host: `${domain}.ddos.example.net`, port: 8443, servername: domain },
    ])
  })

  it('is discovered', async () => {
    const made = await account()
    expect(await discoveredAt(made, module)).toMatchObject([
      { target: 'alibaba-ddos:domain=api.www.example.com', https: true },
      { target: `alibaba-ddos:domain=${domain}`, resource: domain, https: false },
    ])
  })
})

function script(sites: Sites): Script {
  return {
    // It finds parts of names, whatever pattern is asked for; one a page.
    DescribeWebRules({ parameters }) {
      const { Domain = '', PageNumber } = parameters
      const found = [...sites.keys()].filter((site) => site.includes(Domain))
      const page = Domain === '' ? found.slice(Number(PageNumber) - 1, Number(PageNumber)) : found
      return {
        TotalCount: found.length,
        WebRules: page.map((site) => ({
          Domain: site,
          Cname: `${site}.ddos.example.net`,
          ...(sites.get(site) && { CertName: `cert-${sites.get(site)}` }),
          ProxyTypes: [
            { ProxyType: 'http', ProxyPorts: ['80'] },
            { ProxyType: 'https', ProxyPorts: ['8443', '443'] },
          ],
        })),
      }
    },
    DescribeCerts: () => ({
      Certs: [
        { Name: 'other', CertIdentifier: '6-cn-hangzhou', DomainRelated: true },
        ...[...sites.values()]
          .filter((identifier) => identifier?.endsWith('-cn-hangzhou'))
          .map((CertIdentifier) => ({ Name: `cert-${CertIdentifier}`, CertIdentifier })),
      ],
    }),
    AssociateWebCert({ parameters }) {
      const { Domain = '', CertIdentifier } = parameters
      if (!sites.has(Domain)) return refusal('DomainNotExist')
      sites.set(Domain, CertIdentifier)
      return {}
    },
  }
}
