import assert from 'node:assert/strict'
import type { DnsProvider, TxtReceipt, TxtRecord } from '../dns/provider.ts'

/** Defines one test: the runner's own `test` or `it`. */
export type DefineTest = (name: string, test: () => Promise<void>) => void

/** One DNS service, empty, made anew for each test. */
export interface DnsProviderWorld {
  /** The provider as a new process would make it. Called more than once in a test. */
  readonly provider: () => DnsProvider
  /** A zone that the service holds. */
  readonly zone: string
  /** The values that the service publishes at a name now, in any order. */
  readonly values: (name: string) => Promise<readonly string[]> | readonly string[]
  /** What must not be found in a receipt. */
  readonly secrets?: readonly string[]
  readonly close?: () => Promise<void> | void
}

export interface DnsProviderSuiteOptions {
  readonly test: DefineTest
  readonly world: () => Promise<DnsProviderWorld> | DnsProviderWorld
  /** Whether a value can be withdrawn. Where it cannot, `removeTxt` must still succeed. */
  readonly removes?: boolean
}

/** 43 characters of base64url, as every value of dns-01 is. */
const values = ['first', 'second', 'third'].map((word) => word.padEnd(43, '0'))
const [first = '', second = '', third = ''] = values

/** What every DNS provider promises. Run it with the runner's `test` and a world of the provider's own. */
export function dnsProviderSuite({ test, world, removes = true }: DnsProviderSuiteOptions): void {
  const define = (name: string, check: (world: World) => Promise<void>): void =>
    test(name, async () => {
      const made = await world()
      try {
        await check(worldFrom(made))
      } finally {
        await made.close?.()
      }
    })

  define('publishes a value at the very name', async (w) => {
    await w.provider().addTxt(w.record(first))
    await w.publishes([first])
  })

  define('adds a second value beside the first', async (w) => {
    const provider = w.provider()
    await provider.addTxt(w.record(first))
    await provider.addTxt(w.record(second))
    await w.publishes([first, second])
  })

  define('keeps both of two values that are added at once', async (w) => {
    const provider = w.provider()
    await Promise.all([first, second].map(async (value) => provider.addTxt(w.record(value))))
    await w.publishes([first, second])
  })

  define('takes a value that stands already as success, and leaves the others', async (w) => {
    const provider = w.provider()
    await provider.addTxt(w.record(first))
    await provider.addTxt(w.record(second))
    await provider.addTxt(w.record(second))
    await w.publishes([first, second])
  })

  define('gives a receipt of plain text without a secret in it', async (w) => {
    const receipt = await w.provider().addTxt(w.record(first))
    assert.deepEqual(JSON.parse(JSON.stringify(receipt)), receipt)
    for (const text of Object.values(receipt)) assert.equal(typeof text, 'string')
    for (const secret of w.secrets) assert.equal(JSON.stringify(receipt).includes(secret), false)
  })

  define('publishes nothing when it is aborted before it begins', async (w) => {
    const reason = new Error('enough')
    await assert.rejects(
      async () => w.provider().addTxt(w.record(first), AbortSignal.abort(reason)),
      reason,
    )
    await w.publishes([])
  })

  if (!removes) {
    define('succeeds in withdrawing, though the service cannot', async (w) => {
      const receipt = await w.provider().addTxt(w.record(first))
      await w.provider().removeTxt(receipt)
    })
    return
  }

  define('withdraws what the receipt names and nothing beside it', async (w) => {
    const provider = w.provider()
    const receipts = await inOrder(provider, [first, second, third].map(w.record))
    await provider.removeTxt(receipts[1] ?? {})
    await w.publishes([first, third])
  })

  define('withdraws from another process, which has the receipt alone', async (w) => {
    const receipt = await w.provider().addTxt(w.record(first))
    await w.provider().removeTxt(JSON.parse(JSON.stringify(receipt)) as TxtReceipt)
    await w.publishes([])
  })

  define('takes it as success when what it withdraws is gone already', async (w) => {
    const provider = w.provider()
    const [receipt = {}] = await inOrder(provider, [first, second].map(w.record))
    await provider.removeTxt(receipt)
    await provider.removeTxt(receipt)
    await w.publishes([second])
  })

  define('publishes a value again that was withdrawn', async (w) => {
    const provider = w.provider()
    await provider.removeTxt(await provider.addTxt(w.record(first)))
    await provider.addTxt(w.record(first))
    await w.publishes([first])
  })
}

interface World {
  readonly provider: () => DnsProvider
  readonly secrets: readonly string[]
  readonly record: (value: string) => TxtRecord
  readonly publishes: (expected: readonly string[]) => Promise<void>
}

function worldFrom({ provider, zone, values, secrets = [] }: DnsProviderWorld): World {
  const name = `_acme-challenge.www.${zone}`
  return {
    provider,
    secrets,
    record: (value) => ({ zone, name, value, ttlSeconds: 60 }),
    publishes: async (expected) => {
      assert.deepEqual([...(await values(name))].sort(), [...expected].sort())
    },
  }
}

async function inOrder(
  provider: DnsProvider,
  records: readonly TxtRecord[],
): Promise<readonly TxtReceipt[]> {
  const receipts: TxtReceipt[] = []
  for (const record of records) receipts.push(await provider.addTxt(record))
  return receipts
}
