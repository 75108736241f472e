import { once } from 'node:events'
import { connect as connectPlain, isIP, type Socket } from 'node:net'
import {
  checkServerIdentity,
  connect,
  type ConnectionOptions,
  getCACertificates,
  type TLSSocket,
} from 'node:tls'
import { writeChain } from '@certwright/acme'
import { CertwrightError } from '../runtime/error.ts'
import { describe } from '../x509/certificate.ts'
import { peerChain } from '../x509/peer-chain.ts'
import { startTlsProtocols } from './starttls.ts'
import { inTheClear, StartTlsNotConform, StartTlsRefused } from './starttls/conversation.ts'
import type { Endpoint } from './target.ts'

export interface ServedOptions extends Endpoint {
  /** Which of the host's addresses to look at; any that answers where it is not given. */
  readonly address?: string
  /** PEM roots to trust beside the system's. */
  readonly ca?: string | readonly string[]
  /** For all of it: finding the address, connecting, shaking hands. Default ten seconds. */
  readonly timeoutMs?: number
  /** Application protocols to offer, for servers that choose a certificate by them. */
  readonly alpn?: readonly string[]
}

/** What a TLS handshake has shown. */
export interface Served {
  /** SHA-256 of the leaf's DER, hex in lower case. */
  readonly fingerprint: string
  /** As it was sent, in the server's order. */
  readonly chainPem: string
  /** DNS names, then IP addresses. */
  readonly names: readonly string[]
  /** Milliseconds since the epoch. */
  readonly notAfter: number
  /** Whether a client with these roots would have gone on: chain, dates and name. */
  readonly authorized: boolean
  /** Why not: OpenSSL's or Node's code, e.g. `CERT_HAS_EXPIRED`, `ERR_TLS_CERT_ALTNAME_INVALID`. */
  readonly authorizationError?: string
  /** E.g. `TLSv1.3`. */
  readonly protocol: string
}

/**
 * Shakes hands with a TLS endpoint, sends nothing but the request for TLS where the protocol begins in the clear, and
 * says what it serves. A certificate that nobody trusts is an observation too. Where none is shown at all it throws:
 * `ENDPOINT_NAME_NOT_FOUND`, `ENDPOINT_NO_ROUTE`, `ENDPOINT_REFUSED`, `ENDPOINT_UNREACHABLE`, `ENDPOINT_SILENT`,
 * `ENDPOINT_STARTTLS_REFUSED`, `ENDPOINT_STARTTLS_NOT_CONFORM`, `ENDPOINT_NOT_TLS`, `ENDPOINT_NO_CERTIFICATE`,
 * `ENDPOINT_HANDSHAKE_FAILED`, `CHAIN_NOT_READABLE`; or the signal's reason.
 */
export async function served(
  { timeoutMs = 10_000, ...options }: ServedOptions,
  signal?: AbortSignal,
): Promise<Served> {
  signal?.throwIfAborted()
  // A deadline for the whole, which a peer that sends an octet now and then cannot put off. What it waits for is real
  // even where a test lends a clock that leaps.
  const patience = AbortSignal.timeout(timeoutMs)
  const either = signal ? AbortSignal.any([signal, patience]) : patience
  const sockets: Socket[] = []
  try {
    const socket = await handshake(options, sockets, either)
    const shown = observation(socket, options)
    // Sends the end of the handshake first, so that the server's log has no word of one that broke off.
    socket.destroySoon()
    return shown
  } catch (error) {
    for (const socket of sockets) socket.destroy()
    signal?.throwIfAborted()
    throw patience.aborted ? silent(options, timeoutMs) : endpointError(error, options)
  }
}

/** Every socket that is made is put into `sockets`, for the caller to destroy where this throws. */
async function handshake(
  options: ServedOptions,
  sockets: Socket[],
  signal: AbortSignal,
): Promise<TLSSocket> {
  const { host, port, address = host, starttls, servername } = options
  let plain: Socket | undefined
  if (starttls !== undefined) {
    plain = owned(connectPlain({ host: address, port }), sockets)
    await once(plain, 'connect', { signal })
    const { talk } = startTlsProtocols[starttls]
    await inTheClear(plain, async (conversation) => talk(conversation, servername), signal)
  }
  const over = plain ? { socket: plain } : { host: address, port }
  const socket = owned(connect({ ...over, ...tlsOptions(options) }), sockets)
  await once(socket, 'secureConnect', { signal })
  return socket
}

function owned<Kind extends Socket>(socket: Kind, sockets: Socket[]): Kind {
  sockets.push(socket)
  // A server can still complain, of a missing client certificate for one, when all has been seen.
  return socket.on('error', () => undefined)
}

function tlsOptions({ servername, ca, alpn }: ServedOptions): ConnectionOptions {
  return {
    // RFC 6066 §3: "Literal IPv4 and IPv6 addresses are not permitted in "HostName"."
    servername: isIP(servername) === 0 ? servername : '',
    checkServerIdentity: (_, certificate) => checkServerIdentity(servername, certificate),
    rejectUnauthorized: false,
    ...(ca && { ca: [...getCACertificates('default'), ...[ca].flat()] }),
    ...(alpn && { ALPNProtocols: [...alpn] }),
  }
}

function observation(socket: TLSSocket, options: ServedOptions): Served {
  const certificates = peerChain(socket)
  if (certificates.length === 0) throw noCertificate(options)
  const chainPem = writeChain(certificates)
  const { fingerprint, names, notAfter } = describe(chainPem)
  const { authorized } = socket
  return {
    fingerprint,
    chainPem,
    names,
    notAfter,
    authorized,
    ...(!authorized && { authorizationError: String(socket.authorizationError) }),
    protocol: socket.getProtocol() ?? 'unknown',
  }
}

function endpointError(error: unknown, options: ServedOptions): unknown {
  if (error instanceof CertwrightError) return error
  const { code, reason } = faultOf(error)
  const params = { ...paramsOf(options), reason: reason ?? code }
  const cause = { cause: error }
  if (error instanceof StartTlsRefused) {
    return new CertwrightError('ENDPOINT_STARTTLS_REFUSED', params, cause)
  }
  if (error instanceof StartTlsNotConform) {
    return new CertwrightError('ENDPOINT_STARTTLS_NOT_CONFORM', params, cause)
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new CertwrightError('ENDPOINT_NAME_NOT_FOUND', params, cause)
  }
  if (noRoute.has(code)) return new CertwrightError('ENDPOINT_NO_ROUTE', params, cause)
  if (code === 'ECONNREFUSED') return new CertwrightError('ENDPOINT_REFUSED', params, cause)
  if (notTls.test(code)) return new CertwrightError('ENDPOINT_NOT_TLS', params, cause)
  // RFC 6066 §3: the alert of a server that has nothing for this name.
  if (code === 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME') return noCertificate(options, cause)
  const handshake = code === 'ECONNRESET' || code === 'EPROTO' || code.startsWith('ERR_SSL_')
  return new CertwrightError(
    handshake ? 'ENDPOINT_HANDSHAKE_FAILED' : 'ENDPOINT_UNREACHABLE',
    params,
    cause,
  )
}

/** What a machine says that has no network of the address's family. */
const noRoute: ReadonlySet<string> = new Set(['ENETUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT'])

/** What OpenSSL says of a record that is none. */
const notTls =
  /^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNKNOWN_PROTOCOL)$/

function faultOf(error: unknown): { readonly code: string; readonly reason?: string } {
  if (!(error instanceof Error)) return { code: String(error) }
  const { code, reason } = error as { readonly code?: unknown; readonly reason?: unknown }
  return {
    code: typeof code === 'string' ? code : error.message,
    ...(typeof reason === 'string' && { reason }),
  }
}

function noCertificate(options: ServedOptions, cause?: ErrorOptions): CertwrightError {
  return new CertwrightError('ENDPOINT_NO_CERTIFICATE', paramsOf(options), cause)
}

function silent(options: ServedOptions, timeoutMs: number): CertwrightError {
  return new CertwrightError('ENDPOINT_SILENT', {
    ...paramsOf(options),
    seconds: timeoutMs / 1000,
  })
}

function paramsOf({ host, port, servername, address = host, starttls }: ServedOptions): {
  readonly host: string
  readonly endpoint: string
  readonly servername: string
  readonly protocol: string
} {
  const at = address === host ? '' : ` (${address})`
  const endpoint = `${isIP(host) === 6 ? `[${host}]` : host}:${port}${at}`
  return { host, endpoint, servername, protocol: starttls ?? 'tls' }
}
