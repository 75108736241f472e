import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { temporaryDirectory } from './terminal.ts'

const module = fileURLToPath(new URL('../../src/cli/compile-cache.ts', import.meta.url))

/** What Node says of its cache after `keepCompiled` in a process of its own. */
function directoryAfter(env: Record<string, string>, home?: string): string {
  const call = `keepCompiled(${JSON.stringify(env)}, ${JSON.stringify(home)})`
  const code = `import { keepCompiled } from ${JSON.stringify(module)}
    import { getCompileCacheDir } from 'node:module'
    ${call}
    process.stdout.write(getCompileCacheDir() ?? '')`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  })
  expect(stderr).toBe('')
  return stdout
}

it('keeps what was compiled beside the person’s other caches', async () => {
  const home = await temporaryDirectory()
  const caches = join(home, '.cache')
  expect(directoryAfter({}, home)).toContain(join(caches, 'certwright'))
  const other = join(home, 'elsewhere')
  expect(directoryAfter({ XDG_CACHE_HOME: other }, home)).toContain(join(other, 'certwright'))
})

it('keeps nothing where there is no place of the person’s own', async () => {
  expect(directoryAfter({})).toBe('')
  expect(directoryAfter({}, '/dev/null')).toBe('')
})

it('keeps nothing where somebody else could write what is run then', async () => {
  const home = await temporaryDirectory()
  const caches = join(home, '.cache')
  mkdirSync(caches)
  chmodSync(caches, 0o777)
  expect(directoryAfter({}, home)).toBe('')
  chmodSync(caches, 0o755)
  chmodSync(join(caches, 'certwright'), 0o770)
  expect(directoryAfter({}, home)).toBe('')
})
