import { rollOver } from '../../issuance/rollover.ts'
import { CertwrightError } from '../../runtime/error.ts'
import { accountResultTexts } from '../../runtime/messages/account-texts.ts'
import type { Store } from '../../store/store.ts'
import { accountKeyFrom } from '../agreement.ts'
import type { CommandRun } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { issuerDocument, keptDirectory, lockedAccount } from '../kept-account.ts'

/** Gives the account another key; goes on where an earlier run stopped. */
export const accountRollover: CommandRun = async ({ options }, session) => {
  const choice = accountKeyFrom(options, session)
  const directoryUrl = await keptDirectory(options, session)
  const context = await session.context()
  return lockedAccount(directoryUrl, session, async () => {
    if (!options.flag('force')) await refuseOrdersUnderWay(directoryUrl, context.store)
    const rollover = await rollOver({ directoryUrl, choice }, context, session.signal)
    const { issuer, resumed } = rollover
    const text = resumed ? accountResultTexts.rolloverResumed : accountResultTexts.rolledOver
    session.output.result({ resumed, account: issuerDocument(issuer) }, () => [
      session.output.text(text, { url: issuer.accountUrl ?? '' }),
    ])
    return exitCode.done
  })
}

/** The answers to an open order's challenges are made of the account's key (RFC 8555 §8.1). */
async function refuseOrdersUnderWay(directoryUrl: string, store: Store): Promise<void> {
  const orders = await store.pendingOrders(directoryUrl)
  const ids = orders.flatMap(({ certificateId, orderUrl }) => (orderUrl ? [certificateId] : []))
  if (ids.length > 0) throw new CertwrightError('ACCOUNT_ORDERS_UNDER_WAY', { ids: ids.join(', ') })
}
