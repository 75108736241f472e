import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { temporaryDirectory } from './terminal.ts'

const bin = fileURLToPath(new URL('../../bin/certwright.cjs', import.meta.url))

/** Each takes longer to load than what these commands do. */
const heavy = [
  'child_process',
  'crypto',
  'dns',
  'fs/promises',
  'http',
  'https',
  'http2',
  'net',
  'readline',
  'sqlite',
  'stream/web',
  'tls',
  'zlib',
]

/** What of Node the command as it is published loads in a world where nothing was ever kept. */
async function loadedBy(argv: readonly string[]): Promise<readonly string[]> {
  const home = await temporaryDirectory()
  const [probe, loaded] = [join(home, 'probe.cjs'), join(home, 'loaded.json')]
  writeFileSync(
    probe,
    `process.on('exit', () => {
      const loaded = JSON.stringify(process.moduleLoadList)
      require('node:fs').writeFileSync(${JSON.stringify(loaded)}, loaded)
    })`,
  )
  const { status } = spawnSync(process.execPath, ['--require', probe, bin, ...argv], {
    env: { HOME: home, CERTWRIGHT_STATE: join(home, 'state') },
    stdio: 'ignore',
  })
  expect(status).toBe(0)
  const modules = JSON.parse(readFileSync(loaded, 'utf8')) as readonly string[]
  return modules.map((module) => module.replace('NativeModule ', ''))
}

describe('what a command does not need is not loaded', () => {
  it.each([[['--help']], [['--help', '--lang', 'zh']], [['list', '--help']], [['list']]])(
    'by %j',
    async (argv) => {
      const loaded = await loadedBy(argv)
      expect(heavy.filter((module) => loaded.includes(module))).toEqual([])
    },
  )
})
