import { request as httpRequest } from 'node:http'
import { request as httpsRequest, type RequestOptions } from 'node:https'
import { retry } from '@certwright/acme'
import { CertwrightError } from '../../runtime/error.ts'
import type { Host } from '../../runtime/host.ts'
import { redact } from '../../runtime/redaction.ts'
import type { Secret } from '../../runtime/secret.ts'
import { credentialSource, type Credentials } from './credentials.ts'
import type { Cluster } from './kubeconfig.ts'

export interface KubernetesCall {
  readonly method: 'GET' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly contentType?: string
  readonly body?: unknown
  /** What of the body must not be found in an error, though the API repeats it. */
  readonly secrets?: readonly Secret[]
}

/** One call of the API; `undefined` where there is no such object. Throws `KUBERNETES_*`. */
export type KubernetesClient = <T>(
  call: KubernetesCall,
  signal?: AbortSignal,
) => Promise<T | undefined>

export interface KubernetesContext {
  readonly host: Host
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Why the API has refused, as its Status objects say it. */
interface Status {
  readonly kind?: string
  readonly message?: string
  readonly reason?: string
  readonly details?: {
    readonly causes?: ReadonlyArray<{ readonly reason?: string; readonly message?: string }>
  }
}

interface Answer {
  readonly status: number
  readonly text: string
  /** That the call was made with. */
  readonly token?: Secret | undefined
}

const timeoutMs = 30_000
/** A Secret has a mebibyte at most, and is half as long again in base64. */
const limitOctets = 4 * 1024 * 1024

/** Calls a cluster's API. What may pass by itself is tried again; credentials that are refused are renewed once. */
export function kubernetesClient(cluster: Cluster, context: KubernetesContext): KubernetesClient {
  const credentials = credentialSource(cluster, context)
  return async <T>(call: KubernetesCall, signal?: AbortSignal) => {
    const once = async (): Promise<Answer> => {
      const first = await exchange(cluster, call, await credentials(false, signal), signal)
      return first.status === 401
        ? exchange(cluster, call, await credentials(true, signal), signal)
        : first
    }
    const answer = await retry(
      async () => {
        const given = await once()
        if (passes.has(given.status)) throw refusal(cluster, call, given)
        return given
      },
      { host: context.host, attempts: 4, deadlineMs: 60_000, signal, retryable: mayPass },
    )
    if (answer.status === 404 && call.method !== 'PATCH') return undefined
    if (answer.status >= 300) throw refusal(cluster, call, answer)
    return JSON.parse(answer.text) as T
  }
}

const passes = new Set([429, 500, 502, 503, 504])

function mayPass(error: unknown): boolean {
  return (
    error instanceof CertwrightError &&
    (error.code === 'KUBERNETES_UNREACHABLE' || error.code === 'KUBERNETES_BUSY')
  )
}

async function exchange(
  cluster: Cluster,
  { method, path, query = {}, contentType, body }: KubernetesCall,
  credentials: Credentials,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const url = new URL(`${cluster.server}${path}`)
  url.search = new URLSearchParams(query).toString()
  const octets = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
  const patience = AbortSignal.timeout(timeoutMs)
  const options: RequestOptions = {
    method,
    headers: {
      accept: 'application/json',
      'user-agent': 'certwright',
      ...(octets && {
        'content-type': contentType ?? 'application/json',
        'content-length': octets.length,
      }),
      ...(credentials.token && { authorization: `Bearer ${credentials.token.reveal()}` }),
    },
    ...(cluster.ca !== undefined && { ca: cluster.ca }),
    ...(cluster.servername !== undefined && { servername: cluster.servername }),
    ...(cluster.insecure && { rejectUnauthorized: false }),
    ...(credentials.certificate && {
      cert: credentials.certificate.certPem,
      key: credentials.certificate.keyPem.reveal(),
    }),
    signal: signal ? AbortSignal.any([signal, patience]) : patience,
    agent: false,
  }
  try {
    const answer = await answerTo(url, options, octets)
    return { ...answer, token: credentials.token }
  } catch (cause) {
    signal?.throwIfAborted()
    const { code, message } = cause as NodeJS.ErrnoException
    const reason = patience.aborted ? 'ETIMEDOUT' : (code ?? message)
    throw new CertwrightError(
      'KUBERNETES_UNREACHABLE',
      { server: cluster.server, reason },
      { cause },
    )
  }
}

async function answerTo(
  url: URL,
  options: RequestOptions,
  octets: Buffer | undefined,
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const send = url.protocol === 'http:' ? httpRequest : httpsRequest
  const request = send(url, options, (response) => {
    const chunks: Buffer[] = []
    let length = 0
    response.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > limitOctets) response.destroy(new Error(`> ${limitOctets} B`))
      else chunks.push(chunk)
    })
    response.once('error', reject)
    response.once('end', () =>
      resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
    )
  })
  request.once('error', reject)
  request.end(octets)
  return promise
}

function refusal(
  cluster: Cluster,
  { method, path, secrets = [] }: KubernetesCall,
  { status: code, text, token }: Answer,
): CertwrightError {
  const { message, reason = '-', details } = statusIn(text)
  const hidden = [...secrets, ...(token ? [token] : [])]
  const params = { method, path, code, reason, message: redact(message ?? '-', hidden) }
  if (code === 401) return new CertwrightError('KUBERNETES_UNAUTHORIZED', params)
  if (code === 403) return new CertwrightError('KUBERNETES_FORBIDDEN', params)
  if (passes.has(code)) {
    return new CertwrightError('KUBERNETES_BUSY', { ...params, server: cluster.server })
  }
  const conflicts =
    details?.causes?.filter((cause) => cause.reason === 'FieldManagerConflict') ?? []
  if (code === 409 && conflicts.length > 0) {
    const managers = conflicts.map((cause) => /"([^"]*)"/.exec(cause.message ?? '')?.[1] ?? '?')
    return new CertwrightError('KUBERNETES_CONFLICT', {
      path,
      managers: [...new Set(managers)].join(', '),
    })
  }
  return new CertwrightError('KUBERNETES_REFUSED', params)
}

function statusIn(text: string): Status {
  try {
    const status = JSON.parse(text) as Status
    return status.kind === 'Status' ? status : {}
  } catch {
    return {}
  }
}
