import { getAuthorization, getOrder, type Authorization, type Order } from '@certwright/acme'
import { keptOrderUrl } from './acme-order-file.ts'
import { settingsAccount, type SettingsAccount } from './acme-settings.ts'
import type { Options } from './options.ts'
import type { Session } from './session.ts'

/** The order that an earlier step kept, as the CA now has it. */
export interface OpenOrder extends SettingsAccount {
  readonly order: Order
}

/** Reads the kept order from the CA. */
export async function openOrder(options: Options, session: Session): Promise<OpenOrder> {
  const open = await settingsAccount(options, session)
  const { client, account, settings } = open
  const url = keptOrderUrl(settings.orderFile)
  return { ...open, order: await getOrder(client, account, url, { signal: session.signal }) }
}

/** Every authorization of the order, in the order's order. */
export function authorizationsOf(
  { client, account, order }: OpenOrder,
  signal: AbortSignal | undefined,
): Promise<readonly Authorization[]> {
  return Promise.all(
    order.authorizations.map((url) => getAuthorization(client, account, url, { signal })),
  )
}

/** As a person writes it, with the `*.` that an authorization leaves away (RFC 8555 §7.1.4). */
export function authorizedName({ identifier, wildcard }: Authorization): string {
  return wildcard ? `*.${identifier.value}` : identifier.value
}
