import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, test } from 'vitest'
import type { ChallengeWork } from '@certwright/acme'
import { webroot } from '../../src/solvers/webroot.ts'
import { solverSuite } from '../../src/testing/index.ts'
import { workFor } from './work.ts'

const fileOf = (directory: string, { token }: ChallengeWork): string =>
  join(directory, '.well-known', 'acme-challenge', token)

async function folder(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'webroot-'))
  onTestFinished(async () => rm(directory, { recursive: true }))
  return directory
}

describe('the contract', () => {
  solverSuite({
    test,
    wildcards: false,
    addresses: true,
    world: async () => {
      const directory = await mkdtemp(join(tmpdir(), 'webroot-'))
      return {
        solver: () => webroot({ directory }),
        right: ({ keyAuthorization }: ChallengeWork) => keyAuthorization,
        seen: async (work: ChallengeWork) =>
          readFile(fileOf(directory, work), 'utf8').catch(() => undefined),
        close: async () => rm(directory, { recursive: true }),
      }
    },
  })
})

it.each(['../../index.html', '../x', 'a/b', '..', '', 'a\0b'])(
  'refuses the token %j and writes nothing (uacme#64)',
  async (token) => {
    const directory = await folder()
    const presenting = webroot({ directory }).present(workFor('example.test', { token }))
    await expect(presenting).rejects.toMatchObject({ code: 'CHALLENGE_TOKEN_NOT_CONFORM' })
    expect(await readdir(directory)).toEqual([])
  },
)

it('refuses a root that is no directory', async () => {
  const directory = await folder()
  await writeFile(join(directory, 'file'), '')
  for (const root of [join(directory, 'absent'), join(directory, 'file')]) {
    await expect(
      webroot({ directory: root }).present(workFor('example.test')),
    ).rejects.toMatchObject({
      code: 'WEBROOT_NOT_FOUND',
      params: { directory: root },
    })
  }
})

it('says what it cannot write', async () => {
  const directory = await folder()
  await writeFile(join(directory, '.well-known'), 'a file where a folder should be')
  await expect(webroot({ directory }).present(workFor('example.test'))).rejects.toMatchObject({
    code: 'WEBROOT_NOT_WRITABLE',
    params: { path: fileOf(directory, workFor('example.test')), reason: 'ENOTDIR' },
  })
})

it('writes what the web server can read, whatever the umask, and leaves nothing half-written', async () => {
  const directory = await folder()
  const work = workFor('example.test')
  const before = process.umask(0o077)
  onTestFinished(() => void process.umask(before))
  await webroot({ directory }).present(work)
  const modes = ['.well-known', '.well-known/acme-challenge', fileOf('', work)].map(
    async (path) => (await stat(join(directory, path))).mode & 0o777,
  )
  expect(await Promise.all(modes)).toEqual([0o755, 0o755, 0o644])
  expect(await readdir(join(directory, '.well-known/acme-challenge'))).toEqual([work.token])
})

it('takes away the folders that it made once they are empty, and no others', async () => {
  const directory = await folder()
  await mkdir(join(directory, '.well-known'))
  const [one, two] = ['one', 'two'].map((token) => workFor('example.test', { token }))
  const solver = webroot({ directory })
  const receipts = await Promise.all([one, two].map(async (work) => solver.present(work!)))
  await webroot({ directory }).cleanUp(receipts[1] ?? {})
  expect(await readdir(join(directory, '.well-known'))).toEqual(['acme-challenge'])
  await webroot({ directory }).cleanUp(receipts[0] ?? {})
  expect(await readdir(directory)).toEqual(['.well-known'])
  expect(await readdir(join(directory, '.well-known'))).toEqual([])
})

it("leaves a folder that somebody else's file is in", async () => {
  const directory = await folder()
  const solver = webroot({ directory })
  const receipt = await solver.present(workFor('example.test'))
  await writeFile(join(directory, '.well-known', 'security.txt'), 'Contact: …')
  await solver.cleanUp(receipt)
  expect(await readdir(join(directory, '.well-known'))).toEqual(['security.txt'])
})

it('leaves a file whose content is not its own any more', async () => {
  const directory = await folder()
  const work = workFor('example.test')
  const solver = webroot({ directory })
  const receipt = await solver.present(work)
  await writeFile(fileOf(directory, work), "somebody else's")
  await solver.cleanUp(receipt)
  expect(await readFile(fileOf(directory, work), 'utf8')).toBe("somebody else's")
})

it('leaves the mode of a folder that it found', async () => {
  const directory = await folder()
  await mkdir(join(directory, '.well-known'))
  await chmod(join(directory, '.well-known'), 0o750)
  await webroot({ directory }).present(workFor('example.test'))
  expect((await stat(join(directory, '.well-known'))).mode & 0o777).toBe(0o750)
})
