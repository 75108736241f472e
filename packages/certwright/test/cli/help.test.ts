import stringWidth from 'fast-string-width'
import { describe, expect, it } from 'vitest'
import { commandGrammars, globalOptions } from '../../src/cli/grammar.ts'
import { targets } from '../../src/deploy/targets/registry.ts'
import { packageVersion } from '../../src/cli/version.ts'
import { terminal } from './terminal.ts'

describe('--help', () => {
  it.each(commandGrammars.map(({ name }) => name))(
    'of %s names every option of it and gives examples, in both languages',
    async (name) => {
      const { run } = await terminal()
      const grammar = commandGrammars.find((command) => command.name === name)
      for (const language of ['en', 'zh']) {
        const { code, stdout, stderr } = await run([
          ...name.split(' '),
          '--help',
          '--lang',
          language,
        ])
        expect(code).toBe(0)
        expect(stderr).toBe('')
        for (const { flags } of [...(grammar?.options ?? []), ...globalOptions]) {
          expect(stdout).toContain(flags)
        }
        for (const [example] of grammar?.examples ?? []) {
          expect(stdout).toContain(`  certwright ${example}\n`)
        }
        expect(stdout).not.toMatch(/\{\w+\}|undefined/)
      }
    },
  )

  it('of the program lists the commands and the exit codes', async () => {
    const { run } = await terminal()
    const { stdout } = await run(['--help'])
    for (const name of [
      'issue [NAME...]',
      'renew [ID...]',
      'revoke ID',
      'list',
      'show ID',
      'export ID',
    ]) {
      expect(stdout).toMatch(new RegExp(`^ {2}${name.replace(/[[\].]/g, '\\$&')}  `, 'm'))
    }
    expect(stdout).toMatch(/^ {2}0 +done, or nothing to do$/m)
    expect(stdout).toMatch(/^ {2}1 +failed$/m)
    expect(stdout).toMatch(/^ {2}2 +something is to be done/m)
    expect(stdout).toMatch(/^ {2}64 +the command line is wrong$/m)
    expect(stdout).toMatch(/^ {2}130, 143 +interrupted/m)
  })

  it('is the same for `help COMMAND`', async () => {
    const { run } = await terminal()
    expect(await run(['help', 'issue'])).toEqual(await run(['issue', '--help']))
    expect(await run(['help'])).toEqual(await run(['--help']))
  })

  it('lists for sweep only those DNS providers whose records bear our mark', async () => {
    const { run } = await terminal()
    const { stdout } = await run(['sweep', '--help'])
    expect(stdout).toMatch(/^ {2}alibaba-dns$/m)
    expect(stdout).toMatch(/^ {2}alibaba-esa-dns$/m)
    expect(stdout).not.toMatch(/^ {2}(rfc2136|manual|exec)$/m)
  })

  it('lists the DNS providers with their options for issue', async () => {
    const { run } = await terminal()
    const { stdout } = await run(['issue', '-h'])
    expect(stdout).toMatch(/^ {2}rfc2136$/m)
    expect(stdout).toMatch(/^ {4}key-secret .*secret/m)
  })

  it.each(['en', 'zh'])(
    'lists the targets with their options for install, and what all of them take once (%s)',
    async (language) => {
      const { run } = await terminal()
      const { stdout } = await run(['install', '--help', '--lang', language])
      for (const [name, load] of Object.entries(targets)) {
        const { target } = await load()
        expect(stdout).toContain(`\n  ${name}\n`)
        for (const { key } of target.options)
          expect(stdout).toMatch(new RegExp(`^ {4}${key}\\s`, 'm'))
      }
      for (const key of ['access-key-id', 'region', 'serve-at', 'trust']) {
        expect(stdout.match(new RegExp(`^ {4}${key}\\s`, 'gm'))).toHaveLength(1)
      }
      expect((await run(['issue', '--help'])).stdout).not.toContain('serve-at')
    },
  )

  it('speaks the language of the locale', async () => {
    const { run } = await terminal()
    const { stdout } = await run(['--help'], { env: { LANG: 'zh_CN.UTF-8' } })
    expect(stdout).toContain('用法：')
    const over = await run(['--help'], { env: { LANG: 'zh_CN.UTF-8', LC_ALL: 'en_GB.UTF-8' } })
    expect(over.stdout).toContain('Usage:')
  })

  it.each(['en', 'zh'])(
    'keeps its descriptions within 80 cells where the terminal has 80 (%s)',
    async (language) => {
      const { run } = await terminal()
      const { recorder } = await import('./terminal.ts')
      const stdout = Object.assign(recorder(), { columns: 80 })
      await run(['renew', '--help', '--lang', language], { stdout })
      const wide = stdout
        .text()
        .split('\n')
        .filter((line) => stringWidth(line) > 80)
      expect(wide).toEqual([])
    },
  )
})

describe('--version', () => {
  it('prints the version of the package, and nothing else', async () => {
    const { run } = await terminal()
    const expected = { code: 0, stdout: `${packageVersion()}\n`, stderr: '' }
    expect(await run(['--version'])).toEqual(expected)
    expect(await run(['-V'])).toEqual(expected)
    expect(await run(['--quiet', '--version'])).toEqual(expected)
  })

  it('is JSON with --json', async () => {
    const { run } = await terminal()
    const { stdout } = await run(['--json', '--version'])
    expect(JSON.parse(stdout)).toEqual({ version: packageVersion() })
  })
})
