import { createServer, type Server } from 'node:http'
import type { Solver } from '@certwright/acme'
import { portOf } from './port.ts'
import { checkedToken } from './token.ts'

export interface Http01Options {
  /** Where to listen; by default 80, the only port that CAs ask. 0 for any that is free. */
  readonly port?: number | undefined
  /** Called with the port in use each time it has been opened. */
  readonly onListening?: ((port: number) => void) | undefined
}

/** RFC 8555 §8.3. */
export const http01Path = '/.well-known/acme-challenge/'

/**
 * Answers http-01 (RFC 8555 §8.3) with a server of its own, on IPv4 and IPv6, that listens only while a challenge is
 * presented. Whatever name it is asked by, it answers for the tokens it holds and for nothing else.
 */
export function http01({ port: number = 80, onListening }: Http01Options = {}): Solver {
  const answers = new Map<string, string>()
  const port = portOf({
    port: number,
    flag: '--http-port',
    taken: 'HTTP_PORT_TAKEN',
    server: () => answering(answers),
    onListening,
  })
  return {
    type: 'http-01',
    ephemeral: true,
    accepts: ({ type }, wildcard) => !wildcard && (type === 'dns' || type === 'ip'),

    async present({ token, keyAuthorization }, signal) {
      signal?.throwIfAborted()
      const known = checkedToken(token)
      await port.hold(known)
      answers.set(known, keyAuthorization)
      return { token: known }
    },

    async cleanUp({ token = '' }) {
      answers.delete(token)
      await port.release(token)
    },
  }
}

function answering(answers: ReadonlyMap<string, string>): Server {
  return createServer((request, response) => {
    const [path = ''] = (request.url ?? '').split('?')
    const token = path.startsWith(http01Path) ? path.slice(http01Path.length) : undefined
    const answer = token === undefined ? undefined : answers.get(token)
    const asked = request.method === 'GET' || request.method === 'HEAD'
    const body = asked ? answer : undefined
    response.writeHead(body === undefined ? 404 : 200, {
      // RFC 8555 §8.3: "The client SHOULD provide the key authorization as an `application/octet-stream`".
      'content-type': 'application/octet-stream',
      'content-length': Buffer.byteLength(body ?? ''),
      'x-content-type-options': 'nosniff',
      connection: 'close',
    })
    response.end(request.method === 'HEAD' ? undefined : body)
  })
}
