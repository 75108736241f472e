import { spawnSync } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { withCertificateLock } from '../../src/cli/certificate-lock.ts'
import { Interruption } from '../../src/cli/interruption.ts'
import { systemHost } from '../../src/runtime/host.ts'
import { sandboxWorld } from './sandbox-world.ts'
import { recorder, temporaryDirectory, terminal } from './terminal.ts'

describe('an interruption', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s withdraws what was published and ends with %i', async (name, expected) => {
    const { sandbox, ca, run } = await sandboxWorld({
      ca: { validationDelayMs: { min: 60_000, max: 60_000 } },
    })
    const interrupted = new AbortController()
    const written = recorder()
    const stderr = new Writable({
      write(chunk: Buffer, _encoding, done) {
        written.write(chunk)
        if (chunk.toString().includes('Answers published'))
          interrupted.abort(new Interruption(name))
        done()
      },
    })
    const { name: keyName, secret } = sandbox.tsig
    const { code, stdout } = await run(
      [
        'issue',
        'a.example.test',
        ...ca,
        '--dns',
        'rfc2136',
        '--resolver',
        sandbox.resolver,
        '--dns-option',
        `server=${sandbox.resolver}`,
        '--dns-option',
        `key-name=${keyName}`,
        '--dns-option',
        `key-secret=${secret}`,
      ],
      { stderr, signal: interrupted.signal },
    )
    expect(written.text()).toMatch(new RegExp(`^certwright: Interrupted by ${name}; `, 'm'))
    expect(written.text()).toContain('certwright: Answer withdrawn: a.example.test')
    expect(stdout).toBe('')
    expect(code).toBe(expected)
    expect(sandbox.dns.records('_acme-challenge.a.example.test', 'TXT')).toEqual([])
  })
})

describe('two runs for the same certificate', () => {
  it('take turns: one issues, the other finds it done', async () => {
    const { issue, sandbox } = await sandboxWorld()
    await issue(['other.example.test'])
    const outcomes = await Promise.all([issue(['a.example.test']), issue(['a.example.test'])])
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0])
    const lines = outcomes.map(({ stdout }) => stdout.split('\n')[0]?.replace(/[,;] .*/, ''))
    expect(new Set(lines)).toEqual(
      new Set(['a.example.test: issued', 'a.example.test: nothing to do']),
    )
    expect(outcomes.some(({ stderr }) => stderr.includes('Waiting for another certwright'))).toBe(
      true,
    )
    expect(sandbox.ca.certificates()).toHaveLength(2)
  })

  it('give up in the end, and say why', async () => {
    const stateDirectory = await temporaryDirectory()
    const options = { stateDirectory, certificateId: 'a', host: systemHost }
    await withCertificateLock(options, async () => {
      await expect(
        withCertificateLock({ ...options, patienceMs: 0 }, () => Promise.resolve()),
      ).rejects.toMatchObject({ code: 'CERTIFICATE_BUSY' })
    })
    // It is free again.
    await expect(withCertificateLock(options, () => Promise.resolve('mine'))).resolves.toBe('mine')
  })
})

describe('certwright sandbox', () => {
  it('says how to use it, which works as it says, and ends well when interrupted', async () => {
    const { run, directory } = await terminal()
    const stopped = new AbortController()
    const running = Promise.withResolvers<string>()
    const stdout = new Writable({
      write(chunk: Buffer, _encoding, done) {
        const text = chunk.toString()
        if (text.includes('Press Ctrl-C')) running.resolve(said.join(''))
        said.push(text)
        done()
      },
    })
    const said: string[] = []
    const ended = run(['sandbox', '--dir', 'world', '--zone', 'example.test'], {
      stdout,
      signal: stopped.signal,
    })
    const text = await running.promise
    expect((await readdir(join(directory, 'world'))).sort()).toEqual(['root.pem', 'sandbox.json'])
    const [command = ''] = /certwright issue www\S+ .*$/m.exec(text) ?? []
    const { code } = await run(command.split(' ').slice(1))
    expect(code).toBe(0)
    stopped.abort(new Interruption('SIGINT'))
    expect((await ended).code).toBe(0)
  })
})

describe('bin/certwright.cjs', () => {
  const bin = fileURLToPath(new URL('../../bin/certwright.cjs', import.meta.url))
  const pretending = (version: string): string =>
    `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'${version}'}})`

  it.each(['18.19.0', '20.20.2', '22.17.1'])(
    'says in one line what to do on Node %s',
    (version) => {
      const { status, stderr, stdout } = spawnSync(
        process.execPath,
        ['--import', pretending(version), bin, 'list'],
        {
          encoding: 'utf8',
          env: {},
        },
      )
      expect(stderr).toMatch(
        new RegExp(
          `^certwright: Node 22\\.18 or newer is needed, this is ${version.replaceAll('.', '\\.')}; install [^\\n]+\\n$`,
        ),
      )
      expect(stdout).toBe('')
      expect(status).toBe(1)
    },
  )

  it('says so in Chinese where the locale is Chinese', () => {
    const { stderr } = spawnSync(process.execPath, ['--import', pretending('20.0.0'), bin], {
      encoding: 'utf8',
      env: { LANG: 'zh_CN.UTF-8' },
    })
    expect(stderr).toMatch(/^certwright: 需要 Node 22\.18 或更新版本，当前为 20\.0\.0/)
  })

  it('holds nothing that an old Node cannot read', async () => {
    const { readFile } = await import('node:fs/promises')
    const source = await readFile(bin, 'utf8')
    expect(source).not.toMatch(/\b(?:const|let|await|async)\b|=>|\?\.|\?\?|`\$\{/)
    expect(source).not.toMatch(/^import /m)
  })
})
