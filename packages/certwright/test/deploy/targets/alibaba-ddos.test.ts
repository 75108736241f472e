import type { AlibabaOptions } from '@certwright/sandbox'
import { describe, expect, it } from 'vitest'
import * as module from '../../../src/deploy/targets/alibaba-ddos.ts'
import { deployTargetSuite } from '../../../src/testing/index.ts'
import { bundleFor, seeded } from './account.ts'
import {
  callsOf,
  discoveredAt,
  emulatedAccount,
  emulatedWorld,
  targetAt,
  policyIsTheLeast,
} from './emulated-world.ts'
import { withReplies } from './scripted.ts'

const domain = 'www.example.com'
const longer = `api.${domain}`
const bundle = bundleFor({ names: [domain] })
const theirs = { name: 'theirs', ...seeded(bundleFor({ names: [longer, domain] })) }
const seed = {
  ddoscoo: {
    websites: [
      { domain: longer, certificate: theirs },
      { domain, proxies: { http: [80], https: [8443, 443] } },
    ],
  },
}
const account = async (options: AlibabaOptions = {}) => emulatedAccount({ seed, ...options })

describe('alibaba-ddos: a website', () => {
  deployTargetSuite({
    test: it,
    world: async () =>
      emulatedWorld({
        module,
        values: { domain },
        names: [domain],
        seed,
        isPlace: ({ product, resource }) => product === 'DDOS' && resource === domain,
        others: ({ state }) => state.ddoscoo.websites.get(longer),
      }),
  })
})

describe('alibaba-ddos', () => {
  it('says that there is no such website', async () => {
    const made = await account()
    await expect(targetAt(made, module, { domain: 'example.com' }).read()).rejects.toMatchObject({
      code: 'TARGET_RESOURCE_NOT_FOUND',
      params: { target: 'alibaba-ddos', resource: 'example.com' },
    })
  })

  it('finds its website among those whose names are longer', async () => {
    const WebRules = [{ Domain: longer, CertName: 'theirs' }, { Domain: domain }]
    const made = withReplies(await account(), { DescribeWebRules: () => ({ WebRules }) })
    expect(await targetAt(made, module, { domain }).read()).toBeUndefined()
  })

  it('says by what name a certificate goes that it cannot find', async () => {
    const made = withReplies(await account(), {
      DescribeWebRules: () => ({ WebRules: [{ Domain: domain, CertName: 'gone' }] }),
    })
    expect(await targetAt(made, module, { domain }).read()).toEqual({
      reference: 'gone',
      names: [],
    })
  })

  it('gives the identifier alone', async () => {
    const made = await account()
    await targetAt(made, module, { domain }).write(bundle)
    const ours = made.alibaba.certificates.all.find(({ name }) => name !== 'theirs')
    expect(callsOf(made, 'AssociateWebCert').map(({ parameters }) => parameters)).toEqual([
      { Domain: domain, CertIdentifier: ours?.identifier },
    ])
  })

  it('shakes hands at the address that the website is to be pointed to', async () => {
    const made = await account()
    const host = made.alibaba.state.ddoscoo.websites.get(domain)?.cname
    expect(await targetAt(made, module, { domain }).endpoints?.()).toEqual([
      { host, port: 8443, servername: domain },
    ])
  })

  it('is discovered page by page', async () => {
    const made = await account({ largestPage: 1 })
    expect(await discoveredAt(made, module)).toMatchObject([
      { target: `alibaba-ddos:domain=${longer}`, https: true, installed: { name: 'theirs' } },
      { target: `alibaba-ddos:domain=${domain}`, resource: domain, https: false },
    ])
    expect(callsOf(made, 'DescribeWebRules')).toHaveLength(2)
  })
})

policyIsTheLeast(module)
