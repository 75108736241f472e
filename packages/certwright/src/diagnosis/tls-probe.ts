import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:tls'
import { tlsAlpnServerName, type ChallengeWork } from '@certwright/acme'
import type { Finding } from './finding.ts'
import { reaching, type Reach } from './reach.ts'

/** RFC 8737 §4. */
const protocol = 'acme-tls/1'

/** Shakes hands with one address as a CA would for tls-alpn-01 (RFC 8737 §3). */
export async function probeTls(
  { identifier, keyAuthorization }: ChallengeWork,
  address: string,
  port: number,
  signal?: AbortSignal,
): Promise<Reach> {
  const other = (reason: string): Reach => ({
    address,
    outcome: 'other',
    finding: otherServer(identifier.value, address, port, reason),
  })
  return reaching(
    address,
    async (patience) => {
      const socket = connect({
        host: address,
        port,
        servername: tlsAlpnServerName(identifier),
        ALPNProtocols: [protocol],
        rejectUnauthorized: false,
      })
      try {
        await once(socket, 'secureConnect', { signal: patience })
        if (socket.alpnProtocol !== protocol) return other(`ALPN ${socket.alpnProtocol || '-'}`)
        const digest = createHash('sha256').update(keyAuthorization).digest()
        const shown = socket.getPeerX509Certificate()?.raw
        return shown?.includes(digest) ? { address, outcome: 'answers' } : other('certificate')
      } catch (error) {
        const { code = '', syscall } = error as NodeJS.ErrnoException
        // The connection stood, so that it is the handshake that broke.
        if (syscall === 'connect' || !/^(?:ERR_SSL_|ECONNRESET|EPROTO)/.test(code)) throw error
        return other(code)
      } finally {
        socket.destroy()
      }
    },
    { signal },
  )
}

function otherServer(about: string, address: string, port: number, reason: string): Finding {
  const params = { about, address, port, reason }
  return { area: 'port', level: 'fault', code: 'tls-other', params }
}
