import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSecureContext, createServer } from 'node:tls'
import { expect, it, onTestFinished } from 'vitest'
import { listening } from '../deploy/listening.ts'
import { hurried, sandboxWorld } from './sandbox-world.ts'

const name = 'www.example.test'

/**
 * A server that serves what it has loaded, not what stands in its files, and a program that makes it load them: one
 * that does nothing while there is a file `lie`, and fails while there is a file `fail`.
 */
async function server(directory: string) {
  const [tls, loaded] = [join(directory, 'tls'), join(directory, 'loaded')]
  mkdirSync(loaded)
  const program = join(directory, 'reload')
  writeFileSync(
    program,
    `#!/bin/sh
[ -e '${directory}/fail' ] && { echo 'no luck' >&2; exit 3; }
[ -e '${directory}/lie' ] || cp '${tls}'/*.pem '${loaded}'
`,
  )
  chmodSync(program, 0o755)
  const read = (file: string): string => readFileSync(join(loaded, file), 'utf8')
  const running = await listening(
    createServer({
      SNICallback(_, answer) {
        if (!existsSync(join(loaded, 'c.pem'))) answer(null)
        else answer(null, createSecureContext({ cert: read('c.pem'), key: read('k.pem') }))
      },
    }),
  )
  onTestFinished(async () => running[Symbol.asyncDispose]())
  return {
    target: `files:directory=${tls},fullchain=c.pem,key=k.pem,reload=${program},serve-at=127.0.0.1:${running.endpoint.port}`,
    flag(word: 'lie' | 'fail', on: boolean) {
      const path = join(directory, word)
      if (on) writeFileSync(path, '')
      else rmSync(path)
    },
    fileText: () => readFileSync(join(tls, 'c.pem'), 'utf8'),
  }
}

interface Installed {
  readonly installed: ReadonlyArray<{
    readonly written: boolean
    readonly served: boolean
    readonly commands?: ReadonlyArray<{ readonly exit: number }>
    readonly error?: { readonly code: string; readonly message: string }
  }>
}

it('installs in files, sees through a reload that was a lie, repairs it, and keeps what works when a reload fails', async () => {
  const { issue, run, directory } = await sandboxWorld()
  const place = await server(directory)
  const json = ({ stdout }: { readonly stdout: string }) => JSON.parse(stdout) as Installed

  const first = await issue([name], ['--install', place.target, '--json'])
  expect(json(first).installed).toMatchObject([
    { written: true, served: true, commands: [{ exit: 0 }] },
  ])
  expect(first.code).toBe(0)

  place.flag('lie', true)
  const lied = await run(['renew', name, '--force', '--wait', '1s', '--json'])
  expect(lied.code).toBe(1)
  // At once it may be settling; when the grace is over it is a former version, and something is to be done.
  const soon = await run(['verify', name, '--json'])
  expect(soon.stdout).toContain('"settling"')
  expect(soon.code).toBe(0)
  const later = { host: { ...hurried, now: () => Date.now() + 11 * 60_000 } }
  const verified = await run(['verify', name, '--json'], later)
  expect(verified.stdout).toContain('"former-version"')
  expect(verified.code).toBe(2)
  expect((await run(['verify', name], later)).stdout).toContain('former version')

  place.flag('lie', false)
  const repaired = await run(['install', name, '--json'])
  expect(json(repaired).installed).toMatchObject([
    { written: false, served: true, commands: [{ exit: 0 }] },
  ])
  expect((await run(['verify', name])).code).toBe(0)

  place.flag('fail', true)
  const before = place.fileText()
  const failed = await run(['renew', name, '--force', '--wait', '1s'])
  expect(failed.stderr).toContain('no luck')
  expect(failed.stderr).toContain('the former files are back, and it fails for them too (3)')
  expect(failed.code).toBe(1)
  expect(place.fileText()).toBe(before)
})
