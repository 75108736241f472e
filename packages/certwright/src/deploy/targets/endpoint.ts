import { lookAt } from '../look.ts'
import { startTlsFrom, startTlsNames, startTlsProtocols } from '../starttls.ts'
import type { TargetContext } from '../target-context.ts'
import { portOption, targetValues, wrongTargetOption } from '../target-options.ts'
import type { DeployTarget, Endpoint, Installed, TargetKind } from '../target.ts'

export const target = {
  name: 'endpoint',
  summary: {
    en: 'A TLS endpoint that others install at: nothing is written, what it serves is waited for and proven',
    zh: '由他人部署证书的 TLS 端点：不写入任何内容，只等待并验证其提供的证书',
  },
  options: [
    {
      key: 'host',
      summary: {
        en: 'Name or address; each of its addresses is looked at',
        zh: '主机名或地址；会逐一查看其每个地址',
      },
      required: true,
    },
    {
      key: 'port',
      summary: {
        en: 'TCP port; by default 443, or that of the protocol',
        zh: 'TCP 端口；默认 443 或所用协议的端口',
      },
    },
    {
      key: 'servername',
      summary: {
        en: 'Name to ask for (SNI); by default the host',
        zh: '请求的名称（SNI）；默认为主机名',
      },
    },
    {
      key: 'starttls',
      summary: {
        en: `Protocol in which TLS is asked for: ${startTlsNames.join(', ')}; by default TLS is spoken from the first octet`,
        zh: `用于请求 TLS 的协议：${startTlsNames.join('、')}；默认从一开始就使用 TLS`,
      },
    },
  ],
  keyTypes: ['ec256', 'ec384', 'rsa2048', 'rsa3072', 'rsa4096'],
  permissions: [],
} as const satisfies TargetKind

/** Watches an endpoint. What it does not show is no error but an answer. */
export function create(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
): DeployTarget {
  const endpoint = endpointFrom(targetValues(target, values, context))
  return {
    watches: true,

    async read(signal, wanted) {
      if (!wanted) return undefined
      const seen = await lookAt(endpoint, { wanted, signal })
      const fingerprints = new Set(seen.map(({ served }) => served?.fingerprint))
      const [fingerprint] = fingerprints
      if (fingerprints.size === 1) return fingerprint === undefined ? undefined : { fingerprint }
      return {
        parts: seen.map(({ address, served }) => ({
          resource: address ?? endpoint.host,
          ...(served && { installed: installedOf(served) }),
        })),
      }
    },

    async write(_, signal) {
      signal?.throwIfAborted()
    },

    async endpoints() {
      return [endpoint]
    },
  }
}

function installedOf({
  fingerprint,
  notAfter,
}: Required<Pick<Installed, 'fingerprint' | 'notAfter'>>) {
  return { fingerprint, notAfter }
}

function endpointFrom({
  host,
  port,
  servername = host,
  starttls: name,
}: {
  readonly host: string
  readonly port?: string | undefined
  readonly servername?: string | undefined
  readonly starttls?: string | undefined
}): Endpoint {
  const starttls = name === undefined ? undefined : startTlsFrom(name)
  if (name !== undefined && starttls === undefined) {
    throw wrongTargetOption(target.name, 'starttls', startTlsNames.join(' | '))
  }
  const usual = starttls ? startTlsProtocols[starttls].port : 443
  return {
    host,
    port: portOption(target.name, 'port', port, usual),
    servername,
    ...(starttls && { starttls }),
  }
}
