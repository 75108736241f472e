/** Why a validation failed, as the CA's problem document will say it (RFC 8555 §6.7). */
export class ValidationFailure extends Error {
  override readonly name = 'ValidationFailure'
  readonly type: FailureType

  constructor(type: FailureType, detail: string, options?: ErrorOptions) {
    super(detail, options)
    this.type = type
  }

  get status(): number {
    return this.type === 'unauthorized' || this.type === 'caa' ? 403 : 400
  }
}

type FailureType = 'caa' | 'connection' | 'dns' | 'malformed' | 'tls' | 'unauthorized'

/** Whether a socket could not be opened, so that another address may do. */
export function isDialError(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).syscall === 'connect'
}

/** What went wrong, without the internals: `ECONNREFUSED` says enough. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return code ?? message
}
