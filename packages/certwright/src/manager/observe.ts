import { isDeepStrictEqual } from 'node:util'
import { identifierFrom } from '@certwright/acme'
import pLimit from 'p-limit'
import { readCurrent } from '../store/files.ts'
import type { Certificate, Installation, Renewal, Version } from '../store/store.ts'
import { describe } from '../x509/certificate.ts'
import { currentOf } from './current.ts'
import type { Desired, DesiredCertificate } from './desired.ts'
import { lookAtAll, noteSeen, placeOfInstallation, type Outcome } from './installations.ts'
import type { ManagerContext } from './manager-context.ts'
import { pollRenewals } from './renewal-information.ts'
import { lookUpRevocations } from './revocation-lists.ts'
import type {
  Observed,
  ObservedCertificate,
  ObservedInstallation,
  ObservedVersion,
} from './observed.ts'

export type ObserveContext = Pick<
  ManagerContext,
  'store' | 'host' | 'env' | 'targets' | 'fs' | 'secrets' | 'transport' | 'onExchange' | 'onEvent'
>

export interface ObserveAllOptions {
  readonly desired: Desired
  /** The file whose certificates these are. */
  readonly managedBy: string
  /** Certificates that are looked at at once. */
  readonly concurrency?: number
}

/** Looks at everything that the file names or has named: store, files, targets, endpoints. Changes nothing outside. */
export async function observeAll(
  { desired, managedBy, concurrency = 8 }: ObserveAllOptions,
  context: ObserveContext,
  signal?: AbortSignal,
): Promise<Observed> {
  const wanted = new Map(desired.certificates.map((one) => [one.id, one]))
  const schedules = await context.store.schedules()
  const managed = new Set(
    schedules.filter((one) => one.managedBy === managedBy).map((one) => one.certificateId),
  )
  const kept = await context.store.certificates()
  await pollRenewals(
    kept.filter(({ id }) => wanted.has(id)),
    context,
    signal,
  )
  await lookUpRevocations(desired.certificates.filter(asksLists), context, signal)
  const limit = pLimit(concurrency)
  const observed = await Promise.all(
    kept
      .filter(({ id }) => wanted.has(id) || managed.has(id))
      .map(async ({ id }) =>
        limit(async () => observeCertificate(id, wanted.get(id), context, signal)),
      ),
  )
  return { certificates: observed.filter((one) => one !== undefined) }
}

/** Whether its CA's lists are asked of it. One that is to be revoked is not replaced anyway. */
export function asksLists({ renewal, revoke }: DesiredCertificate): boolean {
  return renewal.revocationLists !== false && revoke === undefined
}

/** Looks at one certificate, as it is kept and as it is served. Undefined where it is not kept. */
export async function observeCertificate(
  id: string,
  desired: DesiredCertificate | undefined,
  context: ObserveContext,
  signal?: AbortSignal,
): Promise<ObservedCertificate | undefined> {
  const { store } = context
  const kept = await store.certificate(id)
  if (!kept) return undefined
  const { challenge, ...certificate } = kept
  const [{ version, renewal }, schedule, pending, installations] = await Promise.all([
    currentOf(kept, store),
    store.schedule(id),
    store.pendingOrder(id),
    store.installations(id),
  ])
  const challengeFits =
    desired && isDeepStrictEqual(challenge, await context.secrets.challenge(desired.challenge))
  return {
    certificate,
    ...(challengeFits !== undefined && { challengeFits }),
    ...(schedule && { schedule }),
    ...(version && { version: observedVersion(version, renewal) }),
    ordered: pending?.orderUrl !== undefined,
    files: version === undefined || (await hasFiles(kept, version, context)),
    installations: await observedInstallations(
      { version, installations, desired },
      context,
      signal,
    ),
  }
}

export function observedVersion(
  version: Version,
  renewal: Pick<Renewal, 'suggestion'> | undefined,
): ObservedVersion {
  const { number, fingerprint, notBefore, notAfter, directoryUrl } = version
  const { profile, revokedAt, revokedBy } = version
  const { names, keyType } = describe(version.chainPem)
  return {
    number,
    fingerprint,
    notBefore,
    notAfter,
    directoryUrl,
    ...(profile !== undefined && { profile }),
    ...(revokedAt !== undefined && { revokedAt }),
    ...(revokedBy !== undefined && { revokedBy }),
    identifiers: names.map(identifierFrom),
    keyType,
    ...(renewal?.suggestion && { renewAt: renewal.suggestion.renewAt }),
  }
}

async function hasFiles(
  { out }: Pick<Certificate, 'out'>,
  version: Version,
  { fs }: ObserveContext,
): Promise<boolean> {
  const current = await readCurrent(out, fs).catch(() => undefined)
  return (
    current?.number === version.number &&
    current.bundle.chainPem === version.chainPem &&
    current.bundle.privateKey?.reveal() === version.privateKey?.reveal()
  )
}

interface Installations {
  readonly version: Version | undefined
  readonly installations: readonly Installation[]
  readonly desired: DesiredCertificate | undefined
}

async function observedInstallations(
  { version, installations, desired }: Installations,
  context: ObserveContext,
  signal: AbortSignal | undefined,
): Promise<readonly ObservedInstallation[]> {
  const looks = version && desired ? await lookAtAll(version, installations, context, signal) : []
  for (const look of looks) await noteSeen(look, context)
  return Promise.all(
    installations.map(async (kept) => {
      const look = looks.find(({ installation }) => installation === kept)
      const install = desired?.installs.find(({ text }) => text === kept.target)
      const optionsFit =
        install && isDeepStrictEqual(kept.options, await context.secrets.options(install.options))
      const { options: _, ...installation } = kept
      return {
        installation,
        ...(optionsFit !== undefined && { optionsFit }),
        ...(look?.verified && { verified: look.verified }),
        ...(look?.error !== undefined && { error: errorCode(look) }),
        collects: await collects(kept, context),
      }
    }),
  )
}

function errorCode({ error }: Outcome): string {
  const { code } = error as { readonly code?: unknown }
  return typeof code === 'string' ? code : 'UNEXPECTED'
}

async function collects(installation: Installation, context: ObserveContext): Promise<boolean> {
  const place = await placeOfInstallation(installation, context).catch(() => undefined)
  return place?.target.prune !== undefined
}
