import { poll } from '@certwright/acme'
import { pruneCertificates } from '../../../cloud/alibaba/certificate-pruning.ts'
import {
  uploadCertificate,
  type StoredCertificate,
} from '../../../cloud/alibaba/certificate-store.ts'
import { alibabaClient, type AlibabaAccount } from '../../../cloud/alibaba/client.ts'
import type { Host } from '../../../runtime/host.ts'
import type { CertificateBundle } from '../../../x509/bundle.ts'
import type { DeployTarget, Endpoint, Wanted } from '../../target.ts'
import { boundCertificate, certIdIn, requireCovered } from './bound-certificate.ts'
import { turnsAt } from './turns.ts'

/** A place for one certificate of the store (CAS). */
export interface Slot {
  /** The target's name, as people write it. */
  readonly target: string
  /** What tells it from every other of this target, e.g. a listener's id: its changes take turns. */
  readonly resource: string
  /** The domain that it serves. A certificate that is not for it is refused. */
  readonly domain?: string | undefined
  /** The certificate that is bound now, by its number or identifier. */
  bound(signal?: AbortSignal): Promise<string | undefined>
  /** Asks for this one instead. It may take effect later: `bound` is read until it has. */
  bind(certificate: StoredCertificate, signal?: AbortSignal): Promise<void>
  /** Leaves the place empty, where that does not switch HTTPS off. */
  unbind?(signal?: AbortSignal): Promise<void>
  endpoints?(signal?: AbortSignal, wanted?: Wanted): Promise<readonly Endpoint[]>
}

/** A target that uploads to the store once and points one place to what was uploaded. */
export function slotTarget(slot: Slot, account: AlibabaAccount, host: Host): DeployTarget {
  const cas = alibabaClient('cas', account, host)
  const turn = turnsAt(`${slot.target} ${slot.resource}`, host)

  return {
    async read(signal) {
      const reference = await slot.bound(signal)
      return reference === undefined ? undefined : boundCertificate(reference, cas, signal)
    },

    async write(bundle, signal) {
      if (slot.domain !== undefined) requireCovered(slot.target, slot.domain, bundle)
      const stored = await uploadCertificate(bundle, account, host, {}, signal)
      await turn(async () => {
        if (isBound(stored, await slot.bound(signal))) return
        await slot.bind(stored, signal)
        const until = (reference: string | undefined): boolean => isBound(stored, reference)
        await poll(async () => slot.bound(signal), { host, until, firstMs: 0, signal })
      })
    },

    prune: async (keep, signal) =>
      pruneStore(keep, async () => [await slot.bound(signal)], account, host, signal),

    ...(slot.endpoints && {
      endpoints: async (signal, wanted) => slot.endpoints?.(signal, wanted) ?? [],
    }),

    ...(slot.unbind && {
      remove: async (installed, signal) =>
        turn(async () => {
          const reference = await slot.bound(signal)
          if (reference === undefined || reference !== installed.reference) return
          await slot.unbind?.(signal)
        }),
    }),
  }
}

function isBound({ certId }: StoredCertificate, reference: string | undefined): boolean {
  return reference !== undefined && certIdIn(reference) === certId
}

/** Removes from the store what newer certificates of ours have replaced, and what this target does not hold. */
export async function pruneStore(
  keep: CertificateBundle,
  bound: () => Promise<ReadonlyArray<string | undefined>>,
  account: AlibabaAccount,
  host: Host,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const inUse = (await bound()).flatMap((reference) => certIdIn(reference ?? '') ?? [])
  const { removed } = await pruneCertificates(keep, account, host, { inUse }, signal)
  return removed.map(({ name, identifier }) => `${name} (${identifier})`)
}
