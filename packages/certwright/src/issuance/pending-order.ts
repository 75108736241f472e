import { identifierSet, type Order } from '@certwright/acme'
import type { Secret } from '../runtime/secret.ts'
import type { Certificate, PendingOrder } from '../store/store.ts'
import { findOrder } from './account-orders.ts'
import type { IssuanceContext, OpenAccount } from './issuance.ts'
import type { VersionKey } from './version-key.ts'

/** The order under way, as the store has it: the intent, then its URL, then the key staged for it. */
export interface Pending {
  save(change: Partial<PendingOrder>): Promise<void>
  forget(): Promise<void>
  /** Forgets the intent of an order that was never made. */
  forgetUnplaced(): Promise<void>
  /** The URL of an earlier run's order for the same thing, also where that run did not live to hear it. */
  resumable(signal?: AbortSignal): Promise<string | undefined>
  /** Keeps an order's URL before anything else is done with it. */
  ordered(order: Order): Promise<void>
  /** The key of this order: the one staged by an earlier run, or one that is kept before it is used; none elsewhere. */
  stagedKey(): Promise<Secret | undefined>
}

export function pendingOrderOf(
  certificate: Certificate,
  {
    open,
    key,
  }: { readonly open: Pick<OpenAccount, 'client' | 'account'>; readonly key: VersionKey },
  { store, host }: Pick<IssuanceContext, 'store' | 'host'>,
): Pending {
  const { profile } = certificate
  const fresh: PendingOrder = {
    certificateId: certificate.id,
    directoryUrl: certificate.directoryUrl,
    accountUrl: open.account.url,
    identifierSet: identifierSet(certificate.identifiers),
    keyType: certificate.keyType,
    ...(key.publicKey !== undefined && { publicKey: key.publicKey }),
    ...(profile !== undefined && { profile }),
    createdAt: host.now(),
  }
  const kept = async (): Promise<PendingOrder> => {
    const row = await store.pendingOrder(certificate.id)
    return row && sameOrder(row, fresh) ? row : fresh
  }
  const save = async (change: Partial<PendingOrder>): Promise<void> =>
    store.savePendingOrder({ ...fresh, ...change })

  return {
    save,
    forget: async () => store.forgetPendingOrder(certificate.id),
    async forgetUnplaced() {
      const row = await store.pendingOrder(certificate.id)
      if (row?.orderUrl === undefined) await store.forgetPendingOrder(certificate.id)
    },
    async resumable(signal) {
      const row = await store.pendingOrder(certificate.id)
      if (!row || !sameOrder(row, fresh)) return undefined
      if (row.orderUrl !== undefined) return row.orderUrl
      const others = await store.pendingOrders(certificate.directoryUrl)
      const known = new Set(others.flatMap(({ orderUrl }) => orderUrl ?? []))
      const { identifiers } = certificate
      const orderUrl = await findOrder(open, { identifiers, profile, known }, { host }, signal)
      if (orderUrl !== undefined) await save({ orderUrl })
      return orderUrl
    },
    async ordered(order) {
      const row = await kept()
      // Another order's staged key is not its key.
      if (row.orderUrl !== order.url) await save({ orderUrl: order.url })
    },
    async stagedKey() {
      const row = await kept()
      if (row.stagedKey || !key.privateKey) return row.stagedKey
      const stagedKey = await key.privateKey()
      await store.savePendingOrder({ ...row, stagedKey })
      return stagedKey
    },
  }
}

const decisive = [
  'directoryUrl',
  'accountUrl',
  'identifierSet',
  'keyType',
  'publicKey',
  'profile',
] as const satisfies readonly (keyof PendingOrder)[]

function sameOrder(a: PendingOrder, b: PendingOrder): boolean {
  return decisive.every((field) => a[field] === b[field])
}
