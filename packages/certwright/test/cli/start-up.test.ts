import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
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

/** A world where nothing was ever kept, and how the command as it is published tells there what it had loaded. */
async function probedWorld(list: string) {
  const home = await temporaryDirectory()
  const [probe, loaded] = [join(home, 'probe.cjs'), join(home, 'loaded.json')]
  writeFileSync(
    probe,
    `process.on('exit', () => {
      require('node:fs').writeFileSync(${JSON.stringify(loaded)}, JSON.stringify(${list}))
    })`,
  )
  return {
    home,
    args: ['--require', probe, bin],
    env: { HOME: home, CERTWRIGHT_STATE: join(home, 'state') },
    loaded: () => JSON.parse(readFileSync(loaded, 'utf8')) as readonly string[],
  }
}

/** What of Node it loads. */
async function loadedBy(argv: readonly string[]): Promise<readonly string[]> {
  const { args, env, loaded } = await probedWorld('process.moduleLoadList')
  const { status } = spawnSync(process.execPath, [...args, ...argv], { env, stdio: 'ignore' })
  expect(status).toBe(0)
  return loaded().map((module) => module.replace('NativeModule ', ''))
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

describe('serve', () => {
  it('has loaded all of itself before it begins, so that another version can be installed meanwhile', async () => {
    const { home, args, env, loaded } = await probedWorld('Object.keys(require.cache)')
    const file = join(home, 'certwright.yaml')
    writeFileSync(
      file,
      `issuers: [{ name: none, directory: 'https://127.0.0.1:1/' }]\ncertificates: []\n`,
    )
    const child = spawn(process.execPath, [...args, 'serve', '--config', file, '--json'], { env })
    const ended = once(child, 'exit')
    let said = ''
    child.stdout.on('data', (text: Buffer) => {
      said += text.toString()
      if (said.includes('"read"')) child.kill('SIGTERM')
    })
    child.stderr.on('data', (text: Buffer) => (said += text.toString()))
    expect(await ended, said).toEqual([0, null])
    const files = readdirSync(join(bin, '../../dist/command')).filter((name) =>
      name.endsWith('.cjs'),
    )
    const names = new Set(loaded().map((path) => basename(path)))
    expect(files.filter((name) => !names.has(name))).toEqual([])
    expect(files.length).toBeGreaterThan(100)
  })
})
