import type { Account } from './account.ts'
import type { Client } from './client.ts'
import { readChain, writeChain } from './der/chain.ts'
import type { CallOptions } from './exchange.ts'
import { notConform, replyLinks, type Reply } from './reply.ts'
import { postAs } from './request.ts'
import { poll } from './retry.ts'

/** A certificate with its chain (RFC 8555 §7.4.2, §9.1). */
export interface IssuedChain {
  readonly url: string
  /**
   * The leaf first; each next one certifies the one before it. LF, no blank lines, one final
   * newline.
   */
  readonly pem: string
  /** The same in DER. */
  readonly certificates: readonly Uint8Array[]
  /** URLs of other chains for the same leaf. */
  readonly alternates: readonly string[]
}

/**
 * Downloads a certificate. A body that is empty or stops short is asked for again for a while; one
 * that holds anything but certificates is refused (RFC 8555 §7.4.2).
 */
export async function downloadCertificate(
  client: Client,
  account: Account,
  url: string,
  { signal, deadlineMs = 30_000 }: CallOptions = {},
): Promise<IssuedChain> {
  const ask = (restMs: number): Promise<Reply> =>
    postAs(
      client,
      account,
      { url, accept: 'application/pem-certificate-chain' },
      { signal, deadlineMs: restMs },
    )
  const first = await ask(deadlineMs)
  if (isWhole(first)) return chainFrom(first)
  const whole = await poll(ask, {
    host: client.host,
    until: isWhole,
    firstMs: 1000,
    deadlineMs: Math.min(deadlineMs, 30_000),
    signal,
    late: (last) => notConform(last ?? first, 'the certificate is empty or stops short'),
  })
  return chainFrom(whole)
}

function isWhole({ body }: Reply): boolean {
  return /-----END [^-\r\n]+-----\s*$/.test(new TextDecoder().decode(body))
}

function chainFrom(reply: Reply): IssuedChain {
  const certificates = readChain(new TextDecoder().decode(reply.body))
  return {
    url: reply.url,
    pem: writeChain(certificates),
    certificates,
    alternates: replyLinks(reply, 'alternate'),
  }
}
