import { once } from 'node:events'
import { duplexPair } from 'node:stream'
import { connect, createSecureContext, TLSSocket } from 'node:tls'
import { writeChain } from '@certwright/acme'
import type { Secret } from '../runtime/secret.ts'
import { peerChain } from './peer-chain.ts'

/**
 * The chain that a server would show from a PKCS#12 file, in PEM; `undefined` where it could not: another password, no
 * key of the certificate, no PKCS#12. It is OpenSSL that reads it, in a handshake with ourselves within this process.
 */
export async function pkcs12Chain(
  octets: Uint8Array,
  password: Secret,
): Promise<string | undefined> {
  const [near, far] = duplexPair()
  try {
    const secureContext = createSecureContext({
      pfx: Buffer.from(octets),
      passphrase: password.reveal(),
    })
    const server = new TLSSocket(far, { isServer: true, secureContext })
    server.on('error', () => near.destroy())
    // Nobody is trusted: the file is asked what it holds, not whether it is good.
    const client = connect({ socket: near, rejectUnauthorized: false })
    await once(client, 'secureConnect')
    const chain = peerChain(client)
    client.destroy()
    server.destroy()
    return chain.length === 0 ? undefined : writeChain(chain)
  } catch {
    return undefined
  } finally {
    near.destroy()
    far.destroy()
  }
}
