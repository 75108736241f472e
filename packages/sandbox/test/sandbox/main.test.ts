import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { SandboxDescription } from '../../src/command.ts'
import { main } from '../../src/main.ts'
import { send } from '../ca/raw-client.ts'

async function ran(...argv: string[]) {
  const said = { stdout: '', stderr: '' }
  const code = await main(argv, {
    stdout: { write: (text) => (said.stdout += text) },
    stderr: { write: (text) => (said.stderr += text) },
    version: '1.2.3',
    signal: AbortSignal.abort(),
  })
  return { code, ...said }
}

/** Runs it until it has printed. */
async function running(...argv: string[]) {
  const ending = new AbortController()
  const printed = Promise.withResolvers<string>()
  let stderr = ''
  const ended = main(argv, {
    stdout: { write: (text) => printed.resolve(text) },
    stderr: { write: (text) => (stderr += text) },
    version: '1.2.3',
    signal: ending.signal,
  })
  onTestFinished(async () => {
    ending.abort()
    await ended
  })
  const failed = ended.then(() => Promise.reject(new Error(stderr)))
  const text = await Promise.race([printed.promise, failed])
  return { text, end: async () => (ending.abort(), ended) }
}

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-main-'))
  onTestFinished(async () => rm(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return folder
}

describe('a command line that cannot be used ends with 2 and says why', () => {
  it.each([
    [['--zones', 'a.test'], 'there is no option --zones; did you mean --zone?'],
    [['-x'], 'there is no option --x'],
    [['--port', 'many'], '--port many is not a port'],
    [['--port', '65536'], '--port 65536 is not a port'],
    [['--port'], "Option '--port <value>' argument missing"],
    [['file'], "Unexpected argument 'file'"],
    [['--knob', 'nonsense'], '--knob nonsense is not NAME=VALUE'],
    [['--knob', 'strct=true'], '--knob strct is not known here; did you mean strict?'],
    [['--knob', 'nonceRejectPercent=often'], '--knob nonceRejectPercent is not a number'],
    [['--config', '/nowhere/sandbox.json'], '/nowhere/sandbox.json: ENOENT'],
  ])('%j', async (argv, says) => {
    const { code, stdout, stderr } = await ran(...argv)
    expect(stderr).toContain(`certwright-sandbox: ${says}`)
    expect(stderr).toMatch(/certwright-sandbox: --help lists the options\n$/)
    expect([code, stdout]).toEqual([2, ''])
  })

  it('an address that others reach, unless that is meant', async () => {
    const refused = running('--host', '0.0.0.0')
    await expect(refused).rejects.toThrow('0.0.0.0 is not a loopback address')
    const folder = await folderWith({ 'sandbox.json': '{"ca": {"host": "0.0.0.0"}}' })
    const config = join(folder, 'sandbox.json')
    await expect(running('--config', config)).rejects.toThrow('not a loopback address')
    const { text } = await running(
      '--dangerously-listen-beyond-loopback',
      '--host',
      '0.0.0.0',
      '--json',
    )
    expect((JSON.parse(text) as SandboxDescription).directoryUrl).toMatch('https://0.0.0.0:')
  })

  it('a file of options that would be overwritten', async () => {
    const folder = await folderWith({ 'sandbox.json': '{}' })
    const { code, stderr } = await ran('--config', join(folder, 'sandbox.json'), '--dir', folder)
    expect([code, stderr]).toEqual([2, expect.stringContaining('would be overwritten')])
    expect(await readFile(join(folder, 'sandbox.json'), 'utf8')).toBe('{}')
  })

  it('a port that is taken ends with 1', async () => {
    const { text } = await running('--json')
    const { port } = new URL((JSON.parse(text) as SandboxDescription).directoryUrl)
    await expect(running('--port', port)).rejects.toThrow('EADDRINUSE')
  })
})

describe('certwright-sandbox', () => {
  it('says what it can do, and which version it is', async () => {
    const { code, stdout } = await ran('--help')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Usage: certwright-sandbox \[options\]\n/)
    expect(stdout).toMatch(/^ {2}--config FILE {2,}options as JSON/m)
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThan(121)
    expect(await ran('--version')).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' })
  })

  it('prints one line of JSON, whose URLs answer', async () => {
    const { text, end } = await running('--json')
    expect(text.match(/\n/g)).toHaveLength(1)
    const { cas, controlUrl = '' } = JSON.parse(text) as SandboxDescription
    const [one] = cas
    const ca = await readFile(one?.rootFile ?? '', 'utf8')
    expect((await send(one?.directoryUrl ?? '', { ca })).status).toBe(200)
    const described = await fetch(`${controlUrl}/openapi.json`)
    expect(await described.json()).toMatchObject({ openapi: '3.1.0' })
    expect((await fetch(one?.crlUrl ?? '')).headers.get('content-type')).toBe(
      'application/pkix-crl',
    )
    expect(await end()).toBe(0)
  })

  it('takes options from a file, and those of the command line before them', async () => {
    const folder = await folderWith({
      'options.json': JSON.stringify({
        zones: ['file.test'],
        ca: { website: 'https://ca.example/', maxContacts: 5 },
        cas: { public: { strict: 'letsencrypt' }, private: {} },
      }),
    })
    const { text } = await running(
      ...['--config', join(folder, 'options.json'), '--dir', folder, '--json'],
      ...[
        '--knob',
        'maxContacts=9',
        '--knob',
        'website=https://other.example/',
        '--zone',
        'a.test',
      ],
    )
    const { zones, cas, controlUrl, directoryUrl, rootFile } = JSON.parse(
      text,
    ) as SandboxDescription
    expect(zones).toEqual(['a.test'])
    expect(cas.map(({ name, rootFile: file }) => [name, file])).toEqual([
      ['public', join(folder, 'root.pem')],
      ['private', join(folder, 'root-private.pem')],
    ])
    expect([directoryUrl, rootFile]).toEqual([cas[0]?.directoryUrl, cas[0]?.rootFile])
    const knobs = await (await fetch(`${controlUrl}/cas/private/knobs`)).json()
    expect(knobs).toMatchObject({ maxContacts: 9, website: 'https://other.example/' })
    const plain = await running('--config', join(folder, 'options.json'))
    expect(plain.text).toMatch(/^directory, public {10}https:/m)
    expect(plain.text).toMatch(/^control {20}http:\/\/127\.0\.0\.1:\d+\/openapi\.json$/m)
  })
})

describe('bin/certwright-sandbox.js', () => {
  const bin = fileURLToPath(new URL('../../bin/certwright-sandbox.js', import.meta.url))
  const pretending = (version: string): string =>
    `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'${version}'}})`

  it.each(['18.19.0', '22.17.1'])('says in one line what to do on Node %s', (version) => {
    const argv = ['--import', pretending(version), bin]
    const { status, stderr, stdout } = spawnSync(process.execPath, argv, { encoding: 'utf8' })
    const escaped = version.replaceAll('.', '\\.')
    expect(stderr).toMatch(
      new RegExp(
        `^certwright-sandbox: Node 22\\.18 or newer is needed, this is ${escaped}; [^\\n]+\\n$`,
      ),
    )
    expect([status, stdout]).toEqual([1, ''])
  })

  it('holds nothing that an old Node cannot read', async () => {
    const source = await readFile(bin, 'utf8')
    expect(source).toMatch(/^#!\/usr\/bin\/env node\n/)
    expect(source).not.toMatch(/\b(?:const|let|await|async)\b|=>|\?\.|\?\?|`\$\{/)
  })
})
