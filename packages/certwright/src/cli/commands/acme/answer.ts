import {
  AcmeError,
  pollOrder,
  respondToChallenge,
  type Authorization,
  type Order,
} from '@certwright/acme'
import { CertwrightError } from '../../../runtime/error.ts'
import { acmeCommandResultTexts } from '../../../runtime/messages/acme-command-texts.ts'
import { keepOrder } from '../../acme-order-file.ts'
import { authorizationsOf, authorizedName, openOrder } from '../../acme-order.ts'
import type { CommandRun } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'

/** Tells the CA of every pending name that its challenge is answered, and waits until the order is judged. */
export const answer: CommandRun = async ({ options }, session) => {
  const { output, signal } = session
  const type = options.text('challenge') ?? 'dns-01'
  const open = await openOrder(options, session)
  const { client, account, settings } = open
  const pending = (await authorizationsOf(open, signal)).filter(
    ({ status }) => status === 'pending',
  )
  // All are looked for before the first is told: a half-answered order helps nobody.
  const urls = pending.map((authorization) => challengeUrl(authorization, type))
  for (const url of urls) await respondToChallenge(client, account, url, { signal })
  const until = ({ status }: { readonly status: string }): boolean => status !== 'pending'
  const order = await pollOrder(client, account, open.order.url, { until, signal })
  await keepOrder(settings.orderFile, order)
  if (order.status === 'invalid') throw judgement(order, await authorizationsOf(open, signal))
  output.result({ order }, () => [
    output.text(acmeCommandResultTexts.answered, { status: order.status, url: order.url }),
  ])
  return exitCode.done
}

/** What the CA found wrong, name by name. */
function judgement({ url, status, error }: Order, all: readonly Authorization[]): AcmeError {
  const authorizations = all.flatMap(({ identifier, wildcard, url, challenges }) => {
    const { type, error: problem } = challenges.find((one) => one.error !== undefined) ?? {}
    if (type === undefined || problem === undefined) return []
    return [{ identifier, wildcard, url, challenge: type, problem }]
  })
  const details = { url, problem: error, authorizations }
  return new AcmeError('ACME_ORDER_INVALID', `the order ${url} is ${status}`, details)
}

function challengeUrl(authorization: Authorization, type: string): string {
  const url = authorization.challenges.find((challenge) => challenge.type === type)?.url
  if (url !== undefined) return url
  const offered = authorization.challenges.map((challenge) => challenge.type).join(', ')
  const name = authorizedName(authorization)
  throw new CertwrightError('ACME_NO_SUCH_CHALLENGE', { type, name, offered })
}
