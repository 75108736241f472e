const namespace = 'urn:ietf:params:acme:error:'

/** An identifier on the wire (RFC 8555 §9.7.7). */
interface ProblemIdentifier {
  readonly type: string
  readonly value: string
}

/** RFC 8555 §6.7: the JSON of `application/problem+json`. */
export interface ProblemDocument {
  readonly type: string
  readonly detail: string
  readonly status?: number
  /** "The 'identifier' field MUST NOT be present at the top level …" §6.7.1 */
  readonly subproblems?: readonly (ProblemDocument & { readonly identifier?: ProblemIdentifier })[]
  /** §6.2: the supported `alg` values, with `badSignatureAlgorithm`. */
  readonly algorithms?: readonly string[]
  /** §7.3.3: where a person agrees, with `userActionRequired`. */
  readonly instance?: string
}

/** The ACME error types that this CA answers with, without their namespace. */
type ProblemType =
  | 'accountDoesNotExist'
  | 'alreadyReplaced'
  | 'alreadyRevoked'
  | 'badCSR'
  | 'badNonce'
  | 'badPublicKey'
  | 'badRevocationReason'
  | 'badSignatureAlgorithm'
  | 'caa'
  | 'conflict'
  | 'connection'
  | 'externalAccountRequired'
  | 'invalidContact'
  | 'invalidProfile'
  | 'malformed'
  | 'orderNotReady'
  | 'rateLimited'
  | 'rejectedIdentifier'
  | 'serverInternal'
  | 'unauthorized'
  | 'unsupportedContact'
  | 'unsupportedIdentifier'
  | 'userActionRequired'

interface AcmeProblemOptions {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly extra?: Pick<ProblemDocument, 'subproblems' | 'algorithms' | 'instance'>
}

/** A refusal, thrown by whatever notices it and answered as a problem document. */
export class AcmeProblem extends Error {
  readonly document: ProblemDocument & { readonly status: number }
  readonly headers: Readonly<Record<string, string | readonly string[]>>

  constructor(
    type: ProblemType,
    detail: string,
    { status = 400, headers = {}, extra = {} }: AcmeProblemOptions = {},
  ) {
    super(detail)
    this.name = 'AcmeProblem'
    this.document = { type: problemUrn(type), detail, status, ...extra }
    this.headers = headers
  }
}

/** The full URN of an error type; a type that is a URI already stays as it is. */
export function problemUrn(type: string): string {
  return type.includes(':') ? type : namespace + type
}

export function malformed(detail: string, status = 400): AcmeProblem {
  return new AcmeProblem('malformed', detail, { status })
}

export function unauthorized(detail: string): AcmeProblem {
  return new AcmeProblem('unauthorized', detail, { status: 403 })
}

export function notFound(what: string): AcmeProblem {
  return malformed(`there is no such ${what}`, 404)
}
