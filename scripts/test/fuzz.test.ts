import { expect, it } from 'vitest'
import { fuzz } from '../fuzz/run.ts'

const module = new URL('broken-targets.ts', import.meta.url)

it.each([
  ['crashes', /^crashes: undefined is not a function .*seed 7\)\n {2}input: [0-9a-f]*ff/],
  ['does not end', /^does not end: no end \(seed 7, input \d+ of all\)$/],
  ['takes its time', /^takes its time: took \d+ ms /],
  ['forgets nothing', /^the heap has grown by [2-9]\d\.\d MiB$/],
])('the fuzzer finds a parser that %s', { timeout: 60_000 }, async (only, message) => {
  const { failures } = await fuzz({
    ...{ inputs: 10_000, only, seed: 7, module },
    ...{ hangMs: 1000, slowMs: 20 },
  })
  expect(failures).toHaveLength(1)
  expect(failures[0]).toMatch(message)
})

it('the fuzzer counts what a parser refuses as it should', async () => {
  const report = await fuzz({ inputs: 500, only: 'refuses', module })
  expect(report.failures).toEqual([])
  expect(report.targets).toMatchObject([{ name: 'refuses', inputs: 500, refused: 500 }])
})

it(
  'no parser crashes, hangs, dawdles or keeps what it read, for 20,000 inputs',
  { timeout: 120_000 },
  async () => {
    const { failures, targets } = await fuzz({ inputs: 20_000 })
    expect(failures).toEqual([])
    // Each of them reads some inputs and refuses others, or the corpus is no good.
    expect(targets.length).toBeGreaterThan(12)
    for (const { name, inputs, refused } of targets) expect(refused, name).toBeLessThan(inputs)
  },
)
