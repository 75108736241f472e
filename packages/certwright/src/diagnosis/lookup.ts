import { dnssecChecker, type DnssecChecker } from '../dns/dnssec.ts'
import type { NameServerOptions } from '../dns/name-server.ts'
import type { Question } from '../dns/query.ts'
import { resolver, type Resolver } from '../dns/resolver.ts'
import type { TrustAnchor } from '../dns/trust-anchor.ts'
import type { Host } from '../runtime/host.ts'

export interface LookupOptions {
  readonly host: Pick<Host, 'now'>
  /** `ADDRESS[:PORT]` of recursive resolvers; the system's where absent. */
  readonly resolvers?: readonly string[] | undefined
  /** Where DNSSEC begins; the root's keys where absent. */
  readonly anchors?: readonly TrustAnchor[] | undefined
}

/** DNS as a run of checks sees it: each question is asked once, however many names want to know. */
export interface Lookup extends NameServerOptions {
  readonly dnssec: DnssecChecker
}

export function lookupOf({ host, resolvers, anchors }: LookupOptions): Lookup {
  const remembering = rememberingResolver(resolver({ servers: resolvers }))
  return {
    resolver: remembering,
    dnssec: dnssecChecker({ resolver: remembering, anchors, now: host.now() }),
  }
}

function rememberingResolver(inner: Resolver): Resolver {
  return {
    servers: inner.servers,
    ask: remembering(async (question, signal) => inner.ask(question, signal)),
    askSigned: remembering(async (question, signal) => inner.askSigned(question, signal)),
  }
}

type Ask<Reply> = (question: Question, signal?: AbortSignal) => Promise<Reply>

function remembering<Reply>(ask: Ask<Reply>): Ask<Reply> {
  const known = new Map<string, Promise<Reply>>()
  return async (question, signal) => {
    const key = `${question.type} ${question.name}`
    const answer = known.get(key) ?? ask(question, signal)
    known.set(key, answer)
    return answer
  }
}
