/** What the list of tests is told of the world. Plain JSON, so that every runtime can be told it. */
export interface World {
  /** Of a CA that validates http-01, and the root it is trusted by. */
  readonly directoryUrl: string
  readonly rootPem: string
  /** Where `PUT` of `/TOKEN` publishes the answer of a challenge. */
  readonly answersUrl: string
  /** A name that leads to where the answers are. */
  readonly name: string
  readonly vectors: Vectors
}

/** What RFCs have published. */
export interface Vectors {
  readonly signatures: ReadonlyArray<{
    readonly source: string
    readonly jwk: Readonly<Record<string, string>>
    readonly deterministic: boolean
    readonly input: string
    readonly signature: string
  }>
  readonly thumbprints: ReadonlyArray<{
    readonly source: string
    readonly jwk: Readonly<Record<string, string>>
    readonly thumbprint: string
  }>
  /** In PEM, and its identifier (RFC 9773 §4.1). */
  readonly certificate: string
  readonly certificateId: string
}

/** What became of one test. */
export interface Outcome {
  readonly test: string
  readonly outcome: 'passed' | 'failed' | 'skipped'
  /** Why it was skipped, or failed. */
  readonly reason?: string
}
