import { X509Certificate } from 'node:crypto'
import { Resolver } from 'node:dns/promises'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { runSandboxCommand } from '../../src/command.ts'
import type { SandboxCommandOptions, SandboxDescription } from '../../src/command.ts'

/** Runs the command until it has printed, and gives what it printed with what ends it. */
async function running(options: Partial<SandboxCommandOptions>) {
  const ending = new AbortController()
  const printed = Promise.withResolvers<string>()
  const stdout = { write: (text: string): void => printed.resolve(text) }
  const ended = runSandboxCommand({ ...options, stdout, signal: ending.signal })
  const end = async (): Promise<void> => {
    ending.abort()
    await ended
  }
  onTestFinished(end)
  const failed = ended.then(() => 'nothing was printed')
  return { printed: await Promise.race([printed.promise, failed]), end }
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-command-'))
  onTestFinished(async () => rm(folder, { recursive: true, force: true }))
  return folder
}

const silent = { write: (): void => expect.unreachable() }

it('refuses an address that is not a loopback address, and a folder that cannot be made', async () => {
  const { signal } = new AbortController()
  const refused = runSandboxCommand({ host: '0.0.0.0', stdout: silent, signal })
  await expect(refused).rejects.toThrow(TypeError)
  const file = join(await newFolder(), 'file')
  await writeFile(file, '')
  await expect(runSandboxCommand({ dir: file, stdout: silent, signal })).rejects.toThrow('EEXIST')
})

it('does nothing where it is ended before it begins', async () => {
  await runSandboxCommand({ stdout: silent, signal: AbortSignal.abort() })
})

it('prints one JSON document, which it also leaves in sandbox.json', async () => {
  const dir = join(await newFolder(), 'deep')
  const { printed } = await running({ dir, json: true, zones: ['one.test', 'two.test'] })
  const description = JSON.parse(printed) as SandboxDescription
  expect(JSON.parse(await readFile(join(dir, 'sandbox.json'), 'utf8'))).toEqual(description)
  expect(Object.keys(description)).toEqual([
    'directoryUrl',
    'rootFile',
    'zones',
    'tsig',
    'resolver',
    'httpPort',
    'tlsPort',
    'controlUrl',
    'cas',
  ])
  expect(printed.indexOf('\n')).toBe(printed.length - 1)
  expect(description.zones).toEqual(['one.test', 'two.test'])
  const resolver = new Resolver()
  resolver.setServers([description.resolver])
  expect(await resolver.resolve4('www.two.test')).toEqual(['127.0.0.1'])
})

it('writes the root for everyone to read, and what holds the secret for its owner alone', async () => {
  const dir = await newFolder()
  await writeFile(join(dir, 'sandbox.json'), 'of an earlier run', { mode: 0o644 })
  const { printed } = await running({ dir, json: true })
  const { rootFile } = JSON.parse(printed) as SandboxDescription
  expect(new X509Certificate(await readFile(rootFile)).ca).toBe(true)
  const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777
  expect(await modeOf(rootFile)).toBe(0o644)
  expect(await modeOf(join(dir, 'sandbox.json'))).toBe(0o600)
})

it('prints for people where everything is', async () => {
  const dir = await newFolder()
  const { printed } = await running({ dir, httpPort: 5002, tlsPort: 5003 })
  for (const line of [
    /^directory {9}https:\/\/127\.0\.0\.1:\d+\//m,
    /^zones {13}example\.test$/m,
    /^resolver {10}127\.0\.0\.1:\d+$/m,
    /^TSIG key {10}certwright-sandbox$/m,
    /^TSIG algorithm {4}hmac-sha256$/m,
    /^TSIG secret {7}\S{44}$/m,
    /^http-01 port {6}5002$/m,
    /^tls-alpn-01 port {2}5003$/m,
  ]) {
    expect(printed).toMatch(line)
  }
  expect(printed).toContain(join(dir, 'root.pem'))
})

it('removes its own temporary folder when it is ended, and stops answering', async () => {
  const { printed, end } = await running({ json: true })
  const { rootFile, resolver } = JSON.parse(printed) as SandboxDescription
  await end()
  await expect(stat(rootFile)).rejects.toThrow('ENOENT')
  const asking = new Resolver({ timeout: 500, tries: 1 })
  asking.setServers([resolver])
  await expect(asking.resolve4('example.test')).rejects.toThrow()
})

it('keeps the folder that it was given', async () => {
  const dir = await newFolder()
  const { end } = await running({ dir })
  await end()
  expect((await stat(join(dir, 'root.pem'))).isFile()).toBe(true)
})
