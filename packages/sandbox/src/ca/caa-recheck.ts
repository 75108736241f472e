import { accountUris } from './challenge-types.ts'
import type { CaContext } from './context.ts'
import { AcmeProblem, problemUrn, type ProblemDocument } from './problem.ts'
import { identifierOf, type Authorization, type Order } from './records.ts'

type Refusal = ProblemDocument & { readonly identifier: { type: string; value: string } }

/**
 * Looks at CAA again for what was validated too long ago (Baseline Requirements §3.2.2.8), and at that of names which an
 * ancestor was validated for (RFC 9444).
 */
export async function recheckCaa(context: CaContext, order: Order): Promise<void> {
  const { clock, knobs } = context
  const oldest = clock.now() - knobs.caaRecheckAfterMs
  const stale = order.authorizations.filter(({ challenges }) =>
    challenges.some(({ validated = Number.POSITIVE_INFINITY }) => validated < oldest),
  )
  const looked = [...stale, ...belowAncestors(order)]
  const results = await Promise.all(looked.map(async (one) => refusalOf(context, one)))
  const refused = results.filter((one) => one !== undefined)
  const [first, ...more] = refused
  if (first === undefined) return
  const { detail } = first
  throw new AcmeProblem('caa', more.length === 0 ? detail : `${detail}, and ${more.length} more`, {
    status: 403,
    extra: more.length === 0 ? {} : { subproblems: refused },
  })
}

function belowAncestors({ identifiers, authorizations }: Order): readonly Authorization[] {
  return identifiers.flatMap((identifier) => {
    const covering = authorizations.find(
      (one) => one.subdomains === true && identifier.value.endsWith(`.${one.identifier.value}`),
    )
    return covering === undefined ? [] : [{ ...covering, identifier }]
  })
}

async function refusalOf(
  context: CaContext,
  authorization: Authorization,
): Promise<Refusal | undefined> {
  const { paths } = context
  const { account, challenges, identifier, wildcard } = authorization
  const solved = challenges.find(({ status }) => status === 'valid')
  const attempt = {
    type: solved?.type ?? '',
    token: '',
    keyAuthorization: '',
    identifier,
    wildcard,
    accountUrl: paths.account(account.id),
    accountUris: accountUris(context, account, identifier),
  }
  const { problem } = await context.recheckCaa(attempt, new AbortController().signal)
  if (problem === undefined) return undefined
  const detail = `while CAA was looked at again: ${problem.detail}`
  return { type: problemUrn('caa'), detail, status: 403, identifier: identifierOf(authorization) }
}
