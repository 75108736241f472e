import { describe, expect, it } from 'vitest'
import { Interruption } from '../../src/cli/interruption.ts'
import { fileWorld, two, type FileWorld } from './file-world.ts'
import { hurried } from './sandbox-world.ts'
import { recorder } from './terminal.ts'

interface Line {
  readonly level: string
  readonly event: string
  readonly [member: string]: unknown
}

function linesOf(text: string): readonly Line[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)
}

/** A service that runs beside the test, and what it says. */
function serving({ run }: FileWorld, ...options: readonly string[]) {
  const stopped = new AbortController()
  const stdout = recorder()
  let hangUp: (() => void) | undefined
  const ended = run(['serve', ...options], {
    signal: stopped.signal,
    stdout,
    onHangup(listener) {
      hangUp = listener
      return () => (hangUp = undefined)
    },
  })
  return {
    ended,
    stop: () => stopped.abort(new Interruption('SIGTERM')),
    hangUp: () => hangUp?.(),
    lines: () => linesOf(stdout.text()),
    /** Resolves with the first line that is like this. */
    async said(is: (line: Line) => boolean): Promise<Line> {
      for (;;) {
        const found = linesOf(stdout.text()).find(is)
        if (found) return found
        await hurried.sleep(5)
      }
    },
  }
}

describe('serve', () => {
  it('does what is due and ends, with --once', async () => {
    const { run, fake, does } = await fileWorld()
    const { code, stdout } = await run(['serve', '--once'])
    expect(code).toBe(0)
    expect(linesOf(stdout).map(({ event }) => event)).toContain('issued')
    expect([...fake.sites.keys()].sort()).toStrictEqual(['a.example.test', 'b.example.test'])
    expect((await does('plan')).code).toBe(0)
    const again = linesOf((await run(['serve', '--once'])).stdout)
    expect(again.at(-1)).toMatchObject({ event: 'done', count: 0 })
  })

  it('ends with 1 where something failed, and has done the rest', async () => {
    const { run, fake } = await fileWorld()
    fake.refusing.set('a.example.test', 'write')
    const { code, stdout } = await run(['serve', '--once'])
    expect(code).toBe(1)
    expect(linesOf(stdout)).toContainEqual(
      expect.objectContaining({ level: 'error', action: 'install', certificate: 'a.example.test' }),
    )
    expect(fake.sites.has('b.example.test')).toBe(true)
  })

  it('goes on until SIGTERM, reads the file again at SIGHUP, and answers for its health', async () => {
    const world = await fileWorld()
    const service = serving(world, '--health', '0')
    const { url } = await service.said(({ event }) => event === 'health')
    const looked = await fetch(String(url))
    expect(looked.status).toBe(200)
    expect(await looked.json()).toMatchObject({ ok: true, certificates: 2, failing: 0 })
    await service.said(
      (line) => line.event === 'installed' && line['certificateId'] === 'b.example.test',
    )
    await world.write(`${two}  - names: [c.example.test]\n`)
    service.hangUp()
    await service.said(
      (line) => line.event === 'issued' && line['certificateId'] === 'c.example.test',
    )
    await world.write('\n  - names: []\n')
    service.hangUp()
    await service.said(({ event }) => event === 'not reloaded')
    service.stop()
    expect(await service.ended).toMatchObject({ code: 0, stderr: '' })
    expect(service.lines().at(-1)).toMatchObject({ event: 'stopped' })
    await expect(fetch(String(url))).rejects.toThrow()
  })

  it('leaves it to people to forget and to revoke', async () => {
    const { run, write, does } = await fileWorld()
    await does('apply')
    await write(`
  - names: [a.example.test]
    installs: ['fake-web:site=a.example.test']
`)
    const { stdout } = await run(['serve', '--once'])
    expect(linesOf(stdout)).toContainEqual(
      expect.objectContaining({ event: 'not in the file', certificate: 'b.example.test' }),
    )
    expect((await does('list')).stdout).toContain('b.example.test')
  })

  it('refuses an address that is none before anything is done', async () => {
    const { run } = await fileWorld()
    expect(await run(['serve', '--health', 'nowhere:99999'])).toMatchObject({ code: 64 })
  })
})
