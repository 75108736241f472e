import type { Account } from './account.ts'
import type { Client } from './client.ts'
import { readChain, writeChain } from './der/chain.ts'
import { AcmeError } from './error.ts'
import type { CallOptions } from './exchange.ts'
import { chainEnding, chooseChain, type ChainEnding } from './preferred-chain.ts'
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
  /** Whether it is the chain that was preferred; absent where none was. */
  readonly preferred?: boolean
  /** Where it is not: where all the chains end that the CA offers, this one's first. */
  readonly offered?: readonly ChainEnding[]
}

/** Which chain is wanted (RFC 8555 §7.4.2), and for how long it is tried: by default 30 seconds. */
export interface DownloadOptions extends CallOptions {
  /** Where the chain should end: see `chooseChain`. The default chain is taken where no other is found. */
  readonly preferredChain?: string | undefined
}

/**
 * Downloads a certificate. A body that is empty or stops short is asked for again for a while; one
 * that holds anything but certificates is refused (RFC 8555 §7.4.2).
 */
export async function downloadCertificate(
  client: Client,
  account: Account,
  url: string,
  { preferredChain, ...options }: DownloadOptions = {},
): Promise<IssuedChain> {
  const standard = await downloadChain(client, account, url, options)
  if (preferredChain === undefined) return standard
  const offered: ChainEnding[] = []
  for await (const chain of chains(client, account, standard, options)) {
    if (await chooseChain([chain], preferredChain)) return { ...chain, preferred: true }
    offered.push(await chainEnding(chain))
  }
  return { ...standard, preferred: false, offered }
}

const alternatesAtMost = 10

/** The default chain, then the others as they are asked for. One that fails is passed over: there is a chain already. */
async function* chains(
  client: Client,
  account: Account,
  standard: IssuedChain,
  options: CallOptions,
): AsyncGenerator<IssuedChain> {
  yield standard
  const leaf = leafOf(standard)
  for (const url of [...new Set(standard.alternates)].slice(0, alternatesAtMost)) {
    try {
      const chain = await downloadChain(client, account, url, options)
      if (leafOf(chain) === leaf) yield chain
    } catch (error) {
      if (!(error instanceof AcmeError)) throw error
    }
  }
}

/** What makes chains alternatives to one another: the certificate that they are for. */
function leafOf({ certificates }: IssuedChain): string {
  return writeChain(certificates.slice(0, 1))
}

async function downloadChain(
  client: Client,
  account: Account,
  url: string,
  { signal, deadlineMs = 30_000 }: CallOptions,
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
