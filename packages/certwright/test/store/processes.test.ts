import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, vi } from 'vitest'
import { runChild } from './child.ts'
import { certificate, version } from './samples.ts'
import { opened, scratchDirectory } from './state-directory.ts'

function numbersIn(text: string): number[] {
  return text.split('\n').filter(Boolean).map(Number)
}

describe('several processes', () => {
  it('make one store, with one key, when they start at once, and number versions without a gap', async () => {
    const directory = scratchDirectory()
    const state = join(directory, 'state')
    const start = join(directory, 'start')
    const ready = ['a', 'b', 'c'].map((name) => join(directory, name))
    const running = ready.map((path) => runChild('add-versions.ts', [state, path, start]))
    await vi.waitUntil(() => ready.every((path) => existsSync(path)), { timeout: 20_000 })
    writeFileSync(start, '')
    const ends = await Promise.all(running)
    expect(ends.map(({ stderr, code }) => ({ stderr, code }))).toStrictEqual(
      ready.map(() => ({ stderr: '', code: 0 })),
    )
    const all = ends.flatMap(({ stdout }) => numbersIn(stdout))
    expect(all.sort((a, b) => a - b)).toStrictEqual(Array.from({ length: 15 }, (_, i) => i + 1))
    const store = await opened(state)
    expect(await store.versions('example.com')).toHaveLength(15)
    expect((await store.certificate('example.com'))?.current).toBe(15)
  })
})

describe('a process killed before any statement', () => {
  it('leaves a store in which everything acknowledged has happened, and all of it whole', async () => {
    const directory = scratchDirectory()
    let acknowledged = 0
    // Making the store takes 27 statements; opening it and adding a version, 17.
    const making = [2, 6, 9, 12, 14, 16, 20, 24, 25, 26, 27]
    const working = [9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 40]
    for (const deathAt of [...making, ...working]) {
      const end = await runChild('die-in-store.ts', [directory, String(deathAt)])
      expect({ stderr: end.stderr, signal: end.signal }).toStrictEqual({
        stderr: '',
        signal: 'SIGKILL',
      })
      acknowledged = Math.max(acknowledged, ...numbersIn(end.stdout))

      const store = await opened(directory)
      const current = (await store.certificate('example.com'))?.current ?? 0
      const versions = await store.versions('example.com')
      expect(versions.map(({ number }) => number)).toStrictEqual(
        Array.from({ length: current }, (_, i) => i + 1),
      )
      expect(current).toBeGreaterThanOrEqual(acknowledged)
      for (const { privateKey } of versions)
        expect(privateKey?.reveal()).toBe(version().privateKey?.reveal())
      await store.close()
    }
    expect(acknowledged).toBeGreaterThan(1)
    const database = new DatabaseSync(join(directory, 'certwright.db'))
    expect(database.prepare('pragma integrity_check').get()).toMatchObject({
      integrity_check: 'ok',
    })
    database.close()
    expect(await (await opened(directory)).certificate('example.com')).toMatchObject(certificate())
  })
})
