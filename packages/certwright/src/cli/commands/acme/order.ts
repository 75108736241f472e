import { getOrder, identifierFrom, newOrder, type Order } from '@certwright/acme'
import {
  acmeCommandLabels as labels,
  acmeCommandResultTexts,
} from '../../../runtime/messages/acme-command-texts.ts'
import { keepOrder, keptOrderUrl } from '../../acme-order-file.ts'
import { settingsAccount } from '../../acme-settings.ts'
import type { CommandRun } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import type { Output } from '../../output.ts'
import { alignedRows } from '../../table.ts'
import { requestIn } from './csr.ts'

/** Orders a certificate for the names of a certificate request, and keeps the order in a file. */
export const orderNew: CommandRun = async ({ options }, session) => {
  const { output, signal } = session
  const { client, account, settings } = await settingsAccount(options, session)
  const { orderFile: path, csrFile } = settings
  const identifiers = requestIn(csrFile).names.map(identifierFrom)
  const order = await newOrder(client, account, { identifiers }, { signal })
  await keepOrder(path, order)
  showOrder(order, path, output)
  output.note(output.text(acmeCommandResultTexts.orderKept, { path }))
  return exitCode.done
}

/** Shows the order as the CA now has it, and keeps that. */
export const orderShow: CommandRun = async ({ options }, session) => {
  const { client, account, settings } = await settingsAccount(options, session)
  const { orderFile: path } = settings
  const order = await getOrder(client, account, keptOrderUrl(path), { signal: session.signal })
  await keepOrder(path, order)
  showOrder(order, path, session.output)
  return exitCode.done
}

function showOrder(order: Order, path: string, output: Output): void {
  output.result({ path, order }, () =>
    alignedRows([
      [output.text(labels.url), order.url],
      [output.text(labels.status), order.status],
      [output.text(labels.names), order.identifiers.map(({ value }) => value).join(', ')],
      [output.text(labels.expires), order.expires ?? '-'],
    ]),
  )
}
