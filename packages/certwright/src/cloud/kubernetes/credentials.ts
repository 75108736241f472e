import { readFile } from 'node:fs/promises'
import { momentOf } from '@certwright/acme'
import { CertwrightError } from '../../runtime/error.ts'
import type { Host } from '../../runtime/host.ts'
import { lastLines, runProgram } from '../../runtime/program.ts'
import { redact } from '../../runtime/redaction.ts'
import { Secret } from '../../runtime/secret.ts'
import type { ClientCertificate, Cluster, ExecCredentialPlugin } from './kubeconfig.ts'

/** What one call shows of who we are. */
export interface Credentials {
  readonly token?: Secret
  readonly certificate?: ClientCertificate
}

export interface CredentialsContext {
  readonly host: Pick<Host, 'now'>
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Gives the credentials of a cluster's user; `renew` where those that were given last have been refused. */
export type CredentialSource = (renew: boolean, signal?: AbortSignal) => Promise<Credentials>

/** Tokens of files are read anew each time, a plugin's answer is kept for as long as it says. */
export function credentialSource(cluster: Cluster, context: CredentialsContext): CredentialSource {
  const { token, tokenFile, certificate, exec } = cluster.user
  let kept: (Credentials & { readonly until: number }) | undefined
  return async (renew, signal) => {
    if (exec) {
      if (renew || !kept || kept.until <= context.host.now()) {
        kept = await pluginCredentials(exec, cluster, context, signal)
      }
      return kept
    }
    if (token) return { token, ...(certificate && { certificate }) }
    if (tokenFile !== undefined) {
      const text = await readFile(tokenFile, 'utf8').catch((cause: NodeJS.ErrnoException) => {
        const params = { path: tokenFile, reason: cause.code ?? '-' }
        throw new CertwrightError('KUBECONFIG_NOT_CONFORM', params, { cause })
      })
      return { token: new Secret(text.trim()) }
    }
    return certificate ? { certificate } : {}
  }
}

/** What a plugin prints: ExecCredential. */
interface ExecCredential {
  readonly kind?: string
  readonly apiVersion?: string
  readonly status?: {
    readonly token?: string
    readonly clientCertificateData?: string
    readonly clientKeyData?: string
    /** RFC 3339. */
    readonly expirationTimestamp?: string
  }
}

/** Programs that log in may have to ask somebody far away. */
const pluginTimeoutMs = 60_000

async function pluginCredentials(
  { apiVersion, command, args, env, installHint }: ExecCredentialPlugin,
  cluster: Cluster,
  context: CredentialsContext,
  signal: AbortSignal | undefined,
): Promise<Credentials & { readonly until: number }> {
  // "interactive: false" and the cluster, for plugins that serve several.
  const spec = {
    interactive: false,
    cluster: {
      server: cluster.server,
      ...(cluster.ca !== undefined && {
        'certificate-authority-data': Buffer.from(cluster.ca).toString('base64'),
      }),
    },
  }
  const info = JSON.stringify({ kind: 'ExecCredential', apiVersion, spec })
  const options = {
    env: { ...context.env, ...env, KUBERNETES_EXEC_INFO: info },
    timeoutMs: pluginTimeoutMs,
    signal,
  }
  const { exit, stdout, stderr } = await runProgram([command, ...args], options)
  const failed = (reason: string): CertwrightError =>
    new CertwrightError('KUBERNETES_PLUGIN_FAILED', { command, reason, hint: installHint ?? '-' })
  if (exit !== 0) throw failed(`${exit}: ${lastLines(redact(stderr)) || '-'}`)
  const { status } = credentialFrom(stdout, apiVersion) ?? {}
  const { token, clientCertificateData: certPem, clientKeyData, expirationTimestamp } = status ?? {}
  if (token === undefined && (certPem === undefined || clientKeyData === undefined)) {
    throw failed('≠ ExecCredential')
  }
  return {
    ...(token !== undefined && { token: new Secret(token) }),
    ...(certPem !== undefined &&
      clientKeyData !== undefined && {
        certificate: { certPem, keyPem: new Secret(clientKeyData) },
      }),
    until: momentOf(expirationTimestamp ?? '') ?? Number.POSITIVE_INFINITY,
  }
}

function credentialFrom(text: string, apiVersion: string): ExecCredential | undefined {
  try {
    const credential = JSON.parse(text) as ExecCredential
    const { kind, apiVersion: version } = credential
    return kind === 'ExecCredential' && version === apiVersion ? credential : undefined
  } catch {
    return undefined
  }
}
