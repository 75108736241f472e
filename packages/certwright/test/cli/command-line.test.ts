import { describe, expect, it } from 'vitest'
import { readCommandLine, type Request } from '../../src/cli/command-line.ts'

function runOf(argv: readonly string[]): Extract<Request, { readonly type: 'run' }> {
  const request = readCommandLine(argv)
  if (request.type !== 'run') throw new TypeError(`${argv.join(' ')} asks for ${request.type}`)
  return request
}

describe('an option', () => {
  it('that is wrong is told before the help that comes after it', () => {
    expect(() => readCommandLine(['list', '--zzz', '--help'])).toThrow('Unknown option --zzz')
  })

  it('that takes no value is unknown with one', () => {
    expect(() => readCommandLine(['list', '--quiet=secret'])).toThrow(/^Unknown option --quiet$/)
  })

  it('of one command is unknown before its name, and to others', () => {
    expect(() => readCommandLine(['--due', 'list'])).toThrow('Unknown option --due')
    expect(() => readCommandLine(['renew', '--due'])).toThrow('Unknown option --due')
  })

  it('of every command counts before its words, between them and after them', () => {
    for (const argv of [
      ['--state', 'S', 'account', 'list'],
      ['account', '--state', 'S', 'list'],
      ['account', 'list', '--state', 'S'],
    ]) {
      const { command, options } = runOf(argv)
      expect(command.name).toBe('account list')
      expect(options.text('state')).toBe('S')
    }
  })

  it('has its value behind an equals sign or as the next word, whatever that begins with', () => {
    expect(runOf(['show', 'a', '--state=a=b\nc']).options.text('state')).toBe('a=b\nc')
    expect(runOf(['show', 'a', '--state', '--json']).options.text('state')).toBe('--json')
    expect(runOf(['show', 'a', '--state=']).options.text('state')).toBe('')
  })

  it('counts as it was said last, but for one that may be repeated', () => {
    const { options } = runOf([
      ...['--state', 'A', 'issue', 'a.example', '--state', 'B'],
      ...['--dns-option', 'x=1', '--dns-option=y=2', '--reuse-key', '--no-reuse-key'],
    ])
    expect(options.text('state')).toBe('B')
    expect(options.list('dnsOption')).toEqual(['x=1', 'y=2'])
    expect(options.flag('reuseKey')).toBe(false)
    expect(options.off('reuseKey')).toBe(true)
  })

  it('of one letter can be grouped with others', () => {
    const { options } = runOf(['apply', '-qy'])
    expect(options.flag('quiet')).toBe(true)
    expect(options.flag('yes')).toBe(true)
    expect(() => readCommandLine(['apply', '-qz'])).toThrow('Unknown option -z')
  })
})

describe('an operand', () => {
  it('may begin with a hyphen after --, and may be a hyphen alone', () => {
    expect(runOf(['issue', '--', '--help']).arguments).toEqual(['--help'])
    expect(runOf(['acme', 'csr', 'show', '-']).arguments).toEqual(['-'])
  })

  it('is what is no word of a command that does something itself', () => {
    expect(runOf(['acme', 'csr', 'show', 'x.csr']).command.name).toBe('acme csr show')
    const { command, arguments: names } = runOf(['acme', 'csr', 'a.example', 'show', 'help'])
    expect(command.name).toBe('acme csr')
    expect(names).toEqual(['a.example', 'show', 'help'])
  })
})

describe('help', () => {
  it.each([
    [['-h'], undefined],
    [['--help', 'list'], undefined],
    [['help'], undefined],
    [['help', 'account'], 'account'],
    [['help', 'account', 'create'], 'account create'],
    [['account', 'help', 'create'], 'account create'],
    [['issue', 'a.example', '--key', 'ec256', '-h', '--zzz'], 'issue'],
  ])('%j is about %s', (argv, name) => {
    const request = readCommandLine(argv)
    expect(request).toMatchObject({ type: 'help' })
    expect('command' in request ? request.command?.name : undefined).toBe(name)
  })

  it('about what is no command says so', () => {
    expect(() => readCommandLine(['help', 'isue'])).toThrow('Unknown command isue')
  })
})

it('asks for the version before a command alone', () => {
  expect(readCommandLine(['--json', '-V', 'list'])).toEqual({ type: 'version' })
  expect(runOf(['revoke', 'a', '--version', '2']).options.count('version')).toBe(2)
})
