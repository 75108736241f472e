import {
  startAlibaba,
  type Account,
  type AlibabaSeed,
  type RunningAlibaba,
} from '@certwright/sandbox'
import { describe, expect, it, onTestFinished } from 'vitest'
import { cloudWorld, parsed } from './world.ts'

const domain = 'www.example.test'
const site = 'static.example.test'

type Key = Pick<Account, 'accessKeyId' | 'accessKeySecret'>

/** The options that name a key. */
const own = ({ accessKeyId, accessKeySecret }: Key): readonly string[] => [
  `access-key-id=${accessKeyId}`,
  `access-key-secret=${accessKeySecret}`,
]

/** An account with places of its own. */
async function another(seed: AlibabaSeed): Promise<RunningAlibaba> {
  const account = await startAlibaba({ rateLimits: false, seed })
  onTestFinished(async () => account.close())
  return account
}

const installing = (target: string, account: RunningAlibaba): readonly string[] => {
  const { endpoint, servePort } = account
  const options = [...own(account), `endpoint=${endpoint}`, `serve-at=127.0.0.1:${servePort}`]
  return ['--install', [target, ...options].join(',')]
}

describe('a zone in one account and places in others', () => {
  it('each is asked with its own key, also by the renewals that follow', async () => {
    const { order, run, dnsOptions, alibaba: ofZone } = await cloudWorld({ key: { allow: [] } })
    const zoneKey = ofZone.addAccount({ allow: [{ action: 'alidns:*', resource: '*' }] })
    const first = await another({ cdn: { domains: [{ domain }] } })
    const second = await another({ dcdn: { domains: [{ domain: site }] } })
    const targets = [
      ...installing(`alibaba-cdn:domain=${domain}`, first),
      ...installing(`alibaba-dcdn:domain=${site}`, second),
    ]
    const dns = own(zoneKey).flatMap((one) => ['--dns-option', one])
    const ordered = await order([domain, site], [...dnsOptions, ...dns, ...targets, '--json'])
    expect(parsed(ordered.stdout)).toMatchObject({
      installed: [{ served: true }, { served: true }],
    })
    const renewed = await run(['renew', '--all', '--force', '--json'])
    expect(parsed(renewed.stdout)).toMatchObject({
      renewals: [{ outcome: 'renewed', installed: [{ served: true }, { served: true }] }],
    })
    for (const [one, key] of [
      [ofZone, zoneKey],
      [first, first],
      [second, second],
    ] as const) {
      expect(one.calls.flatMap(({ code }) => code ?? [])).toEqual([])
      expect(new Set(one.calls.map(({ accessKeyId }) => accessKeyId))).toEqual(
        new Set([key.accessKeyId]),
      )
    }
    // One upload an account and version.
    expect([first, second].map(({ certificates }) => certificates.all.length)).toEqual([2, 2])
    const said = [ordered, renewed].map(({ stdout, stderr }) => stdout + stderr).join('')
    for (const { accessKeySecret } of [zoneKey, first, second]) {
      expect(said).not.toContain(accessKeySecret)
    }
  })
})
