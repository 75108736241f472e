import { absenceFault, chainOfTrust, isDecided, recordsAt, signaturesIn } from './dnssec-chain.ts'
import { faulty, gravest, reporting, type DnssecReport } from './dnssec-report.ts'
import { signatureFault, type SigningZone } from './dnssec-signature.ts'
import { plainName } from './domain-name.ts'
import type { Question, QuestionType } from './query.ts'
import { nameText, typeNumbers, type SignedReply } from './resource-record.ts'
import type { Resolver } from './resolver.ts'
import { rootAnchors, type TrustAnchor } from './trust-anchor.ts'

export type { DnssecReport } from './dnssec-report.ts'

export interface DnssecOptions {
  readonly resolver: Resolver
  /** Where trust begins; the root's keys where absent. */
  readonly anchors?: readonly TrustAnchor[] | undefined
  /** Milliseconds since the epoch: signatures must be valid then. */
  readonly now: number
}

export interface DnssecChecker {
  /** The gravest report about the answers to these questions about a name, its aliases followed. */
  check(name: string, types: readonly QuestionType[], signal?: AbortSignal): Promise<DnssecReport>
}

/** How many aliases may follow each other. */
const mostAliases = 8

/**
 * Validates from a trust anchor down to an answer: DS by DS, key by key, signature by signature, with their dates
 * (RFC 4035 §5). What was learnt of a zone serves every name in it.
 *
 * Not done: whether an NSEC or NSEC3 record that proves an absence is about the name in question. It must be there
 * and be signed; a resolver that forges absences with another name's proof is not found out.
 */
export function dnssecChecker({
  resolver,
  anchors = rootAnchors,
  now,
}: DnssecOptions): DnssecChecker {
  const linkTo = chainOfTrust({ resolver, anchors, now })

  async function checkAnswer(
    question: Question,
    signal: AbortSignal | undefined,
    aliases = 0,
  ): Promise<DnssecReport> {
    const link = await linkTo(question.name, signal)
    if (isDecided(link)) return link
    const judged = await reporting(question.name, async () =>
      judge(await resolver.askSigned(question, signal), question, { ...link, now }),
    )
    if ('state' in judged) return judged
    if (judged.target !== undefined && aliases < mostAliases) {
      return checkAnswer({ ...question, name: judged.target }, signal, aliases + 1)
    }
    return { state: 'secure', zone: link.zone, params: { zone: link.zone || '.' } }
  }

  return {
    async check(name, types, signal) {
      const questions = types.map((type) => ({ name: plainName(name), type }))
      return gravest(await Promise.all(questions.map(async (one) => checkAnswer(one, signal))))
    },
  }
}

/** What an answer proves: where it goes on, or why nothing. */
function judge(
  { answers, authorities }: SignedReply,
  { name, type }: Question,
  signing: SigningZone,
): DnssecReport | { readonly target?: string } {
  const alias = recordsAt(answers, name, typeNumbers.CNAME)
  const own = recordsAt(answers, name, typeNumbers[type])
  const dname = answers.filter(
    (record) => record.type === typeNumbers.DNAME && name.endsWith(`.${record.name}`),
  )
  // RFC 6672 §5.3.1: the CNAME that a DNAME stands for is made on the spot, and not signed.
  const proving = [own, dname, alias].find((set) => set.length > 0)
  const fault = proving
    ? signatureFault(proving, signaturesIn(answers), signing)
    : absenceFault({ authorities }, { name, type }, signing)
  if (fault) return faulty(signing.zone, fault)
  const [target] = own.length > 0 ? [] : alias
  return target ? { target: nameText(target.data) } : {}
}
