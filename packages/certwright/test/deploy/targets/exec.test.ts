import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { create } from '../../../src/deploy/targets/exec.ts'
import { systemHost } from '../../../src/runtime/host.ts'
import { deployTargetSuite } from '../../../src/testing/index.ts'
import { fingerprintOf, renewals } from './account.ts'
import { heldIn } from './folder.ts'

const bundles = renewals(['www.example.com'])

/** A program of a user's, in JavaScript, that keeps things in its own folder. */
function program(body: string) {
  const folder = mkdtempSync(join(tmpdir(), 'exec target '))
  const path = join(folder, 'hook.mjs')
  writeFileSync(
    path,
    `#!${process.execPath}
import { copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
const folder = ${JSON.stringify(folder)}
const verb = process.argv.at(-1)
const ask = JSON.parse(readFileSync(0, 'utf8'))
const env = process.env
${body}
`,
  )
  chmodSync(path, 0o755)
  const target = (more: Readonly<Record<string, string>> = {}) =>
    create(
      { program: `"${path}"`, ...more },
      { host: systemHost, env: { ...process.env, OURS: 'x' } },
    )
  return { folder, target, close: () => rmSync(folder, { recursive: true }) }
}

function made(body: string) {
  const it = program(body)
  onTestFinished(() => it.close())
  return it
}

/** What a program does that keeps the contract. */
const keeping = `
if (verb === 'write') {
  copyFileSync(env.CERTWRIGHT_FULLCHAIN_FILE, folder + '/chain')
  copyFileSync(env.CERTWRIGHT_KEY_FILE, folder + '/key')
  writeFileSync(folder + '/fingerprint', ask.fingerprint)
} else if (existsSync(folder + '/fingerprint')) {
  console.log(JSON.stringify({ fingerprint: readFileSync(folder + '/fingerprint', 'utf8') }))
}
`

const telling = `
const files = Object.entries(env).filter(([name]) => name.startsWith('CERTWRIGHT_'))
const read = ([name, path]) => [name, readFileSync(path, 'utf8'), (statSync(path).mode & 0o777).toString(8)]
writeFileSync(folder + '/told', JSON.stringify({ args: process.argv.slice(2), ask, files: files.map(read), ours: env.OURS, paths: files.map(([, path]) => path) }))
`

interface Told {
  readonly args: readonly string[]
  readonly ask: Readonly<Record<string, unknown>>
  readonly files: ReadonlyArray<readonly [name: string, text: string, mode: string]>
  readonly ours: string
  readonly paths: readonly string[]
}

function told(folder: string): Told {
  return JSON.parse(readFileSync(join(folder, 'told'), 'utf8')) as Told
}

describe('exec: a program of a user’s', () => {
  deployTargetSuite({
    test: it,
    world() {
      const { folder, target, close } = program(keeping)
      const loud = program(
        `console.error(readFileSync(env.CERTWRIGHT_KEY_FILE, 'utf8'), JSON.stringify(ask)); process.exit(1)`,
      )
      const held = (): string | undefined => heldIn(join(folder, 'chain'), join(folder, 'key'))
      return {
        target: () => target({ read: 'true' }),
        refused: () => loud.target(),
        host: systemHost,
        bundle: bundles,
        held,
        wasOff: () => false,
        others: () => undefined,
        count: () => readdirSync(folder).length,
        secrets: [],
        close: async () => {
          close()
          loud.close()
        },
      }
    },
  })

  it.each([
    ['program', '"a'],
    ['key', 'argv'],
    ['read', 'yes'],
    ['timeout', '0'],
  ])('refuses %s=%s', (option, value) => {
    expect(() => create({ program: 'x', [option]: value }, { host: systemHost, env: {} })).toThrow(
      expect.objectContaining({ code: 'TARGET_OPTION_NOT_CONFORM' }),
    )
  })

  it('is given files that its own user alone may read, and that are gone afterwards', async () => {
    const { folder, target } = made(telling)
    await target().write(bundles(0))
    const { args, ask, files, ours, paths } = told(folder)
    expect(args).toEqual(['write'])
    expect(ask).toMatchObject({
      action: 'write',
      fingerprint: fingerprintOf(bundles(0)),
      names: ['www.example.com'],
      chain: bundles(0).chainPem,
    })
    expect(ask).not.toHaveProperty('privateKey')
    const byName = new Map(files.map(([name, text]) => [name, text]))
    expect([...byName.keys()].sort()).toEqual([
      'CERTWRIGHT_CERT_FILE',
      'CERTWRIGHT_CHAIN_FILE',
      'CERTWRIGHT_FULLCHAIN_FILE',
      'CERTWRIGHT_KEY_FILE',
    ])
    expect(byName.get('CERTWRIGHT_KEY_FILE')).toBe(bundles(0).privateKey.reveal())
    expect(byName.get('CERTWRIGHT_FULLCHAIN_FILE')).toBe(bundles(0).chainPem)
    expect(new Set(files.map(([, , mode]) => mode))).toEqual(new Set(['600']))
    for (const path of paths) expect(existsSync(path)).toBe(false)
    // A user's own program needs the user's own environment.
    expect(ours).toBe('x')
  })

  it('gets the key through its standard input, or not at all', async () => {
    const { folder, target } = made(telling)
    await target({ key: 'stdin' }).write(bundles(0))
    expect(told(folder).ask['privateKey']).toBe(bundles(0).privateKey.reveal())
    expect(told(folder).files.map(([name]) => name)).not.toContain('CERTWRIGHT_KEY_FILE')
    await target({ key: 'none' }).write(bundles(0))
    expect(JSON.stringify(told(folder))).not.toContain('PRIVATE KEY')
  })

  it('is not asked to read where it was not said to know how, and then says nothing', async () => {
    const { folder, target } = made(telling)
    expect(await target().read(undefined, bundles(0))).toEqual({})
    expect(existsSync(join(folder, 'told'))).toBe(false)
  })

  it('is told what should be there when it is asked what is', async () => {
    const { folder, target } = made(telling)
    expect(await target({ read: 'true' }).read(undefined, bundles(0))).toBeUndefined()
    expect(told(folder)).toMatchObject({
      args: ['read'],
      ask: { action: 'read', fingerprint: fingerprintOf(bundles(0)) },
      files: [],
    })
  })

  it.each(['[]', 'yes', '{"fingerprint": "abc"}', '{"fingerprint": 1}'])(
    'is wrong to answer %s',
    async (answer) => {
      const { target } = made(`console.log(${JSON.stringify(answer)})`)
      await expect(target({ read: 'true' }).read(undefined, bundles(0))).rejects.toMatchObject({
        code: 'TARGET_PROGRAM_ANSWER',
      })
    },
  )

  it('says nothing to tell by with an object that has no fingerprint', async () => {
    const { target } = made(`console.log('{}')`)
    expect(await target({ read: 'true' }).read(undefined, bundles(0))).toEqual({})
  })

  it('fails with its exit status and its last lines, and what it has written is told otherwise', async () => {
    const { target } = made(
      `console.error('note'); if (ask.names[0] === 'www.example.com' && env.FAIL) process.exit(4)`,
    )
    expect(await target().write(bundles(0))).toMatchObject([{ exit: 0, output: 'note' }])
    const failing = made(`console.error('no luck'); process.exit(4)`)
    await expect(failing.target().write(bundles(0))).rejects.toMatchObject({
      code: 'TARGET_PROGRAM_FAILED',
      params: { exit: 4, output: 'no luck' },
    })
  })

  it('does not run for ever, and leaves no key behind when it is killed', async () => {
    const { folder, target } = made(`${telling}; setInterval(() => {}, 1000)`)
    await expect(target({ timeout: '1' }).write(bundles(0))).rejects.toMatchObject({
      code: 'TARGET_PROGRAM_FAILED',
      params: { exit: 'ETIMEDOUT' },
    })
    for (const path of told(folder).paths) expect(existsSync(path)).toBe(false)
  })
})
