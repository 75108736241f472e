import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { clusterFrom } from '../../../src/cloud/kubernetes/kubeconfig.ts'

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'kube '))
  onTestFinished(() => rmSync(path, { recursive: true }))
  return path
}

function written(text: string, path = join(folder(), 'config')): string {
  writeFileSync(path, text)
  return path
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')

const plain = `
apiVersion: v1
kind: Config
current-context: main
contexts:
- {name: main, context: {cluster: one, user: me, namespace: web}}
- {name: other, context: {cluster: one, user: nobody}}
- {name: broken, context: {cluster: two, user: me}}
clusters:
- name: one
  cluster: {server: 'https://10.0.0.1:6443/', certificate-authority-data: ${base64('CA')}, tls-server-name: api}
users:
- {name: me, user: {token: hunter2}}
- {name: nobody, user: {}}
`

async function from(text: string, context?: string) {
  return clusterFrom({ path: written(text), context, env: {} })
}

const withUser = (user: string): string => plain.replace('{token: hunter2}', user)

describe('a kubeconfig', () => {
  it.each([
    ['KUBECONFIG_NOT_CONFORM', 'a: [', undefined],
    ['KUBECONFIG_NOT_CONFORM', '- 1', undefined],
    ['KUBECONFIG_NOT_CONFORM', plain, 'broken'],
    ['KUBECONFIG_NOT_CONFORM', plain.replace('https://10.0.0.1:6443/', 'nonsense'), undefined],
    ['KUBECONFIG_NOT_CONFORM', withUser('{client-certificate: absent.pem}'), undefined],
    [
      'KUBECONFIG_NOT_CONFORM',
      withUser('{exec: {apiVersion: client.authentication.k8s.io/v1}}'),
      undefined,
    ],
    ['KUBECONFIG_CONTEXT_UNKNOWN', plain, 'absent'],
    ['KUBECONFIG_CONTEXT_UNKNOWN', plain.replace('current-context: main', ''), undefined],
    [
      'KUBECONFIG_NOT_SUPPORTED',
      plain.replace('tls-server-name: api', 'proxy-url: http://p'),
      undefined,
    ],
    ['KUBECONFIG_NOT_SUPPORTED', withUser('{username: a, password: b}'), undefined],
    ['KUBECONFIG_NOT_SUPPORTED', withUser('{auth-provider: {name: gcp}}'), undefined],
    [
      'KUBECONFIG_NOT_SUPPORTED',
      withUser('{exec: {command: x, apiVersion: client.authentication.k8s.io/v1alpha1}}'),
      undefined,
    ],
  ])('is refused with %s', async (code, text, context) => {
    const error: unknown = await from(text, context).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code })
    expect(String(error)).not.toContain('hunter2')
  })

  it('repeats no line of a file that is no YAML', async () => {
    const error: unknown = await from('users:\n- {token: hunter2\n}}').catch(
      (reason: unknown) => reason,
    )
    expect(error).toMatchObject({ code: 'KUBECONFIG_NOT_CONFORM' })
    expect(JSON.stringify(error)).not.toContain('hunter2')
    expect((error as Error).message).not.toContain('hunter2')
  })

  it('leads to the cluster of its current context, or of the one that is named', async () => {
    const cluster = await from(plain)
    expect(cluster).toMatchObject({
      server: 'https://10.0.0.1:6443',
      ca: 'CA',
      servername: 'api',
      insecure: false,
      namespace: 'web',
    })
    expect(cluster.user.token?.reveal()).toBe('hunter2')
    expect(await from(plain, 'other')).toMatchObject({ namespace: 'default', user: {} })
  })

  it('finds files beside itself, certificates and plugins', async () => {
    const path = join(folder(), 'config')
    writeFileSync(join(path, '..', 'c.pem'), 'CERT')
    const user = `{client-certificate: c.pem, client-key-data: ${base64('KEY')}, tokenFile: t, exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: ./login, args: [a, 1], env: [{name: N, value: V}], installHint: get it}}`
    const cluster = await clusterFrom({ path: written(withUser(user), path), env: {} })
    expect(cluster.user).toMatchObject({
      certificate: { certPem: 'CERT' },
      tokenFile: join(path, '..', 't'),
      exec: {
        command: join(path, '..', 'login'),
        args: ['a', '1'],
        env: { N: 'V' },
        installHint: 'get it',
      },
    })
    expect(cluster.user.certificate?.keyPem.reveal()).toBe('KEY')
  })

  it('is several files, of which the first to say a thing is right', async () => {
    const first = written('current-context: other\nusers:\n- {name: me, user: {token: first}}\n')
    const second = written(plain)
    const env = { KUBECONFIG: [first, join(folder(), 'absent'), second].join(delimiter) }
    expect(await clusterFrom({ env })).toMatchObject({ namespace: 'default' })
    const cluster = await clusterFrom({ env, context: 'main' })
    expect(cluster.user.token?.reveal()).toBe('first')
  })

  it('is the user’s own where none is named, and else what a pod is given', async () => {
    const home = folder()
    await expect(clusterFrom({ env: { HOME: home } })).rejects.toMatchObject({
      code: 'KUBECONFIG_NOT_FOUND',
    })
    const account = folder()
    for (const [name, text] of [
      ['ca.crt', 'POD CA'],
      ['namespace', 'pods\n'],
      ['token', 'pod token'],
    ] as const) {
      writeFileSync(join(account, name), text)
    }
    const env = {
      HOME: home,
      KUBERNETES_SERVICE_HOST: 'fd00::1',
      KUBERNETES_SERVICE_PORT: '6443',
      CERTWRIGHT_SERVICE_ACCOUNT: account,
    }
    expect(await clusterFrom({ env })).toMatchObject({
      server: 'https://[fd00::1]:6443',
      ca: 'POD CA',
      namespace: 'pods',
      user: { tokenFile: join(account, 'token') },
    })
    mkdirSync(join(home, '.kube'))
    written(plain, join(home, '.kube', 'config'))
    expect(await clusterFrom({ env })).toMatchObject({ namespace: 'web' })
    await expect(
      clusterFrom({ env: { ...env, KUBECONFIG: join(home, 'absent') } }),
    ).rejects.toMatchObject({ code: 'KUBECONFIG_NOT_FOUND' })
  })
})
