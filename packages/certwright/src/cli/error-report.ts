import {
  AcmeError,
  instantOf,
  problemName,
  userActionOf,
  type FailedAuthorization,
  type Problem,
  type UnsolvedAuthorization,
} from '@certwright/acme'
import { DiagnosedError, RefusedBeforehand } from '../diagnosis/diagnosed-error.ts'
import { explainError, type Explanation, type Statement } from '../diagnosis/explain.ts'
import {
  fill,
  type ErrorText,
  type Language,
  type Params,
  type Text,
} from '../runtime/catalogue.ts'
import { ConfigError } from '../manager/config/complaint.ts'
import { CertwrightError } from '../runtime/error.ts'
import { acmeErrorTexts, nameReasons, reportTexts } from '../runtime/messages/acme-texts.ts'
import { errorTexts } from '../runtime/messages/index.ts'
import { complaintDocument, complaintLines, type ComplaintDocument } from './complaint-report.ts'
import { findingDocument, type FindingDocument } from './finding-report.ts'
import { Interruption } from './interruption.ts'
import { readableName } from './readable-name.ts'

/** An error as `--json` shows it. Others script against this: members are added, never changed. */
export interface ErrorDocument {
  readonly code: string
  /** In the reader's language, as is `hint`. */
  readonly message: string
  readonly hint?: string
  /** What the message was filled from. */
  readonly params?: Params
  /** The CA's problem document, whole. */
  readonly problem?: Problem
  /** The HTTP status of the CA's reply. */
  readonly status?: number
  readonly url?: string
  readonly helpUrl?: string
  /** The terms to be agreed to, where that is what is missing. */
  readonly termsUrl?: string
  /** RFC 3339: when the CA can be asked again. */
  readonly retryAt?: string
  readonly authorizations?: readonly FailedAuthorization[]
  readonly unsolved?: readonly UnsolvedAuthorization[]
  /** What is wrong with a file, by place; warnings too. */
  readonly complaints?: readonly ComplaintDocument[]
  /** What happened, why, and what to do, name by name. */
  readonly explanations?: readonly ExplanationDocument[]
  /** Why nothing was ordered. */
  readonly findings?: readonly FindingDocument[]
}

/** An explanation as `--json` shows it, its words in the reader's language. */
export interface ExplanationDocument {
  readonly name?: string
  /** The last part of the problem's type. */
  readonly problem: string
  readonly what: string
  readonly why: readonly StatementDocument[]
  readonly advice: readonly StatementDocument[]
}

export interface StatementDocument {
  readonly code: string
  readonly message: string
}

/** What is known of an error, for people in their language and for programs. Never a stack, never a secret. */
export function errorDocument(error: unknown, language: Language, now: number): ErrorDocument {
  if (error instanceof AcmeError) return acmeDocument(error, language, now)
  if (error instanceof CertwrightError) {
    const { message, hint }: ErrorText = errorTexts[error.code]
    const beneath =
      error.cause instanceof AcmeError ? acmeDocument(error.cause, language, now) : undefined
    const params = paramsIn(language, error)
    return {
      ...beneath,
      code: error.code,
      message: fill(message, language, params),
      ...(hint && { hint: fill(hint, language, params) }),
      params,
      ...(error instanceof ConfigError && {
        complaints: error.complaints.map((one) => complaintDocument(one, language)),
      }),
      ...(error instanceof RefusedBeforehand && {
        findings: error.findings.map((finding) => findingDocument(finding, language)),
      }),
    }
  }
  if (error instanceof Interruption) {
    return errorDocument(
      new CertwrightError('INTERRUPTED', { signal: error.signal }),
      language,
      now,
    )
  }
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return errorDocument(new CertwrightError('UNEXPECTED', { reason }), language, now)
}

/** Why a name is none is said in the reader's language too. */
function paramsIn(language: Language, { code, params, cause }: CertwrightError): Params {
  if (code !== 'USAGE_NOT_A_NAME' || !(cause instanceof AcmeError)) return params
  const text: Text | undefined = nameReasons[cause.reason ?? '']
  return text ? { ...params, reason: text[language] } : params
}

function acmeDocument(error: AcmeError, language: Language, now: number): ErrorDocument {
  const { code, problem, status, url, helpUrl, retryAfterMs, authorizations, unsolved } = error
  const termsUrl = userActionOf(error)?.termsUrl
  const known = error instanceof DiagnosedError ? error.explanations : explainError(error)
  const explanations = known.map((explanation) => explanationDocument(explanation, language))
  const otherwise = acmeErrorTexts[code].hint?.[language]
  const hint = explanations.flatMap(({ advice }) => advice)[0]?.message ?? otherwise
  return {
    code,
    message: fill(acmeErrorTexts[code].message, language, { reason: headline(error) }),
    ...(hint !== undefined && { hint }),
    ...(problem && { problem }),
    ...(status !== undefined && { status }),
    ...(url !== undefined && { url }),
    ...(helpUrl !== undefined && { helpUrl }),
    ...(termsUrl !== undefined && { termsUrl }),
    ...(retryAfterMs !== undefined && { retryAt: instantOf(now + retryAfterMs) }),
    ...(authorizations && { authorizations }),
    ...(unsolved && { unsolved }),
    ...(explanations.length > 0 && { explanations }),
  }
}

function explanationDocument(
  { name, problem, what, why, advice }: Explanation,
  language: Language,
): ExplanationDocument {
  const said = ({ code, text, params }: Statement): StatementDocument => ({
    code,
    message: fill(text, language, params),
  })
  return {
    ...(name !== undefined && { name }),
    problem,
    what: said(what).message,
    why: why.map(said),
    advice: advice.map(said),
  }
}

/** The problem's type alone where there is one: its particulars follow on lines of their own. */
function headline({ code, problem, message }: AcmeError): string {
  return code === 'ACME_PROBLEM' && problem ? problemName(problem) : message
}

/** The same as lines for people: what, its particulars, why, and what to do about it. */
export function errorLines(document: ErrorDocument, language: Language): string[] {
  const { problem, retryAt, helpUrl, termsUrl, unsolved = [], complaints = [] } = document
  const say = (text: Text, params: Params): string => fill(text, language, params)
  return [
    ...complaints.flatMap((complaint) => complaintLines(complaint, language)),
    document.message,
    ...(problem ? problemLines(problem, say) : []),
    ...(document.authorizations ?? []).flatMap((failed) => authorizationLines(failed, say)),
    ...unsolved.map(({ identifier, wildcard, offered }) =>
      say(reportTexts.offered, {
        name: nameOf(identifier.value, wildcard),
        challenges: offered.join(reportTexts.listEnd[language]),
      }),
    ),
    ...(retryAt === undefined ? [] : [say(reportTexts.retryAt, { time: retryAt })]),
    ...(termsUrl === undefined ? [] : [say(reportTexts.terms, { url: termsUrl })]),
    ...(helpUrl === undefined ? [] : [say(reportTexts.explained, { url: helpUrl })]),
    ...explanationLines(document, say),
  ]
}

/** How much advice people read at once. */
const mostHints = 4

/** Why, and what to do; what holds for several names is said once. */
function explanationLines(
  { hint, explanations = [], findings = [] }: ErrorDocument,
  say: Say,
): string[] {
  const whys = [...explanations.flatMap(({ why }) => why), ...findings]
  const advice = [
    ...findings.flatMap((finding) => finding.hint ?? []),
    ...(hint === undefined ? [] : [hint]),
    ...explanations.flatMap(({ advice }) => advice.map(({ message }) => message)),
  ]
  return [
    ...distinct(explanations.map(({ what }) => what)).map((what) =>
      say(reportTexts.means, { what }),
    ),
    ...distinct(whys.map(({ message }) => message)).map((why) => say(reportTexts.because, { why })),
    ...distinct(advice)
      .slice(0, mostHints)
      .map((one) => say(reportTexts.hint, { hint: one })),
  ]
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)]
}

type Say = (text: Text, params: Params) => string

function problemLines({ type, detail, subproblems }: Problem, say: Say): string[] {
  return [
    say(reportTexts.type, { type }),
    ...(detail === undefined ? [] : [say(reportTexts.detail, { detail: oneLine(detail) })]),
    ...subproblems.map((inner) =>
      say(reportTexts.about, {
        name: readableName(inner.identifier?.value ?? '-'),
        problem: phrase(inner),
      }),
    ),
  ]
}

function authorizationLines(failed: FailedAuthorization, say: Say): string[] {
  const { identifier, wildcard, challenge, problem, validationRecord } = failed
  const name = nameOf(identifier.value, wildcard)
  const words = problem ? phrase(problem) : '?'
  return [
    challenge === undefined
      ? say(reportTexts.about, { name, problem: words })
      : say(reportTexts.aboutChallenge, { name, challenge, problem: words }),
    ...(problem?.subproblems ?? []).map((inner) =>
      say(reportTexts.about, {
        name: readableName(inner.identifier?.value ?? name),
        problem: phrase(inner),
      }),
    ),
    ...(validationRecord === undefined
      ? []
      : [say(reportTexts.tried, { record: oneLine(JSON.stringify(validationRecord)) })]),
  ]
}

function phrase(problem: Problem): string {
  const words = problem.detail ?? problem.title
  return words === undefined ? problemName(problem) : `${problemName(problem)}: ${oneLine(words)}`
}

/** How much of a CA's words is shown; a page of HTML can be among them. The document has them whole. */
const mostWords = 600

/** A CA's words can hold line ends, with which they would pass for lines of ours. */
function oneLine(words: string): string {
  const line = words.replace(/[\s\u2028\u2029]+/g, ' ').trim()
  return line.length > mostWords ? `${line.slice(0, mostWords)}…` : line
}

function nameOf(value: string, wildcard: boolean): string {
  return readableName(wildcard ? `*.${value}` : value)
}
