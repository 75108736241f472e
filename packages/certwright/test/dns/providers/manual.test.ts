import { describe, expect, it, test } from 'vitest'
import { provider } from '../../../src/dns/providers/manual.ts'
import { systemHost } from '../../../src/runtime/host.ts'
import { dnsProviderSuite } from '../../../src/testing/index.ts'

const record = {
  zone: 'example.test',
  name: '_acme-challenge.example.test',
  value: 'value',
  ttlSeconds: 60,
}

describe('the contract', () => {
  dnsProviderSuite({
    test,
    removes: false,
    world: () => {
      const added: string[] = []
      const ask = async ({ value }: { value: string }): Promise<void> => {
        added.push(value)
      }
      return {
        zone: 'example.test',
        provider: () => provider({}, { host: systemHost, env: {}, ask }),
        values: () => added,
      }
    },
  })
})

it('refuses to publish where nobody is at a terminal, and says what else to do', async () => {
  const made = provider({}, { host: systemHost, env: {} })
  await expect(made.addTxt(record)).rejects.toMatchObject({
    code: 'DNS_MANUAL_NO_TERMINAL',
    params: { name: record.name },
    hint: expect.stringContaining('--dns') as string,
  })
  // Cleaning up after a run at a terminal needs none.
  await made.removeTxt({ name: record.name, value: record.value })
})

it('has no options', () => {
  expect(() => provider({ ttl: '1' }, { host: systemHost, env: {} })).toThrow(
    expect.objectContaining({ code: 'DNS_OPTION_UNKNOWN' }),
  )
})

it('asks for one record at a time', async () => {
  let asking = 0
  let most = 0
  const ask = async (): Promise<void> => {
    asking += 1
    most = Math.max(most, asking)
    await new Promise((resolve) => setImmediate(resolve))
    asking -= 1
  }
  const made = provider({}, { host: systemHost, env: {}, ask })
  await Promise.all(['a', 'b', 'c'].map(async (value) => made.addTxt({ ...record, value })))
  expect(most).toBe(1)
})

it('asks for the next record though a person gave up on the one before', async () => {
  const asked: string[] = []
  const ask = async ({ value }: { value: string }): Promise<void> => {
    asked.push(value)
    if (value === 'a') throw new Error('interrupted')
  }
  const made = provider({}, { host: systemHost, env: {}, ask })
  const [first, second] = await Promise.allSettled(
    ['a', 'b'].map(async (value) => made.addTxt({ ...record, value })),
  )
  expect([first?.status, second?.status]).toEqual(['rejected', 'fulfilled'])
  expect(asked).toEqual(['a', 'b'])
})
