import type { Order } from '@certwright/acme'
import { accountOrders } from '../../issuance/account-orders.ts'
import { accountLabels, accountResultTexts } from '../../runtime/messages/account-texts.ts'
import { labelTexts } from '../../runtime/messages/command-texts.ts'
import type { CommandRun } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { openKept } from '../kept-account.ts'
import { alignedRows } from '../table.ts'

/** Lists the account's orders, where the issuer keeps a list of them. */
export const accountOrderList: CommandRun = async ({ options }, session) => {
  const limit = options.count('limit') ?? 50
  const { output, signal } = session
  const open = await openKept(options, session)
  const listed = await accountOrders(open, { limit, signal }, await session.context())
  const { orders, more } = listed
  output.result({ orders: orders.map(orderDocument), more }, () => {
    if (orders.length === 0) return [output.text(accountResultTexts.noOrders)]
    const headings = [
      labelTexts.status,
      accountLabels.expires,
      labelTexts.names,
      accountLabels.order,
    ]
    return alignedRows([
      headings.map((label) => output.text(label)),
      ...orders.map((order) => [
        order.status,
        order.expires ?? '-',
        order.identifiers.map(({ value }) => value).join(', '),
        order.url,
      ]),
    ])
  })
  if (more) output.note(output.text(accountResultTexts.moreOrders))
  return exitCode.done
}

function orderDocument({ url, status, expires, identifiers, profile, error }: Order): object {
  return {
    url,
    status,
    names: identifiers.map(({ value }) => value),
    ...(expires !== undefined && { expires }),
    ...(profile !== undefined && { profile }),
    ...(error && { error }),
  }
}
