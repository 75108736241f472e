/** One code of an API's list: its HTTP status and the words that go with it. */
export interface ErrorRow {
  readonly status: number
  readonly message: string
  /** True where no document or peer names this code for this case, so that it is our guess. */
  readonly assumed?: true
}

export type ErrorTable<Code extends string = string> = Readonly<Record<Code, ErrorRow>>

export interface RefusalDetails {
  readonly message?: string
  /** More members of the reply's body, such as `AccessDeniedDetail`. */
  readonly data?: Readonly<Record<string, unknown>>
}

/** The API says no: the reply carries this code. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: string
  readonly status: number
  readonly assumed: boolean
  readonly data: Readonly<Record<string, unknown>>

  constructor(code: string, row: ErrorRow, details: RefusalDetails = {}) {
    super(details.message ?? row.message)
    this.code = code
    this.status = row.status
    this.assumed = row.assumed ?? false
    this.data = details.data ?? {}
  }
}

/** A row that documents or peers confirm. */
export function documented(status: number, message: string): ErrorRow {
  return { status, message }
}

/** A row whose code, status or occasion is a guess. */
export function assumed(status: number, message: string): ErrorRow {
  return { status, message, assumed: true }
}

/** Makes the refusals of a table, by its codes alone. */
export function refusals<Code extends string>(
  table: ErrorTable<Code>,
): (code: Code, details?: RefusalDetails) => Refusal {
  return (code, details) => new Refusal(code, table[code], details)
}

/** What every API answers before a product is even asked. */
export const commonErrors = {
  'InvalidApi.NotFound': documented(
    404,
    'Specified api is not found, please check your url and method.',
  ),
  UnsupportedHTTPMethod: assumed(405, 'This http method is not supported.'),
  MissingAccessKeyId: documented(400, 'AccessKeyId is mandatory for this action.'),
  IncompleteSignature: documented(
    400,
    'The request signature does not conform to Alibaba Cloud standards.',
  ),
  'InvalidAccessKeyId.NotFound': documented(404, 'Specified access key is not found.'),
  'InvalidAccessKeyId.Inactive': documented(403, 'Specified access key is disabled.'),
  SignatureDoesNotMatch: documented(
    400,
    'Specified signature is not matched with our calculation.',
  ),
  SignatureNonceUsed: documented(400, 'Specified signature nonce was used already.'),
  'InvalidTimeStamp.Expired': documented(400, 'Specified time stamp or date value is expired.'),
  'InvalidTimeStamp.Format': assumed(
    400,
    'Specified time stamp or date value is not well formatted.',
  ),
  MissingSecurityToken: documented(400, 'SecurityToken is mandatory for this action.'),
  'InvalidSecurityToken.Expired': documented(400, 'Specified SecurityToken is expired.'),
  'InvalidSecurityToken.Malformed': documented(400, 'Specified SecurityToken is malformed.'),
  'Forbidden.RAM': documented(
    403,
    "User not authorized to operate on the specified resource, or this API doesn't support RAM.",
  ),
  NoPermission: documented(403, 'You are not authorized to do this operation.'),
  InvalidParameter: documented(400, 'The specified parameter is not valid.'),
  Throttling: documented(400, 'Request was denied due to request throttling.'),
  'Throttling.User': documented(400, 'Request was denied due to user flow control.'),
  ServiceUnavailable: documented(
    503,
    'The request has failed due to a temporary failure of the server.',
  ),
  InternalError: documented(500, 'The request processing has failed due to some unknown error.'),
} satisfies ErrorTable

export const refuse = refusals(commonErrors)
