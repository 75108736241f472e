import { X509Certificate } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { startPebble, type Pebble } from './pebble.ts'
import { certwright, describeWith, peer, run, temporaryFolder } from './peer.ts'

const hook = fileURLToPath(new URL('challtestsrv-hook.mjs', import.meta.url))

const challenges: Readonly<Record<string, (pebble: Pebble) => string[]>> = {
  'http-01': ({ httpPort }) => ['--challenge', 'http-01', '--http-port', String(httpPort)],
  'tls-alpn-01': ({ tlsPort }) => ['--challenge', 'tls-alpn-01', '--tls-port', String(tlsPort)],
  'dns-01': ({ dns }) => [
    '--dns',
    'exec',
    '--dns-option',
    `program=${hook}`,
    '--resolver',
    dns,
    '--no-propagation-check',
  ],
}

async function issue(
  pebble: Pebble,
  challenge: string,
  names: readonly string[],
  state = join(temporaryFolder(), 'state'),
): Promise<string> {
  const out = join(temporaryFolder(), 'out')
  await certwright(
    [
      'issue',
      ...names,
      '--issuer',
      pebble.directoryUrl,
      '--ca-file',
      pebble.caFile,
      '--agree-tos',
      '--state',
      state,
      '--out',
      out,
      ...(challenges[challenge]?.(pebble) ?? []),
    ],
    { env: { CHALLTESTSRV: pebble.controlUrl } },
  )
  return out
}

/** OpenSSL's own word that the chain leads to Pebble's root and that the key is the leaf's. */
async function proven(pebble: Pebble, out: string): Promise<X509Certificate> {
  const file = (name: string): string => join(out, 'current', name)
  const root = join(out, 'issuing-root.pem')
  writeFileSync(root, await pebble.issuingRoot())
  const verified = await run(peer('openssl'), [
    'verify',
    '-CAfile',
    root,
    '-untrusted',
    file('chain.pem'),
    file('cert.pem'),
  ])
  expect(verified.stdout + verified.stderr).toContain(': OK')
  const leaf = new X509Certificate(readFileSync(file('cert.pem')))
  const publicKey = await run(peer('openssl'), ['pkey', '-in', file('privkey.pem'), '-pubout'])
  expect(publicKey.stdout).toBe(leaf.publicKey.export({ type: 'spki', format: 'pem' }))
  return leaf
}

describeWith(
  ['pebble', 'pebble-challtestsrv', 'openssl'],
  'our command against Pebble, strict',
  () => {
    it.each(
      ['http-01', 'dns-01', 'tls-alpn-01'].flatMap((challenge) =>
        [0, 15, 50].flatMap((nonceReject) =>
          [0, 100].map((authorizationReuse) => ({ challenge, nonceReject, authorizationReuse })),
        ),
      ),
    )(
      'issues two names by $challenge with $nonceReject % of nonces refused and $authorizationReuse % of authorizations reused',
      async ({ challenge, nonceReject, authorizationReuse }) => {
        const pebble = await startPebble({ nonceReject, authorizationReuse })
        const leaf = await proven(pebble, await issue(pebble, challenge, ['one.test', 'two.test']))
        expect(leaf.subjectAltName?.split(', ').sort()).toEqual(['DNS:one.test', 'DNS:two.test'])
      },
    )

    it('issues an apex and its wildcard together by dns-01', async () => {
      const pebble = await startPebble()
      const leaf = await proven(pebble, await issue(pebble, 'dns-01', ['apex.test', '*.apex.test']))
      expect(leaf.subjectAltName?.split(', ').sort()).toEqual(['DNS:*.apex.test', 'DNS:apex.test'])
    })

    it('renews, revokes, and is told by the CA that it is revoked', async () => {
      const pebble = await startPebble({ nonceReject: 15 })
      const state = join(temporaryFolder(), 'state')
      const out = await issue(pebble, 'http-01', ['life.test'], state)
      const first = await proven(pebble, out)
      await certwright(['renew', 'life.test', '--force', '--state', state])
      const second = await proven(pebble, out)
      expect(second.serialNumber).not.toBe(first.serialNumber)
      await certwright(['revoke', 'life.test', '--reason', 'superseded', '--state', state])
      const { json } = await certwright(['show', 'life.test', '--state', state])
      expect(JSON.stringify(json)).toMatch(/revoked/i)
    })

    it('shows, changes and deactivates its account', async () => {
      const pebble = await startPebble()
      const state = join(temporaryFolder(), 'state')
      const issuer = ['--issuer', pebble.directoryUrl, '--state', state]
      await certwright([
        ...['account', 'create', ...issuer, '--ca-file', pebble.caFile],
        ...['--agree-tos', '--email', 'a@example.test'],
      ])
      await certwright(['account', 'update', ...issuer, '--email', 'b@example.test'])
      expect(JSON.stringify((await certwright(['account', 'show', ...issuer])).json)).toContain(
        'b@example.test',
      )
      const { json } = await certwright(['account', 'deactivate', ...issuer, '--yes'])
      expect(JSON.stringify(json)).toContain('deactivated')
    })
  },
)
