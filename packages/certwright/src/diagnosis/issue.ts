import { AcmeError, type Authorization } from '@certwright/acme'
import { authorizeNames, type AuthorizationRequest } from '../issuance/authorize.ts'
import type { IssuanceContext, OpenAccount } from '../issuance/issuance.ts'
import { issueCertificate } from '../issuance/issue.ts'
import { CertwrightError } from '../runtime/error.ts'
import type { Certificate, Version } from '../store/store.ts'
import type { Attempt, LookContext } from './attempt.ts'
import { diagnose } from './diagnose.ts'
import type { Finding } from './finding.ts'
import { preflight } from './preflight.ts'

/** What an issuance with a diagnosis around it works with. */
export interface DiagnosisContext extends IssuanceContext, LookContext {
  /** `false` leaves out the look before an order. */
  readonly preflight?: boolean | undefined
  /** Told what that look has found. */
  readonly onFindings?: ((findings: readonly Finding[]) => void) | undefined
  /** Told where it broke off for a reason that keeps nobody from ordering. */
  readonly onPreflightBroken?: ((reason: unknown) => void) | undefined
}

/**
 * Looks before an order at what the CA will look at. Throws only what it is sure of: `ATTEMPT_REFUSED`, or what the
 * solver cannot do. Whatever else goes wrong with a look must not keep a certificate from its renewal.
 */
export async function lookBefore(
  attempt: Attempt,
  open: OpenAccount,
  context: DiagnosisContext,
  signal?: AbortSignal,
): Promise<void> {
  if (context.preflight === false) return
  try {
    context.onFindings?.(await preflight(attempt, open, context, signal))
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof CertwrightError) throw error
    context.onPreflightBroken?.(error)
  }
}

/** Gets one version. Where the CA could not validate, it is found out why: that is then part of the error. */
export async function issueDiagnosed(
  certificate: Certificate,
  open: OpenAccount,
  context: DiagnosisContext,
  signal?: AbortSignal,
): Promise<Version> {
  return diagnosing(
    certificate,
    open,
    context,
    async () => issueCertificate(certificate, open, context, signal),
    signal,
  )
}

/** As `issueDiagnosed`, before there is an order. */
export async function authorizeDiagnosed(
  request: AuthorizationRequest,
  open: OpenAccount,
  context: DiagnosisContext,
  signal?: AbortSignal,
): Promise<readonly Authorization[]> {
  return diagnosing(
    request,
    open,
    context,
    async () => authorizeNames(request, open, context, signal),
    signal,
  )
}

async function diagnosing<T>(
  attempt: Attempt,
  open: OpenAccount,
  context: DiagnosisContext,
  task: () => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  try {
    return await task()
  } catch (error) {
    if (!(error instanceof AcmeError) || error.authorizations === undefined) throw error
    throw await diagnosed(error, attempt, open, context, signal)
  }
}

/** The failure that led here is the one to be told, where nothing can be found out about it. */
async function diagnosed(
  failure: AcmeError,
  attempt: Attempt,
  open: OpenAccount,
  context: DiagnosisContext,
  signal: AbortSignal | undefined,
): Promise<AcmeError> {
  try {
    return await diagnose(failure, attempt, open, context, signal)
  } catch {
    signal?.throwIfAborted()
    return failure
  }
}
