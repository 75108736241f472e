import assert from 'node:assert/strict'
import type { ChallengeReceipt, ChallengeWork, Identifier, Solver } from '@certwright/acme'
import type { DefineTest } from './dns-provider-suite.ts'

/** One place where challenges are answered, made anew for each test. */
export interface SolverWorld {
  /** The solver as a new process would make it. Called more than once in a test. */
  readonly solver: () => Solver
  /** What a CA finds for this work now, in a form that can be compared; `undefined` where it finds nothing. */
  readonly seen: (work: ChallengeWork) => Promise<string | undefined>
  /** What a CA must find for this work. */
  readonly right: (work: ChallengeWork) => Promise<string> | string
  readonly close?: () => Promise<void> | void
}

export interface SolverSuiteOptions {
  readonly test: DefineTest
  readonly world: () => Promise<SolverWorld> | SolverWorld
  /** The zone in which the suite makes up names. */
  readonly zone?: string
  /** Whether the solver proves wildcards, and addresses. Both as `accepts` must say. */
  readonly wildcards: boolean
  readonly addresses: boolean
}

/** What every solver promises. Run it with the runner's `test` and a world of the solver's own. */
export function solverSuite({
  test,
  world,
  zone = 'example.test',
  wildcards,
  addresses,
}: SolverSuiteOptions): void {
  const define = (name: string, check: (world: SolverWorld) => Promise<void>): void =>
    test(name, async () => {
      const made = await world()
      try {
        await check(made)
      } finally {
        await made.close?.()
      }
    })
  const works = ['one', 'two'].map((label) => workFor(`${label}.${zone}`))
  const [one, two] = works as [ChallengeWork, ChallengeWork]

  define('says which identifiers it proves', async (w) => {
    const solver = w.solver()
    const accepts = (identifier: Identifier, wildcard: boolean): boolean =>
      solver.accepts?.(identifier, wildcard) ?? true
    assert.equal(accepts({ type: 'dns', value: zone }, false), true)
    assert.equal(accepts({ type: 'dns', value: zone }, true), wildcards)
    assert.equal(accepts({ type: 'ip', value: '192.0.2.1' }, false), addresses)
  })

  define('answers once it has settled, and no longer once it has cleaned up', async (w) => {
    const solver = w.solver()
    assert.equal(await w.seen(one), undefined)
    const receipt = await solver.present(one)
    await solver.settle?.([one])
    assert.equal(await w.seen(one), await w.right(one))
    await solver.cleanUp(receipt)
    assert.equal(await w.seen(one), undefined)
  })

  define('answers several challenges that are presented at once', async (w) => {
    const solver = w.solver()
    const receipts = await Promise.all(works.map(async (work) => solver.present(work)))
    await solver.settle?.(works)
    for (const work of works) assert.equal(await w.seen(work), await w.right(work))
    await Promise.all(receipts.map(async (receipt) => solver.cleanUp(receipt)))
    for (const work of works) assert.equal(await w.seen(work), undefined)
  })

  define('cleans up one answer and leaves the other', async (w) => {
    const solver = w.solver()
    const receipts = [await solver.present(one), await solver.present(two)]
    await solver.cleanUp(receipts[0] ?? {})
    await solver.settle?.([two])
    assert.equal(await w.seen(one), undefined)
    assert.equal(await w.seen(two), await w.right(two))
    await solver.cleanUp(receipts[1] ?? {})
  })

  define('takes presenting twice as presenting once', async (w) => {
    const solver = w.solver()
    await solver.present(one)
    const receipt = await solver.present(one)
    await solver.settle?.([one])
    assert.equal(await w.seen(one), await w.right(one))
    await solver.cleanUp(receipt)
    assert.equal(await w.seen(one), undefined)
  })

  define('takes it as success when what it cleans up is gone already', async (w) => {
    const solver = w.solver()
    const receipt = await solver.present(one)
    await solver.cleanUp(receipt)
    await solver.cleanUp(receipt)
  })

  define('presents again after it has cleaned up', async (w) => {
    const solver = w.solver()
    await solver.cleanUp(await solver.present(one))
    const receipt = await solver.present(one)
    await solver.settle?.([one])
    assert.equal(await w.seen(one), await w.right(one))
    await solver.cleanUp(receipt)
  })

  define('cleans up after another process, which has left the receipt alone', async (w) => {
    const gone = w.solver()
    const receipt = await gone.present(one)
    assert.deepEqual(JSON.parse(JSON.stringify(receipt)), receipt)
    const solver = w.solver()
    await solver.cleanUp(JSON.parse(JSON.stringify(receipt)) as ChallengeReceipt)
    // What dies with its process needs no other to clean up; here the process lives on.
    if (gone.ephemeral) await gone.cleanUp(receipt)
    assert.equal(await w.seen(one), undefined)
  })

  define('presents nothing when it is aborted before it begins', async (w) => {
    const reason = new Error('enough')
    await assert.rejects(async () => w.solver().present(one, AbortSignal.abort(reason)), reason)
    assert.equal(await w.seen(one), undefined)
  })
}

function workFor(name: string): ChallengeWork {
  const token = name.replaceAll('.', '-').padEnd(43, '_')
  return {
    type: 'any',
    identifier: { type: 'dns', value: name },
    wildcard: false,
    token,
    keyAuthorization: `${token}.${'thumbprint'.padEnd(43, '0')}`,
    url: `https://ca.test/challenge/${name}`,
  }
}
