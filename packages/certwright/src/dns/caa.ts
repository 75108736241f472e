import { CertwrightError } from '../runtime/error.ts'
import type { Params } from '../runtime/catalogue.ts'
import { ancestors, plainName } from './domain-name.ts'
import type { Resolver } from './resolver.ts'

/** One property of a CAA record set (RFC 8659 §4.1). */
export interface CaaRecord {
  readonly critical: boolean
  /** Lower case. */
  readonly tag: string
  readonly value: string
}

/** Who wants to issue what, for whom and by which method. */
export interface CaaRequest {
  /** The names by which records know the CA; empty where it does not say. */
  readonly caaIdentities: readonly string[]
  /** Absent where there is no account yet. */
  readonly accountUrl?: string | undefined
  /** The challenge's type, e.g. `dns-01`; absent where it is not decided. */
  readonly method?: string | undefined
  readonly wildcard: boolean
}

export type CaaReason =
  /** No records, or none that restricts who issues. */
  | 'unrestricted'
  /** A property names the CA, and its parameters fit. */
  | 'named'
  /** A critical property that no CA has to know (RFC 8659 §4.5). */
  | 'critical-unknown'
  /** Nobody may issue: `issue ";"`, or a value that cannot be read (RFC 8659 §4.2). */
  | 'nobody'
  | 'others'
  | 'other-account'
  | 'other-method'
  /** A parameter stands twice, which nothing satisfies (RFC 8657 §3). */
  | 'parameter-repeated'
  /** Restricted, and the CA does not say by which names records know it. */
  | 'identity-unknown'
  /** Restricted to an account, and there is none yet. */
  | 'account-unknown'
  /** The question was not answered; that is no permission. */
  | 'unanswered'

export interface CaaVerdict {
  readonly verdict: 'permitted' | 'forbidden' | 'uncertain'
  readonly reason: CaaReason
  /** What the words about the reason are filled from. */
  readonly params: Params
}

/** IANA's registry of CAA property tags: a CA knows these, or they say nothing about issuing TLS certificates. */
const knownTags = new Set([
  'issue',
  'issuewild',
  'iodef',
  'issuemail',
  'issuevmc',
  'contactemail',
  'contactphone',
])

/** Judges a set of CAA records as a CA has to (RFC 8659 §4, RFC 8657). Pure. */
export function judgeCaa(records: readonly CaaRecord[], request: CaaRequest): CaaVerdict {
  const unknown = records.find(({ critical, tag }) => critical && !knownTags.has(tag))
  if (unknown) return verdict('forbidden', 'critical-unknown', { tag: unknown.tag })
  // RFC 8659 §4.3: one issuewild property, and for a wildcard "each issue Property MUST be ignored".
  const wild = records.filter(({ tag }) => request.wildcard && tag === 'issuewild')
  const relevant = wild.length > 0 ? wild : records.filter(({ tag }) => tag === 'issue')
  if (relevant.length === 0) return verdict('permitted', 'unrestricted')
  const verdicts = relevant.map(({ value }) => judgeProperty(value, request))
  // §4.2: "CAA authorizations are additive".
  return (
    verdicts.find((one) => one.verdict === 'permitted') ??
    closest(
      verdicts,
      relevant.map(({ value }) => value),
    )
  )
}

/** What comes nearest to a permission tells most. */
const order: readonly CaaReason[] = [
  'identity-unknown',
  'account-unknown',
  'other-method',
  'other-account',
  'parameter-repeated',
  'others',
  'nobody',
]

function closest(verdicts: readonly CaaVerdict[], values: readonly string[]): CaaVerdict {
  const [first] = [...verdicts].sort((a, b) => order.indexOf(a.reason) - order.indexOf(b.reason))
  const named = values.flatMap((value) => readIssueValue(value)?.issuer || []).join(', ')
  return { ...(first as CaaVerdict), params: { ...first?.params, named } }
}

function judgeProperty(
  text: string,
  { caaIdentities, accountUrl, method }: CaaRequest,
): CaaVerdict {
  const value = readIssueValue(text)
  if (!value || value.issuer === '') return verdict('forbidden', 'nobody')
  const { issuer, parameters } = value
  if (caaIdentities.length === 0) return verdict('uncertain', 'identity-unknown')
  if (!caaIdentities.some((identity) => plainName(identity) === issuer)) {
    return verdict('forbidden', 'others')
  }
  const repeated = [...parameters].find(([, values]) => values.length > 1)
  if (repeated) {
    return verdict('forbidden', 'parameter-repeated', { issuer, parameter: repeated[0] })
  }
  const methods = parameters.get('validationmethods')?.[0]
  if (methods !== undefined && method !== undefined && !methods.split(',').includes(method)) {
    return verdict('forbidden', 'other-method', { issuer, methods, method })
  }
  const account = parameters.get('accounturi')?.[0]
  if (account !== undefined && account !== accountUrl) {
    return accountUrl === undefined
      ? verdict('uncertain', 'account-unknown', { issuer, account })
      : verdict('forbidden', 'other-account', { issuer, account, accountUrl })
  }
  return verdict('permitted', 'named', { issuer })
}

function verdict(
  verdict: CaaVerdict['verdict'],
  reason: CaaReason,
  params: Params = {},
): CaaVerdict {
  return { verdict, reason, params }
}

interface IssueValue {
  /** Lower case; empty where nobody is meant. */
  readonly issuer: string
  /** By tag in lower case, each with every value it was given. Only those of RFC 8657 are kept. */
  readonly parameters: ReadonlyMap<string, readonly string[]>
}

const label = '[A-Za-z0-9](?:-*[A-Za-z0-9])*'
const issuerForm = new RegExp(String.raw`^(?:${label}(?:\.${label})*)?$`)
// RFC 8659 §4.2: value = *(%x21-3A / %x3C-7E)
const parameterForm = new RegExp(String.raw`^(${label})[ \t]*=[ \t]*([!-:<-~]*)$`)

/** RFC 8659 §4.2. `undefined` where the syntax is broken, which counts as naming nobody. */
function readIssueValue(text: string): IssueValue | undefined {
  const [issuer = '', ...rest] = text.split(';').map((part) => part.replace(/^[ \t]+|[ \t]+$/g, ''))
  if (!issuerForm.test(issuer)) return undefined
  const parameters = new Map<string, readonly string[]>()
  for (const part of rest.filter(Boolean)) {
    const [, tag = '', value = ''] = parameterForm.exec(part) ?? []
    const key = tag.toLowerCase()
    if (key === '') return undefined
    if (key === 'accounturi' || key === 'validationmethods') {
      parameters.set(key, [...(parameters.get(key) ?? []), value])
    }
  }
  return { issuer: issuer.toLowerCase(), parameters }
}

/** The records that count for a name, and where they stand. */
export interface RelevantCaa {
  /** The name of the records; the name that was not answered for; the name itself where there are none. */
  readonly name: string
  /** Where the records really stand, where `name` is an alias. */
  readonly alias?: string
  readonly records: readonly CaaRecord[]
  /** Why a question was not answered: an rcode, or what the network said. */
  readonly unanswered?: string
}

/**
 * The records that count for a name (RFC 8659 §3): the first set that is not empty, from the name up to, and without,
 * the root. Aliases are followed by the resolver; the climb goes on from the name, never from what it is an alias of.
 * A question without an answer ends it.
 */
export async function relevantCaa(
  name: string,
  resolver: Resolver,
  signal?: AbortSignal,
): Promise<RelevantCaa> {
  const start = plainName(name).replace(/^\*\./, '')
  for (const at of ancestors(start)) {
    try {
      const { answers } = await resolver.ask({ name: at, type: 'CAA' }, signal)
      const found = answers.flatMap((record) => (record.type === 'CAA' ? [record] : []))
      const [first] = found
      if (!first) continue
      const target = plainName(first.name)
      const records = found.map(({ data }) => ({
        critical: data.issuerCritical ?? false,
        tag: data.tag.toLowerCase(),
        value: data.value,
      }))
      return { name: at, ...(target !== at && { alias: target }), records }
    } catch (error) {
      if (!(error instanceof CertwrightError) || error.code !== 'DNS_RESOLVER_FAILED') throw error
      return { name: at, records: [], unanswered: String(error.params['reason'] ?? '') }
    }
  }
  return { name: start, records: [] }
}

/** The verdict about a name for a request: that of its relevant records, or `uncertain` where none could be had. */
export function judgeRelevantCaa(relevant: RelevantCaa, request: CaaRequest): CaaVerdict {
  const { name, unanswered } = relevant
  const judged =
    unanswered === undefined
      ? judgeCaa(relevant.records, request)
      : verdict('uncertain', 'unanswered', { answer: unanswered })
  return { ...judged, params: { ...judged.params, at: name } }
}
