import { AcmeError } from './error.ts'
import type { Identifier } from './identifier.ts'

/** Why a request failed (RFC 7807 §3.1; RFC 8555 §6.7). Everything but `type` may be missing. */
export interface Problem {
  /**
   * A URN such as `urn:ietf:params:acme:error:rateLimited`; `about:blank` where the CA gave none.
   */
  readonly type: string
  readonly title?: string
  /** For people. Written by the CA: may hold anything, control characters too. */
  readonly detail?: string
  readonly status?: number
  /** With `userActionRequired`: the URL that a person must visit (RFC 8555 §7.3.3). */
  readonly instance?: string
  /** With `badSignatureAlgorithm`: what the CA takes (RFC 8555 §6.2). */
  readonly algorithms?: readonly string[]
  /** Only in subproblems: what this one is about (RFC 8555 §6.7.1). */
  readonly identifier?: Identifier
  readonly subproblems: readonly Problem[]
}

/** RFC 8555 §6.7 and §9.7.4, and the extensions' types. Others may come. */
export type ProblemName =
  | 'accountDoesNotExist'
  | 'alreadyReplaced'
  | 'alreadyRevoked'
  | 'badCSR'
  | 'badNonce'
  | 'badPublicKey'
  | 'badRevocationReason'
  | 'badSignatureAlgorithm'
  | 'caa'
  | 'compound'
  | 'conflict'
  | 'connection'
  | 'dns'
  | 'externalAccountRequired'
  | 'incorrectResponse'
  | 'invalidContact'
  | 'invalidProfile'
  | 'malformed'
  | 'orderNotReady'
  | 'rateLimited'
  | 'rejectedIdentifier'
  | 'serverInternal'
  | 'tls'
  | 'unauthorized'
  | 'unsupportedContact'
  | 'unsupportedIdentifier'
  | 'userActionRequired'
  | (string & {})

const prefixes = ['urn:ietf:params:acme:error:', 'urn:acme:error:']

/** The last part of an ACME problem's type, e.g. `badNonce`; any other type as it is. */
export function problemName({ type }: Problem): string {
  const prefix = prefixes.find((candidate) => type.startsWith(candidate))
  return prefix === undefined ? type : type.slice(prefix.length)
}

/** Whether the CA refused with this type of problem. */
export function isProblem(error: unknown, name: ProblemName): error is AcmeError {
  return (
    error instanceof AcmeError && error.problem !== undefined && problemName(error.problem) === name
  )
}

/** Reads a problem document, parsed or as bytes; `undefined` where it is none. Never throws. */
export function problemFrom(document: unknown): Problem | undefined {
  const value = document instanceof Uint8Array ? parsed(document) : document
  return problemOf(value, 1)
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
}

/** Subproblems of subproblems mean nothing (RFC 8555 §6.7.1) and could be nested without end. */
function problemOf(value: unknown, depth: number): Problem | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const { type, title, detail, status, instance, algorithms, identifier, subproblems } =
    value as Record<string, unknown>
  if (![type, title, detail].some((member) => typeof member === 'string')) return undefined
  const about = identifierOf(identifier)
  return {
    type: typeof type === 'string' ? type : 'about:blank',
    ...(typeof title === 'string' && { title }),
    ...(typeof detail === 'string' && { detail }),
    ...(typeof status === 'number' && { status }),
    ...(typeof instance === 'string' && { instance }),
    ...(Array.isArray(algorithms) && { algorithms: algorithms.filter(isText) }),
    ...(about && { identifier: about }),
    subproblems:
      depth > 0 && Array.isArray(subproblems)
        ? subproblems.flatMap((inner) => problemOf(inner, depth - 1) ?? [])
        : [],
  }
}

function identifierOf(value: unknown): Identifier | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { type, value: name } = value as Record<string, unknown>
  return isText(type) && isText(name) ? { type, value: name } : undefined
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

/** One line for people: the type, what the CA says, and the same of each identifier it names. */
export function problemText(problem: Problem): string {
  const name = problemName(problem)
  const words = problem.detail ?? problem.title
  const lines = [words === undefined ? name : `${name}: ${words}`]
  for (const inner of problem.subproblems) {
    lines.push(`${inner.identifier ? `${inner.identifier.value}: ` : ''}${problemText(inner)}`)
  }
  return lines.join('; ')
}

const hints: Readonly<Record<string, string>> = {
  accountDoesNotExist: 'Register this key with the CA again, or use the key that the CA knows.',
  badCSR: 'Use a new certificate key and exactly the names of the order.',
  badPublicKey: 'Use another kind or size of key.',
  badSignatureAlgorithm: 'Use an account key of a kind that the CA takes, such as ec256.',
  caa: 'Let the CAA records of the domain name this CA, or remove them.',
  externalAccountRequired: 'Get an external account key from the CA and register with it.',
  invalidContact: 'Give contacts of the form mailto:name@example.com.',
  invalidProfile: "Choose one of the profiles that the CA's directory lists.",
  rateLimited: 'Wait for as long as the CA says; a shorter wait makes it longer.',
  rejectedIdentifier: 'Leave out the names that the CA refuses.',
  unsupportedContact: 'Give contacts of the form mailto:name@example.com.',
  unsupportedIdentifier: 'Ask another CA for this kind of name.',
}

/** What a person can do about it, in the imperative. */
export function problemHint(problem: Problem): string | undefined {
  const name = problemName(problem)
  if (name === 'userActionRequired') {
    return problem.instance === undefined
      ? 'Agree to the new terms of the CA.'
      : `Visit ${problem.instance} and do what the CA asks for there.`
  }
  return Object.hasOwn(hints, name) ? hints[name] : undefined
}
