import { uploadCertificate } from '../../../cloud/alibaba/certificate-store.ts'
import { alibabaClient, type AlibabaAccount } from '../../../cloud/alibaba/client.ts'
import type { Host } from '../../../runtime/host.ts'
import { describe } from '../../../x509/certificate.ts'
import type { DeployTarget, Endpoint, Wanted } from '../../target.ts'
import {
  boundCertificate,
  covers,
  isOurs,
  requireCovered,
  type BoundCertificate,
} from './bound-certificate.ts'
import { pruneStore } from './slot.ts'
import { turnsAt } from './turns.ts'

/** One certificate of a listener, by its identifier in the store (CAS). */
export interface ListedCertificate {
  readonly identifier: string
  /** Whether it is served where no other fits: the others are chosen by the name that a client asks for (SNI). */
  readonly isDefault: boolean
}

/** The certificates of one listener. Each change has taken effect when it resolves. */
export interface CertificateList {
  /** The target's name, as people write it. */
  readonly target: string
  /** What tells it from every other of this target, e.g. the listener's id: its changes take turns. */
  readonly resource: string
  bound(signal?: AbortSignal): Promise<readonly ListedCertificate[]>
  setDefault(identifier: string, signal?: AbortSignal): Promise<void>
  add(identifier: string, signal?: AbortSignal): Promise<void>
  remove(identifiers: readonly string[], signal?: AbortSignal): Promise<void>
  endpoints?(signal?: AbortSignal, wanted?: Wanted): Promise<readonly Endpoint[]>
}

interface BoundEntry extends BoundCertificate {
  readonly isDefault: boolean
}

/**
 * A target that sets a listener's default certificate, or, where a domain is given, sees to it that an additional one
 * of ours serves it. Additional certificates of others stay, whatever they are for.
 */
export function listTarget(
  list: CertificateList,
  domain: string | undefined,
  account: AlibabaAccount,
  host: Host,
): DeployTarget {
  const cas = alibabaClient('cas', account, host)
  const turn = turnsAt(`${list.target} ${list.resource}`, host)

  const entries = async (signal?: AbortSignal): Promise<readonly BoundEntry[]> =>
    Promise.all(
      (await list.bound(signal)).map(async ({ identifier, isDefault }) => ({
        ...(await boundCertificate(identifier, cas, signal)),
        isDefault,
      })),
    )

  return {
    async read(signal) {
      if (domain !== undefined) return plain(servedFor(domain, await entries(signal)))
      const found = (await list.bound(signal)).find(({ isDefault }) => isDefault)
      return found && boundCertificate(found.identifier, cas, signal)
    },

    async write(bundle, signal) {
      if (domain !== undefined) requireCovered(list.target, domain, bundle)
      const { identifier } = await uploadCertificate(bundle, account, host, {}, signal)
      await turn(async () => {
        const before = await list.bound(signal)
        const held = before.find((entry) => entry.identifier === identifier)
        if (domain === undefined) {
          if (!held?.isDefault) await list.setDefault(identifier, signal)
          return
        }
        if (!held) await list.add(identifier, signal)
        const { names } = describe(bundle.chainPem)
        const old = replacedBy(identifier, names, domain, await entries(signal))
        if (old.length > 0) await list.remove(old, signal)
      })
    },

    prune: async (keep, signal) =>
      pruneStore(
        keep,
        async () => (await list.bound(signal)).map(({ identifier }) => identifier),
        account,
        host,
        signal,
      ),

    ...(list.endpoints && {
      endpoints: async (signal, wanted) => list.endpoints?.(signal, wanted) ?? [],
    }),

    ...(domain !== undefined && {
      remove: async (installed, signal) =>
        turn(async () => {
          const additional = (await list.bound(signal)).filter(({ isDefault }) => !isDefault)
          const identifiers = additional.map(({ identifier }) => identifier)
          const found = identifiers.filter((identifier) => identifier === installed.reference)
          if (found.length > 0) await list.remove(found, signal)
        }),
    }),
  }
}

function plain(entry: BoundEntry | undefined): BoundCertificate | undefined {
  if (!entry) return undefined
  const { isDefault: _, ...certificate } = entry
  return certificate
}

/** The certificate that stands for a domain: an additional one before the default, ours and the latest first. */
export function servedFor(domain: string, entries: readonly BoundEntry[]): BoundEntry | undefined {
  const fitting = entries.filter(({ names }) => covers(names, domain))
  const rank = ({ isDefault, name }: BoundEntry): number =>
    (isDefault ? 0 : 2) + (isOurs(name) ? 1 : 0)
  return fitting.toSorted((a, b) => rank(b) - rank(a) || (b.notAfter ?? 0) - (a.notAfter ?? 0))[0]
}

/** Our earlier additional certificates for a domain. One that also stands for other names than the new one stays. */
export function replacedBy(
  identifier: string,
  names: readonly string[],
  domain: string,
  entries: readonly BoundEntry[],
): readonly string[] {
  return entries
    .filter((entry) => !entry.isDefault && entry.reference !== identifier && isOurs(entry.name))
    .filter((entry) => covers(entry.names, domain))
    .filter((entry) => entry.names.every((name) => covers(names, name)))
    .map(({ reference }) => reference)
}
