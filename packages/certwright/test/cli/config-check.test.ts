import { readFileSync } from 'node:fs'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { terminal } from './terminal.ts'

const whole = readFileSync(new URL('../manager/config/whole.yaml', import.meta.url), 'utf8')

const faulty = `certificates:
  - names: ['*.example.com', a_b.example.com]
    key-typ: ec256
`

it('says every mistake with its place and what to do, and exits with 64', async () => {
  const { run, directory } = await terminal()
  const file = join(directory, 'certwright.yaml')
  await writeFile(file, faulty)
  expect(await run(['config', 'check'])).toEqual({
    code: 64,
    stdout: '',
    stderr: `certwright: ${file}:2:13: error: *.example.com is a wildcard, which only DNS can prove, not http-01
certwright:   hint: Add challenge: { dns: NAME }
certwright: ${file}:2:30: error: a_b.example.com cannot be in a certificate: it has an underscore, and CAs issue for host names only
certwright:   hint: Use domain names such as www.example.com or *.example.com, or IP addresses
certwright: ${file}:3:5: error: Nothing is called key-typ here
certwright:   hint: Did you mean key-type?
certwright: ${file} cannot be used; mistakes in it: 3
certwright: hint: Set them right; nothing has been touched
`,
  })
  expect(await readdir(directory)).toEqual(['certwright.yaml'])
})

it('says them in Chinese', async () => {
  const { run, directory } = await terminal()
  await writeFile(join(directory, 'certwright.yaml'), faulty)
  const { stderr } = await run(['config', 'check', '--lang', 'zh'])
  expect(stderr).toContain(':2:30: 错误：a_b.example.com 不能写入证书：含有下划线')
  expect(stderr).toContain('提示：您是否想写 key-type？')
})

it('says them to a program, one by one', async () => {
  const { run, directory } = await terminal()
  const file = join(directory, 'given.yaml')
  await writeFile(file, faulty)
  const { code, stdout, stderr } = await run(['config', 'check', 'given.yaml', '--json'])
  expect([code, stderr]).toEqual([64, ''])
  const { error } = JSON.parse(stdout) as { readonly error: Record<string, unknown> }
  expect(error).toMatchObject({ code: 'CONFIG_NOT_CONFORM', params: { file, count: 3 } })
  expect(error['complaints']).toHaveLength(3)
  expect(error['complaints']).toContainEqual({
    severity: 'error',
    code: 'CONFIG_KEY_MISSPELT',
    message: 'Nothing is called key-typ here',
    hint: 'Did you mean key-type?',
    file,
    line: 3,
    column: 5,
    path: 'certificates[0].key-typ',
  })
})

it('says of a program by its path where a mistake is', async () => {
  const { run, directory } = await terminal()
  await writeFile(
    join(directory, 'certwright.mjs'),
    'export default { certificates: [{ names: [] }] }',
  )
  const { code, stderr } = await run(['config', 'check'])
  expect(code).toBe(64)
  expect(stderr).toContain('certwright.mjs: certificates[0].names: error: This is empty\n')
})

it('shows what a file that can be used wants, and warns', async () => {
  const { run, directory } = await terminal()
  await writeFile(join(directory, 'certwright.yaml'), whole)
  const { code, stdout, stderr } = await run(['config', 'check'])
  expect(code).toBe(0)
  expect(stdout.replaceAll(/ +/g, ' ').split('\n')).toEqual(
    expect.arrayContaining([
      'ISSUERS letsencrypt, inside (https://ca.example.com/directory)',
      'CERTIFICATES 6',
      'NOTIFICATIONS pager',
      'gateway 192.0.2.7 ec384 tls-alpn-01 -',
      'www www.example.com rsa2048 http-01 -',
    ]),
  )
  // What names a place may be missing where a file is only looked at.
  expect(stderr).toContain(':20:20: warning: access-key-id has to be known')
})

it('gives a program the same, with the warnings', async () => {
  const { run, directory } = await terminal({ env: { CLOUD_ID: 'LTAI-id' } })
  await writeFile(join(directory, 'certwright.yaml'), whole)
  const { stdout } = await run(['config', 'check', '--json'])
  const document = JSON.parse(stdout) as Record<string, unknown>
  expect(document).toMatchObject({
    file: join(directory, 'certwright.yaml'),
    issuers: [{ name: 'letsencrypt', agreeTerms: true }, { name: 'inside' }],
    notifications: [{ name: 'pager', channel: 'webhook' }],
    warnings: [],
  })
  expect(document['certificates']).toContainEqual({
    id: 'example.com',
    names: ['example.com', '*.example.com'],
    issuers: ['letsencrypt', 'inside'],
    keyType: 'rsa2048',
    challenge: 'dns-01',
    installs: [
      'alibaba-cdn:domain=cdn.example.com,access-key-id=LTAI-id',
      'alibaba-cdn:domain=img.example.com',
    ],
  })
})

it('says who has not agreed to the terms', async () => {
  const { run, directory } = await terminal()
  await writeFile(join(directory, 'certwright.json'), '{ "certificates": [] }')
  const { stdout } = await run(['config', 'check'])
  expect(stdout).toMatch(/^ISSUERS +letsencrypt \(terms not agreed to\)$/m)
})

it('takes the file that is named, else the one of the environment, else the one here', async () => {
  const { run, directory } = await terminal()
  const usable = '{ certificates: [] }'
  await mkdir(join(directory, 'other'))
  for (const path of ['certwright.yml', 'named.yaml', 'other/certwright.yaml']) {
    await writeFile(join(directory, path), usable)
  }
  const env = { CERTWRIGHT_CONFIG: 'other/certwright.yaml' }
  const taken = async (argv: readonly string[], world = {}): Promise<unknown> =>
    (
      JSON.parse((await run(['config', 'check', '--json', ...argv], world)).stdout) as {
        file: unknown
      }
    ).file
  expect(await taken(['named.yaml'], { env })).toBe(join(directory, 'named.yaml'))
  expect(await taken([], { env })).toBe(join(directory, 'other/certwright.yaml'))
  expect(await taken([])).toBe(join(directory, 'certwright.yml'))
})

it('says where it has looked when there is no file', async () => {
  const { run, directory } = await terminal()
  const { code, stderr } = await run(['config', 'check'])
  expect(code).toBe(64)
  expect(stderr).toContain(`looked for: ${join(directory, 'certwright.yaml')}, /etc/certwright/`)
  expect((await run(['config', 'check', 'gone.yaml'])).stderr).toContain('gone.yaml cannot be read')
})
