import { fill, type ErrorText, type Params } from './catalogue.ts'
import { errorTexts, type ErrorCode } from './messages/index.ts'

export type { ErrorCode } from './messages/index.ts'

/** Every error that a caller of Certwright can meet, but for those of the protocol (`AcmeError`). Match on `code`. */
export class CertwrightError extends Error {
  override readonly name = 'CertwrightError'
  readonly code: ErrorCode
  /** What the message was filled from. Never a secret. */
  readonly params: Params

  constructor(code: ErrorCode, params: Params = {}, options?: ErrorOptions) {
    super(fill(textOf(code).message, 'en', params), options)
    this.code = code
    this.params = params
  }

  /** What to do about it, in the imperative; in English. The command says it in the reader's language. */
  get hint(): string | undefined {
    const { hint } = textOf(this.code)
    return hint && fill(hint, 'en', this.params)
  }
}

function textOf(code: ErrorCode): ErrorText {
  return errorTexts[code]
}
