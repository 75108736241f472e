import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { describe, expect, it, test } from 'vitest'
import { parse } from 'yaml'
import type { World } from '../../src/cli/main.ts'
import { providers } from '../../src/dns/providers/registry.ts'
import { issuerNames } from '../../src/issuance/known-issuers.ts'
import { fakeService } from './fake-targets.ts'
import { recorder, terminal, type Terminal } from './terminal.ts'

const names = ['www.example.com']

async function written({ directory }: Terminal): Promise<unknown> {
  return parse(await readFile(join(directory, 'certwright.yaml'), 'utf8'))
}

test.each([
  [[], 'no name was given'],
  [['a_b.example.com'], 'a_b.example.com cannot be in a certificate'],
  [['*.example.com'], 'is a wildcard, which only DNS can prove'],
  [[...names, '--issuer', 'nobody'], 'nobody is neither an https URL'],
  [[...names, '--email', 'x'], '--email: x is not one address'],
  [[...names, '--ca-file', 'none.pem'], 'none.pem cannot be read'],
  [[...names, '--dns', 'rfc2137'], 'No DNS provider is called rfc2137'],
  [[...names, '--dns', 'rfc2136'], 'rfc2136 needs the option server'],
  [[...names, '--dns-option', 'server=192.0.2.1'], '--dns-option needs --dns PROVIDER'],
  [[...names, '--dns', 'manual', '--webroot', 'x'], '--webroot and --dns exclude each other'],
  [[...names, '--install', 'nowhere:a=b'], 'No target is called nowhere'],
])('init %s writes nothing', async (argv, message) => {
  const { run, directory } = await terminal()
  const { code, stderr } = await run(['init', ...argv])
  expect([code === 64 || code === 1, stderr]).toEqual([true, expect.stringContaining(message)])
  expect(await readdir(directory)).toEqual([])
})

it('never overwrites a file', async () => {
  const { run, directory } = await terminal()
  await writeFile(join(directory, 'certwright.yaml'), 'mine')
  const { code, stderr } = await run(['init', ...names])
  expect([code, stderr]).toEqual([1, expect.stringContaining('is not overwritten')])
  expect(await readFile(join(directory, 'certwright.yaml'), 'utf8')).toBe('mine')
})

describe('with names', () => {
  it('writes what the options say, and a file that is right', async () => {
    const own = await terminal()
    const options = ['--email', 'ops@example.com', '--agree-tos', '--webroot', '/var/www/html']
    const { code, stdout } = await own.run(['init', ...names, 'example.com', ...options])
    expect([code, stdout]).toEqual([0, `Written: ${join(own.directory, 'certwright.yaml')}\n`])
    expect(await written(own)).toEqual({
      issuers: [{ name: 'letsencrypt', email: 'ops@example.com', 'agree-terms': true }],
      certificates: [
        { names: ['www.example.com', 'example.com'], challenge: { webroot: '/var/www/html' } },
      ],
    })
    expect((await own.run(['config', 'check'])).code).toBe(0)
  })

  it('takes an issuer of its own, and installs', async () => {
    const own = await terminal()
    const issuer = ['--issuer', 'https://ca.example.com:14000/directory']
    const installs = ['--install', 'alibaba-cdn:domain=www.example.com']
    await own.run(['init', ...names, ...issuer, ...installs, '--http-port', '8080'])
    expect(await written(own)).toEqual({
      issuers: [
        {
          name: 'ca.example.com',
          directory: 'https://ca.example.com:14000/directory',
          'agree-terms': false,
        },
      ],
      certificates: [
        {
          names,
          challenge: { type: 'http-01', port: 8080 },
          installs: ['alibaba-cdn:domain=www.example.com'],
        },
      ],
    })
  })

  it('says where secrets come from', async () => {
    const own = await terminal()
    const options = ['server=192.0.2.1', 'key-name=k.', 'key-secret=env:TSIG'].flatMap((option) => [
      '--dns-option',
      option,
    ])
    const { stderr } = await own.run(['init', '*.example.com', '--dns', 'rfc2136', ...options])
    expect(stderr).not.toContain('warning')
    expect(await written(own)).toMatchObject({
      dns: {
        rfc2136: {
          provider: 'rfc2136',
          options: { server: '192.0.2.1', 'key-name': 'k.', 'key-secret': { env: 'TSIG' } },
        },
      },
      certificates: [{ names: ['*.example.com'], challenge: { dns: 'rfc2136' } }],
    })
  })

  it('warns of a secret in the file, and lets nobody else read it', async () => {
    const own = await terminal()
    const options = ['server=192.0.2.1', 'key-name=k.', 'key-secret=c2VjcmV0'].flatMap((option) => [
      '--dns-option',
      option,
    ])
    const { stderr, code } = await own.run(['init', ...names, '--dns', 'rfc2136', ...options])
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining('is a secret and stands in the file'),
    ])
    expect((await stat(join(own.directory, 'certwright.yaml'))).mode & 0o777).toBe(0o600)
  })

  it('comments in the language of the reader', async () => {
    const own = await terminal()
    await own.run(['init', ...names, '--lang', 'zh'])
    const text = await readFile(join(own.directory, 'certwright.yaml'), 'utf8')
    expect(text).toContain('# 签发机构，按优先顺序排列。\nissuers:')
  })
})

/** A person who gives each answer once its question has been asked. */
function person(answers: readonly (readonly [question: RegExp, keys: string])[]): Partial<World> & {
  readonly said: () => string
} {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => stdin })
  const stderr = Object.assign(recorder(), { isTTY: true, columns: 100 })
  const write = stderr.write.bind(stderr)
  const left = [...answers]
  Object.assign(stderr, {
    write: (chunk: string) => {
      const [next] = left
      if (next && next[0].test(chunk)) {
        left.shift()
        // One key after the other, as a terminal sends them.
        for (const [i, key] of keysOf(next[1]).entries())
          setTimeout(() => stdin.write(key), 5 * (i + 1))
      }
      return write(chunk)
    },
  })
  return { stdin, stderr, said: () => stderr.text() }
}

const down = '\u001B[B'
const enter = '\r'

function keysOf(text: string): readonly string[] {
  return text.match(/\u001B\[B|\r|[^\u001B\r]+/g) ?? []
}

describe('on a terminal', () => {
  it('asks, explains what is wrong with an answer, and writes the file', async () => {
    const own = await terminal()
    const world = person([
      [/What is the first certificate for/, `a_b${enter}`],
      [/underscore/, `\u007F\u007F\u007Fexample.com *.example.com${enter}`],
      [/Who is to issue/, `${down.repeat(issuerNames.indexOf('letsencrypt-staging'))}${enter}`],
      [/Address for notices/, `ops@example.com${enter}`],
      [/Do you agree/, 'y'],
      [/Which DNS provider/, `${down.repeat(Object.keys(providers).indexOf('rfc2136'))}${enter}`],
      [/rfc2136: server/, `192.0.2.1${enter}`],
      [/key-secret is a secret/, `TSIG${enter}`],
      [/rfc2136: key-name/, `k.${enter}`],
      [/Where is it served/, enter],
    ])
    const { code, stdout } = await own.run(['init'], world)
    expect([code, stdout], world.said()).toEqual([0, expect.stringContaining('Written:')])
    expect(await written(own)).toMatchObject({
      issuers: [{ name: 'letsencrypt-staging', email: 'ops@example.com', 'agree-terms': true }],
      dns: { rfc2136: { options: { server: '192.0.2.1', 'key-secret': { env: 'TSIG' } } } },
      certificates: [{ names: ['example.com', '*.example.com'], challenge: { dns: 'rfc2136' } }],
    })
  })

  it('asks for what a target needs', async () => {
    const service = await fakeService()
    const own = await terminal({ targets: service.registry })
    const world = person([
      [/What is the first certificate for/, `www.example.com${enter}`],
      [/Who is to issue/, enter],
      [/Address for notices/, enter],
      [/Do you agree/, 'n'],
      [/How are the names proven/, `${down}${enter}`],
      [/Directory of that web server/, enter],
      [/Where is it served/, `${down}${enter}`],
      [/fake-web: site/, `www.example.com${enter}`],
      [/token is a secret/, enter],
    ])
    const { code } = await own.run(['init'], world)
    expect(code, world.said()).toBe(0)
    expect(await written(own)).toEqual({
      issuers: [{ name: 'letsencrypt', 'agree-terms': false }],
      certificates: [
        {
          names,
          challenge: { webroot: '/var/www/html' },
          installs: [
            {
              target: 'fake-web',
              options: { site: 'www.example.com', token: { env: 'FAKE_TOKEN' } },
            },
          ],
        },
      ],
    })
  })

  it('writes nothing where the person leaves', async () => {
    const own = await terminal()
    const world = person([[/What is the first certificate for/, '\u0003']])
    expect((await own.run(['init'], world)).code).toBe(130)
    expect(await readdir(own.directory)).toEqual([])
  })
})
