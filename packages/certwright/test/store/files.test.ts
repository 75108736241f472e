import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Secret } from '../../src/runtime/secret.ts'
import { type FileSystem, systemFiles } from '../../src/store/file-system.ts'
import { readCurrent, syncFiles, writeVersionFiles } from '../../src/store/files.ts'
import type { CertificateBundle, IssuedBundle } from '../../src/x509/bundle.ts'
import { issue } from '../x509/issued.ts'
import { lentFiles } from './lent-files.ts'
import { certificate, chainPem, version } from './samples.ts'
import { opened, scratchDirectory } from './state-directory.ts'

const certificateId = 'example.com'

/** A pair that tells by itself whether it belongs together. */
function bundle(mark: string, ...issuers: readonly string[]): CertificateBundle {
  return {
    privateKey: new Secret(`-----BEGIN PRIVATE KEY-----\n${mark}\n-----END PRIVATE KEY-----\n`),
    chainPem: chainPem(mark, ...issuers),
  }
}

async function write(
  directory: string,
  number: number,
  pair: IssuedBundle,
  fs?: FileSystem,
): Promise<string> {
  return writeVersionFiles({
    directory,
    certificateId,
    number,
    bundle: pair,
    ...(fs && { fs }),
  })
}

function read(...path: readonly string[]): string {
  return readFileSync(join(...path), 'utf8')
}

/** Every name under a directory with its kind, mode and time of change. */
function listing(directory: string): unknown {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const { mode, mtimeMs, ino } = lstatSync(join(directory, name))
      return [name, mode, mtimeMs, ino]
    })
}

describe('the files of a version', () => {
  it('are the key and the chain whole and in parts, the key for its owner alone', async () => {
    const directory = join(scratchDirectory(), 'a', 'out')
    const written = await write(directory, 1, bundle('leaf', 'issuer', 'root'))
    expect(written).toBe(join(directory, 'versions', '0001'))
    expect(readdirSync(written).sort()).toStrictEqual([
      'cert.pem',
      'chain.pem',
      'fullchain.pem',
      'privkey.pem',
    ])
    expect(read(written, 'privkey.pem')).toBe(bundle('leaf').privateKey.reveal())
    expect(read(written, 'cert.pem')).toBe(chainPem('leaf'))
    expect(read(written, 'chain.pem')).toBe(chainPem('issuer', 'root'))
    expect(read(written, 'fullchain.pem')).toBe(chainPem('leaf', 'issuer', 'root'))
    expect(statSync(join(written, 'privkey.pem')).mode & 0o777).toBe(0o600)
    for (const name of ['cert.pem', 'chain.pem', 'fullchain.pem'])
      expect(statSync(join(written, name)).mode & 0o777).toBe(0o644)
  })

  it('are the chain alone where the key is elsewhere, and no key of another stays beside it', async () => {
    const directory = scratchDirectory()
    const { chainPem: chain } = bundle('leaf')
    await write(directory, 1, { chainPem: chain })
    expect(readdirSync(join(directory, 'current')).sort()).toStrictEqual([
      'cert.pem',
      'chain.pem',
      'fullchain.pem',
    ])
    expect((await readCurrent(directory))?.bundle).toStrictEqual({ chainPem: chain })
    writeFileSync(join(directory, 'versions', '0001', 'privkey.pem'), 'of something else')
    await write(directory, 1, { chainPem: chain })
    expect(existsSync(join(directory, 'versions', '0001-2'))).toBe(true)
    await write(directory, 2, bundle('leaf'))
    expect(existsSync(join(directory, 'current', 'privkey.pem'))).toBe(true)
  })

  it('are shown by a relative link', async () => {
    const directory = scratchDirectory()
    await write(directory, 12, bundle('leaf'))
    expect(readlinkSync(join(directory, 'current'))).toBe('versions/0012')
  })

  it('have an empty chain.pem where the CA gave the leaf alone', async () => {
    const written = await write(scratchDirectory(), 1, bundle('leaf'))
    expect(read(written, 'chain.pem')).toBe('')
    expect(read(written, 'fullchain.pem')).toBe(chainPem('leaf'))
  })

  it('are refused where the chain holds no certificate', async () => {
    const directory = join(scratchDirectory(), 'out')
    const nothing = { ...bundle('leaf'), chainPem: '' }
    await expect(write(directory, 1, nothing)).rejects.toThrow(TypeError)
    expect(existsSync(directory)).toBe(false)
  })

  it('keep their modes, and the key is at no moment readable by others', async () => {
    const directory = scratchDirectory()
    const modes: [string, number][] = []
    const fs = lentFiles({
      after: (_, path) => {
        if (path.endsWith('privkey.pem')) modes.push([path, statSync(path).mode & 0o777])
      },
    })
    const written = await write(directory, 1, bundle('leaf'), fs)
    expect(modes.length).toBeGreaterThan(0)
    for (const [, mode] of modes) expect(mode).toBe(0o600)
    expect(statSync(join(written, 'cert.pem')).mode & 0o777).toBe(0o644)
  })

  it('are opened so that the key is private from its first byte', async () => {
    const opens: [string, string, number | undefined][] = []
    const fs: FileSystem = {
      ...lentFiles({}),
      async open(path, flags, mode) {
        opens.push([path, flags, mode])
        return systemFiles.open(path, flags, mode)
      },
    }
    await write(scratchDirectory(), 1, bundle('leaf'), fs)
    const key = opens.filter(([path]) => path.endsWith('privkey.pem'))
    expect(key).toStrictEqual([[expect.any(String), 'wx', 0o600]])
  })

  it('are on the disk before they are shown, and so is the link when the writing is done', async () => {
    const directory = scratchDirectory()
    await write(directory, 1, bundle('one'))
    const calls: string[] = []
    await write(
      directory,
      2,
      bundle('two'),
      lentFiles({
        after: (call, path) => {
          if (call === 'sync' || call === 'rename')
            calls.push(`${call} ${relative(directory, path).replace(/-new-.*?(?=\/|$)/, '')}`)
        },
      }),
    )
    expect(calls).toStrictEqual([
      'sync versions/.certwright/privkey.pem',
      'sync versions/.certwright/cert.pem',
      'sync versions/.certwright/chain.pem',
      'sync versions/.certwright/fullchain.pem',
      'sync versions/.certwright',
      'rename versions/0002',
      'sync versions',
      'rename current',
      'sync ',
    ])
  })

  it('of old versions stay', async () => {
    const directory = scratchDirectory()
    for (const number of [1, 2, 3]) await write(directory, number, bundle(`leaf ${number}`))
    expect(readdirSync(join(directory, 'versions'))).toStrictEqual(['0001', '0002', '0003'])
    expect((await readCurrent(directory))?.number).toBe(3)
  })

  it('are not written again where they are there already', async () => {
    const directory = scratchDirectory()
    await write(directory, 1, bundle('leaf', 'issuer'))
    chmodSync(join(directory, 'versions', '0001', 'privkey.pem'), 0o640)
    const before = listing(directory)
    const calls: string[] = []
    const fs = lentFiles({ before: (call) => void calls.push(call) })
    await write(directory, 1, bundle('leaf', 'issuer'), fs)
    expect(listing(directory)).toStrictEqual(before)
    expect(calls.filter((call) => !/^(read|mkdir)/.test(call))).toStrictEqual([])
  })

  it.each(['privkey.pem', 'cert.pem', 'chain.pem', 'fullchain.pem'])(
    'are written beside a directory whose %s is another, which stays as it is',
    async (name) => {
      const directory = scratchDirectory()
      await write(directory, 1, bundle('leaf', 'issuer'))
      const damaged = join(directory, 'versions', '0001', name)
      writeFileSync(damaged, '')
      const written = await write(directory, 1, bundle('leaf', 'issuer'))
      expect(written).toBe(join(directory, 'versions', '0001-2'))
      expect(readlinkSync(join(directory, 'current'))).toBe('versions/0001-2')
      expect(read(damaged)).toBe('')
      expect(await write(directory, 1, bundle('leaf', 'issuer'))).toBe(written)
    },
  )

  it('are made again where someone removed them', async () => {
    const directory = scratchDirectory()
    const written = await write(directory, 1, bundle('leaf'))
    rmSync(written, { recursive: true })
    expect(await readCurrent(directory)).toBeUndefined()
    expect(await write(directory, 1, bundle('leaf'))).toBe(written)
    expect((await readCurrent(directory))?.bundle.chainPem).toBe(chainPem('leaf'))
  })

  it('are reported with the directory and the reason where they cannot be written', async () => {
    const directory = join(scratchDirectory(), 'file')
    writeFileSync(directory, '')
    await expect(write(directory, 1, bundle('leaf'))).rejects.toThrow(
      expect.objectContaining({
        code: 'FILES_UNWRITABLE',
        params: { directory, reason: 'EEXIST' },
      }),
    )
  })

  it('are reported with the reason where the disk is full, and what was current stays', async () => {
    const directory = scratchDirectory()
    await write(directory, 1, bundle('one'))
    const full = Object.assign(new Error('ENOSPC: no space left'), {
      code: 'ENOSPC',
      syscall: 'write',
    })
    const fs = lentFiles({
      before: (call) => {
        if (call === 'writeFile') throw full
      },
    })
    await expect(write(directory, 2, bundle('two'), fs)).rejects.toThrow(
      expect.objectContaining({ code: 'FILES_UNWRITABLE', cause: full }),
    )
    expect((await readCurrent(directory))?.bundle.chainPem).toBe(chainPem('one'))
  })
})

describe('the current pair', () => {
  it('is none where nothing was written', async () => {
    expect(await readCurrent(join(scratchDirectory(), 'nowhere'))).toBeUndefined()
  })

  it('is read whole, with its number', async () => {
    const directory = scratchDirectory()
    await write(directory, 10_000, bundle('leaf', 'issuer'))
    const current = await readCurrent(directory)
    expect(current?.number).toBe(10_000)
    expect(current?.directory).toBe(join(directory, 'versions', '10000'))
    expect(current?.bundle.privateKey?.reveal()).toBe(bundle('leaf').privateKey.reveal())
    expect(current?.bundle.chainPem).toBe(chainPem('leaf', 'issuer'))
  })

  it('stays where a process that was late writes the version before it', async () => {
    const directory = scratchDirectory()
    const [older, newer] = [issued('2026-01-01'), issued('2026-02-01')]
    await write(directory, 2, newer)
    expect(await write(directory, 1, older)).toBe(join(directory, 'versions', '0001'))
    expect((await readCurrent(directory))?.number).toBe(2)
  })

  it('moves to a lower number that is newer, since the state was begun anew', async () => {
    const directory = scratchDirectory()
    const [older, newer] = [issued('2026-01-01'), issued('2026-02-01')]
    await write(directory, 2, older)
    await write(directory, 1, newer)
    expect((await readCurrent(directory))?.number).toBe(1)
  })

  it('moves to a lower number where the standing pair is not whole', async () => {
    const directory = scratchDirectory()
    const [older, newer] = [issued('2026-01-01'), issued('2026-02-01')]
    rmSync(join(await write(directory, 2, newer), 'privkey.pem'))
    await write(directory, 1, older)
    expect((await readCurrent(directory))?.number).toBe(1)
  })
})

describe('what others have put there', () => {
  it.each<[string, (path: string) => void]>([
    ['a file', (path) => writeFileSync(path, 'theirs')],
    ['a directory', (path) => mkdirSync(path)],
    ['a link elsewhere', (path) => symlinkSync('/etc/ssl', path)],
    ['a link out of the versions', (path) => symlinkSync('versions/../../0001', path)],
  ])('at DIR/current is left alone: %s', async (_, place) => {
    const directory = scratchDirectory()
    await write(directory, 1, bundle('one'))
    const path = join(directory, 'current')
    rmSync(path)
    place(path)
    const before = listing(directory)
    await expect(write(directory, 2, bundle('two'))).rejects.toThrow(
      expect.objectContaining({ code: 'FILES_FOREIGN', params: { path } }),
    )
    await expect(readCurrent(directory)).rejects.toThrow(
      expect.objectContaining({ code: 'FILES_FOREIGN' }),
    )
    expect(listing(directory)).toStrictEqual(before)
  })

  it.each(['versions', 'current'])('before us at DIR/%s is left alone', async (name) => {
    const directory = scratchDirectory()
    const path = join(directory, name)
    mkdirSync(path)
    const before = listing(directory)
    await expect(write(directory, 1, bundle('one'))).rejects.toThrow(
      expect.objectContaining({ code: 'FILES_FOREIGN', params: { path } }),
    )
    expect(listing(directory)).toStrictEqual(before)
  })

  it('beside our names does not disturb and is not disturbed', async () => {
    const directory = scratchDirectory()
    writeFileSync(join(directory, 'nginx.conf'), 'theirs')
    writeFileSync(join(directory, '.certwright-new-notes'), 'theirs')
    await write(directory, 1, bundle('one'))
    expect(read(directory, 'nginx.conf')).toBe('theirs')
    expect(read(directory, '.certwright-new-notes')).toBe('theirs')
  })

  it('is not overwritten where it belongs to another certificate', async () => {
    const directory = scratchDirectory()
    await write(directory, 1, bundle('ours'))
    const before = listing(directory)
    const writing = writeVersionFiles({
      directory,
      certificateId: 'other.example',
      number: 1,
      bundle: bundle('theirs'),
    })
    await expect(writing).rejects.toThrow(
      expect.objectContaining({
        code: 'FILES_OF_ANOTHER',
        params: { directory, owner: certificateId },
      }),
    )
    expect(listing(directory)).toStrictEqual(before)
  })

  it.each(['', '\0\0\0\0', 'null', '{"certificate":1}'])(
    'as the marker is not taken for ours: %j',
    async (text) => {
      const directory = scratchDirectory()
      writeFileSync(join(directory, '.certwright.json'), text)
      await expect(write(directory, 1, bundle('one'))).rejects.toThrow(
        expect.objectContaining({ code: 'FILES_FOREIGN' }),
      )
      expect(readdirSync(directory)).toStrictEqual(['.certwright.json'])
    },
  )
})

describe('bringing files up to the store', () => {
  it('does nothing before the first version', async () => {
    const out = join(scratchDirectory(), 'out')
    const store = await opened(scratchDirectory())
    await store.saveCertificate(certificate({ out }))
    expect(await syncFiles(certificate(), store)).toBeUndefined()
    expect(await syncFiles({ id: 'unknown' }, store)).toBeUndefined()
    expect(existsSync(out)).toBe(false)
  })

  it('writes the current version where the store says, once', async () => {
    const out = join(scratchDirectory(), 'out')
    const store = await opened(scratchDirectory())
    await store.saveCertificate(certificate({ out }))
    await store.addVersion(version())
    await store.addVersion(version({ chainPem: chainPem('second') }))
    expect(await syncFiles(certificate({ out: '/nowhere' }), store)).toBe(
      join(out, 'versions', '0002'),
    )
    const before = listing(out)
    await syncFiles(certificate(), store)
    expect(listing(out)).toStrictEqual(before)
    expect((await readCurrent(out))?.bundle.chainPem).toBe(chainPem('second'))
  })
})

function issued(notBefore: string): CertificateBundle {
  const leaf = issue({
    subject: 'example.com',
    notBefore: Date.parse(notBefore),
    notAfter: Date.parse('2026-12-31'),
  })
  return { ...bundle(notBefore), chainPem: leaf.pem }
}
