import type { Said } from './request.ts'
import type { Scheme } from './authentication.ts'

/** What one call was and how it ended. */
export interface LoggedCall {
  /** `undefined` where no product has such an action. */
  readonly product: string | undefined
  readonly action: string
  readonly version: string
  /** Private keys, tokens and secrets are left out: `(secret)` stands in their place. */
  readonly parameters: Readonly<Record<string, unknown>>
  readonly method: string
  readonly scheme: Scheme
  readonly accessKeyId: string | undefined
  /** Whether a private key or another secret stood in the URL, where proxies write it down. */
  readonly secretInUrl: boolean
  readonly requestId: string
  readonly status: number
  /** The error's code. */
  readonly code?: string
  /** True where no document or peer names this code for this case, so that the live service may well say another. */
  readonly assumed?: true
  /** What went wrong inside the emulator itself, with `InternalError`. */
  readonly failure?: unknown
}

const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----/
const secretNames =
  /^(SecurityToken|AccessKeySecret|x-oss-security-token|security-token|PassWord)$/i

/** The parts of a signature are of no interest beside the parameters. */
const ofSignature = /^(Action|Version|Format|Timestamp|Signature\w*|AccessKeyId|SecurityToken)$/

function isSecret(name: string, value: unknown): boolean {
  return secretNames.test(name) || (typeof value === 'string' && privateKey.test(value))
}

export function hasSecret(query: string): boolean {
  return [...new URLSearchParams(query)].some(([name, value]) => isSecret(name, value))
}

export function loggedParameters({ values, body }: Said): Record<string, unknown> {
  const given = [...values].filter(([name]) => !ofSignature.test(name))
  return redacted({ ...Object.fromEntries(given), ...body })
}

function redacted(parameters: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, redactedValue(name, value)]),
  )
}

function redactedValue(name: string, value: unknown): unknown {
  if (isSecret(name, value)) return '(secret)'
  if (Array.isArray(value)) return value.map((inner) => redactedValue('', inner))
  if (typeof value !== 'object' || value === null) return value
  return redacted(value as Record<string, unknown>)
}
