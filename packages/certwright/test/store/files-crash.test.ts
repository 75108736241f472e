import { mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { Secret } from '../../src/runtime/secret.ts'
import type { FileSystem } from '../../src/store/file-system.ts'
import { readCurrent, writeVersionFiles } from '../../src/store/files.ts'
import { startChild } from './child.ts'
import { lentFiles } from './lent-files.ts'
import { chainPem } from './samples.ts'
import { scratchDirectory } from './state-directory.ts'

/** Key and chain that say which of them belong together. */
async function write(directory: string, number: number, fs?: FileSystem): Promise<string> {
  return writeVersionFiles({
    directory,
    certificateId: 'example.com',
    number,
    bundle: { privateKey: new Secret(`pair ${number}`), chainPem: chainPem(`pair ${number}`) },
    ...(fs && { fs }),
  })
}

/** The number of the pair that a reader sees who resolves the link once. Throws where there is no whole pair. */
function seenIn(directory: string): number {
  const version = realpathSync(join(directory, 'current'))
  const key = readFileSync(join(version, 'privkey.pem'), 'utf8')
  const chain = readFileSync(join(version, 'fullchain.pem'), 'utf8')
  expect(chain).toBe(chainPem(key))
  return Number(key.replace('pair ', ''))
}

function unfinishedIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.includes('.certwright-'),
  )
}

/** Files under a process that dies before its n-th call: that call and all later ones never happen. */
function mortalFiles(deathAt: number): FileSystem {
  let calls = 0
  return lentFiles({
    before: () => {
      if (++calls >= deathAt) throw new Error('killed')
    },
  })
}

/** How many calls it takes to write a version into a directory as `prepare` leaves it. */
async function callsOf(prepare: (directory: string) => Promise<unknown>): Promise<number> {
  const directory = scratchDirectory()
  await prepare(directory)
  let calls = 0
  await write(directory, 2, lentFiles({ before: () => void calls++ }))
  return calls
}

describe('a run that is killed before any call', () => {
  it('leaves the old pair or the new one, and the next run leaves nothing else', async () => {
    const calls = await callsOf((directory) => write(directory, 1))
    expect(calls).toBeGreaterThan(20)
    const seen = new Set<number>()
    for (let deathAt = 1; deathAt <= calls; deathAt++) {
      const directory = scratchDirectory()
      await write(directory, 1)
      await expect(write(directory, 2, mortalFiles(deathAt))).rejects.toThrow('killed')
      seen.add(seenIn(directory))
      expect((await readCurrent(directory))?.number).toBe(seenIn(directory))

      await write(directory, 2)
      expect(seenIn(directory)).toBe(2)
      expect(unfinishedIn(directory)).toStrictEqual([])
      expect(readdirSync(join(directory, 'versions'))).toStrictEqual(['0001', '0002'])
    }
    expect([...seen]).toStrictEqual([1, 2])
  })

  it('leaves no pair or the first one in a new directory, and the next run finishes', async () => {
    const calls = await callsOf(() => Promise.resolve())
    for (let deathAt = 1; deathAt <= calls; deathAt++) {
      const directory = scratchDirectory()
      await expect(write(directory, 2, mortalFiles(deathAt))).rejects.toThrow('killed')
      const current = await readCurrent(directory)
      if (current) expect(seenIn(directory)).toBe(2)

      await write(directory, 2)
      expect(seenIn(directory)).toBe(2)
      expect(unfinishedIn(directory)).toStrictEqual([])
    }
  })

  it('is cleaned up after even where the cleaning is killed', async () => {
    const litter = async (directory: string): Promise<void> => {
      await write(directory, 1)
      const unfinished = join(directory, 'versions', `.certwright-new-${'0'.repeat(16)}`)
      mkdirSync(unfinished)
      writeFileSync(join(unfinished, 'privkey.pem'), 'half')
      writeFileSync(join(directory, `.certwright-old-${'1'.repeat(16)}`), '')
    }
    const calls = await callsOf(litter)
    for (let deathAt = 1; deathAt <= calls; deathAt++) {
      const directory = scratchDirectory()
      await litter(directory)
      await expect(write(directory, 2, mortalFiles(deathAt))).rejects.toThrow('killed')
      seenIn(directory)
      await write(directory, 2)
      expect(seenIn(directory)).toBe(2)
      expect(unfinishedIn(directory)).toStrictEqual([])
    }
  })
})

describe('a reader', () => {
  it('sees a whole pair before and after every single call', async () => {
    const directory = scratchDirectory()
    await write(directory, 1)
    const seen: number[] = []
    const look = (): void => void seen.push(seenIn(directory))
    for (const number of [2, 3])
      await write(directory, number, lentFiles({ before: look, after: look }))
    expect(seen.length).toBeGreaterThan(80)
    expect([...new Set(seen)]).toStrictEqual([1, 2, 3])
    expect(seen).toStrictEqual(seen.toSorted((a, b) => a - b))
  })

  it('in another process never sees a pair that does not belong together', async () => {
    const directory = scratchDirectory()
    await write(directory, 1)
    const reader = startChild('read-pairs.ts', [directory])
    await vi.waitUntil(() => reader.output().includes('reading'), { timeout: 20_000 })
    for (let number = 2; number <= 40; number++) await write(directory, number)
    reader.child.kill('SIGTERM')
    const { stdout, stderr, code } = await reader.end
    expect({ stderr, code }).toStrictEqual({ stderr: '', code: 0 })
    const { reads, last } = JSON.parse(stdout.replace('reading\n', '')) as Record<string, number>
    expect(reads).toBeGreaterThan(40)
    expect(last).toBeGreaterThan(1)
  })
})

describe('two runs on one directory', () => {
  it('both finish, wherever the second one comes between', async () => {
    const calls = await callsOf((directory) => write(directory, 1))
    for (let at = 1; at <= calls; at++) {
      const directory = scratchDirectory()
      await write(directory, 1)
      await interrupted(at, directory)
      expect(seenIn(directory)).toBe(2)
      expect(readdirSync(join(directory, 'versions'))).toStrictEqual(['0001', '0002'])
      await write(directory, 2)
      expect(unfinishedIn(directory)).toStrictEqual([])
    }
  })

  it('both finish in a new directory too', async () => {
    const calls = await callsOf(() => Promise.resolve())
    for (let at = 1; at <= calls; at++) {
      const directory = scratchDirectory()
      await interrupted(at, directory)
      expect(seenIn(directory)).toBe(2)
    }
  })

  it('never show what one of them has half removed as a leftover of the other', async () => {
    const directory = scratchDirectory()
    await write(directory, 1)
    const removing = Promise.withResolvers<void>()
    const finished = Promise.withResolvers<void>()
    // Removes one file, and the rest only when the other run has finished.
    const slowRemoval = lentFiles({
      async before(call, path) {
        if (call !== 'rm' || !path.includes('versions')) return
        rmSync(join(path, 'privkey.pem'), { force: true })
        removing.resolve()
        await finished.promise
      },
    })
    let remover: Promise<unknown> | undefined
    const disturbed = lentFiles({
      async before(call, path) {
        if (remover || call !== 'rename' || !path.endsWith('0002')) return
        remover = write(directory, 2, slowRemoval)
        await removing.promise
      },
    })
    await write(directory, 2, disturbed)
    expect(seenIn(directory)).toBe(2)
    finished.resolve()
    await remover
    expect(seenIn(directory)).toBe(2)
    expect(unfinishedIn(join(directory, 'versions'))).toStrictEqual([])
  })

  it('and ten at once too', async () => {
    const directory = scratchDirectory()
    const written = await Promise.all(Array.from({ length: 10 }, () => write(directory, 1)))
    expect(new Set(written)).toStrictEqual(new Set([join(directory, 'versions', '0001')]))
    expect(seenIn(directory)).toBe(1)
    expect(
      readdirSync(join(directory, 'versions')).filter((name) => !name.startsWith('.')),
    ).toStrictEqual(['0001'])
  })
})

/** Writes version 2, and before the n-th call the whole of another such run comes between. */
async function interrupted(at: number, directory: string): Promise<void> {
  let calls = 0
  const before = async (): Promise<void> => {
    if (++calls === at) await write(directory, 2)
  }
  await write(directory, 2, lentFiles({ before }))
}
