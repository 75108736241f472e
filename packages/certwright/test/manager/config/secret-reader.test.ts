import { join } from 'node:path'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import {
  resolvedChallenge,
  resolvedOptions,
  secretReader,
} from '../../../src/manager/config/secret-reader.ts'
import { Secret } from '../../../src/runtime/secret.ts'
import { directoryWith } from './written.ts'

const node = process.execPath

test.each([
  ['a variable that is not set', { env: 'NOWHERE' }, 'env NOWHERE', 'unset'],
  ['a variable that is empty', { env: 'EMPTY' }, 'env EMPTY', 'empty'],
  ['a file that is not there', { file: '/nowhere/x' }, 'file /nowhere/x', 'ENOENT'],
  ['a program that is not there', { command: ['/nowhere/x', 'a'] }, 'command /nowhere/x', 'ENOENT'],
  [
    'a program that fails',
    { command: [node, '-e', 'process.exit(3)'] },
    `command ${node}`,
    'exit 3',
  ],
  [
    'a program that is killed',
    { command: [node, '-e', 'process.kill(process.pid)'] },
    `command ${node}`,
    'SIGTERM',
  ],
  ['a program that prints nothing', { command: [node, '-e', ''] }, `command ${node}`, 'empty'],
] as const)('no secret comes from %s', async (_, reference, place, reason) => {
  await expect(secretReader({ env: { EMPTY: '' } })(reference)).rejects.toMatchObject({
    code: 'SECRET_NOT_FOUND',
    params: { place, reason },
  })
})

test('what a failing program has printed is in no error', async () => {
  const command = [
    node,
    '-e',
    'console.log("se" + "cret-1"); console.error("se" + "cret-2"); process.exit(1)',
  ]
  const error: unknown = await secretReader({ env: {} })({ command }).catch(
    (reason: unknown) => reason,
  )
  expect(inspect(error, false, 10)).not.toMatch(/secret-\d/)
})

test('a secret comes from the environment, a file, a program or the file itself', async () => {
  const directory = directoryWith({ token: 'from a file\n', two: 'one\ntwo\r\n' })
  const read = secretReader({ env: { TOKEN: 'from env' } })
  const revealed = async (reference: Parameters<typeof read>[0]): Promise<string> =>
    (await read(reference)).reveal()
  expect(await revealed({ env: 'TOKEN' })).toBe('from env')
  expect(await revealed({ file: join(directory, 'token') })).toBe('from a file')
  expect(await revealed({ file: join(directory, 'two') })).toBe('one\ntwo')
  const print = 'console.log(process.argv[1] + process.env.TOKEN)'
  expect(await revealed({ command: [node, '-e', print, 'x '] })).toBe('x from env')
  expect(await revealed({ inline: new Secret('written') })).toBe('written')
})

test('the same reference is fetched once', async () => {
  const directory = directoryWith({})
  const counter = join(directory, 'count')
  const append = `require('fs').appendFileSync(${JSON.stringify(counter)}, 'x'); console.log('s')`
  const read = secretReader({ env: {} })
  const reference = { command: [node, '-e', append] }
  await Promise.all([read(reference), read({ ...reference })])
  await read(reference)
  expect((await read({ file: counter })).reveal()).toBe('x')
})

test('an abort ends a program', async () => {
  const ended = new AbortController()
  const read = secretReader({ env: {}, signal: ended.signal })
  const waiting = read({ command: [node, '-e', 'setInterval(() => {}, 1000)'] })
  ended.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
})

test('options and challenges are resolved whole', async () => {
  const read = secretReader({ env: { TOKEN: 'secret' } })
  const options = { server: '192.0.2.1', token: { env: 'TOKEN' } }
  const resolved = { server: '192.0.2.1', token: 'secret' }
  expect(await resolvedOptions(options, read)).toEqual(resolved)
  const challenge = { type: 'dns-01', dns: 'rfc2136', propagationCheck: false } as const
  expect(await resolvedChallenge({ ...challenge, dnsOptions: options }, read)).toEqual({
    ...challenge,
    dnsOptions: resolved,
  })
  expect(await resolvedChallenge({ type: 'http-01' }, read)).toEqual({ type: 'http-01' })
})
