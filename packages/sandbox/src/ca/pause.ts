import type { CaContext } from './context.ts'
import { notFound } from './problem.ts'
import { textReply, type Reply } from './reply.ts'

/** What stands behind the `Link` of a refusal: the limits that are in force. */
export function showLimits({ knobs }: CaContext): Reply {
  const limits = JSON.stringify(knobs.rateLimits, null, 2)
  return textReply(`The limits of this CA, count in periodMs, burst at once:\n${limits}\n`)
}

/** The page that a person visits to go on. To see it is to unpause: no client must fetch it by itself. */
export function unpause({ records }: CaContext, accountId: string): Reply {
  const account = records.accounts.get(accountId)
  if (account === undefined) throw notFound('account')
  account.paused.clear()
  return textReply('All identifiers of the account can be ordered again.\n')
}
