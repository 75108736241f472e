import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, test } from 'vitest'
import { provider } from '../../../src/dns/providers/exec.ts'
import { systemHost } from '../../../src/runtime/host.ts'
import { dnsProviderSuite } from '../../../src/testing/index.ts'

const name = '_acme-challenge.example.test'
const record = { zone: 'example.test', name, value: '-value', ttlSeconds: 60 }

/** A program of a user's, in JavaScript, that finds its own folder in FOLDER. */
async function program(
  body: string,
): Promise<{ path: string; folder: string; env: NodeJS.ProcessEnv }> {
  const folder = await mkdtemp(join(tmpdir(), 'exec hook '))
  const path = join(folder, 'hook.mjs')
  const preamble = `#!${process.execPath}
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
const file = process.env.FOLDER + '/records.json'
const [verb, fqdn, value] = process.argv.slice(2)
`
  await writeFile(path, preamble + body)
  await chmod(path, 0o755)
  return { path, folder, env: { FOLDER: folder } }
}

/** What a program does that keeps the contract: a set of values for each name, read and written whole. */
const keeping = `
const records = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []
const others = records.filter((r) => r.fqdn !== fqdn || r.value !== value)
writeFileSync(file, JSON.stringify(verb === 'present' ? [...others, { fqdn, value }] : others))
`

/** Writes down how it was called. */
const telling = `
const told = Object.keys(process.env).filter((key) => key.startsWith('CERTBOT_')).sort()
const env = Object.fromEntries(told.map((key) => [key, process.env[key]]))
appendFileSync(file, JSON.stringify({ args: process.argv.slice(2), env }) + '\\n')
if (verb === 'present') console.log('record-id-17')
`

async function callsOf(folder: string): Promise<unknown[]> {
  const text = await readFile(join(folder, 'records.json'), 'utf8')
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
}

async function running(body: string) {
  const made = await program(body)
  onTestFinished(async () => rm(made.folder, { recursive: true }))
  return { ...made, context: { host: systemHost, env: made.env } }
}

describe('the contract', () => {
  dnsProviderSuite({
    test,
    world: async () => {
      const { path, folder, env } = await program(keeping)
      return {
        zone: 'example.test',
        provider: () => provider({ program: path }, { host: systemHost, env }),
        values: async (name) => {
          const text = await readFile(join(folder, 'records.json'), 'utf8').catch(() => '[]')
          const records = JSON.parse(text) as { fqdn: string; value: string }[]
          return records.filter(({ fqdn }) => fqdn === `${name}.`).map(({ value }) => value)
        },
        close: async () => rm(folder, { recursive: true }),
      }
    },
  })
})

it('fails with the last lines that the program wrote, made harmless for a terminal', async () => {
  const { path, context } = await running(
    `for (let i = 1; i <= 9; i += 1) console.error('line ' + i + '\\x1b[31m'); process.exit(3)`,
  )
  const error: unknown = await provider({ program: path }, context)
    .addTxt(record)
    .catch((error: unknown) => error)
  expect(error).toMatchObject({ code: 'DNS_PROGRAM_FAILED', params: { exit: 3 } })
  const { message } = error as Error
  expect(message).toContain('line 9')
  expect(message).not.toContain('line 4')
  expect(message).not.toContain('\x1b')
})

it('fails where the program is killed, missing, or may not be executed', async () => {
  const { path, folder, context } = await running(`process.kill(process.pid, 'SIGKILL')`)
  await expect(provider({ program: path }, context).addTxt(record)).rejects.toMatchObject({
    code: 'DNS_PROGRAM_FAILED',
    params: { exit: 'SIGKILL' },
  })
  for (const [absent, reason] of [
    [join(folder, 'absent'), 'ENOENT'],
    [folder, 'EACCES'],
  ] as const) {
    await expect(provider({ program: absent }, context).addTxt(record)).rejects.toMatchObject({
      code: 'DNS_PROGRAM_NOT_STARTED',
      params: { reason },
    })
  }
})

it('does not wait for ever', async () => {
  const { path, context } = await running(`setInterval(() => {}, 1000)`)
  await expect(
    provider({ program: path, timeout: '1' }, context).addTxt(record),
  ).rejects.toMatchObject({
    code: 'DNS_PROGRAM_TIMED_OUT',
    params: { seconds: 1 },
  })
})

it('stops the program when it is aborted', async () => {
  const { path, folder, context } = await running(
    `writeFileSync(process.env.FOLDER + '/pid', String(process.pid)); setInterval(() => {}, 1000)`,
  )
  const controller = new AbortController()
  const adding = provider({ program: path }, context).addTxt(record, controller.signal)
  const pid = await expect
    .poll(async () => Number(await readFile(join(folder, 'pid'), 'utf8').catch(() => '0')))
    .toBeGreaterThan(0)
    .then(async () => Number(await readFile(join(folder, 'pid'), 'utf8')))
  controller.abort(new Error('enough'))
  await expect(adding).rejects.toThrow('enough')
  await expect.poll(() => isRunning(pid)).toBe(false)
})

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

it('gives the name with a final dot and the value as arguments, never through a shell (acme.sh#4659)', async () => {
  const { path, folder, context } = await running(telling)
  const value = '$(touch pwned) `id`; "quoted" \'$HOME\''
  await provider({ program: path }, context).addTxt({ ...record, value })
  expect(await callsOf(folder)).toMatchObject([{ args: ['present', `${name}.`, value] }])
})

it('sets the variables of manual hooks, and on clean-up what the first hook wrote', async () => {
  const { path, folder, env } = await running(telling)
  const stale = { ...env, CERTBOT_TOKEN: 'stale', CERTBOT_AUTH_OUTPUT: 'stale' }
  const context = { host: systemHost, env: stale }
  const receipt = await provider({ program: path }, context).addTxt(record)
  await provider({}, { ...context, env: { ...stale, EXEC_PATH: path } }).removeTxt(receipt)
  const always = { CERTBOT_DOMAIN: 'example.test', CERTBOT_VALIDATION: '-value' }
  expect(await callsOf(folder)).toEqual([
    { args: ['present', `${name}.`, '-value'], env: always },
    {
      args: ['cleanup', `${name}.`, '-value'],
      env: { ...always, CERTBOT_AUTH_OUTPUT: 'record-id-17' },
    },
  ])
})

it('names no domain where an alias has led elsewhere', async () => {
  const { path, folder, context } = await running(telling)
  await provider({ program: path }, context).addTxt({ ...record, name: 'x1.acme.test' })
  expect(await callsOf(folder)).toEqual([
    { args: ['present', 'x1.acme.test.', '-value'], env: { CERTBOT_VALIDATION: '-value' } },
  ])
})

it('keeps no output that is too long for a receipt, and chokes on none', async () => {
  const { path, context } = await running(`process.stdout.write('x'.repeat(1_000_000))`)
  expect(await provider({ program: path }, context).addTxt(record)).toEqual({
    name,
    value: '-value',
  })
})

it('runs one program at a time', async () => {
  const { path, folder, context } = await running(`
const lock = process.env.FOLDER + '/lock'
writeFileSync(lock, '', { flag: 'wx' })
${keeping}
await new Promise((resolve) => setTimeout(resolve, 20))
;(await import('node:fs')).rmSync(lock)
`)
  const made = provider({ program: path }, context)
  await Promise.all(['a', 'b', 'c'].map(async (value) => made.addTxt({ ...record, value })))
  expect(await callsOf(folder)).toEqual([
    ['a', 'b', 'c'].map((value) => ({ fqdn: `${name}.`, value })),
  ])
})

it.each(['0', '1.5', 'soon'])('refuses %j as a timeout', (timeout) => {
  expect(() => provider({ program: 'x', timeout }, { host: systemHost, env: {} })).toThrow(
    expect.objectContaining({ code: 'DNS_OPTION_NOT_CONFORM' }),
  )
})
