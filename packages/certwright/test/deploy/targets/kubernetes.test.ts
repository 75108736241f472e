import { createPrivateKey, X509Certificate } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { isCertificate } from '../../../src/deploy/installed.ts'
import type { DeployTarget } from '../../../src/deploy/target.ts'
import { create } from '../../../src/deploy/targets/kubernetes.ts'
import { systemHost, type Host } from '../../../src/runtime/host.ts'
import { deployTargetSuite } from '../../../src/testing/index.ts'
import { apiServer, type ApiServer } from '../../cloud/kubernetes/api-server.ts'
import { bundleOf, issue } from '../../x509/issued.ts'
import { fingerprintOf, renewals } from './account.ts'

const key = 'web/site'
const bundles = renewals(['www.example.com'])

/** A clock that leaps over every wait. */
function leaping(): Host {
  let time = Date.now()
  return {
    ...systemHost,
    now: () => time,
    random: () => 0.5,
    sleep: async (ms) => void (time += ms),
  }
}

interface World {
  readonly api: ApiServer
  readonly folder: string
  readonly host: Host
  /** The target with these options, by a user of the kubeconfig that is so described. */
  readonly target: (more?: Readonly<Record<string, string>>, user?: object) => DeployTarget
  readonly close: () => Promise<void>
}

async function world(): Promise<World> {
  const api = await apiServer()
  const folder = mkdtempSync(join(tmpdir(), 'kubernetes '))
  const host = leaping()
  return {
    api,
    folder,
    host,
    target(more = {}, user = { token: 'token-1' }) {
      const path = join(folder, 'config')
      const config = {
        'current-context': 'c',
        contexts: [{ name: 'c', context: { cluster: 'k', user: 'u', namespace: 'web' } }],
        clusters: [
          {
            name: 'k',
            cluster: {
              server: api.server,
              'certificate-authority-data': Buffer.from(api.caPem).toString('base64'),
            },
          },
        ],
        users: [{ name: 'u', user }],
      }
      writeFileSync(path, JSON.stringify(config))
      return create({ secret: 'site', kubeconfig: path, ...more }, { host, env: process.env })
    },
    async close() {
      await api[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true })
    },
  }
}

async function made(): Promise<World> {
  const it = await world()
  onTestFinished(async () => it.close())
  return it
}

function dataOf({ secrets }: ApiServer, name: string): string {
  return Buffer.from(secrets.get(key)?.data[name] ?? '', 'base64').toString()
}

function held(api: ApiServer): string | undefined {
  if (!api.secrets.has(key)) return undefined
  const certificate = new X509Certificate(dataOf(api, 'tls.crt'))
  if (!certificate.checkPrivateKey(createPrivateKey(dataOf(api, 'tls.key')))) return 'another key'
  return certificate.fingerprint256.replaceAll(':', '').toLowerCase()
}

const theirs = { type: 'Opaque', data: { password: 'c2VjcmV0' } }

describe('kubernetes: a TLS Secret', () => {
  deployTargetSuite({
    test: it,
    async world() {
      const { api, target, host, close } = await world()
      api.create('web/theirs', theirs)
      return {
        target,
        refused: () => {
          api.repeat()
          return target()
        },
        host,
        bundle: bundles,
        held: () => held(api),
        wasOff: () => false,
        others: () => structuredClone(api.secrets.get('web/theirs')),
        count: () => api.secrets.size,
        secrets: ['token-1', Buffer.from(bundles(0).privateKey.reveal()).toString('base64')],
        close,
      }
    },
  })

  it.each([
    ['secret', '../../x'],
    ['secret', 'UPPER'],
    ['namespace', 'a/b'],
    ['take-over', 'yes'],
  ])('refuses %s=%s', (option, value) => {
    expect(() => create({ secret: 's', [option]: value }, { host: systemHost, env: {} })).toThrow(
      expect.objectContaining({ code: 'TARGET_OPTION_NOT_CONFORM' }),
    )
  })

  it('is made by server-side apply with a field manager, and applied again without a change', async () => {
    const { api, target } = await made()
    await target().write(bundles(0))
    expect(api.calls).toEqual([
      'PATCH /api/v1/namespaces/web/secrets/site?fieldManager=certwright&force=false&fieldValidation=Strict',
    ])
    const secret = api.secrets.get(key)
    expect(secret).toMatchObject({
      type: 'kubernetes.io/tls',
      metadata: { labels: { 'app.kubernetes.io/managed-by': 'certwright' } },
    })
    const { resourceVersion } = secret?.metadata ?? {}
    await target().write(bundles(0))
    expect(api.secrets.get(key)?.metadata.resourceVersion).toBe(resourceVersion)
    expect(dataOf(api, 'tls.crt')).toBe(bundles(0).chainPem)
  })

  it('is put into another namespace where one is named', async () => {
    const { api, target } = await made()
    await target({ namespace: 'edge' }).write(bundles(0))
    expect([...api.secrets.keys()]).toEqual(['edge/site'])
  })

  it('leaves what others have added to it', async () => {
    const { api, target } = await made()
    await target().write(bundles(0))
    api.edit(key, 'reflector', { 'ca.crt': 'Q0E=' })
    await target().write(bundles(1))
    expect(held(api)).toBe(fingerprintOf(bundles(1)))
    expect(api.secrets.get(key)?.data['ca.crt']).toBe('Q0E=')
  })

  it('is not taken from another who has written it, but where that is asked for', async () => {
    const { api, target } = await made()
    await target().write(bundles(0))
    const other = Buffer.from(bundleOf([issue({})]).chainPem).toString('base64')
    api.edit(key, 'kubectl-edit', { 'tls.crt': other })
    const drifted = await target().read(undefined, bundles(0))
    expect(drifted && isCertificate(drifted, bundles(0))).toBe(false)
    await expect(target().write(bundles(0))).rejects.toMatchObject({
      code: 'KUBERNETES_CONFLICT',
      params: { managers: 'kubectl-edit' },
    })
    await target({ 'take-over': 'true' }).write(bundles(0))
    expect(held(api)).toBe(fingerprintOf(bundles(0)))
    await target().write(bundles(1))
    expect(held(api)).toBe(fingerprintOf(bundles(1)))
  })

  it('has the wanted certificate only with its key and its chain', async () => {
    const { api, target } = await made()
    await target().write(bundles(0))
    const [leaf = ''] = /^[^]*?END CERTIFICATE-----\n/.exec(bundles(0).chainPem) ?? []
    const stranger = issue({ subject: 'Stranger', ca: true })
    for (const data of [
      { 'tls.key': bundleOf([issue({})]).privateKey.reveal() },
      { 'tls.key': 'no key' },
      { 'tls.key': bundles(0).privateKey.reveal(), 'tls.crt': leaf + stranger.pem },
    ]) {
      const encoded = Object.entries(data).map(([name, text]) => [
        name,
        Buffer.from(text).toString('base64'),
      ])
      api.edit(key, 'hand', Object.fromEntries(encoded) as Record<string, string>)
      const installed = await target().read(undefined, bundles(0))
      expect(installed && isCertificate(installed, bundles(0))).toBe(false)
    }
    api.edit(key, 'hand', { 'tls.crt': '' })
    expect(await target().read(undefined, bundles(0))).toBeUndefined()
  })

  it.each([
    ['an Opaque one of the same name', theirs, 'type'],
    ['an immutable one', { type: 'kubernetes.io/tls', data: {}, immutable: true }, 'immutable'],
  ])('is refused over %s, in the words of the API', async (_, secret, word) => {
    const { api, target } = await made()
    api.create(key, secret)
    await expect(target().write(bundles(0))).rejects.toMatchObject({
      code: 'KUBERNETES_REFUSED',
      params: { code: 422, reason: 'Invalid', message: expect.stringContaining(word) as string },
    })
  })

  it('is deleted as it was read, and only where we made it', async () => {
    const { api, target } = await made()
    await target().write(bundles(0))
    const installed = { fingerprint: fingerprintOf(bundles(0)) }
    await target().remove?.({ fingerprint: fingerprintOf(bundles(1)) })
    expect(api.secrets.has(key)).toBe(true)
    await target().remove?.(installed)
    expect(api.secrets.has(key)).toBe(false)
    await target().remove?.(installed)
    const data = { 'tls.crt': bundles(0).chainPem, 'tls.key': bundles(0).privateKey.reveal() }
    const encoded = Object.entries(data).map(([name, text]) => [
      name,
      Buffer.from(text).toString('base64'),
    ])
    api.create(key, { type: 'kubernetes.io/tls', data: Object.fromEntries(encoded) as never })
    await expect(target().remove?.(installed)).rejects.toMatchObject({
      code: 'KUBERNETES_CONFLICT',
    })
    expect(api.secrets.has(key)).toBe(true)
  })
})

describe('kubernetes: who we are', () => {
  it('is told by a client certificate', async () => {
    const { api, target } = await made()
    const { certPem, keyPem } = api.client
    const user = {
      'client-certificate-data': Buffer.from(certPem).toString('base64'),
      'client-key-data': Buffer.from(keyPem).toString('base64'),
    }
    await target({}, user).write(bundles(0))
    expect(held(api)).toBe(fingerprintOf(bundles(0)))
  })

  it('is told by a token in a file, which is read anew', async () => {
    const { api, target, folder } = await made()
    const tokenFile = join(folder, 'token')
    writeFileSync(tokenFile, 'token-1\n')
    const made1 = target({}, { tokenFile })
    await made1.write(bundles(0))
    api.take('token-2')
    writeFileSync(tokenFile, 'token-2\n')
    await made1.write(bundles(1))
    expect(held(api)).toBe(fingerprintOf(bundles(1)))
  })

  it('is told by a plugin, which is asked again when its answer is refused', async () => {
    const { api, target, folder } = await made()
    const plugin = join(folder, 'login')
    const asked = join(folder, 'asked')
    writeFileSync(
      plugin,
      `#!/bin/sh
echo "$1 $MODE $KUBERNETES_EXEC_INFO" >> '${asked}'
echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"token-'$(wc -l < '${asked}')'"}}'
`,
    )
    chmodSync(plugin, 0o755)
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: './login',
      args: ['get'],
      env: [{ name: 'MODE', value: 'test' }],
    }
    api.take('token-2')
    await target({}, { exec }).write(bundles(0))
    const lines = readFileSync(asked, 'utf8').trim().split('\n')
    expect(lines).toHaveLength(2)
    expect(lines[0]).toMatch(/^get test /)
    const info = JSON.parse((lines[0] ?? '').slice('get test '.length)) as object
    expect(info).toMatchObject({
      kind: 'ExecCredential',
      spec: { interactive: false, cluster: { server: api.server } },
    })
  })

  it.each([
    ['exit 3', '3: sorry'],
    ['echo "{}"', '≠ ExecCredential'],
  ])('is unknown where the plugin does: %s', async (body, reason) => {
    const { target, folder } = await made()
    const plugin = join(folder, 'login')
    writeFileSync(plugin, `#!/bin/sh\necho sorry >&2\n${body}\n`)
    chmodSync(plugin, 0o755)
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: plugin,
      installHint: 'see the wiki',
    }
    await expect(target({}, { exec }).write(bundles(0))).rejects.toMatchObject({
      code: 'KUBERNETES_PLUGIN_FAILED',
      params: { reason, hint: 'see the wiki' },
    })
  })

  it('is told apart from what we may not do, and from a cluster that is not there', async () => {
    const { api, target, host } = await made()
    await expect(target({}, { token: 'wrong' }).write(bundles(0))).rejects.toMatchObject({
      code: 'KUBERNETES_UNAUTHORIZED',
    })
    await expect(target({ namespace: 'forbidden' }).write(bundles(0))).rejects.toMatchObject({
      code: 'KUBERNETES_FORBIDDEN',
      params: { message: expect.stringContaining('cannot PATCH') as string },
    })
    const before = host.now()
    const gone = target()
    await api[Symbol.asyncDispose]()
    await expect(gone.write(bundles(0))).rejects.toMatchObject({ code: 'KUBERNETES_UNREACHABLE' })
    expect(host.now()).toBeGreaterThan(before)
  })

  it('is not believed by a server whose certificate is of another CA', async () => {
    const { target, folder } = await made()
    const path = join(folder, 'config')
    target()
    const config = JSON.parse(readFileSync(path, 'utf8')) as {
      clusters: [{ cluster: { 'certificate-authority-data': string } }]
    }
    const stranger = issue({ subject: 'Stranger', ca: true })
    config.clusters[0].cluster['certificate-authority-data'] = Buffer.from(stranger.pem).toString(
      'base64',
    )
    writeFileSync(path, JSON.stringify(config))
    const made1 = create({ secret: 'site', kubeconfig: path }, { host: leaping(), env: {} })
    await expect(made1.write(bundles(0))).rejects.toMatchObject({ code: 'KUBERNETES_UNREACHABLE' })
  })

  it('waits out a server in trouble, but not for ever', async () => {
    const { api, target } = await made()
    api.fail(503, 429, 500)
    await target().write(bundles(0))
    expect(held(api)).toBe(fingerprintOf(bundles(0)))
    api.fail(...Array.from({ length: 10 }, () => 503))
    await expect(target().read()).rejects.toMatchObject({ code: 'KUBERNETES_BUSY' })
  })
})
