import type { KeyObject } from 'node:crypto'
import { createSecureContext, createServer, type SecureContext, type Server } from 'node:tls'
import { pemEncode, tlsAlpnCertificate, tlsAlpnServerName, type Solver } from '@certwright/acme'
import { generateKeyObject, keyObjectSigner } from '@certwright/acme/node'
import type { Host } from '../runtime/host.ts'
import { portOf } from './port.ts'
import { checkedToken } from './token.ts'

export interface TlsAlpn01Options {
  readonly host: Host
  /** Where to listen; by default 443, the only port that CAs ask. 0 for any that is free. */
  readonly port?: number | undefined
  /** Called with the port in use each time it has been opened. */
  readonly onListening?: ((port: number) => void) | undefined
}

/** RFC 8737 §4. */
const protocol = 'acme-tls/1'

const day = 86_400_000

/**
 * Answers tls-alpn-01 (RFC 8737; RFC 8738 for addresses) with a server of its own, on IPv4 and IPv6, that listens only
 * while a challenge is presented. It speaks nothing but `acme-tls/1`, has no certificate for any other name, and ends
 * each connection after its handshake.
 */
export function tlsAlpn01({ host, port: number = 443, onListening }: TlsAlpn01Options): Solver {
  const answers = new Map<string, { readonly token: string; readonly context: SecureContext }>()
  // One key serves all answers of a run: a CA looks at the extension, not at the key.
  let key: Promise<KeyObject> | undefined
  const port = portOf({
    port: number,
    flag: '--tls-port',
    taken: 'TLS_PORT_TAKEN',
    server: () => answering((serverName) => answers.get(serverName)?.context),
    onListening,
  })
  return {
    type: 'tls-alpn-01',
    ephemeral: true,
    accepts: ({ type }, wildcard) => !wildcard && (type === 'dns' || type === 'ip'),

    async present({ identifier, token: unchecked, keyAuthorization }, signal) {
      signal?.throwIfAborted()
      const token = checkedToken(unchecked)
      const serverName = tlsAlpnServerName(identifier).toLowerCase()
      key ??= generateKeyObject('ec256')
      const privateKey = await key
      const certificate = await tlsAlpnCertificate({
        identifier,
        keyAuthorization,
        key: keyObjectSigner(privateKey),
        notBefore: host.now() - day,
        notAfter: host.now() + 7 * day,
      })
      const context = createSecureContext({
        key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
        cert: pemEncode('CERTIFICATE', certificate),
        minVersion: 'TLSv1.2',
      })
      await port.hold(serverName)
      answers.set(serverName, { token, context })
      return { serverName, token }
    },

    async cleanUp({ serverName = '', token }) {
      if (answers.get(serverName)?.token !== token) return
      answers.delete(serverName)
      await port.release(serverName)
    },
  }
}

function answering(contextOf: (serverName: string) => SecureContext | undefined): Server {
  const server = createServer({
    minVersion: 'TLSv1.2',
    handshakeTimeout: 10_000,
    // RFC 8737 §3: the ALPN extension of the CA holds "the single protocol name "acme-tls/1"".
    ALPNCallback: ({ protocols }) =>
      protocols.length === 1 && protocols[0] === protocol ? protocol : undefined,
    SNICallback: (serverName, answer) => {
      const context = contextOf(serverName.toLowerCase())
      // Without a context of its own a name would be shown whatever the server has: here, nothing.
      if (context) answer(null, context)
      else answer(new Error('no challenge for this name'))
    },
  })
  // RFC 8737 §3: after the handshake "the ACME server MUST ... close" it without exchanging data; so do we.
  server.on('secureConnection', (socket) => {
    socket.on('error', () => socket.destroy())
    socket.end()
  })
  server.on('tlsClientError', (_error, socket) => socket.destroy())
  return server
}
