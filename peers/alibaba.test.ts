import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startSandbox, type Sandbox } from '@certwright/sandbox'
import { afterEach, expect, it } from 'vitest'
import { startPebble } from './pebble.ts'
import { certwright, describeWith, temporaryFolder } from './peer.ts'

let sandbox: Sandbox | undefined
afterEach(async () => {
  await sandbox?.close()
  sandbox = undefined
})

describeWith(
  ['pebble', 'pebble-challtestsrv', 'openssl'],
  'Pebble, and Alibaba Cloud’s DNS',
  () => {
    it('a base and its wildcard are validated by what the emulator publishes, installed and renewed', async () => {
      const { alibaba, resolver, dns, zone } = (sandbox = await startSandbox({
        alibaba: {
          seed: {
            alidns: { zones: ['example.test'] },
            cdn: { domains: [{ domain: '.example.test' }] },
          },
        },
      }))
      const { directoryUrl, caFile, issuingRoot } = await startPebble({ nonceReject: 15, resolver })
      const env = {
        CERTWRIGHT_STATE: join(temporaryFolder(), 'state'),
        ALIBABA_CLOUD_ACCESS_KEY_ID: alibaba.accessKeyId,
        ALIBABA_CLOUD_ACCESS_KEY_SECRET: alibaba.accessKeySecret,
      }
      const trust = join(temporaryFolder(), 'root.pem')
      writeFileSync(trust, await issuingRoot())
      const { endpoint, servePort } = alibaba
      const options = [`endpoint=${endpoint}`, `serve-at=127.0.0.1:${servePort}`, `trust=${trust}`]
      const place = [`alibaba-cdn:domain=*.${zone}`, ...options].join(',')
      const { json } = await certwright(
        [
          ...['issue', zone, `*.${zone}`, '--issuer', directoryUrl, '--ca-file', caFile],
          ...['--agree-tos', '--dns', 'alibaba-dns', '--dns-option', `endpoint=${endpoint}`],
          ...['--resolver', resolver, '--install', place],
        ],
        { env },
      )
      expect(json).toMatchObject({ installed: [{ says: 'current', served: true }] })
      const renewed = await certwright(['renew', zone, '--force'], { env })
      expect(renewed.json).toMatchObject({
        renewals: [{ outcome: 'renewed', installed: [{ says: 'current', served: true }] }],
      })
      const added = alibaba.calls.filter(({ action }) => action === 'AddDomainRecord')
      expect(added).toHaveLength(4)
      expect(dns.log.filter(({ type }) => type === 'TXT').length).toBeGreaterThan(0)
      expect(alibaba.state.alidns.zones.values().next().value?.records).toEqual([])
    })
  },
)
