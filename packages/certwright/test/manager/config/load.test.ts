import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { inspect } from 'node:util'
import { parseDocument, stringify } from 'yaml'
import { expect, test } from 'vitest'
import { ConfigError } from '../../../src/manager/config/complaint.ts'
import { loadConfig } from '../../../src/manager/config/load.ts'
import { complaintsAbout, context, directoryWith, load, saidAbout } from './written.ts'

const env = { CLOUD_ID: 'LTAI-id' }
const whole = readFileSync(new URL('whole.yaml', import.meta.url), 'utf8')

const head = `issuers: [{ name: letsencrypt, agree-terms: true }]
`

test('everything that is wrong is said at once, by place', async () => {
  const said = await complaintsAbout(`issuer: []
issuers:
  - name: letsencrypts
    agree-terms: yes
credentials:
  one:
    access-key-secret: { env: A, file: b }
dns:
  main:
    provider: alibaba-dsn
  other:
    provider: rfc2136
    options: { server: 192.0.2.1, key-sceret: x }
certificates:
  - id: a
    names: [www.example.com, '*.example.com']
    key-typ: ec256
  - id: a
    names: [192.0.2.1]
    challenge: { dns: mian }
    installs:
      - target: alibaba-cdn
        credentials: two
        options: { domian: x }
      - alibaba-cdm:domain=x
  - names: [exa_mple.com]
    renewal: { windows: [{ from: '02:00', to: '02:00', time-zone: Mars/Base }] }
`)
  expect(said).toEqual([
    '1:1 issuer CONFIG_KEY_MISSPELT',
    '3:11 issuers[0].name CONFIG_ISSUER_NEEDS_DIRECTORY',
    '4:18 issuers[0].agree-terms CONFIG_KIND',
    '7:24 credentials.one.access-key-secret CONFIG_REFERENCE_FORM',
    '10:15 dns.main.provider CONFIG_PROVIDER_MISSPELT',
    '13:35 dns.other.options.key-sceret CONFIG_OPTION_MISSPELT',
    '16:30 certificates[0].names[1] CONFIG_WILDCARD_NEEDS_DNS',
    '17:5 certificates[0].key-typ CONFIG_KEY_MISSPELT',
    '18:9 certificates[1].id CONFIG_NAME_REPEATED',
    '19:13 certificates[1].names[0] CONFIG_ADDRESS_NEEDS_CONNECTION',
    '20:23 certificates[1].challenge.dns CONFIG_DNS_MISSPELT',
    '23:22 certificates[1].installs[0].credentials CONFIG_CREDENTIALS_UNKNOWN',
    '24:20 certificates[1].installs[0].options.domian CONFIG_OPTION_MISSPELT',
    '25:9 certificates[1].installs[1] CONFIG_TARGET_MISSPELT',
    '26:13 certificates[2].names[0] CONFIG_NOT_A_NAME',
    '27:26 certificates[2].renewal.windows[0] CONFIG_WINDOW_NEVER_OPENS',
    '27:67 certificates[2].renewal.windows[0].time-zone CONFIG_TIME_ZONE_UNKNOWN',
  ])
})

/** Every key of the whole file that a person could misspell, with its place. */
function keysOfWhole(): readonly { readonly key: string; readonly offset: number }[] {
  const chosen = /^(?:main|cloud|pager|url)$/
  return [...whole.matchAll(/(?<=^\s*(?:- )?|[{,] )([a-z][a-z-]*)(?=: |:\n)/gm)].flatMap(
    ({ 1: key = '', index }) =>
      chosen.test(key) || key.length < 4 ? [] : [{ key, offset: index }],
  )
}

test.each(keysOfWhole())(
  '$key at $offset, misspelt, is said where it stands',
  async ({ key, offset }) => {
    const wrong = `${key.slice(0, -2)}${key.at(-1)}${key.at(-2)}x`
    const text = whole.slice(0, offset) + wrong + whole.slice(offset + key.length)
    const lines = whole.slice(0, offset).split('\n')
    const place = { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }
    const said = await saidAbout(text, { env })
    const complaint = said.find(
      ({ position: { line, column }, severity }) =>
        severity === 'error' && line === place.line && column === place.column,
    )
    // A key of credentials is judged where they are used.
    if (key.startsWith('access-key')) {
      expect(said.map(({ code }) => code)).toContain('CONFIG_CREDENTIALS_MISFIT')
      return
    }
    expect(complaint?.code).toMatch(/_(?:MISSPELT|UNKNOWN|NOT_A_CHOICE_LIKE)$/)
    if (complaint?.code.endsWith('_MISSPELT')) expect(complaint.params['suggestion']).toBe(key)
  },
)

test('a minimal file is six lines', async () => {
  const { desired, warnings } = await load(`issuers:
  - name: letsencrypt
    email: ops@example.com
    agree-terms: true
certificates:
  - names: [www.example.com]
`)
  expect(warnings).toEqual([])
  expect(desired).toEqual({
    issuers: [
      {
        name: 'letsencrypt',
        directoryUrl: 'https://acme-v02.api.letsencrypt.org/directory',
        contact: ['mailto:ops@example.com'],
        agreeTerms: true,
        limits: {},
      },
    ],
    certificates: [
      {
        id: 'www.example.com',
        identifiers: [{ type: 'dns', value: 'www.example.com' }],
        issuers: ['letsencrypt'],
        keyType: 'ec256',
        reuseKey: false,
        challenge: { type: 'http-01' },
        renewal: { windows: [] },
        installs: [],
      },
    ],
    notifications: [],
  })
})

test('a file with everything in it is read whole, defaults applied and names followed', async () => {
  const { desired, warnings, file } = await load(whole, { env })
  const at = (path: string): string => join(dirname(file), path)
  expect(warnings).toEqual([])
  expect(desired.issuers).toEqual([
    {
      name: 'letsencrypt',
      directoryUrl: 'https://acme-v02.api.letsencrypt.org/directory',
      contact: ['mailto:ops@example.com'],
      agreeTerms: true,
      limits: {
        orders: { count: 600, periodMs: 10_800_000 },
        'certificates-per-domain': { count: 100, periodMs: 604_800_000 },
      },
    },
    {
      name: 'inside',
      directoryUrl: 'https://ca.example.com/directory',
      caFile: at('roots.pem'),
      contact: ['mailto:ops@example.com', 'mailto:team@example.com'],
      agreeTerms: true,
      eab: { kid: 'key-1', key: { env: 'EAB_KEY' }, algorithm: 'HS384' },
      limits: {},
    },
  ])
  const [first, www, gateway, web, leaked, checked] = desired.certificates
  const cloud = {
    'access-key-id': 'LTAI-id',
    'access-key-secret': { command: ['pass', 'show', 'cloud'] },
  }
  expect(first).toEqual({
    id: 'example.com',
    identifiers: [
      { type: 'dns', value: 'example.com' },
      { type: 'dns', value: '*.example.com' },
    ],
    issuers: ['letsencrypt', 'inside'],
    // The default is none that this target is documented to take.
    keyType: 'rsa2048',
    profile: 'tlsserver',
    preferredChain: 'ISRG Root X1',
    reuseKey: false,
    challenge: {
      type: 'dns-01',
      dns: 'rfc2136',
      dnsOptions: {
        server: '192.0.2.53',
        'key-name': 'certwright.',
        'key-secret': { file: at('tsig.key') },
      },
    },
    renewal: {
      fraction: 0.5,
      revocationLists: false,
      windows: [{ days: [6, 7], fromMinute: 1320, toMinute: 240, timeZone: 'Asia/Shanghai' }],
    },
    out: at('live/example.com'),
    installs: [
      {
        target: 'alibaba-cdn',
        options: { ...cloud, domain: 'cdn.example.com', 'serve-at': 'none' },
        text: 'alibaba-cdn:domain=cdn.example.com,access-key-id=LTAI-id',
      },
      {
        target: 'alibaba-cdn',
        options: { domain: 'img.example.com' },
        text: 'alibaba-cdn:domain=img.example.com',
      },
    ],
  })
  expect(www).toEqual({
    id: 'www',
    identifiers: [{ type: 'dns', value: 'www.example.com' }],
    issuers: ['inside'],
    keyType: 'rsa2048',
    profile: 'short',
    preferredChain: 'Inside Root',
    reuseKey: true,
    challenge: { type: 'http-01', httpPort: 8080 },
    renewal: { fraction: 0.7, windows: [] },
    out: '/etc/tls/www',
    installs: [],
  })
  expect(gateway?.challenge).toEqual({ type: 'tls-alpn-01' })
  expect(gateway?.keyType).toBe('ec384')
  expect(leaked?.revoke).toBe('keyCompromise')
  expect(web?.challenge).toEqual({ type: 'http-01', webroot: at('html') })
  expect(checked?.challenge).toEqual({
    type: 'dns-01',
    dns: 'alibaba-dns',
    dnsOptions: { ...cloud, 'access-key-id': { env: 'CLOUD_ID' } },
    resolvers: ['192.0.2.54:5353'],
    propagationCheck: false,
    ancestor: 'example.com',
  })
  expect(desired.notifications).toEqual([
    {
      channel: 'webhook',
      name: 'pager',
      options: { url: { env: 'HOOK_URL' }, secret: { env: 'HOOK_SECRET' } },
      events: ['issue-failed', 'issued'],
    },
  ])
})

test('JSON says the same as YAML, and so does a program', async () => {
  const document = parseDocument(whole)
  const value = document.toJS() as unknown
  const directory = directoryWith({
    'certwright.yaml': whole,
    'certwright.json': JSON.stringify(value),
    'certwright.mjs': `export default ${JSON.stringify(value)}`,
    'certwright.ts': `const file: object = ${JSON.stringify(value)}\nexport default file`,
  })
  const read = async (name: string): Promise<unknown> =>
    (await loadConfig(join(directory, name), { ...context, env })).desired
  const fromYaml = await read('certwright.yaml')
  for (const name of ['certwright.json', 'certwright.mjs', 'certwright.ts']) {
    expect(await read(name), name).toEqual(fromYaml)
  }
})

test('a program that has changed is run again', async () => {
  const file = join(directoryWith({}), 'certwright.mjs')
  const write = (id: string): void =>
    writeFileSync(file, `export default { certificates: [{ id: '${id}', names: ['a.example'] }] }`)
  const ids = async (): Promise<readonly string[]> =>
    (await loadConfig(file, context)).desired.certificates.map(({ id }) => id)
  write('one')
  expect(await ids()).toEqual(['one'])
  write('two')
  expect(await ids()).toEqual(['two'])
})

test('of a program the path is said, for it has no lines', async () => {
  const [complaint] = await saidAbout(`export default { certificates: [{ names: ['a_b'] }] }`, {
    name: 'certwright.mjs',
  })
  expect(complaint).toMatchObject({
    code: 'CONFIG_NOT_A_NAME',
    path: ['certificates', 0, 'names', 0],
  })
  expect(complaint?.position.line).toBeUndefined()
})

test.each([
  ['throws', 'throw new Error("no")', 'Error: no'],
  ['exports nothing', 'export const a = 1', 'export default …'],
])('a program that %s gives no configuration', async (_, text, reason) => {
  const said = await saidAbout(text, { name: 'certwright.mjs' })
  expect(said).toMatchObject([{ code: 'CONFIG_PROGRAM_FAILED', params: { reason } }])
})

test('anchors and merge keys work, and complaints lead to where the text stands', async () => {
  const text = `${head}base: &base
  key-type: rsa2048
certificates:
  - &www
    <<: *base
    names: [www.example.com]
`
  expect(await complaintsAbout(text)).toEqual(['2:1 base CONFIG_KEY_UNKNOWN'])
  const merged = `${head}defaults: &usual
  key-type: rsa2048
certificates:
  - <<: *usual
    id: one
    names: [one.example.com]
  - <<: [*usual]
    id: two
    key-type: rsa3072
    names: [two.example.com]
`
  const { desired } = await load(merged)
  expect(desired.certificates.map(({ keyType }) => keyType)).toEqual(['rsa2048', 'rsa3072'])
  // What is merged in is wrong where it was written.
  expect(await complaintsAbout(merged.replace('rsa2048', 'rsa2047'))).toContain(
    '3:13 certificates[0].key-type CONFIG_NOT_A_CHOICE_LIKE',
  )
})

test('a wildcard without quotation marks is said to be an alias, and how to write it', async () => {
  expect(await complaintsAbout(`certificates:\n  - names: [*.example.com]\n`)).toEqual([
    '2:13  CONFIG_ALIAS_UNKNOWN',
  ])
})

test('a key that is there twice is a complaint, and the rest is judged all the same', async () => {
  expect(
    await complaintsAbout(`certificates:
  - id: one
    names: [one.example.com]
    id: two
    key-type: dsa
`),
  ).toEqual(['4:5  CONFIG_KEY_REPEATED', '5:15 certificates[0].key-type CONFIG_NOT_A_CHOICE'])
  expect(
    await complaintsAbout(`{"certificates": [], "certificates": []}`, { name: 'certwright.json' }),
  ).toEqual(['1:22  CONFIG_KEY_REPEATED'])
})

test.each([
  ['a tab', 'certificates:\n\t- names: [a.example]\n', '2:1  CONFIG_TAB'],
  ['a second document', 'certificates: []\n---\na: 1\n', '2:1  CONFIG_SEVERAL_DOCUMENTS'],
  ['an open bracket', 'certificates: [\n', '2:1  CONFIG_NOT_YAML'],
])('%s is no YAML', async (_, text, expected) => {
  expect(await complaintsAbout(text)).toContain(expected)
})

test.each([
  ['nothing at all', '', '1:1  CONFIG_KIND'],
  ['a list', '- a\n', '1:1  CONFIG_KIND'],
  ['no certificates', 'issuers:\n  - name: letsencrypt\n', '1:1  CONFIG_KEY_MISSING'],
])('a file with %s cannot be used', async (_, text, expected) => {
  expect(await complaintsAbout(text)).toEqual([expected])
})

test('a file that is not there cannot be read', async () => {
  const file = join(directoryWith({}), 'certwright.yaml')
  await expect(loadConfig(file, context)).rejects.toMatchObject({
    code: 'FILE_NOT_READABLE',
    params: { path: file, reason: 'ENOENT' },
  })
})

test('secrets in the file are warned about, and never said', async () => {
  const text = `${head}dns:
  main:
    provider: rfc2136
    options: { server: 192.0.2.1, key-name: k., key-secret: c2VjcmV0LW9mLW1pbmU= }
certificates:
  - names: [example.com]
    challenge: { dns: main }
`
  const { desired, warnings } = await load(text)
  expect(warnings.map(({ code }) => code)).toEqual(['CONFIG_SECRET_INLINE'])
  const said = [JSON.stringify({ desired, warnings }), inspect({ desired, warnings }, false, 20)]
  for (const one of said) expect(one).not.toContain('c2VjcmV0')
  const wrong = await saidAbout(text.replace('c2VjcmV0LW9mLW1pbmU=', 'c2VjcmV0!'))
  expect(wrong.map(({ code }) => code)).toEqual(['CONFIG_SECRET_INLINE', 'CONFIG_OPTION_FORM'])
  expect(inspect(wrong, false, 20)).not.toContain('c2VjcmV0')
})

test('no secret is fetched by reading a file', async () => {
  const { desired } = await load(`${head}dns:
  main:
    provider: rfc2136
    options: { server: 192.0.2.1, key-name: k., key-secret: { command: [/nowhere/at/all] } }
certificates:
  - names: [example.com]
    challenge: { dns: main }
`)
  expect(desired.certificates[0]?.challenge.dnsOptions?.['key-secret']).toEqual({
    command: ['/nowhere/at/all'],
  })
})

const cdn = `${head}credentials:
  cloud: { access-key-id: { env: CLOUD_ID }, access-key-secret: { env: CLOUD_SECRET } }
certificates:
  - names: [example.com]
    installs: [{ target: alibaba-cdn, credentials: cloud, options: { domain: example.com } }]
`

test('what names a place must be known, unless the file is only looked at', async () => {
  expect(await saidAbout(cdn)).toMatchObject([
    {
      severity: 'error',
      code: 'CONFIG_REFERENCE_NOT_RESOLVED',
      path: ['credentials', 'cloud', 'access-key-id'],
      params: { key: 'access-key-id', place: 'env CLOUD_ID', reason: 'unset' },
    },
  ])
  expect(await saidAbout(cdn, { checkOnly: true })).toMatchObject([{ severity: 'warning' }])
  expect((await load(cdn, { env })).desired.certificates[0]?.installs[0]?.text).toBe(
    'alibaba-cdn:domain=example.com,access-key-id=LTAI-id',
  )
})

test('credentials that do not fit are said where they are used', async () => {
  const said = await saidAbout(cdn.replace('{ access-key-id', '{ key-name: x, access-key-id'), {
    env,
  })
  expect(said).toMatchObject([
    {
      code: 'CONFIG_CREDENTIALS_MISFIT',
      path: ['certificates', 0, 'installs', 0, 'credentials'],
      params: { name: 'cloud', option: 'key-name', owner: 'alibaba-cdn' },
    },
  ])
})

test('an option that is needed beside a secret is missed, though the secret is not here', async () => {
  expect(
    await complaintsAbout(`${head}dns:
  main: { provider: rfc2136, options: { server: 192.0.2.1, key-secret: { env: TSIG } } }
certificates: [{ names: [example.com], challenge: { dns: main } }]
`),
  ).toEqual(['3:9 dns.main CONFIG_OPTION_MISSING'])
})

test('an option that the environment has is not missed', async () => {
  const text = `${head}dns: { main: { provider: rfc2136 } }
certificates: [{ names: [example.com], challenge: { dns: main } }]
`
  expect(await complaintsAbout(text)).toEqual(['2:14 dns.main CONFIG_OPTION_MISSING'])
  expect(await complaintsAbout(text, { env: { RFC2136_NAMESERVER: '192.0.2.1' } })).toEqual([])
})

const rows: readonly (readonly [what: string, certificate: string, expected: string])[] = [
  ['an issuer that is not listed', 'issuers: [letsencrypts]', 'issuers[0] CONFIG_ISSUER_MISSPELT'],
  ['an issuer twice', 'issuers: [letsencrypt, letsencrypt]', 'issuers[1] CONFIG_ISSUER_TWICE'],
  [
    'a key type that a target does not take',
    'key-type: ec384\n    installs: [alibaba-cdn:domain=a.example]',
    'key-type CONFIG_KEY_TYPE',
  ],
  [
    'a place twice',
    'installs: [alibaba-cdn:domain=a.example, alibaba-cdn:domain=a.example]',
    'installs[1] CONFIG_PLACE_TWICE',
  ],
  [
    'a place that is not written as one',
    'installs: ["alibaba-cdn:domain"]',
    'installs[0] TARGET_SPECIFIER_NOT_CONFORM',
  ],
  [
    'nowhere to shake hands',
    'installs: [{ target: alibaba-cdn, options: { domain: a.example, serve-at: x } }]',
    'installs[0].options.serve-at CONFIG_OPTION_FORM',
  ],
  [
    'an option that the target judges',
    'installs: [{ target: alibaba-cdn, options: { domain: a.example, site: mars } }]',
    'installs[0].options.site CONFIG_OPTION_FORM',
  ],
  [
    'an option that is empty',
    'installs: [{ target: alibaba-cdn, options: { domain: "" } }]',
    'installs[0].options.domain CONFIG_OPTION_MISSING',
  ],
  ['an id that is no id', 'id: a/b', 'id CONFIG_ID_FORM'],
  [
    'a port of the wrong challenge',
    'challenge: { type: dns-01, port: 80 }',
    'challenge.port CONFIG_CHALLENGE_MISFIT',
  ],
  ['dns-01 without a provider', 'challenge: dns-01', 'challenge CONFIG_DNS_NEEDED'],
  ['a webroot and a port', 'challenge: { webroot: /w, port: 80 }', 'challenge.port CONFIG_EXCLUDE'],
  [
    'no address of a resolver',
    'challenge: { type: dns-01, resolvers: [nowhere] }',
    'challenge.resolvers[0] DNS_SERVER_ADDRESS_NOT_CONFORM',
  ],
  ['a fraction out of bounds', 'renewal: { fraction: 1.5 }', 'renewal.fraction CONFIG_RANGE'],
  [
    'a window without days',
    'renewal: { windows: [{ days: [] }] }',
    'renewal.windows[0] CONFIG_WINDOW_NEVER_OPENS',
  ],
  [
    'no time of day',
    'renewal: { windows: [{ from: "25:00" }] }',
    'renewal.windows[0].from CONFIG_FORM',
  ],
  [
    'a name that is not below the one proven in its stead',
    'challenge: { ancestor: other.example }',
    'names[0] CONFIG_NOT_BELOW',
  ],
  [
    'an address that is to be proven in the stead of names',
    'challenge: { ancestor: 192.0.2.1 }',
    'challenge.ancestor CONFIG_NOT_A_DOMAIN',
  ],
  [
    'what is no name, to be proven in the stead of names',
    'challenge: { ancestor: a..example }',
    'challenge.ancestor CONFIG_NOT_A_NAME',
  ],
  ['a number for a text', 'profile: 3', 'profile CONFIG_KIND'],
  ['neither text nor mapping', 'installs: [3]', 'installs[0] CONFIG_KIND'],
]

test.each(rows)('%s is a complaint', async (_, certificate, expected) => {
  const said = await complaintsAbout(`${head}certificates:
  - names: [a.example]
    ${certificate}
`)
  expect(said.map((line) => line.replace(/^\S+ /, ''))).toContain(`certificates[0].${expected}`)
})

test.each([
  ['{ channel: slak }', 'channel CONFIG_CHANNEL_MISSPELT'],
  ['{ channel: slack }', ' CONFIG_OPTION_MISSING'],
  ['{ channel: slack, options: { uri: { env: URL } } }', 'options.uri CONFIG_OPTION_MISSPELT'],
  ['{ channel: slack, options: { url: "ftp://x" } }', 'options.url CONFIG_OPTION_FORM'],
  [
    '{ channel: slack, options: { url: { env: URL } }, events: [isued] }',
    'events[0] CONFIG_NOT_A_CHOICE_LIKE',
  ],
])('the notification %s is a complaint', async (notification, expected) => {
  const said = await complaintsAbout(`certificates: []\nnotifications: [${notification}]\n`)
  const at = expected.startsWith(' ')
    ? `notifications[0]${expected}`
    : `notifications[0].${expected}`
  expect(said.map((line) => line.replace(/^\S+ /, ''))).toContain(at)
})

test('an issuer with a directory that is none, or one that another has, is a complaint', async () => {
  expect(
    await complaintsAbout(`issuers:
  - { name: one, directory: 'http://ca.example.com' }
  - { name: two, directory: 'https://ca.example.com/d' }
  - { name: three, directory: 'https://ca.example.com/d' }
certificates: []
`),
  ).toEqual([
    '2:29 issuers[0].directory CONFIG_DIRECTORY_FORM',
    '4:5 issuers[2] CONFIG_DIRECTORY_REPEATED',
  ])
})

test('one certificate written twice is a complaint, one with another key type is not', async () => {
  const twice = (keyType: string): string => `${head}certificates:
  - { id: a, names: [a.example, b.example] }
  - { id: b, names: [b.example, a.example], key-type: ${keyType} }
`
  expect(await complaintsAbout(twice('ec256'))).toEqual([
    '4:21 certificates[1].names CONFIG_SAME_CERTIFICATE',
  ])
  expect(await complaintsAbout(twice('rsa2048'))).toEqual([])
})

test('a name in two certificates is only warned about', async () => {
  const { warnings } = await load(`${head}certificates:
  - { id: a, names: [a.example, b.example] }
  - { id: b, names: [b.example, c.example] }
`)
  expect(warnings).toMatchObject([
    { code: 'CONFIG_SHARED_NAMES', params: { names: 'b.example', other: 'a' } },
  ])
})

test('certificates that would write to one directory are a complaint', async () => {
  expect(
    await complaintsAbout(`${head}certificates:
  - { names: [a.example], out: tls }
  - { names: [b.example], out: ./tls/ }
`),
  ).toEqual(['4:32 certificates[1].out CONFIG_OUT_SHARED'])
})

test('what nothing uses is warned about, once the rest is right', async () => {
  const text = `${head}credentials: { old: { a: { env: A } } }
dns: { spare: { provider: manual } }
certificates: []
`
  expect(await complaintsAbout(text)).toEqual([
    '2:16 credentials.old CONFIG_UNUSED',
    '3:8 dns.spare CONFIG_UNUSED',
  ])
  expect(await complaintsAbout(`${text}x: 1\n`)).toEqual(['5:1 x CONFIG_KEY_UNKNOWN'])
})

test('defaults that no certificate takes are judged all the same', async () => {
  expect(
    await complaintsAbout(`${head}defaults: { challenge: { dns: nowhere } }
certificates:
  - { names: [a.example], challenge: http-01 }
`),
  ).toEqual(['2:31 defaults.challenge.dns CONFIG_DNS_UNKNOWN'])
})

test('a faulty file is thrown as one error that counts its mistakes', async () => {
  const error: unknown = await load(stringify({ certificates: [{ names: [] }], x: 1 })).catch(
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ConfigError)
  expect(error).toMatchObject({ code: 'CONFIG_NOT_CONFORM', params: { count: 2 } })
})

test('an issuer that has ended, or has a URL for each customer, is complained about in its place', async () => {
  const about = complaintsAbout(`issuers:
  - name: buypass
  - name: digicert
  - name: mine
    directory: https://api.buypass.com/acme/directory
certificates:
  - names: [www.example.com]
`)
  expect(await about).toEqual([
    '2:11 issuers[0].name ISSUER_ENDED',
    '3:11 issuers[1].name ISSUER_URL_NEEDED',
    '5:16 issuers[2].directory ISSUER_ENDED',
  ])
})
