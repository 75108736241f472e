import { assumed, documented, Refusal } from '../errors.ts'
import type { ErrorRow, ErrorTable } from '../errors.ts'

/** How ALB and NLB differ. */
interface Difference {
  /** As `UsingProductList` spells it. */
  readonly product: 'ALB' | 'NLB'
  /** The protocols that have certificates, the usual one first. */
  readonly protocols: readonly [string, ...string[]]
  /** The most additional certificates that one call takes. */
  readonly batch: number
}

/** A product whose listeners change by jobs. */
export interface Family extends Difference {
  readonly errors: ErrorTable
  readonly refuse: (kind: keyof ReturnType<typeof rowsOf>) => Refusal
}

export function familyOf(difference: Difference): Family {
  const rows = rowsOf(difference)
  return {
    ...difference,
    errors: Object.fromEntries(Object.values(rows)),
    refuse(kind) {
      const [code, row] = rows[kind]
      return new Refusal(code, row)
    },
  }
}

function rowsOf({ product, batch }: Difference) {
  const isAlb = product === 'ALB'
  const listener = isAlb ? 'Listener' : 'listener'
  const configuring = 'The status of the listener does not allow this operation.'
  return {
    noListener: [`ResourceNotFound.${listener}`, assumed(404, 'The listener does not exist.')],
    noCertificate: [
      isAlb ? 'ResourceNotFound.Certificate' : 'ResourceNotFound.certificate',
      assumed(404, 'The certificate does not exist.'),
    ],
    noJob: ['ResourceNotFound.Job', assumed(404, 'The job does not exist.')],
    wrongProtocol: [
      'UnsupportedOperation.ListenerProtocol',
      assumed(400, 'A listener of this protocol has no certificates.'),
    ],
    configuring: [
      `IncorrectStatus.${listener}`,
      isAlb ? documented(409, configuring) : assumed(409, configuring),
    ],
    associated: [
      'ResourceAlreadyAssociated.Certificate',
      assumed(400, 'The certificate is associated already.'),
    ],
    notAssociated: [
      'ResourceNotAssociated.Certificate',
      assumed(400, 'The certificate is not associated.'),
    ],
    oneDefault: ['InvalidParameter.Certificates', assumed(400, 'A listener has one default.')],
    tooMany: ['QuotaExceeded.Certificates', assumed(400, `A call takes up to ${batch}.`)],
    token: ['InvalidParameter.ClientToken', assumed(400, 'A token has up to 64 characters.')],
    tokenOfAnother: [
      'IdempotentParameterMismatch',
      assumed(400, 'The token was used for another request.'),
    ],
    dryRun: ['DryRunOperation', assumed(400, 'The request would have succeeded.')],
  } as const satisfies Readonly<Record<string, readonly [code: string, row: ErrorRow]>>
}
