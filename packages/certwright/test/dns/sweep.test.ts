import { describe, expect, it, onTestFinished } from 'vitest'
import { providers } from '../../src/dns/providers/registry.ts'
import { sweep } from '../../src/dns/sweep.ts'
import { provider } from '../../src/dns/providers/alibaba-dns.ts'
import { emulated } from '../cloud/alibaba/emulator.ts'
import { txtAt, zonesAt } from './world.ts'

const zone = 'example.com'
const day = 86_400_000

/** Two values that nobody withdrew, a day ago, and one that an order needs now. */
async function world() {
  const dns = await zonesAt()
  onTestFinished(async () => dns.close())
  const made = await emulated({ dns, seed: { alidns: { zones: [zone] } } })
  const context = { host: made.host, env: {} }
  const add = async (value: string) =>
    provider(made.values, context).addTxt({
      zone,
      name: `_acme-challenge.${zone}`,
      value,
      ttlSeconds: 600,
    })
  await add('one')
  await add('two')
  await made.host.sleep(day)
  await add('needed')
  return {
    ...made,
    context,
    left: () => txtAt(dns, `_acme-challenge.${zone}`).toSorted(),
  }
}

describe('a sweep', () => {
  it('removes what killed runs left, and nothing that an order needs', async () => {
    const { values, context, left } = await world()
    const swept = await sweep('alibaba-dns', { values }, context)
    expect(swept.map(({ value, removed }) => [value, removed])).toEqual([
      ['one', true],
      ['two', true],
    ])
    expect(left()).toEqual(['needed'])
    expect(JSON.stringify(swept)).not.toContain(values['access-key-secret'])
  })

  it('only looks where that is asked', async () => {
    const { values, context, left } = await world()
    const swept = await sweep('alibaba-dns', { values, look: true }, context)
    expect(swept.map(({ value, removed }) => [value, removed])).toEqual([
      ['one', undefined],
      ['two', undefined],
    ])
    expect(left()).toEqual(['needed', 'one', 'two'])
  })

  it('goes on where one cannot be removed', async () => {
    const { alibaba, values, context, left } = await world()
    const records = [...alibaba.state.alidns.zones.values()][0]?.records ?? []
    const [first] = records
    if (first) records[0] = { ...first, locked: true }
    const swept = await sweep('alibaba-dns', { values }, context)
    expect(swept).toMatchObject([
      { value: 'one', removed: false, error: { params: { code: 'DomainRecordLocked' } } },
      { value: 'two', removed: true },
    ])
    expect(left()).toEqual(['needed', 'one'])
  })

  it.each(['rfc2136', 'nobody', 'toString'])('is not made at %s', async (name) => {
    const context = { host: undefined as never, env: {} }
    await expect(sweep(name, { values: {} }, context)).rejects.toMatchObject({
      code: 'DNS_PROVIDER_NO_MARKS',
      params: { marking: 'alibaba-dns, alibaba-esa-dns' },
    })
  })

  it('is made at every provider that marks its records', async () => {
    for (const [name, load] of Object.entries(providers)) {
      if (!('orphans' in (await load()))) continue
      const context = { host: undefined as never, env: {} }
      await expect(sweep(name, { values: { no: 'x' } }, context)).rejects.toMatchObject({
        code: 'DNS_OPTION_UNKNOWN',
      })
    }
  })
})
