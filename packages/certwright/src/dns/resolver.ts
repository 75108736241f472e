import { getServers } from 'node:dns'
import { CertwrightError } from '../runtime/error.ts'
import { ask, askSigned, type AskOptions, type DnsReply, type Question } from './query.ts'
import type { SignedReply } from './resource-record.ts'
import { serverAddressFrom, type ServerAddress } from './server-address.ts'

/** Recursive resolvers, asked in their order until one answers. */
export interface Resolver {
  readonly servers: readonly ServerAddress[]
  /** The first reply of rcode NOERROR or NXDOMAIN. Throws where no server gives one. */
  ask(question: Question, signal?: AbortSignal): Promise<DnsReply>
  /** The same with signatures, and without the resolver's own judgement of them. */
  askSigned(question: Question, signal?: AbortSignal): Promise<SignedReply>
}

export interface ResolverOptions {
  /** `ADDRESS[:PORT]`; the system's resolvers where absent. */
  readonly servers?: readonly string[] | undefined
  readonly timeoutMs?: number
  readonly attempts?: number
}

export function resolver({
  servers: texts,
  timeoutMs = 3000,
  attempts = 2,
}: ResolverOptions = {}): Resolver {
  const servers = (texts ?? getServers()).map((text) => serverAddressFrom(text))
  async function firstAnswer<Reply extends { readonly rcode: string }>(
    askOne: (question: Question, server: ServerAddress, options: AskOptions) => Promise<Reply>,
    question: Question,
    signal: AbortSignal | undefined,
  ): Promise<Reply> {
    let reason = 'no resolver'
    let cause: unknown
    for (const server of servers) {
      try {
        const reply = await askOne(question, server, { timeoutMs, attempts, signal })
        if (reply.rcode === 'NOERROR' || reply.rcode === 'NXDOMAIN') return reply
        reason = reply.rcode
      } catch (error) {
        signal?.throwIfAborted()
        if (!(error instanceof CertwrightError)) throw error
        reason = error.message
        cause = error
      }
    }
    throw new CertwrightError('DNS_RESOLVER_FAILED', { ...question, reason }, { cause })
  }
  return {
    servers,
    ask: async (question, signal) => firstAnswer(ask, question, signal),
    askSigned: async (question, signal) => firstAnswer(askSigned, question, signal),
  }
}
