import { randomBytes } from 'node:crypto'
import { instantOf, retry } from '@certwright/acme'
import { CertwrightError } from '../../runtime/error.ts'
import type { Host } from '../../runtime/host.ts'
import type { CredentialSource } from './credentials.ts'
import { callMs, errorOf, exchange, type AlibabaReply, type SignedCall } from './exchange.ts'
import { flatten, revealed, secretsIn } from './parameters.ts'
import { productFacts, type AlibabaProduct, type AlibabaSite } from './product.ts'
import { isRetryable, refusalOf } from './refusal.ts'
import { signAcs3, type UnsignedRequest } from './signature.ts'
import { throttleOf } from './throttle.ts'

/** An account, and where its resources are. */
export interface AlibabaAccount {
  readonly credentials: CredentialSource
  /** By default `cn-hangzhou`; `ap-southeast-1` on the international site. */
  readonly region?: string | undefined
  /** By default `china`. */
  readonly site?: AlibabaSite | undefined
  /** One endpoint for every product, instead of their own: an emulator. `http:` only on this machine. */
  readonly endpoint?: string | undefined
}

export interface RoaRequest {
  /** The API's name of what is asked, e.g. `UpdateCustomDomain`: it is signed. */
  readonly action: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** With its version where the API has it there, each part encoded: `/2023-03-30/custom-domains/www.example.com`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly body?: unknown
}

/**
 * One product's API. Replies are the API's own shapes, which whoever asks reads leniently. Errors are
 * `CertwrightError` with a code that begins with `ALIBABA_`; `isRefusal` matches Alibaba Cloud's own.
 */
export interface AlibabaClient {
  /**
   * An RPC call. Parameters go in the form body, never in the URL: some are private keys. Lists and objects are
   * flattened (`Tag.1.Key`), `undefined` is left out, and a `Secret` is revealed on the wire alone.
   */
  rpc<T>(
    action: string,
    parameters?: Readonly<Record<string, unknown>>,
    signal?: AbortSignal,
  ): Promise<T>
  /** A ROA call: JSON in and out. A `Secret` in the body is revealed on the wire alone. */
  roa<T>(request: RoaRequest, signal?: AbortSignal): Promise<T>
}

interface Prepared extends Pick<UnsignedRequest, 'action' | 'method' | 'url' | 'body'> {
  readonly contentType?: string
  readonly secrets: readonly string[]
}

/** The API of one product, for one account. Retries what passes by itself, and keeps to the documented rate. */
export function alibabaClient(
  product: AlibabaProduct,
  account: AlibabaAccount,
  host: Host,
): AlibabaClient {
  const facts = productFacts(product)
  const base = baseUrl(account, facts.host(regionOf(account), account.site ?? 'china'))
  const throttle = throttleOf(`${product} ${base.host}`, facts.callsPerSecond)

  const send = async <T>(prepared: Prepared, signal: AbortSignal | undefined): Promise<T> => {
    const credentials = await account.credentials()
    const { action } = prepared
    const attempt = async (): Promise<T> => {
      await throttle(host, signal)
      // Signed anew each time: a nonce is used once, and a date grows old.
      const date = `${instantOf(host.now()).slice(0, 19)}Z`
      const nonce = randomBytes(16).toString('hex')
      const unsigned = { ...prepared, version: facts.version, date, nonce }
      const call = {
        ...prepared,
        ramAction: `${facts.ramCode ?? product}:${action}`,
        headers: signAcs3(unsigned, credentials),
        secrets: [...prepared.secrets, ...secretsIn(credentials)],
      }
      return readReply(call, await exchange(call, host, signal)) as T
    }
    const retryable = (error: unknown): boolean => isRetryable(error, facts.retryable)
    return retry(attempt, { host, deadlineMs: callMs, signal, retryable })
  }

  return {
    rpc: async (action, parameters = {}, signal) => {
      const form = new URLSearchParams(flatten(parameters)).toString()
      const secrets = secretsIn(parameters)
      if (facts.getActions?.includes(action)) {
        const url = new URL(base)
        url.search = form
        return send({ action, method: 'GET', url, body: '', secrets }, signal)
      }
      const contentType = 'application/x-www-form-urlencoded'
      return send(
        { action, method: 'POST', url: base, body: form, secrets, ...(form && { contentType }) },
        signal,
      )
    },

    roa: async ({ action, method, path, query = {}, body }, signal) => {
      const url = new URL(path, base)
      url.search = new URLSearchParams(flatten(query)).toString()
      const text = body === undefined ? '' : JSON.stringify(revealed(body))
      const contentType = 'application/json; charset=utf-8'
      return send(
        { action, method, url, body: text, secrets: secretsIn(body), ...(text && { contentType }) },
        signal,
      )
    },
  }
}

export function regionOf({ region, site }: AlibabaAccount): string {
  return region ?? (site === 'international' ? 'ap-southeast-1' : 'cn-hangzhou')
}

/** Where requests go. Throws `ALIBABA_ENDPOINT_NOT_SAFE` for an endpoint that would carry keys in the clear. */
export function baseUrl({ endpoint }: Pick<AlibabaAccount, 'endpoint'>, host: string): URL {
  if (endpoint === undefined) return new URL(`https://${host}/`)
  const url = URL.parse(endpoint)
  const local = ['127.0.0.1', '[::1]', 'localhost'].includes(url?.hostname ?? '')
  if (url && (url.protocol === 'https:' || (url.protocol === 'http:' && local))) return url
  throw new CertwrightError('ALIBABA_ENDPOINT_NOT_SAFE', { endpoint })
}

function readReply(call: SignedCall, reply: AlibabaReply): unknown {
  const body = parsed(reply.text)
  const refusal = refusalOf(body, reply.status)
  if (refusal) throw errorOf(refusal, call, reply)
  if (body !== undefined) return body
  const params = {
    host: call.url.host,
    action: call.action,
    reason: `HTTP ${reply.status}, no JSON`,
  }
  throw new CertwrightError('ALIBABA_NOT_CONFORM', params)
}

function parsed(text: string): unknown {
  if (text === '') return {}
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
