import { finalizeOrder, pollOrder } from '@certwright/acme'
import { acmeCommandResultTexts } from '../../../runtime/messages/acme-command-texts.ts'
import { keepOrder } from '../../acme-order-file.ts'
import { openOrder } from '../../acme-order.ts'
import type { CommandRun } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { requestIn } from './csr.ts'

/** Hands in the certificate request and waits until the certificate is there. */
export const finalize: CommandRun = async ({ options }, session) => {
  const { output, signal } = session
  const { client, account, settings, order: now } = await openOrder(options, session)
  const { der } = requestIn(settings.csrFile)
  const handedIn = await finalizeOrder(client, account, now, der, { signal })
  const until = ({ status }: { readonly status: string }): boolean => status === 'valid'
  const order = until(handedIn)
    ? handedIn
    : await pollOrder(client, account, now.url, { until, signal })
  await keepOrder(settings.orderFile, order)
  output.result({ order }, () => [
    output.text(acmeCommandResultTexts.answered, { status: order.status, url: order.url }),
  ])
  return exitCode.done
}
