import {
  AcmeError,
  instantOf,
  problemName,
  type FailedAuthorization,
  type Problem,
  type UnsolvedAuthorization,
} from '@certwright/acme'
import {
  fill,
  type ErrorText,
  type Language,
  type Params,
  type Text,
} from '../runtime/catalogue.ts'
import { ConfigError } from '../manager/config/complaint.ts'
import { CertwrightError } from '../runtime/error.ts'
import {
  acmeErrorTexts,
  nameReasons,
  problemHints,
  reportTexts,
} from '../runtime/messages/acme-texts.ts'
import { errorTexts } from '../runtime/messages/index.ts'
import { complaintDocument, complaintLines, type ComplaintDocument } from './complaint-report.ts'
import { Interruption } from './interruption.ts'

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
  /** RFC 3339: when the CA can be asked again. */
  readonly retryAt?: string
  readonly authorizations?: readonly FailedAuthorization[]
  readonly unsolved?: readonly UnsolvedAuthorization[]
  /** What is wrong with a file, by place; warnings too. */
  readonly complaints?: readonly ComplaintDocument[]
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
  const hint = hintOf(error)
  return {
    code,
    message: fill(acmeErrorTexts[code].message, language, { reason: headline(error) }),
    ...(hint && { hint: fill(hint, language, { instance: problem?.instance ?? url ?? '' }) }),
    ...(problem && { problem }),
    ...(status !== undefined && { status }),
    ...(url !== undefined && { url }),
    ...(helpUrl !== undefined && { helpUrl }),
    ...(retryAfterMs !== undefined && { retryAt: instantOf(now + retryAfterMs) }),
    ...(authorizations && { authorizations }),
    ...(unsolved && { unsolved }),
  }
}

/** The problem's type alone where there is one: its particulars follow on lines of their own. */
function headline({ code, problem, message }: AcmeError): string {
  return code === 'ACME_PROBLEM' && problem ? problemName(problem) : message
}

/** By the problem of the first name that failed, where the order's own says less. */
function hintOf({ code, problem, authorizations }: AcmeError): Text | undefined {
  const failed = authorizations?.find((authorization) => authorization.problem)?.problem
  for (const candidate of [failed, problem, ...(problem?.subproblems ?? [])]) {
    const hint = candidate && problemHints[problemName(candidate)]
    if (hint) return hint
  }
  return acmeErrorTexts[code].hint
}

/** The same as lines for people: what, its particulars, and what to do about it. */
export function errorLines(document: ErrorDocument, language: Language): string[] {
  const { problem, retryAt, helpUrl, hint, unsolved = [], complaints = [] } = document
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
    ...(helpUrl === undefined ? [] : [say(reportTexts.explained, { url: helpUrl })]),
    ...(hint === undefined ? [] : [say(reportTexts.hint, { hint })]),
  ]
}

type Say = (text: Text, params: Params) => string

function problemLines({ type, detail, subproblems }: Problem, say: Say): string[] {
  return [
    say(reportTexts.type, { type }),
    ...(detail === undefined ? [] : [say(reportTexts.detail, { detail })]),
    ...subproblems.map((inner) =>
      say(reportTexts.about, { name: inner.identifier?.value ?? '-', problem: phrase(inner) }),
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
      say(reportTexts.about, { name: inner.identifier?.value ?? name, problem: phrase(inner) }),
    ),
    ...(validationRecord === undefined
      ? []
      : [say(reportTexts.tried, { record: JSON.stringify(validationRecord) })]),
  ]
}

function phrase(problem: Problem): string {
  const words = problem.detail ?? problem.title
  return words === undefined ? problemName(problem) : `${problemName(problem)}: ${words}`
}

function nameOf(value: string, wildcard: boolean): string {
  return wildcard ? `*.${value}` : value
}
