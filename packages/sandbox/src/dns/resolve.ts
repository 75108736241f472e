import { CLASS } from './message.ts'
import type { Question, Reply, ResourceRecord } from './message.ts'
import { parentOf, plainName } from './name.ts'
import { ANY_TYPE, TYPE, targetOf } from './record.ts'
import type { StoredRecord } from './record.ts'
import { soaOf } from './zone.ts'
import type { ZoneView } from './zone.ts'

export interface ResolveOptions {
  /** The closest zone at or above a name. */
  readonly zoneOf: (name: string) => ZoneView | undefined
  /** How a name outside all zones is answered. */
  readonly outside: 'REFUSED' | 'NXDOMAIN'
  readonly isFailing: (name: string) => boolean
}

/** A chain of CNAMEs that is longer than this is a loop. */
const LONGEST_CHAIN = 16

/** Answers a question by RFC 1034 §4.3.2, following CNAMEs as far as the zones go. */
export function resolve(question: Question, options: ResolveOptions): Reply {
  if (question.class !== CLASS.IN && question.class !== CLASS.ANY) return { rcode: 'REFUSED' }
  const answers: ResourceRecord[] = []
  const seen = new Set<string>()
  let name = plainName(question.name)

  while (!seen.has(name) && seen.size < LONGEST_CHAIN) {
    seen.add(name)
    if (options.isFailing(name)) return { rcode: 'SERVFAIL' }
    const zone = options.zoneOf(name)
    if (!zone) return outsideReply(answers, options.outside)
    const referral = delegation(zone, name, question.type)
    if (referral) return { rcode: 'NOERROR', authoritative: seen.size > 1, answers, ...referral }
    const found = recordsAt(zone, name)
    const matching = found?.filter((record) => answersType(record, question.type)) ?? []
    answers.push(...matching.map(inClass))
    if (matching.length > 0) return { rcode: 'NOERROR', authoritative: true, answers }
    const alias = found?.find((record) => record.type === TYPE.CNAME)
    if (!alias) {
      // RFC 6604 §3: the code is that of the last name in the chain.
      const rcode = found ? 'NOERROR' : 'NXDOMAIN'
      return { rcode, authoritative: true, answers, authorities: [negativeSoa(zone)] }
    }
    answers.push(inClass(alias))
    name = targetOf(alias)
  }
  return { rcode: 'SERVFAIL', answers }
}

function outsideReply(answers: ResourceRecord[], outside: 'REFUSED' | 'NXDOMAIN'): Reply {
  if (answers.length === 0) return { rcode: outside }
  return { rcode: outside === 'NXDOMAIN' ? outside : 'NOERROR', authoritative: true, answers }
}

function answersType(record: StoredRecord, type: number): boolean {
  return record.type === type || type === ANY_TYPE
}

/** The records of a name that exists, synthesised where a wildcard covers it; else `undefined`. */
function recordsAt(zone: ZoneView, name: string): readonly StoredRecord[] | undefined {
  if (zone.exists(name)) return zone.at(name)
  // RFC 4592 §3.3.1: the source of synthesis is the asterisk right below the closest encloser, and
  // only there. A name that exists, be it empty, hides the wildcards above it.
  let encloser = parentOf(name)
  while (encloser !== undefined && !zone.exists(encloser)) encloser = parentOf(encloser)
  const source = encloser === '' ? '*' : `*.${encloser}`
  if (!zone.exists(source)) return undefined
  return zone.at(source).map((record) => ({ ...record, name }))
}

/** RFC 1034 §4.3.2 step 3b: NS records below the apex are a zone cut, and the answer a referral. */
function delegation(
  zone: ZoneView,
  name: string,
  type: number,
): Pick<Reply, 'authorities' | 'additionals'> | undefined {
  const above: string[] = []
  for (let at = name; at !== zone.name; at = parentOf(at) ?? zone.name) above.unshift(at)
  for (const cut of above) {
    const servers = zone.at(cut).filter((record) => record.type === TYPE.NS)
    // Asked for the NS records of the cut itself, the parent gives what it has.
    if (servers.length === 0 || (type === TYPE.NS && cut === name)) continue
    const glue = servers.flatMap((server) => zone.at(targetOf(server))).filter(isAddress)
    return { authorities: servers.map(inClass), additionals: glue.map(inClass) }
  }
  return undefined
}

function isAddress(record: StoredRecord): boolean {
  return record.type === TYPE.A || record.type === TYPE.AAAA
}

/** RFC 2308 §3: the SOA's TTL in a negative answer is the smaller of its own and its minimum. */
function negativeSoa(zone: ZoneView): ResourceRecord {
  const soa = soaOf(zone)
  return inClass({ ...soa, ttl: Math.min(soa.ttl, soa.rdata.readUInt32BE(soa.rdata.length - 4)) })
}

function inClass(record: StoredRecord): ResourceRecord {
  return { ...record, class: CLASS.IN }
}
