import { describe, expect, it, onTestFinished, test } from 'vitest'
import { purposes } from '../../../src/cloud/alibaba/policy.ts'
import { orphans, provider } from '../../../src/dns/providers/alibaba-esa-dns.ts'
import { dnsProviderSuite } from '../../../src/testing/index.ts'
import { emulated, valuesOf } from '../../cloud/alibaba/emulator.ts'
import { localApi, type Answer, type Call } from '../../cloud/alibaba/local-api.ts'
import { leapingHost, txtAt, zonesAt } from '../world.ts'

const zone = 'example.com'
const record = { zone, name: `_acme-challenge.www.${zone}`, value: 'value', ttlSeconds: 60 }

interface Standing {
  readonly RecordId: number
  readonly RecordName: string
  readonly RecordType: string
  readonly Data: { readonly Value: string }
  readonly Ttl?: number
  readonly Comment?: string
  readonly SiteId?: number
}

/** As much of ESA as is used, with answers that a test may put in its way. It takes the same value twice. */
async function world(
  instead: (call: Call) => Answer | undefined = () => undefined,
  sites = [{ SiteId: 7, SiteName: zone, AccessType: 'NS' }],
) {
  const records: Standing[] = []
  let next = 100
  const handlers: Readonly<Record<string, (p: Readonly<Record<string, string>>) => Answer>> = {
    ListSites: (p) => page(sites, 'Sites', p),
    ListRecords: ({ RecordName = '', ...p }) =>
      page(
        records.filter((r) => r.RecordName.includes(RecordName)),
        'Records',
        p,
      ),
    CreateRecord: ({ SiteId, RecordName = '', Type = '', Data = '{}', Ttl, Comment = '' }) => {
      const RecordId = (next += 1)
      records.push({
        RecordId,
        RecordName,
        RecordType: Type,
        Data: JSON.parse(Data) as { Value: string },
        Ttl: Number(Ttl),
        Comment,
        SiteId: Number(SiteId),
      })
      return { body: { RecordId } }
    },
    DeleteRecord: ({ RecordId }) => {
      const at = records.findIndex((r) => String(r.RecordId) === RecordId)
      if (at < 0) return refuse('RecordNotFound')
      records.splice(at, 1)
      return { body: {} }
    },
  }
  const api = await localApi(
    (call) =>
      instead(call) ?? handlers[call.action]?.(call.parameters) ?? refuse('InvalidApi.NotFound'),
  )
  const values = { endpoint: api.endpoint, 'access-key-id': 'id', 'access-key-secret': 'secret' }
  return {
    api,
    records,
    actions: () => api.calls.map(({ action }) => action),
    provider: (options: Readonly<Record<string, string>> = {}) =>
      provider({ ...values, ...options }, { host: leapingHost(Date.now()), env: {} }),
  }
}

function page(all: readonly object[], member: string, p: Readonly<Record<string, string>>): Answer {
  const [number, size] = [Number(p['PageNumber']), Number(p['PageSize'])]
  const items = all.slice((number - 1) * size, number * size)
  return { body: { [member]: items, TotalCount: all.length } }
}

function refuse(Code: string): Answer {
  return { status: 400, body: { Code, Message: 'words', RequestId: 'R-1' } }
}

async function all<T>(items: AsyncIterable<T> | undefined): Promise<T[]> {
  const found: T[] = []
  for await (const item of items ?? []) found.push(item)
  return found
}

describe('the contract, at Alibaba Cloud', () => {
  dnsProviderSuite({
    test,
    world: async () => {
      const dns = await zonesAt()
      const seed = { esa: { sites: [{ name: zone }] } }
      const { alibaba, host } = await emulated({ dns, seed })
      // A key that may do no more than what `certwright policy` prints.
      const key = alibaba.addAccount({ allow: purposes['esa-dns'] })
      return {
        zone,
        provider: () => provider(valuesOf(alibaba, key), { host, env: {} }),
        values: (name) => txtAt(dns, name),
        secrets: [key.accessKeySecret],
        close: async () => dns.close(),
      }
    },
  })
})

describe('the contract, where ESA takes the same value twice', () => {
  dnsProviderSuite({
    test,
    world: async () => {
      const w = await world()
      return {
        zone,
        provider: () => w.provider(),
        values: (name) =>
          w.records.filter((r) => r.RecordName === name).map(({ Data }) => Data.Value),
        secrets: ['secret'],
      }
    },
  })
})

describe('options', () => {
  it.each([
    [{ zone }, 'DNS_OPTION_MISSING'],
    [{ 'site-id': '7' }, 'DNS_OPTION_MISSING'],
    [{ zone, 'site-id': 'seven' }, 'DNS_OPTION_NOT_CONFORM'],
    [{ zone: 'a..b', 'site-id': '7' }, 'DNS_OPTION_NOT_CONFORM'],
  ])('%j are refused before anything is sent', async (options: Record<string, string>, code) => {
    const w = await world()
    expect(() => w.provider(options)).toThrow(expect.objectContaining({ code }))
  })
})

describe('sites', () => {
  it('are those of every page whose records are kept here', async () => {
    const w = await world(undefined, [
      ...Array.from({ length: 150 }, (_, i) => ({
        SiteId: i,
        SiteName: `zone-${i}.example`,
        AccessType: 'NS',
      })),
      { SiteId: 900, SiteName: 'elsewhere.example', AccessType: 'CNAME' },
    ])
    expect(await all(w.provider().zones?.())).toHaveLength(150)
    expect(w.api.calls.every(({ method }) => method === 'GET')).toBe(true)
  })

  it('are not listed where one is given with its id', async () => {
    const w = await world()
    const made = w.provider({ zone, 'site-id': '42' })
    expect(made).not.toHaveProperty('zones')
    await made.addTxt({ ...record, zone: 'com' })
    expect(w.actions()).toEqual(['ListRecords', 'CreateRecord'])
    expect(w.records).toMatchObject([{ SiteId: 42 }])
  })

  it('that the account does not hold are refused with those that it does', async () => {
    const w = await world()
    await expect(w.provider().addTxt({ ...record, zone: 'other.example' })).rejects.toMatchObject({
      code: 'DNS_ZONE_NOT_EDITABLE',
      params: { zones: zone },
    })
  })
})

describe('a value', () => {
  it('is created with its full name, a TTL that ESA takes and our mark', async () => {
    const w = await world()
    const receipt = await w.provider().addTxt({ ...record, ttlSeconds: 1 })
    expect(w.records).toEqual([
      {
        RecordId: 101,
        RecordName: record.name,
        RecordType: 'TXT',
        Data: { Value: 'value' },
        Ttl: 30,
        Comment: 'certwright',
        SiteId: 7,
      },
    ])
    expect(receipt).toEqual({ zone, name: record.name, recordId: '101' })
  })

  it('that stands is found among those that look alike, with quotes or without', async () => {
    const w = await world()
    const same = { RecordType: 'TXT', Data: { Value: 'value' } }
    w.records.push(
      { ...same, RecordId: 1, RecordName: `a.${record.name}` },
      { ...same, RecordId: 2, RecordName: record.name, RecordType: 'CNAME' },
      { ...same, RecordId: 3, RecordName: record.name, Data: { Value: 'value2' } },
      { ...same, RecordId: 4, RecordName: record.name, Data: { Value: '"value"' } },
    )
    expect(await w.provider().addTxt(record)).toMatchObject({ recordId: '4' })
    expect(w.records).toHaveLength(4)
  })

  it('whose first reply was lost is found again', async () => {
    let lost = false
    const w = await world(({ action, parameters }) => {
      if (action !== 'CreateRecord') return undefined
      if (lost) return refuse('Record.Duplicated')
      lost = true
      const { RecordName = '' } = parameters
      w.records.push({ RecordId: 5, RecordName, RecordType: 'TXT', Data: { Value: 'value' } })
      return { status: 0 }
    })
    expect(await w.provider().addTxt(record)).toMatchObject({ recordId: '5' })
    expect(w.records).toHaveLength(1)
  })

  it('that is refused is an error', async () => {
    const w = await world(({ action }) =>
      action === 'CreateRecord' ? refuse('QuotaExceeded') : undefined,
    )
    await expect(w.provider().addTxt(record)).rejects.toMatchObject({
      params: { code: 'QuotaExceeded' },
    })
  })
})

describe('withdrawing', () => {
  it('any refusal but that it is gone is an error', async () => {
    const w = await world(() => refuse('SomethingElse'))
    await expect(w.provider().removeTxt({ recordId: '1' })).rejects.toMatchObject({
      params: { code: 'SomethingElse' },
    })
  })

  it('a receipt that names no record is a mistake', async () => {
    const w = await world()
    await expect(w.provider().removeTxt({})).rejects.toThrow(TypeError)
    expect(w.actions()).toEqual([])
  })
})

describe('orphans', () => {
  const day = 86_400_000

  it('are values of ours that are old enough, in every site whose records are kept here', async () => {
    const dns = await zonesAt()
    onTestFinished(async () => dns.close())
    const sites = [{ name: zone }, { name: 'example.net' }]
    const { alibaba, host, values } = await emulated({ dns, seed: { esa: { sites } } })
    const context = { host, env: {} }
    const made = provider(values, context)
    const old = { zone, name: `_acme-challenge.${zone}`, value: 'old', ttlSeconds: 30 }
    await made.addTxt(old)
    for (const site of alibaba.state.esa.sites.values()) {
      const [record] = site.records
      if (record) site.records.push({ ...record, id: record.id + 1000, comment: 'mail' })
    }
    await host.sleep(day)
    await made.addTxt({ ...old, zone: 'example.net', name: '_acme-challenge.example.net' })
    const found = await all(orphans(values, context))
    expect(found).toMatchObject([{ name: old.name, value: 'old', receipt: { zone } }])
    for (const { receipt } of found) await made.removeTxt(receipt)
    expect(await all(orphans(values, context))).toEqual([])
    expect(await all(orphans(values, context, { olderThanMs: 0 }))).toHaveLength(1)
    expect(await all(orphans(values, context, { olderThanMs: 0, zones: [zone] }))).toEqual([])
  })
})
