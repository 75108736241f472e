import { describe, expect, it } from 'vitest'
import { txtAt } from '../../dns/world.ts'
import { cloudWorld } from '../world.ts'

const zone = 'example.test'

describe('complaint 15: the wrong zone is edited (acme.sh#4670)', () => {
  it('a zone that is hosted below another is the one (acme.sh#6204, ddns-go#1030)', async () => {
    const { order, alibaba } = await cloudWorld({ zones: [zone, `a.b.${zone}`] })
    expect((await order([`www.a.b.${zone}`, `b.${zone}`])).code).toBe(0)
    const added = alibaba.calls
      .filter(({ action }) => action === 'AddDomainRecord')
      .map(({ parameters }) => `${String(parameters['RR'])} @ ${String(parameters['DomainName'])}`)
    expect(added.toSorted()).toEqual([
      `_acme-challenge.b @ ${zone}`,
      `_acme-challenge.www @ a.b.${zone}`,
    ])
  })

  it('a zone of another account is not tried, and the zones of this one are named (alidns-webhook#49)', async () => {
    const { order, events } = await cloudWorld({
      zones: [zone, 'example.net'],
      seed: { alidns: { zones: [zone, { name: 'example.net', uid: '2000000000000002' }] } },
    })
    const { code, stderr } = await order(['www.example.net'])
    expect(stderr).toMatch(/example\.net[\s\S]*example\.test/)
    expect(stderr).not.toContain('IncorrectDomainUser')
    expect(code).toBe(1)
    expect(events).not.toContain('AddDomainRecord')
  })
})

describe('complaint 16: values of former runs are in the way (acme.sh#6134)', () => {
  it('a base and its wildcard are proven beside stale values, which stay as they are (traefik#4052)', async () => {
    const stale = ['one', 'two', 'three'].map((value) => ({
      rr: '_acme-challenge',
      type: 'TXT',
      value: `stale-${value}`,
    }))
    const { order, run, sandbox } = await cloudWorld({
      seed: { alidns: { zones: [{ name: zone, records: stale }] } },
    })
    expect((await order([zone, `*.${zone}`])).code).toBe(0)
    expect((await run(['renew', zone, '--force'])).code).toBe(0)
    expect(txtAt(sandbox.dns, `_acme-challenge.${zone}`).toSorted()).toEqual(
      stale.map(({ value }) => value).toSorted(),
    )
  })
})
