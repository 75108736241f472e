import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pageOf, type Result } from '../tools/runtimes/page.ts'
import { root, run } from './process.ts'

const folder = join(root, 'tools/runtimes')
const kept = JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')) as readonly Result[]
let measured: Promise<readonly Result[]> | undefined

/** The list, once on every runtime. */
function results(): Promise<readonly Result[]> {
  measured ??= run(process.execPath, [join(folder, 'run.ts'), '--json']).then(
    ({ stdout, stderr }) => {
      if (stdout === '') throw new Error(stderr)
      return JSON.parse(stdout) as readonly Result[]
    },
  )
  return measured
}

describe('the built @certwright/acme', () => {
  it.each(kept.map(({ runtime }) => runtime))('passes its whole list on %s', async (runtime) => {
    const result = (await results()).find((result) => result.runtime === runtime)
    const failed = result?.outcomes.filter(({ outcome }) => outcome === 'failed')
    expect(failed).toEqual([])
    expect(result?.outcomes.length).toBeGreaterThan(20)
  })

  it('is certified everywhere, over the runtime’s own fetch', async () => {
    const issued = (await results()).map(({ outcomes }) => outcomes.at(-1))
    expect(issued).toEqual(
      kept.map(() => ({
        test: 'a certificate is issued by a CA over HTTPS, validated by http-01',
        outcome: 'passed',
      })),
    )
  })

  it('has its results in the reference as they are now', async () => {
    expect(await results()).toEqual(kept)
    expect(readFileSync(join(root, 'docs/reference/runtimes.md'), 'utf8')).toBe(pageOf(kept))
  })
})
