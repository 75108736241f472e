import { AcmeError } from '@certwright/acme'
import { CertwrightError } from '../runtime/error.ts'
import type { Explanation } from './explain.ts'
import type { Finding } from './finding.ts'

/** A failure of the protocol with what was found out about it afterwards. Everything else is as in its cause. */
export class DiagnosedError extends AcmeError {
  readonly explanations: readonly Explanation[]

  constructor(cause: AcmeError, explanations: readonly Explanation[]) {
    const { problem, status, retryAfterMs, url, helpUrl, termsUrl, authorizations } = cause
    const details = { problem, status, retryAfterMs, url, helpUrl, termsUrl, authorizations }
    super(cause.code, cause.message, { ...details, cause })
    this.explanations = explanations
  }
}

/** Nothing was ordered, since a check before has found what the CA would refuse. */
export class RefusedBeforehand extends CertwrightError {
  readonly findings: readonly Finding[]

  constructor(findings: readonly Finding[]) {
    const names = [...new Set(findings.map(({ params }) => params['about'] ?? ''))]
    super('ATTEMPT_REFUSED', { names: names.join(', ') })
    this.findings = findings
  }
}
