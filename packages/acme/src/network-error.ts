import { AcmeError } from './error.ts'

/** The error of an exchange that got no reply; an `AcmeError` stays as it is. */
export function networkError(url: string, cause: unknown): AcmeError {
  if (cause instanceof AcmeError) return cause
  const { code, message } = innermost(cause)
  const { host } = new URL(url)
  if (isTrustFailure(code)) {
    return new AcmeError(
      'ACME_SERVER_NOT_TRUSTED',
      `the TLS certificate of ${host} is refused: ${message}`,
      {
        url,
        cause,
        hint: "Give the root certificate of the CA's API to the transport, if it is a private one.",
      },
    )
  }
  return new AcmeError('ACME_NETWORK', `no reply from ${host}: ${message}`, {
    url,
    cause,
    ...(code !== '' && { reason: code }),
  })
}

/** A `fetch failed` says why in its cause; many addresses tried, each in its own error. */
function innermost(error: unknown): { readonly code: string; readonly message: string } {
  let inner = error
  for (let depth = 0; depth < 5; depth += 1) {
    const next = inner instanceof AggregateError ? (inner.errors[0] as unknown) : undefined
    const below = next ?? (inner instanceof Error ? inner.cause : undefined)
    if (below === undefined) break
    inner = below
  }
  const code =
    typeof inner === 'object' && inner !== null && 'code' in inner ? String(inner.code) : ''
  const message = inner instanceof Error ? inner.message : String(inner)
  return { code, message: message === '' ? code : message }
}

/** OpenSSL's verification errors as Node and Bun name them. */
function isTrustFailure(code: string): boolean {
  return /^(?:CERT_|CRL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|ERR_TLS_CERT_)/.test(
    code,
  )
}

export function timedOut(url: string, timeoutMs: number): AcmeError {
  return new AcmeError(
    'ACME_NETWORK',
    `no reply from ${new URL(url).host} within ${timeoutMs} ms`,
    { url },
  )
}

export function bodyTooLarge(url: string, maxBodyBytes: number): AcmeError {
  return new AcmeError(
    'ACME_RESPONSE_NOT_CONFORM',
    `the reply of ${url} has more than ${maxBodyBytes} bytes`,
    { url },
  )
}
