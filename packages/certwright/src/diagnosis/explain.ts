import { AcmeError, problemName, type FailedAuthorization, type Problem } from '@certwright/acme'
import type { ErrorText, Params, Text } from '../runtime/catalogue.ts'
import { clueTexts } from '../runtime/messages/clue-texts.ts'
import {
  otherProblemTexts,
  problemTexts,
  type ProblemText,
} from '../runtime/messages/problem-texts.ts'
import { cluesIn, cluesInRecord, type Clue } from './clues.ts'
import { findingText, type Area, type Finding } from './finding.ts'

/** One sentence, as data: a stable word for programs, and what people read. */
export interface Statement {
  readonly code: string
  readonly text: Text
  readonly params: Params
}

/** What happened, why, and what to do about it. */
export interface Explanation {
  /** Which name it is about, with `*.`; absent where it is about the request as a whole. */
  readonly name?: string
  /** The last part of the problem's type, or the type where it is none of ACME's. */
  readonly problem: string
  readonly what: Statement
  /** What speaks most comes first. */
  readonly why: readonly Statement[]
  readonly advice: readonly Statement[]
}

/** One failure to be explained. */
export interface Failure {
  readonly problem: Problem
  /** The HTTP status, where the problem does not say it. */
  readonly status?: number | undefined
  readonly name?: string | undefined
  readonly challenge?: string | undefined
  /** What the CA says of its attempt. */
  readonly validationRecord?: unknown
  /** What was found about the name afterwards; none where nobody looked. */
  readonly findings?: readonly Finding[]
  /** Where the CA refers a person to. */
  readonly url?: string | undefined
}

/** Explains everything that a CA refused, name by name. Empty where it gave no problem. Pure. */
export function explainError(
  error: AcmeError,
  findings: readonly Finding[] = [],
): readonly Explanation[] {
  const { problem, authorizations = [], status, url } = error
  const failed = authorizations.flatMap((authorization) => failuresOf(authorization, findings))
  if (failed.length > 0) return failed.map(explain)
  if (!problem) return []
  const whole = { problem, status, url }
  const inner = problem.subproblems.map((one) => ({
    problem: one,
    name: one.identifier?.value,
    url,
  }))
  return [whole, ...inner].map(explain)
}

function failuresOf(
  { identifier, wildcard, challenge, problem, validationRecord }: FailedAuthorization,
  findings: readonly Finding[],
): Failure[] {
  if (!problem) return []
  const name = wildcard ? `*.${identifier.value}` : identifier.value
  const about = { name, challenge, validationRecord, findings: findingsAbout(name, findings) }
  // RFC 8555 §6.7.1: what holds several says less than each of them.
  const problems = problem.subproblems.length > 0 ? problem.subproblems : [problem]
  return problems.map((one) => ({ ...about, problem: one }))
}

/** Those about the name itself, and about the zone that its records belong to. */
function findingsAbout(name: string, findings: readonly Finding[]): readonly Finding[] {
  const base = name.replace(/^\*\./, '')
  const own = findings.filter(({ params }) => params['about'] === name || params['about'] === base)
  const zones = new Set(own.flatMap(({ area, params }) => (area === 'dns' ? [params['zone']] : [])))
  const beside = findings.filter(
    (finding) => !own.includes(finding) && zones.has(finding.params['about']),
  )
  return [...own, ...beside]
}

/** What each type of problem is about: findings there come before others. */
const areasOf: Readonly<Record<string, readonly Area[]>> = {
  caa: ['caa', 'dnssec', 'dns'],
  dns: ['dnssec', 'dns', 'caa', 'address'],
  connection: ['port', 'address', 'dnssec', 'dns'],
  tls: ['port', 'address'],
  unauthorized: ['port', 'dns', 'address', 'dnssec', 'caa'],
  incorrectResponse: ['port', 'dns', 'address', 'dnssec'],
}

/** How much advice a person reads. */
const mostAdvice = 4

/** Explains one failure. Pure. */
export function explain(failure: Failure): Explanation {
  const { problem, name } = failure
  const known = problemName(problem)
  const text = problemText(failure)
  const params = paramsOf(failure)
  const what = { code: known, text: text.message, params }
  const causes = [...clueStatements(failure), ...findingStatements(failure)]
  const advice = [
    ...causes.flatMap(({ hint }) => hint ?? []),
    { code: known, text: text.hint, params },
  ]
  return {
    ...(name !== undefined && { name }),
    problem: known,
    what,
    why: causes.map(({ why }) => why),
    advice: distinct(advice).slice(0, mostAdvice),
  }
}

function problemText({ problem, status = problem.status ?? 0 }: Failure): ProblemText {
  const known = problemName(problem)
  if (Object.hasOwn(problemTexts, known)) return problemTexts[known as keyof typeof problemTexts]
  return status >= 500 || status === 429 ? otherProblemTexts.failed : otherProblemTexts.refused
}

function paramsOf({ problem, name = '', challenge = '', url = '' }: Failure): Params {
  const algorithms = problem.algorithms?.join(', ') ?? ''
  return { name, challenge, instance: problem.instance ?? url, algorithms }
}

interface Cause {
  readonly why: Statement
  readonly hint?: Statement
}

function clueStatements(failure: Failure): readonly Cause[] {
  const { problem, validationRecord, findings = [] } = failure
  const ours = findings
    .filter(({ code }) => code === 'address-found')
    .flatMap(({ params }) => String(params['addresses']).split(', '))
  const words = [problem.detail, problem.title].filter(Boolean).join('\n')
  const connects = connecting.has(problemName(problem))
  const clues = [
    ...cluesIn(words),
    ...(connects ? cluesInRecord(validationRecord, ours) : []),
    ...(connects && worksFromHere(findings) ? [works] : []),
  ]
  return clues.map(({ code, params }) => causeOf(code, clueTexts[code], params))
}

/** Problems that can come of how the CA was connected, and with whom. */
const connecting = new Set(['connection', 'tls', 'unauthorized', 'incorrectResponse'])

const works: Clue = { code: 'clue-works-from-here', params: {} }

/** Where every port answers from here and the CA could not, what is wrong lies between. */
function worksFromHere(findings: readonly Finding[]): boolean {
  const ports = findings.filter(({ area, level }) => area === 'port' && level !== 'skipped')
  return ports.length > 0 && ports.every(({ level }) => level === 'ok')
}

/** What was found wrong; and for records in DNS what each server answered, wrong or not. */
function findingStatements({ problem, challenge = '', findings = [] }: Failure): readonly Cause[] {
  const areas = areasOf[problemName(problem)]
  if (!areas) return []
  const rank = ({ area }: Finding): number => (areas.includes(area) ? areas.indexOf(area) : 99)
  const wrong = findings
    .filter(({ level }) => level === 'warning' || level === 'fault')
    .sort((a, b) => rank(a) - rank(b))
  const shown = challenge.startsWith('dns-')
    ? findings.filter(({ code }) => code === 'dns-delegated' || code === 'txt-answer')
    : []
  return [...wrong, ...shown].map((finding) =>
    causeOf(finding.code, findingText(finding), finding.params),
  )
}

function causeOf(code: string, { message, hint }: ErrorText, params: Params): Cause {
  return {
    why: { code, text: message, params },
    ...(hint && { hint: { code, text: hint, params } }),
  }
}

/** The same advice once, even where several causes lead to it. */
function distinct(statements: readonly Statement[]): readonly Statement[] {
  const known = new Set<string>()
  return statements.filter(({ text, params }) => {
    const key = JSON.stringify([text.en, /\{\w+\}/.test(text.en) ? params : {}])
    if (known.has(key)) return false
    known.add(key)
    return true
  })
}
