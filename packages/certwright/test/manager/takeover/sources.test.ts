import { createPrivateKey } from 'node:crypto'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { sources, type SourceName } from '../../../src/manager/takeover/sources/registry.ts'
import type { Taken } from '../../../src/manager/takeover/taken.ts'
import { changed, onDisk, recorded, recordedDirectory, type Tree } from './left.ts'

async function read(
  client: SourceName,
  tree: Tree,
  env: Record<string, string> = {},
): Promise<Taken> {
  return (await sources[client]()).read(onDisk(tree), { env })
}

const names = Object.keys(sources) as SourceName[]

test.each(names)('nothing is taken over of %s where nothing of it is', async (client) => {
  expect(await read(client, {})).toMatchObject({ accounts: [], certificates: [], remarks: [] })
})

test.each(names)(
  'of %s an account and two certificates are read, keys as PKCS#8, secrets unseen',
  async (client) => {
    const { accounts, certificates } = await read(client, recorded(client))
    expect(certificates).toHaveLength(2)
    expect(accounts).toMatchObject([
      { accountUrl: expect.stringContaining('https://127.0.0.1:14999/member/') as unknown },
    ])
    const pem = accounts[0]?.key.reveal() ?? ''
    expect(pem).toContain('-----BEGIN PRIVATE KEY-----')
    expect(createPrivateKey(pem).type).toBe('private')
    for (const { privateKey, chainPem } of certificates) {
      expect(createPrivateKey(privateKey?.reveal() ?? '').type).toBe('private')
      expect(chainPem?.match(/BEGIN CERTIFICATE/g)?.length).toBeGreaterThan(1)
    }
    expect(inspect({ accounts, certificates }, false, 10)).not.toContain('PRIVATE KEY')
  },
)

test.each<readonly [SourceName, string]>([
  [
    'certbot',
    'accounts/127.0.0.1:14999/start-here/8d9da65c5dabd8f8f01b5af191307154/private_key.json',
  ],
  ['lego', 'accounts/127.0.0.1_14999/a@example.test/account.json'],
  ['lego', 'certificates/lego.example.test.json'],
  ['acme.sh', 'ca/127.0.0.1/start-here/account.key'],
  ['caddy', 'acme/127.0.0.1-14999-start-here/users/ops@example.test/ops.json'],
])(
  'what %s has broken at %s is told without its text, and the rest is read',
  async (client, path) => {
    const secret = 'c2VjcmV0LXNlY3JldA'
    const { accounts, certificates, remarks } = await read(client, {
      ...recorded(client),
      [path]: `{ "d": "${secret}`,
    })
    expect(accounts.length + certificates.length).toBe(2)
    expect(remarks.filter(({ code }) => code === 'unreadable')).toHaveLength(1)
    expect(inspect(remarks, false, 10)).not.toContain(secret)
  },
)

describe('certbot', () => {
  const conf = 'renewal/cb.example.test.conf'

  test('says who has issued, for what, by which challenge, and what was run', async () => {
    const { accounts, certificates, remarks } = await read('certbot', recorded('certbot'))
    expect(accounts).toMatchObject([{ directoryUrl: recordedDirectory, contact: [] }])
    expect(certificates).toMatchObject([
      {
        name: 'cb.example.test',
        directoryUrl: recordedDirectory,
        challenge: { type: 'http-01', port: 15_080 },
      },
      { name: 'rsa' },
    ])
    expect(remarks).toContainEqual({
      code: 'hook',
      certificate: 'cb.example.test',
      params: { hook: 'renew_hook', command: 'systemctl reload nginx' },
    })
    expect(remarks.map(({ code }) => code)).toContain('still-running')
  })

  test('scripts that are run with every certificate are told', async () => {
    const tree = { ...recorded('certbot'), 'renewal-hooks/deploy/reload.sh': '#!/bin/sh\n' }
    expect((await read('certbot', tree)).remarks).toContainEqual({
      code: 'hook',
      params: { hook: 'renewal-hooks/deploy', command: 'reload.sh' },
    })
  })

  const challengeOf = async (
    lines: string,
    files: Tree = {},
  ): Promise<readonly [unknown, readonly string[]]> => {
    const tree = changed({ ...recorded('certbot'), ...files }, conf, (text) =>
      text.replace(/^authenticator = standalone$/m, lines).replace(/^http01_port.*$/m, ''),
    )
    const { certificates, remarks } = await read('certbot', tree)
    return [certificates[0]?.challenge, remarks.map(({ code }) => code)]
  }

  test('a webroot, and all but the first of several are told', async () => {
    const map = '[[webroot_map]]\nwww.cb.example.test = /var/www/b\ncb.example.test = /var/www/b'
    expect(
      (await challengeOf(`authenticator = webroot\nwebroot_path = /var/www/a,\n${map}`))[0],
    ).toEqual({ type: 'http-01', webroot: '/var/www/b' })
    const [, codes] = await challengeOf(
      `authenticator = webroot\nwebroot_path = /var/www/a, /var/www/b`,
    )
    expect(codes).toContain('several-webroots')
  })

  test('a DNS plugin with its file of credentials', async () => {
    const credentials = join(
      onDisk({ 'dns.ini': 'dns_rfc2136_server = 192.0.2.1\ndns_rfc2136_secret = "abc="\n' }),
      'dns.ini',
    )
    expect(
      (
        await challengeOf(`authenticator = dns-rfc2136\ndns_rfc2136_credentials = ${credentials}`)
      )[0],
    ).toMatchObject({
      type: 'dns-01',
      service: 'dns-rfc2136',
      settings: { dns_rfc2136_server: '192.0.2.1', dns_rfc2136_secret: 'abc=' },
    })
  })

  test.each(['nginx', 'apache', 'manual'])(
    'a challenge that %s answers is told',
    async (authenticator) => {
      const [challenge, codes] = await challengeOf(`authenticator = ${authenticator}`)
      expect(challenge).toBeUndefined()
      expect(codes).toContain('challenge-server')
    },
  )

  test('profile, chain and kept key', async () => {
    const tree = changed(
      recorded('certbot'),
      conf,
      (text) =>
        `${text}preferred_chain = Some Root\nreuse_key = True\npreferred_profile = shortlived\n`,
    )
    expect((await read('certbot', tree)).certificates[0]).toMatchObject({
      preferredChain: 'Some Root',
      reuseKey: true,
      profile: 'shortlived',
    })
  })
})

describe('acme.sh', () => {
  const ecc = 'as.example.test_ecc/as.example.test.conf'

  test('says names, challenge, where it was copied and what was run', async () => {
    const { accounts, certificates, caFile } = await read('acme.sh', recorded('acme.sh'))
    expect(accounts).toMatchObject([
      { directoryUrl: recordedDirectory, contact: ['mailto:ops@example.test'] },
    ])
    expect(caFile).toBe('/etc/ssl/inside.pem')
    expect(certificates).toMatchObject([
      {
        names: ['*.as.example.test'],
        challenge: {
          type: 'dns-01',
          service: 'dns_nsupdate',
          settings: { NSUPDATE_SERVER: '127.0.0.1', NSUPDATE_SERVER_PORT: '15053' },
        },
      },
      {
        names: ['as.example.test', 'www.as.example.test'],
        directoryUrl: recordedDirectory,
        challenge: { type: 'http-01', webroot: '/var/www/html' },
        installs: [
          {
            target: 'files',
            options: {
              fullchain: '/etc/nginx/tls/full.pem',
              key: '/etc/nginx/tls/key.pem',
              reload: 'systemctl reload nginx',
            },
          },
        ],
      },
    ])
  })

  test.each([
    ['no', { type: 'http-01' }],
    ['alpn', { type: 'tls-alpn-01' }],
    ['nginx:', undefined],
    ['apache', undefined],
  ])('the way %s', async (way, challenge) => {
    const tree = changed(recorded('acme.sh'), ecc, (text) =>
      text.replace("'/var/www/html'", `'${way}'`),
    )
    const { certificates, remarks } = await read('acme.sh', tree)
    expect(certificates[1]?.challenge).toEqual(challenge)
    expect(remarks.some(({ code }) => code === 'challenge-server')).toBe(challenge === undefined)
  })

  test('a command for a shell is given to one', async () => {
    const wrapped = Buffer.from('nginx -t && nginx -s reload').toString('base64')
    const tree = changed(recorded('acme.sh'), ecc, (text) =>
      text.replace(/START_.*__ACME/, `START_${wrapped}__ACME`),
    )
    expect((await read('acme.sh', tree)).certificates[1]?.installs[0]?.options).toMatchObject({
      reload: 'nginx -t && nginx -s reload',
      'unsafe-shell': 'true',
    })
  })

  test('hooks, aliases and kept keys are told', async () => {
    const tree = changed(recorded('acme.sh'), ecc, (text) =>
      text
        .replace("Le_PreHook=''", "Le_PreHook='__ACME_BASE64__START_c3RvcCB4__ACME_BASE64__END_'")
        .concat("Le_ChallengeAlias='alias.example.net,'\nLe_Certificate_Profile='tlsserver'\n"),
    )
    const { certificates, remarks } = await read('acme.sh', tree)
    expect(certificates[1]?.profile).toBe('tlsserver')
    expect(remarks).toContainEqual({
      code: 'hook',
      certificate: 'as.example.test_ecc',
      params: { hook: 'Le_PreHook', command: 'stop x' },
    })
    expect(remarks.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['challenge-alias', 'key-was-reused', 'still-running']),
    )
  })
})

describe('lego', () => {
  test('before 5.0 says neither the directory of an unknown issuer nor the challenge', async () => {
    const { accounts, certificates, remarks } = await read('lego', recorded('lego'))
    expect(accounts).toMatchObject([
      { server: '127.0.0.1_14999', contact: ['mailto:a@example.test'] },
    ])
    expect(accounts[0]).not.toHaveProperty('directoryUrl')
    expect(certificates.map(({ name }) => name)).toEqual([
      '*.lego.example.test',
      'lego.example.test',
    ])
    expect(remarks.map(({ code }) => code)).toContain('challenge-unknown')
  })

  test('before 5.0 a known issuer is known by its host', async () => {
    const tree = Object.fromEntries(
      Object.entries(recorded('lego')).map(([path, text]) => [
        path.replace('127.0.0.1_14999', 'acme-v02.api.letsencrypt.org'),
        typeof text === 'string'
          ? text.replaceAll('127.0.0.1:14999', 'acme-v02.api.letsencrypt.org')
          : text,
      ]),
    )
    const known = { directoryUrl: 'https://acme-v02.api.letsencrypt.org/directory' }
    const { accounts, certificates } = await read('lego', tree)
    expect(accounts).toMatchObject([known])
    expect(certificates).toMatchObject([known, known])
  })

  test('a chain that stands beside its certificate is put under it', async () => {
    const path = 'certificates/lego.example.test.crt'
    const tree = changed(recorded('lego'), path, (text) =>
      text.slice(0, text.indexOf('-----END') + 25),
    )
    const { certificates } = await read('lego', tree)
    expect(certificates[1]?.chainPem?.match(/BEGIN CERTIFICATE/g)).toHaveLength(2)
  })

  /** As 5.0 lays it out: the key beside the account, whose file has the directory. */
  function fiveOf(tree: Tree, file: string): Tree {
    const folder = 'accounts/127.0.0.1_14999/a@example.test'
    const { [`${folder}/keys/a@example.test.key`]: key = '', ...rest } = tree
    return {
      ...rest,
      [`${folder}/a@example.test.key`]: key,
      [`${folder}/account.json`]: JSON.stringify({
        id: 'a@example.test',
        email: 'a@example.test',
        server: recordedDirectory,
        keyType: 'EC256',
        registration: { status: 'valid', accountURL: 'https://127.0.0.1:14999/member/1' },
      }),
      'certificates/lego.example.test.json': JSON.stringify({
        id: 'main',
        domains: ['lego.example.test'],
        keyType: 'EC256',
        certUrl: 'https://127.0.0.1:14999/paper/1',
        origin: 'configuration',
      }),
      '.lego.yml': file,
    }
  }

  test('since 5.0 its file says directory, challenge, profile and chain', async () => {
    const file = `servers: { inside: { url: '${recordedDirectory}' } }
accounts: { ops: { server: inside, email: a@example.test } }
challenges: { ns: { dns: { provider: rfc2136, resolvers: ['192.0.2.53:53'], envFile: dns.env } } }
hooks: { deploy: { command: ./deploy.sh } }
certificates:
  main: { challenge: ns, account: ops, domains: [lego.example.test], profile: tlsserver, preferredChain: Root, renew: { reuseKey: true } }
`
    const tree = {
      ...fiveOf(recorded('lego'), file),
      'dns.env': 'export RFC2136_NAMESERVER="192.0.2.1"\n',
    }
    const { accounts, certificates, remarks } = await read('lego', tree, { RFC2136_TSIG_KEY: 'k.' })
    expect(accounts).toMatchObject([
      { directoryUrl: recordedDirectory, accountUrl: 'https://127.0.0.1:14999/member/1' },
    ])
    expect(certificates.find(({ name }) => name === 'main')).toMatchObject({
      names: ['lego.example.test'],
      directoryUrl: recordedDirectory,
      challenge: {
        type: 'dns-01',
        service: 'rfc2136',
        settings: { RFC2136_NAMESERVER: '192.0.2.1', RFC2136_TSIG_KEY: 'k.' },
        resolvers: ['192.0.2.53:53'],
      },
      profile: 'tlsserver',
      preferredChain: 'Root',
      reuseKey: true,
    })
    expect(remarks).toContainEqual({
      code: 'hook',
      certificate: 'main',
      params: { hook: 'deploy', command: './deploy.sh' },
    })
  })

  test.each([
    ["{ http: { address: ':8080' } }", { type: 'http-01', port: 8080 }],
    ['{ http: { webroot: /var/www } }', { type: 'http-01', webroot: '/var/www' }],
    ["{ tls: { address: ':443' } }", { type: 'tls-alpn-01' }],
  ])('since 5.0 the challenge %s', async (challenge, expected) => {
    const file = `challenges: { it: ${challenge} }\ncertificates: { main: { challenge: it } }\n`
    const { certificates } = await read('lego', fiveOf(recorded('lego'), file))
    expect(certificates.find(({ name }) => name === 'main')?.challenge).toEqual(expected)
  })
})

describe('Caddy', () => {
  test('says names and issuer, and that it has answered challenges itself', async () => {
    const { accounts, certificates, remarks } = await read('caddy', recorded('caddy'))
    expect(accounts).toMatchObject([
      { server: '127.0.0.1-14999-start-here', contact: ['mailto:ops@example.test'] },
    ])
    expect(certificates).toMatchObject([
      { names: ['caddy.example.test'] },
      { names: ['other.example.test'] },
    ])
    expect(remarks.filter(({ code }) => code === 'challenge-server')).toHaveLength(2)
  })

  test('a newer one says the directory beside the certificate', async () => {
    const folder = 'certificates/127.0.0.1-14999-start-here/caddy.example.test'
    const tree = changed(recorded('caddy'), `${folder}/caddy.example.test.json`, (text) =>
      text.replace('"url":', `"ca": "${recordedDirectory}", "url":`),
    )
    expect((await read('caddy', tree)).certificates[0]?.directoryUrl).toBe(recordedDirectory)
  })

  test('a known issuer is known by the name of its folder', async () => {
    const tree = Object.fromEntries(
      Object.entries(recorded('caddy')).map(([path, text]) => [
        path.replace('127.0.0.1-14999-start-here', 'acme-v02.api.letsencrypt.org-directory'),
        text,
      ]),
    )
    const known = { directoryUrl: 'https://acme-v02.api.letsencrypt.org/directory' }
    const { accounts, certificates } = await read('caddy', tree)
    expect([...accounts, ...certificates]).toMatchObject([known, known, known])
  })

  test('what it has issued by itself is left', async () => {
    const { certificates, remarks } = await read('caddy', {
      'certificates/local/a.example.test/a.example.test.crt': 'x',
    })
    expect(certificates).toEqual([])
    expect(remarks.map(({ code }) => code)).toEqual(['internal-issuer'])
  })
})
