import type { AlibabaOptions } from '@certwright/sandbox'
import { describe, expect, it } from 'vitest'
import { installVersion } from '../../../src/deploy/install.ts'
import { targetModule } from '../../../src/deploy/targets/registry.ts'
import { verifyInstallation } from '../../../src/deploy/verify-installation.ts'
import { bundleFor, fingerprintOf } from '../../deploy/targets/account.ts'
import { callsOf, emulatedAccount, targetAt } from '../../deploy/targets/emulated-world.ts'

const bundle = bundleFor({ names: ['*.example.com'] })
const renewed = bundleFor({ names: ['*.example.com'], renewal: 1 })

const products = [
  ['alibaba-cdn', 'cdn', 'SetCdnDomainSSLCertificate', 'DescribeDomainCertificateInfo'],
  ['alibaba-dcdn', 'dcdn', 'SetDcdnDomainSSLCertificate', 'DescribeDcdnDomainCertificateInfo'],
  ['alibaba-vod', 'vod', 'SetVodDomainSSLCertificate', 'DescribeVodDomainCertificateInfo'],
] as const

describe.each(products)(
  'pitfall 14: a domain of CDN has a name, a status and a pace of its own (%s)',
  (name, product, write, read) => {
    const at = async (
      domains: readonly { readonly domain: string; readonly status?: 'online' | 'offline' }[],
      domain: string,
      options: AlibabaOptions = {},
    ) => {
      const made = await emulatedAccount({ seed: { [product]: { domains } }, ...options })
      return { made, target: targetAt(made, await targetModule(name), { domain }) }
    }

    it('a wildcard is called by its dot alone', async () => {
      const { made, target } = await at([{ domain: '.example.com' }], '*.example.com')
      await target.write(bundle)
      const told = callsOf(made, write, read).map(({ parameters }) => parameters['DomainName'])
      expect(new Set(told)).toEqual(new Set(['.example.com']))
      expect(made.alibaba.calls.flatMap(({ code }) => code ?? [])).toEqual([])
    })

    it('one that is not online is skipped among all, and refused alone', async () => {
      const domains = [
        { domain: 'on.example.com' },
        { domain: 'off.example.com', status: 'offline' as const },
      ]
      const all = await at(domains, 'all')
      await all.target.write(bundle)
      const written = callsOf(all.made, write).map(({ parameters }) => parameters['DomainName'])
      expect(written).toEqual(['on.example.com'])
      const alone = await at(domains, 'off.example.com')
      await expect(alone.target.write(bundle)).rejects.toMatchObject({
        code: 'TARGET_RESOURCE_NOT_READY',
        params: { status: 'offline' },
      })
    })

    it('one that is still configuring is tried again', async () => {
      const { made, target } = await at([{ domain: 'www.example.com' }], 'www.example.com', {
        delay: { looks: 5 },
      })
      await target.write(bundle)
      await target.write(renewed)
      const codes = callsOf(made, write).flatMap(({ code }) => code ?? [])
      expect(codes.length).toBeGreaterThan(0)
      expect(new Set(codes)).toEqual(new Set(['ServiceBusy']))
    })

    it('what was accepted is looked at until it is there, by the API and by handshake', async () => {
      const { made, target } = await at([{ domain: 'www.example.com' }], 'www.example.com', {
        delay: { looks: 4 },
      })
      const endpoint = {
        host: '127.0.0.1',
        port: made.alibaba.servePort,
        servername: 'www.example.com',
      }
      const { host } = made
      const done = await installVersion({ target, bundle, host, endpoints: [endpoint] })
      expect(done).toMatchObject({ written: true, current: true })
      expect(done.endpoints[0]?.served?.fingerprint).toBe(fingerprintOf(bundle))
      const after = made.alibaba.calls.findIndex(({ action }) => action === write)
      const looks = made.alibaba.calls.slice(after).filter(({ action }) => action === read)
      expect(looks.length).toBeGreaterThan(1)
    })

    it('what never arrives is not said to be installed', async () => {
      const { made, target } = await at([{ domain: 'www.example.com' }], 'www.example.com', {
        delay: { looks: Number.MAX_SAFE_INTEGER },
      })
      const { host } = made
      const done = await installVersion({ target, bundle, host, endpoints: [] })
      expect(verifyInstallation(done, host.now())).toMatchObject({ proven: false })
    })
  },
)
