import { describe, expect, it } from 'vitest'
import { terminal } from './terminal.ts'

interface Mistake {
  readonly argv: readonly string[]
  readonly message: string
  readonly hint: string
}

const mistakes: readonly Mistake[] = [
  {
    argv: ['issue', 'www.example.com', '--chalenge', 'http-01'],
    message: 'Unknown option --chalenge',
    hint: 'Did you mean --challenge?',
  },
  {
    argv: ['issue', 'www.example.com', '--zzzzzzzz'],
    message: 'Unknown option --zzzzzzzz',
    hint: 'See `certwright issue --help`',
  },
  {
    argv: ['isue', 'www.example.com'],
    message: 'Unknown command isue',
    hint: 'Did you mean issue?',
  },
  {
    argv: ['xyzzyxyzzy'],
    message: 'Unknown command xyzzyxyzzy',
    hint: 'See `certwright --help`',
  },
  { argv: ['account', 'shwo'], message: 'Unknown command shwo', hint: 'Did you mean show?' },
  { argv: ['issue'], message: 'NAME is missing', hint: 'See `certwright issue --help`' },
  { argv: ['show'], message: 'ID is missing', hint: 'See `certwright show --help`' },
  {
    argv: ['show', 'a', 'b'],
    message: 'Too many arguments: a, b',
    hint: 'See `certwright show --help`',
  },
  {
    argv: ['account', 'create', '--eab-hmac-key=c2VjcmV0IHNlY3JldCBzZWNyZXQ'],
    message: 'Unknown option --eab-hmac-key',
    hint: 'See `certwright account create --help`',
  },
  {
    argv: ['account', 'create', '--eab-hmac-key', 'c2VjcmV0IHNlY3JldCBzZWNyZXQ'],
    message: 'Unknown option --eab-hmac-key',
    hint: 'See `certwright account create --help`',
  },
  {
    argv: ['account', 'create', '--eab-key-file', 'key.txt'],
    message: '--eab-key-file needs --eab-kid ID',
    hint: 'Add --eab-kid ID',
  },
  {
    argv: ['issue', 'www.example.com', '--eab-alg', 'HS384'],
    message: '--eab-alg needs --eab-kid ID',
    hint: 'Add --eab-kid ID',
  },
  {
    argv: ['account', 'create', '--eab-kid', 'kid-1'],
    message: '--eab-kid needs --eab-key-file FILE',
    hint: 'Add --eab-key-file FILE',
  },
  {
    argv: ['account', 'create', '--eab-kid', 'k', '--eab-key-file', '-', '--eab-key-env', 'K'],
    message: '--eab-key-file and --eab-key-env exclude each other',
    hint: 'Leave one of them out',
  },
  {
    argv: ['account', 'create', '--eab-kid', 'a b', '--eab-key-file', '-'],
    message: '--eab-kid: a b is not the key identifier of an external account',
    hint: 'Copy it as the issuer shows it, in printable ASCII',
  },
  {
    argv: ['account', 'create', '--account-signer', '/usr/bin/sign'],
    message: '--account-signer: /usr/bin/sign is not exec:PATH',
    hint: 'Write exec: and the path of the program, e.g. exec:/usr/local/bin/sign',
  },
  {
    argv: ['account', 'rollover', '--account-signer', 'exec:/bin/sign', '--key-type', 'ec256'],
    message: '--account-signer and --key-type exclude each other',
    hint: 'Leave one of them out',
  },
  {
    argv: ['account', 'recover'],
    message: '--key-file is missing',
    hint: 'See `certwright account recover --help`',
  },
  {
    argv: ['account', 'recover', '--key-file', 'a', '--account-signer', 'exec:/bin/sign'],
    message: '--key-file and --account-signer exclude each other',
    hint: 'Leave one of them out',
  },
  {
    argv: ['account', 'agree', '--terms', 'yes'],
    message: '--terms: yes is not a URL',
    hint: 'Give the URL of the terms that were read',
  },
  {
    argv: ['account', 'export-key', '--format', 'jwk', '--password-file', 'p'],
    message: '--format jwk and --password-file exclude each other',
    hint: 'Leave one of them out',
  },
  {
    argv: ['issue', 'www.example.com', '--cert'],
    message: 'Option --cert <ID> needs a value',
    hint: 'See `certwright issue --help`',
  },
  {
    argv: ['issue', 'www.example.com', '--key', 'dsa1024'],
    message: '--key does not take dsa1024',
    hint: 'Use one of: ec256, ec384, rsa2048, rsa3072, rsa4096',
  },
  {
    argv: ['issue', 'www.example.com', '--http-port', '70000'],
    message: '--http-port: 70000 is not a port',
    hint: 'Use a number from 1 to 65535',
  },
  {
    argv: ['issue', 'www.example.com', '--issuer', 'http://ca.example/directory'],
    message:
      '--issuer: http://ca.example/directory is neither an https URL of an ACME directory nor a known name',
    hint: 'Use https://…/directory or one of: letsencrypt, letsencrypt-staging, google, google-staging, zerossl, sslcom-rsa, sslcom-ecc, actalis, sectigo-dv, sectigo-ov, sectigo-ev',
  },
  {
    argv: ['issue', 'www.example.com', '--email', 'mailto:me@example.com?cc=x'],
    message: '--email: mailto:me@example.com?cc=x is not one address',
    hint: 'Use an address such as ops@example.com',
  },
  {
    argv: ['issue', 'my_host.example.com'],
    message:
      'my_host.example.com cannot be in a certificate: it has an underscore, and CAs issue for host names only',
    hint: 'Use domain names such as www.example.com or *.example.com, or IP addresses',
  },
  {
    argv: ['issue', 'https://www.example.com/'],
    message:
      'https://www.example.com/ cannot be in a certificate: it has a character that no domain name has; give the name alone, without scheme, port or path',
    hint: 'Use domain names such as www.example.com or *.example.com, or IP addresses',
  },
  {
    argv: ['issue', 'www.example.com', '--cert', '../../etc'],
    message: '../../etc cannot be the ID of a certificate',
    hint: 'Use letters, digits, dots, hyphens and underscores, beginning with a letter or digit; at most 128',
  },
  {
    argv: ['issue', '*.example.com'],
    message: '*.example.com is a wildcard, which only DNS can prove, not http-01',
    hint: 'Add --dns PROVIDER; `certwright issue --help` lists the providers',
  },
  {
    argv: ['issue', '*.example.com', '--challenge', 'tls-alpn-01'],
    message: '*.example.com is a wildcard, which only DNS can prove, not tls-alpn-01',
    hint: 'Add --dns PROVIDER; `certwright issue --help` lists the providers',
  },
  {
    argv: ['issue', '192.0.2.1', '--dns', 'manual'],
    message: '192.0.2.1 is an IP address, which dns-01 cannot prove (RFC 8738 §7)',
    hint: 'Use --challenge http-01 or --challenge tls-alpn-01 for it',
  },
  {
    argv: ['issue', 'www.example.com', '--challenge', 'http-01', '--dns', 'manual'],
    message: '--dns is for dns-01, but the challenge is http-01',
    hint: 'Leave --dns out, or use --challenge dns-01',
  },
  {
    argv: ['issue', 'www.example.com', '--webroot', '.', '--http-port', '8080'],
    message: '--webroot and --http-port exclude each other',
    hint: 'Leave one of them out',
  },
  {
    argv: ['issue', 'www.example.com', '--dns', 'rfc2136', '--dns-option', 'key-secret'],
    message: '--dns-option: key-secret is not KEY=VALUE',
    hint: 'Write the key, an equals sign and the value, e.g. --dns-option zone=example.com',
  },
  {
    argv: ['renew', '--force'],
    message: '`renew --force` would renew every certificate, due or not',
    hint: 'Name the certificates, or add --all if you mean that',
  },
  {
    argv: ['renew', 'a', '--all'],
    message: '--all and ID exclude each other',
    hint: 'Leave one of them out',
  },
  {
    argv: ['revoke', 'a', '--reason', '7'],
    message: '--reason: 7 is not a reason that a CA takes',
    hint: 'Use one of these names or its number: unspecified (0), keyCompromise (1), cACompromise (2), affiliationChanged (3), superseded (4), cessationOfOperation (5), certificateHold (6), removeFromCRL (8), privilegeWithdrawn (9), aACompromise (10)',
  },
  {
    argv: ['revoke', 'a', '--version', '0'],
    message: '--version: 0 is not a whole number from 1',
    hint: 'Use digits only, e.g. 2',
  },
  {
    argv: ['account', 'update'],
    message: 'Nothing was given to change',
    hint: 'Add --email ADDRESS, or --no-email to remove the contact',
  },
  {
    argv: ['completion', 'tcsh'],
    message: 'SHELL does not take tcsh',
    hint: 'Use one of: bash, zsh, fish, powershell',
  },
  {
    argv: ['sandbox', '--host', '0.0.0.0'],
    message: '--host: 0.0.0.0 is not a loopback address',
    hint: 'Use 127.0.0.1 or ::1',
  },
  {
    argv: ['sandbox', '--validity', 'soon'],
    message: '--validity: soon is not a duration',
    hint: 'Use a number and d, h, m or s, e.g. 90d',
  },
  {
    argv: ['sandbox', '--nonce-reject', '101'],
    message: '--nonce-reject: 101 is not a percentage',
    hint: 'Use a number from 0 to 100',
  },
]

describe('a wrong command line', () => {
  it.each(mistakes)('$argv ends with 64, one line and a hint', async ({ argv, message, hint }) => {
    const { run } = await terminal()
    const { code, stdout, stderr } = await run(argv)
    expect(stderr).toBe(`certwright: ${message}\ncertwright: hint: ${hint}\n`)
    expect(stdout).toBe('')
    expect(code).toBe(64)
  })

  it('is told in Chinese where Chinese is asked for, whatever else is wrong', async () => {
    const { run } = await terminal()
    const { code, stderr } = await run(['--lang', 'zh', 'issue', 'a.example', '--chalenge', 'x'])
    expect(stderr).toBe(
      'certwright: 未知选项 --chalenge\ncertwright: 提示：您是否想输入 --challenge？\n',
    )
    expect(code).toBe(64)
  })

  it('says why a name is none in Chinese too', async () => {
    const { run } = await terminal()
    const { stderr } = await run(['issue', 'a_b.example', '--lang=zh'])
    expect(stderr).toMatch(/^certwright: a_b\.example 不能写入证书：含有下划线/)
  })

  it('is one JSON document on standard output with --json', async () => {
    const { run } = await terminal()
    const { code, stdout, stderr } = await run(['issue', 'a.example', '--fore', '--json'])
    expect(JSON.parse(stdout)).toEqual({
      error: {
        code: 'USAGE_UNKNOWN_OPTION_LIKE',
        message: 'Unknown option --fore',
        hint: 'Did you mean --force?',
        params: { option: '--fore', suggestion: '--force' },
      },
    })
    expect(stderr).toBe('')
    expect(code).toBe(64)
  })

  it('never repeats the value of a DNS option, which may be a secret', async () => {
    const { run } = await terminal()
    const { stderr, code } = await run([
      'issue',
      'a.example',
      '--dns',
      'rfc2136',
      '--dns-option',
      'key secret=hunter2',
    ])
    expect(stderr).not.toContain('hunter2')
    expect(code).toBe(64)
  })

  it('shows control characters instead of sending them to the terminal', async () => {
    const { run } = await terminal()
    const { stderr } = await run(['issue', 'a.example', '--issuer', '\u001b[31mred'])
    expect(stderr).toContain(String.raw`\x1b[31mred`)
    expect(stderr).not.toContain('\u001b')
  })
})

describe('a command line without a command', () => {
  it('gets the help on standard error and 64', async () => {
    const { run } = await terminal()
    const { code, stdout, stderr } = await run([])
    expect(stderr).toContain('Usage: certwright COMMAND')
    expect(stdout).toBe('')
    expect(code).toBe(64)
  })

  it('gets an error with --json', async () => {
    const { run } = await terminal()
    const { code, stdout } = await run(['--json'])
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'USAGE_NO_COMMAND' } })
    expect(code).toBe(64)
  })

  it('is a half command where more words belong to it', async () => {
    const { run } = await terminal()
    const { code, stderr } = await run(['account'])
    expect(stderr).toContain('Usage: certwright account COMMAND')
    expect(code).toBe(64)
  })
})
