import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { shells } from '../../src/cli/grammar.ts'
import { terminal } from './terminal.ts'
import { keptCertificates } from './kept.ts'

async function completed(words: readonly string[], state?: string): Promise<string[]> {
  const { run } = await terminal()
  const world = state === undefined ? {} : { env: { CERTWRIGHT_STATE: state } }
  const { code, stdout, stderr } = await run(['complete', '--', ...words], world)
  expect(stderr).toBe('')
  expect(code).toBe(0)
  return stdout.split('\n').slice(0, -1)
}

const values = (lines: readonly string[]): string[] =>
  lines.slice(0, -1).map((line) => line.split('\t')[0] ?? '')

describe('certwright completion', () => {
  it.each(shells)('prints a script for %s that asks certwright complete', async (shell) => {
    const { run } = await terminal()
    const { code, stdout, stderr } = await run(['completion', shell])
    expect(stdout).toMatch(/certwright complete ('--'|--)/)
    expect(stdout.length).toBeGreaterThan(500)
    expect(stderr).toBe('')
    expect(code).toBe(0)
  })

  it('prints a script for bash that bash can read', async () => {
    const { run } = await terminal()
    const { stdout } = await run(['completion', 'bash'])
    const { status, stderr } = spawnSync('bash', ['-n'], { input: stdout, encoding: 'utf8' })
    expect(stderr).toBe('')
    expect(status).toBe(0)
  })
})

describe('certwright complete', () => {
  it('offers the commands with what they do', async () => {
    const lines = await completed([''])
    expect(lines).toContain('issue\tGet a certificate for names, and keep its definition')
    expect(values(lines)).toEqual(expect.arrayContaining(['renew', 'account', 'completion']))
    expect(values(await completed(['rev']))).toEqual(['revoke'])
  })

  it('offers the words after account', async () => {
    expect(values(await completed(['account', '']))).toEqual([
      'create',
      'show',
      'update',
      'agree',
      'rollover',
      'recover',
      'export-key',
      'orders',
      'deactivate',
      'list',
    ])
  })

  it('offers the options of the command, and those of every command', async () => {
    expect(values(await completed(['issue', 'a.example', '--dn']))).toEqual([
      '--dns',
      '--dns-option',
    ])
    expect(values(await completed(['renew', '--']))).toEqual(
      expect.arrayContaining(['--all', '--check', '--json', '--state']),
    )
    expect(values(await completed(['renew', '--']))).not.toContain('--webroot')
  })

  it('offers the values that an option takes', async () => {
    expect(values(await completed(['issue', 'a.example', '--key', 'rsa']))).toEqual([
      'rsa2048',
      'rsa3072',
      'rsa4096',
    ])
    expect(values(await completed(['issue', '--dns', '']))).toContain('rfc2136')
    const issuers = values(await completed(['issue', '--issuer', '']))
    expect(issuers).toEqual(expect.arrayContaining(['letsencrypt-staging', 'google', 'zerossl']))
    // One that has ended, and one that gives each customer a URL of their own.
    expect(issuers).not.toContain('buypass')
    expect(issuers).not.toContain('digicert')
    expect(values(await completed(['issuers', 'digi']))).toEqual(['digicert'])
    expect(values(await completed(['account', 'create', '--eab-alg', '']))).toContain('HS256')
    expect(values(await completed(['account', 'rollover', '--key-type', 'ed']))).toEqual([
      'ed25519',
    ])
    for (const words of [
      ['issue', '--install'],
      ['install', 'x', '--target'],
      ['policy', '--for'],
    ]) {
      expect(values(await completed([...words, 'alibaba-c']))).toContain('alibaba-cdn')
    }
    expect(values(await completed(['discover', '']))).toContain('alibaba')
    expect(values(await completed(['revoke', 'x', '--reason', 'super']))).toEqual(['superseded'])
    expect(values(await completed(['completion', '']))).toEqual([...shells])
  })

  it('leaves paths to the shell', async () => {
    expect(await completed(['issue', 'a.example', '--webroot', ''])).toEqual([':0'])
    expect((await completed(['issue', 'a.example', '--key', ''])).at(-1)).toBe(':4')
  })

  it('offers the IDs of the certificates that there are', async () => {
    const state = await keptCertificates(['www.example.com', 'mail.example.com'])
    expect(values(await completed(['show', ''], state))).toEqual([
      'mail.example.com',
      'www.example.com',
    ])
    expect(values(await completed(['renew', 'www.example.com', 'm'], state))).toEqual([
      'mail.example.com',
    ])
    expect(values(await completed(['--state', state, 'revoke', 'w']))).toEqual(['www.example.com'])
  })

  it('offers nothing and says nothing where the state cannot be read', async () => {
    const state = await keptCertificates(['www.example.com'])
    const { run } = await terminal()
    const env = { CERTWRIGHT_STATE: state, CERTWRIGHT_KEY: 'not a key' }
    expect(await run(['complete', '--', 'show', ''], { env })).toEqual({
      code: 0,
      stdout: ':4\n',
      stderr: '',
    })
  })

  it('describes in the language of the locale', async () => {
    const { run } = await terminal()
    const { stdout } = await run(['complete', '--', 'lis'], { env: { LANG: 'zh_CN.UTF-8' } })
    expect(stdout).toBe('list\t列出证书\n:4\n')
  })
})
