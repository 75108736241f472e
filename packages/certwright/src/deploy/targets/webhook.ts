import { createHmac } from 'node:crypto'
import { isIP } from 'node:net'
import { instantOf, retry } from '@certwright/acme'
import { CertwrightError } from '../../runtime/error.ts'
import { redact } from '../../runtime/redaction.ts'
import { Secret } from '../../runtime/secret.ts'
import type { CertificateBundle } from '../../x509/bundle.ts'
import { describe } from '../../x509/certificate.ts'
import type { TargetContext } from '../target-context.ts'
import { choiceOption, targetValues, wrongTargetOption } from '../target-options.ts'
import type { DeployTarget, Installed, TargetKind } from '../target.ts'
import { fileKeyTypes } from './files/files-target.ts'

export const target = {
  name: 'webhook',
  summary: {
    en: 'A receiver of your own, told over HTTPS with a signature',
    zh: '您自己的接收端，通过带签名的 HTTPS 请求通知',
  },
  options: [
    {
      key: 'url',
      summary: {
        en: 'Address of the receiver: https, or http on this machine',
        zh: '接收端地址：https，或本机的 http',
      },
      required: true,
    },
    {
      key: 'signing-key',
      summary: {
        en: 'Key of the HMAC-SHA256 over TIMESTAMP.BODY in the header Certwright-Signature',
        zh: '请求头 Certwright-Signature 中对 TIMESTAMP.BODY 的 HMAC-SHA256 密钥',
      },
      required: true,
      secret: true,
      env: ['CERTWRIGHT_WEBHOOK_KEY'],
    },
    {
      key: 'send-key',
      summary: {
        en: 'true: sends the private key too; by default the chain alone',
        zh: 'true：同时发送私钥；默认仅发送证书链',
      },
    },
  ],
  keyTypes: fileKeyTypes,
  permissions: [],
} as const satisfies TargetKind

/** What a receiver may answer to GET. */
interface Answer {
  readonly fingerprint?: unknown
}

const timeoutMs = 30_000

/** Tells a receiver. What it holds is asked with GET, where it answers that. */
export function create(
  values: Readonly<Record<string, string>>,
  { host, env }: TargetContext,
): DeployTarget {
  const set = targetValues(target, values, { env })
  const url = receiverFrom(set.url)
  const key = new Secret(set['signing-key'])
  const sendsKey = choiceOption(target.name, 'send-key', set['send-key'], ['false', 'true'])
  /** What people are shown: an address may have a token in its query. */
  const shown = `${url.origin}${url.pathname}`

  const call = async (
    method: 'GET' | 'POST',
    body: string,
    secrets: readonly Secret[],
    signal: AbortSignal | undefined,
  ): Promise<{ readonly status: number; readonly text: string }> => {
    const patience = AbortSignal.timeout(timeoutMs)
    try {
      const response = await host.fetch(url, {
        method,
        headers: signedHeaders(body, key, host.now()),
        ...(method === 'POST' && { body }),
        // Another address was never meant to be told.
        redirect: 'manual',
        signal: signal ? AbortSignal.any([signal, patience]) : patience,
      })
      const text = (await response.text()).slice(0, 65_536)
      const { status } = response
      const isFine = response.ok || (method === 'GET' && silent.has(status))
      if (isFine) return { status, text }
      const answer = redact(text, secrets).slice(0, 300) || '-'
      throw new CertwrightError('TARGET_WEBHOOK_REFUSED', {
        target: target.name,
        url: shown,
        status,
        answer,
      })
    } catch (cause) {
      signal?.throwIfAborted()
      if (cause instanceof CertwrightError) throw cause
      const reason = patience.aborted ? 'ETIMEDOUT' : reasonOf(cause)
      const params = { target: target.name, url: shown, reason }
      throw new CertwrightError('TARGET_WEBHOOK_UNREACHABLE', params, { cause })
    }
  }

  return {
    async read(signal) {
      const { status, text } = await retry(async () => call('GET', '', [key], signal), {
        host,
        attempts: 3,
        signal,
        retryable: mayPass,
      })
      return status === 404 ? undefined : installedIn(text)
    },

    async write(bundle, signal) {
      signal?.throwIfAborted()
      const body = JSON.stringify(noticeOf(bundle, sendsKey === 'true'))
      const secrets = [key, bundle.privateKey]
      await retry(async () => call('POST', body, secrets, signal), {
        host,
        signal,
        retryable: mayPass,
      })
    },
  }
}

/** Answers to GET of a receiver that holds nothing, or does not answer that. */
const silent = new Set([404, 405, 501])

const passes = new Set([408, 425, 429, 500, 502, 503, 504])

function mayPass(error: unknown): boolean {
  if (!(error instanceof CertwrightError)) return false
  return error.code === 'TARGET_WEBHOOK_UNREACHABLE' || passes.has(Number(error.params['status']))
}

function receiverFrom(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isSafe =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))
  if (!url || !isSafe) throw wrongTargetOption(target.name, 'url', 'https://HOST/PATH')
  return url
}

function isLoopback(host: string): boolean {
  if (isIP(host) === 4) return host.startsWith('127.')
  return host === 'localhost' || host === '[::1]'
}

/** The signature covers the moment too, so that an old call cannot be sent again. */
function signedHeaders(body: string, key: Secret, now: number): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now / 1000))
  const signature = createHmac('sha256', key.reveal()).update(`${timestamp}.${body}`).digest('hex')
  return {
    'content-type': 'application/json',
    'user-agent': 'certwright',
    'certwright-timestamp': timestamp,
    'certwright-signature': `v1=${signature}`,
  }
}

/** What a receiver is told. Others program against this: members are only added. */
function noticeOf({ chainPem, privateKey }: CertificateBundle, sendsKey: boolean): object {
  const { fingerprint, serial, names, notBefore, notAfter } = describe(chainPem)
  return {
    event: 'install',
    fingerprint,
    serial,
    names,
    notBefore: instantOf(notBefore),
    notAfter: instantOf(notAfter),
    chain: chainPem,
    ...(sendsKey && { privateKey: privateKey.reveal() }),
  }
}

/** What it does not say is left out; what is no JSON says nothing. */
function installedIn(text: string): Installed {
  let answer: Answer
  try {
    answer = (JSON.parse(text) ?? {}) as Answer
  } catch {
    return {}
  }
  const { fingerprint } = answer
  const isDigest = typeof fingerprint === 'string' && /^[0-9a-f]{64}$/i.test(fingerprint)
  return isDigest ? { fingerprint: fingerprint.toLowerCase() } : {}
}

/** The system's code: of what fetch says, only its cause tells anything. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as {
    readonly cause?: { code?: string }
    readonly message: string
  }
  return cause?.code ?? message
}
