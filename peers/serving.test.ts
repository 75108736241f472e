import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { installVersion, observe } from '../packages/certwright/src/deploy/install.ts'
import { served } from '../packages/certwright/src/deploy/served.ts'
import type { DeployTarget, Endpoint } from '../packages/certwright/src/deploy/target.ts'
import { targetModule, targets } from '../packages/certwright/src/deploy/targets/registry.ts'
import {
  verifyInstallation,
  type VerifiedInstallation,
} from '../packages/certwright/src/deploy/verify-installation.ts'
import { systemHost } from '../packages/certwright/src/runtime/host.ts'
import type { CertificateBundle } from '../packages/certwright/src/x509/bundle.ts'
import { describe as described } from '../packages/certwright/src/x509/certificate.ts'
import { bundleOf, day, ecKey, issue, rsaKey } from '../packages/certwright/test/x509/issued.ts'
import { describeWith } from './peer.ts'
import * as servers from './servers.ts'
import type { PeerServer } from './servers.ts'

const now = Date.now()
const valid = { notBefore: now - day, notAfter: now + 30 * day }
const root = issue({ subject: 'Root', ca: true, ...valid })
const issuer = issue({ subject: 'Issuing', by: root, ca: true, ...valid })
const servername = 'www.example.test'

function bundle(serial: number, key = ecKey()): CertificateBundle {
  const leaf = issue({ names: [servername], by: issuer, serial: [serial], key, ...valid })
  return bundleOf([leaf, issuer])
}

const [first, second, third] = [bundle(1), bundle(2, rsaKey()), bundle(3)]
const context = { host: systemHost, env: process.env }

async function targetOf(
  { name, values }: PeerServer,
  more: Readonly<Record<string, string>> = {},
): Promise<DeployTarget> {
  const { create } = await targetModule(name, targets)
  return create({ ...values, ...more }, context)
}

function endpointsOf({ ports }: PeerServer): readonly Endpoint[] {
  return ports.map((port) => ({ host: '127.0.0.1', servername, ...port }))
}

/** A server that serves the first certificate. */
async function serving(make: () => Promise<PeerServer>): Promise<PeerServer> {
  const server = await make()
  const target = await targetOf(server, { check: 'none', reload: 'none' })
  await target.write(first)
  await server.begin()
  // One that takes connections may not have read all of its configuration yet.
  await expect
    .poll(async () => shown(server).catch(() => []), { timeout: 20_000 })
    .toEqual(everywhere(server, first))
  return server
}

async function shown(server: PeerServer): Promise<readonly string[]> {
  const all = await Promise.all(
    endpointsOf(server).map(async (endpoint) => served({ ...endpoint, ca: root.pem })),
  )
  return all.map(({ fingerprint, authorized, authorizationError }) =>
    authorized ? fingerprint : String(authorizationError),
  )
}

function fingerprintOf({ chainPem }: CertificateBundle): string {
  return described(chainPem).fingerprint
}

/** Everywhere that the server serves, this one alone. */
function everywhere(server: PeerServer, wanted: CertificateBundle): readonly string[] {
  return server.ports.map(() => fingerprintOf(wanted))
}

async function installed(
  server: PeerServer,
  wanted: CertificateBundle,
  { deadlineMs = 20_000, ...more }: { readonly deadlineMs?: number; readonly reload?: string } = {},
): Promise<VerifiedInstallation & { readonly commands: readonly string[] }> {
  const endpoints = endpointsOf(server)
  const target = await targetOf(server, more)
  const options = { target, bundle: wanted, host: systemHost, endpoints, ca: root.pem, deadlineMs }
  const { commands = [], ...observation } = await installVersion(options)
  const verified = verifyInstallation(observation, Date.now(), { former: [first, second] })
  return { ...verified, commands: commands.map(({ command }) => command) }
}

const reloading = [
  ['nginx', servers.nginx, ['nginx']],
  ['apache', servers.apache, ['apache2']],
  ['haproxy', servers.haproxy, ['haproxy']],
  ['postfix', servers.postfix, ['postfix']],
  ['dovecot', servers.dovecot, ['dovecot', 'doveconf', 'doveadm']],
  ['postgresql', servers.postgresql, ['postgres', 'initdb', 'pg_ctl']],
  ['prosody', servers.prosody, ['prosody']],
] as const

describeWith(
  reloading.flatMap(([, , programs]) => programs),
  'a real server',
  () => {
    it.each(reloading)('%s serves what is installed while it runs', async (_, make) => {
      const server = await serving(make)
      expect(await shown(server)).toEqual(everywhere(server, first))
      const verified = await installed(server, second)
      expect(verified).toMatchObject({ proven: true, target: 'current' })
      expect(await shown(server)).toEqual(everywhere(server, second))
    })

    it.each(reloading)('%s that is not reloaded is found out, and repaired', async (_, make) => {
      const server = await serving(make)
      // A reload that says that it has happened.
      const lied = await installed(server, second, { reload: 'true', deadlineMs: 1500 })
      expect(lied).toMatchObject({ proven: false, target: 'current' })
      for (const { verdict } of lied.endpoints) expect(verdict).toBe('former-version')
      const target = await targetOf(server)
      const look = { target, wanted: second, endpoints: endpointsOf(server), ca: root.pem }
      const looked = verifyInstallation(await observe(look), Date.now(), { former: [first] })
      expect(looked).toMatchObject({ proven: false, settling: false })
      const repaired = await installed(server, second)
      expect(repaired).toMatchObject({ proven: true, commands: [server.values['reload']] })
      expect(await shown(server)).toEqual(everywhere(server, second))
    })
  },
)

describeWith(['nginx', 'apache2', 'haproxy', 'dovecot'], 'a real check', () => {
  it.each([
    ['nginx', servers.nginx],
    ['apache', servers.apache],
    ['haproxy', servers.haproxy],
    ['dovecot', servers.dovecot],
  ] as const)(
    'of %s that refuses leaves the former files, and the server as it was',
    async (_, make) => {
      const server = await serving(make)
      const directory = server.values['directory'] ?? ''
      const before = keysIn(directory)
      const mend = servers.breakConfig(server)
      await expect(installed(server, third)).rejects.toMatchObject({ code: 'TARGET_CHECK_FAILED' })
      expect(keysIn(directory)).toEqual(before)
      mend()
      expect(await shown(server)).toEqual(everywhere(server, first))
      expect(await installed(server, third)).toMatchObject({ proven: true })
    },
  )

  it('is followed by a reload that fails, and then the former files are served', async () => {
    const server = await serving(servers.nginx)
    const before = keysIn(server.values['directory'] ?? '')
    await expect(installed(server, third, { reload: 'false' })).rejects.toMatchObject({
      code: 'TARGET_RELOAD_FAILED_TWICE',
      params: { exit: 1, again: 1 },
    })
    expect(keysIn(server.values['directory'] ?? '')).toEqual(before)
    expect(await shown(server)).toEqual(everywhere(server, first))
  })
})

function keysIn(directory: string): readonly string[] {
  return ['privkey.pem', 'certificate.pem'].flatMap((name) => {
    try {
      return [readFileSync(join(directory, name), 'utf8')]
    } catch {
      return []
    }
  })
}

describeWith(['slapd'], 'a real LDAP server', () => {
  it('shows its certificate after StartTLS', async () => {
    const server = await serving(servers.slapd)
    const target = await targetOf(server)
    const look = { target, wanted: first, endpoints: endpointsOf(server), ca: root.pem }
    expect(verifyInstallation(await observe(look), Date.now())).toMatchObject({ proven: true })
  })
})
