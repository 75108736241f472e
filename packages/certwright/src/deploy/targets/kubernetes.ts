import { kubernetesClient, type KubernetesClient } from '../../cloud/kubernetes/client.ts'
import { clusterFrom } from '../../cloud/kubernetes/kubeconfig.ts'
import { CertwrightError } from '../../runtime/error.ts'
import { Secret } from '../../runtime/secret.ts'
import type { CertificateBundle } from '../../x509/bundle.ts'
import { keyPairOf } from '../../x509/verify-bundle.ts'
import { installedChain, isSameCertificate } from '../installed.ts'
import type { TargetContext } from '../target-context.ts'
import { choiceOption, targetValues, wrongTargetOption } from '../target-options.ts'
import type { DeployTarget, Installed, TargetKind, Wanted } from '../target.ts'
import { fileKeyTypes } from './files/files-target.ts'

export const target = {
  name: 'kubernetes',
  summary: {
    en: 'A TLS Secret of a Kubernetes cluster, for Ingress, Gateway and pods',
    zh: 'Kubernetes 集群中的 TLS Secret，供 Ingress、Gateway 和 Pod 使用',
  },
  options: [
    {
      key: 'secret',
      summary: {
        en: 'Name of the Secret; made where it is not there',
        zh: 'Secret 名称；不存在时创建',
      },
      required: true,
    },
    {
      key: 'namespace',
      summary: {
        en: 'Namespace of it; by default that of the context',
        zh: '所在命名空间；默认为上下文的命名空间',
      },
    },
    {
      key: 'kubeconfig',
      summary: {
        en: 'File that says how to reach the cluster; by default $KUBECONFIG, then ~/.kube/config, then what a pod is given',
        zh: '集群访问配置文件；默认依次为 $KUBECONFIG、~/.kube/config、Pod 自带的凭据',
      },
    },
    {
      key: 'context',
      summary: {
        en: 'Context of the kubeconfig; by default the current one',
        zh: 'kubeconfig 中的上下文；默认为当前上下文',
      },
    },
    {
      key: 'take-over',
      summary: {
        en: 'true: replaces what another field manager has written, such as a hand or another tool',
        zh: 'true：覆盖其他字段管理者（人工或其他工具）写入的内容',
      },
    },
  ],
  keyTypes: fileKeyTypes,
  permissions: [],
} as const satisfies TargetKind

/** Of a Secret, what is used. */
interface TlsSecret {
  readonly metadata?: {
    readonly uid?: string
    readonly resourceVersion?: string
    readonly managedFields?: ReadonlyArray<{
      readonly manager?: string
      readonly operation?: string
    }>
  }
  readonly data?: { readonly 'tls.crt'?: string; readonly 'tls.key'?: string }
}

/** Whose the fields are that we write. */
const fieldManager = 'certwright'

/** RFC 1123 labels and subdomains, which are all that the API takes in a path of ours. */
const nameForm = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/

/** Keeps a TLS Secret by server-side apply. API version v1. */
export function create(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
): DeployTarget {
  const set = targetValues(target, values, context)
  for (const option of ['secret', 'namespace'] as const) {
    if (set[option] !== undefined && !nameForm.test(set[option])) {
      throw wrongTargetOption(target.name, option, '[a-z0-9.-]+')
    }
  }
  const takeOver = choiceOption(target.name, 'take-over', set['take-over'], ['false', 'true'])
  const place = async (): Promise<Place> => {
    const { kubeconfig: path, context: name } = set
    const cluster = await clusterFrom({ path, context: name, env: context.env })
    const namespace = set.namespace ?? cluster.namespace
    return {
      call: kubernetesClient(cluster, context),
      namespace,
      path: `/api/v1/namespaces/${namespace}/secrets/${set.secret}`,
    }
  }

  return {
    async read(signal, wanted) {
      const { call, path } = await place()
      const secret = await call<TlsSecret>({ method: 'GET', path }, signal)
      return secret && installedIn(secret, wanted)
    },

    async write(bundle, signal) {
      signal?.throwIfAborted()
      const { call, path, namespace } = await place()
      await call(
        {
          method: 'PATCH',
          path,
          query: { fieldManager, force: takeOver, fieldValidation: 'Strict' },
          // JSON is YAML.
          contentType: 'application/apply-patch+yaml',
          body: tlsSecret(set.secret, namespace, bundle),
          secrets: [new Secret(base64(bundle.privateKey.reveal()))],
        },
        signal,
      )
    },

    async remove(installed, signal) {
      const { call, path } = await place()
      const secret = await call<TlsSecret>({ method: 'GET', path }, signal)
      const held = secret && installedIn(secret)
      if (!secret || !held || isSameCertificate(held, installed) !== true) return
      if (!isOurs(secret)) throw notOurs(path)
      const { uid, resourceVersion } = secret.metadata ?? {}
      await call({ method: 'DELETE', path, body: deletion({ uid, resourceVersion }) }, signal)
    },
  }
}

interface Place {
  readonly call: KubernetesClient
  readonly namespace: string
  readonly path: string
}

function tlsSecret(name: string, namespace: string, { chainPem, privateKey }: CertificateBundle) {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, labels: { 'app.kubernetes.io/managed-by': fieldManager } },
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': base64(chainPem), 'tls.key': base64(privateKey.reveal()) },
  }
}

/** Deletes what was read, and nothing that has come in its place. */
function deletion(preconditions: object): object {
  return { kind: 'DeleteOptions', apiVersion: 'v1', preconditions }
}

/** `undefined` where it holds no certificate that can be read. */
function installedIn({ data = {} }: TlsSecret, wanted?: Wanted): Installed | undefined {
  const chainPem = Buffer.from(data['tls.crt'] ?? '', 'base64').toString('utf8')
  const privateKey = new Secret(Buffer.from(data['tls.key'] ?? '', 'base64').toString('utf8'))
  try {
    return installedChain(chainPem, wanted, hasItsKey({ chainPem, privateKey }) ? [] : ['tls.key'])
  } catch (error) {
    if (error instanceof CertwrightError) return undefined
    throw error
  }
}

function hasItsKey(bundle: CertificateBundle): boolean {
  try {
    keyPairOf(bundle)
    return true
  } catch (error) {
    if (error instanceof CertwrightError) return false
    throw error
  }
}

function isOurs({ metadata }: TlsSecret): boolean {
  return (metadata?.managedFields ?? []).some(
    ({ manager, operation }) => manager === fieldManager && operation === 'Apply',
  )
}

function notOurs(path: string): CertwrightError {
  return new CertwrightError('KUBERNETES_CONFLICT', { path, managers: '?' })
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
