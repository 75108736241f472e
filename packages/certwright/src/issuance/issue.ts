import {
  AcmeError,
  obtain,
  type Account,
  type ObtainJournal,
  type ObtainStep,
  type Obtained,
  type ReplacesOutcome,
} from '@certwright/acme'
import { solverFor } from '../solvers/registry.ts'
import { writeVersionFiles } from '../store/files.ts'
import type { Certificate, Version } from '../store/store.ts'
import { describe } from '../x509/certificate.ts'
import { verifyBundle } from '../x509/verify-bundle.ts'
import { withAccount } from './account.ts'
import { orderIdentifiers } from './ancestor.ts'
import type { IssuanceContext, OpenAccount, ToldOutcome } from './issuance.ts'
import { journalOf, withdrawAnswers } from './journal.ts'
import { pendingOrderOf, type Pending } from './pending-order.ts'
import { requirePersistRecords } from './persist-check.ts'
import { requireOfferedProfile } from './profile.ts'
import { replacedVersion, type Replaced } from './replacement.ts'
import { reportStep } from './step-progress.ts'
import { versionKeyOf, type VersionKey } from './version-key.ts'

/**
 * Gets one version of a certificate: order → challenges → finalize → verified version → files. The order of an
 * earlier run that died is resumed where the CA allows it, with the key that was staged for it. When this
 * resolves, the version is current in the store and its files are in place.
 */
export async function issueCertificate(
  certificate: Certificate,
  open: OpenAccount,
  context: IssuanceContext,
  signal?: AbortSignal,
): Promise<Version> {
  try {
    const version = await withAccount(
      open,
      context,
      async (account) => obtainVersion(certificate, account, context, signal),
      signal,
    )
    context.onProgress?.({ type: 'issued', version })
    await writeFiles(certificate, version, context)
    return version
  } finally {
    await withdrawAnswers(certificate.id, context)
  }
}

/** Writes a version's PEM files and makes them current. Doing it twice is the same as once. */
export async function writeFiles(
  certificate: Certificate,
  version: Version,
  context: IssuanceContext,
): Promise<void> {
  const directory = await writeVersionFiles({
    directory: certificate.out,
    certificateId: certificate.id,
    number: version.number,
    bundle: version,
    ...(context.fs && { fs: context.fs }),
  })
  context.onProgress?.({ type: 'written', directory })
}

async function obtainVersion(
  certificate: Certificate,
  open: OpenAccount,
  context: IssuanceContext,
  signal: AbortSignal | undefined,
): Promise<Version> {
  await requireOfferedProfile(certificate, open, signal)
  await requirePersistRecords(certificate, open, context, signal)
  const key = await versionKeyOf(certificate, context.store)
  const pending = pendingOrderOf(certificate, { open, key }, context)
  const resume = await pending.resumable(signal)
  const { profile, preferredChain } = certificate
  const identifiers = await orderIdentifiers(certificate, open.client, signal)
  const journal: ObtainJournal = {
    ...journalOf(certificate, context),
    ordering: async () => pending.save({}),
    ordered: async (order) => pending.ordered(order),
  }
  const solver = await solverFor(certificate.challenge, context)
  const replaced = await replacedVersion(certificate, open, context)
  const obtained = await forgettingRefused(pending, async () =>
    obtain(open.client, open.account, {
      identifiers,
      solvers: [solver],
      csr: async () => key.csr(await pending.stagedKey()),
      ...(resume !== undefined && { resume }),
      ...(replaced && { replaces: replaced.certificateId }),
      profile,
      preferredChain,
      journal,
      onStep(step) {
        reportStep(step, context)
        if (replaced) reportReplaced(step, replaced, context)
      },
      ...(signal && { signal }),
    }),
  )
  return keepVersion(certificate, obtained, { pending, key, account: open.account }, context)
}

interface Kept {
  readonly pending: Pending
  readonly key: VersionKey
  readonly account: Account
}

/** Proves that what came is ours and fits, then makes it current. What is not ours is never kept. */
async function keepVersion(
  certificate: Certificate,
  { order, chain }: Obtained,
  { pending, key: { publicKey }, account }: Kept,
  { store, host, lease, onProgress }: IssuanceContext,
): Promise<Version> {
  const { id, identifiers, preferredChain } = certificate
  const privateKey = await pending.stagedKey()
  const bundle = { chainPem: chain.pem, ...(privateKey && { privateKey }) }
  try {
    verifyBundle({ ...bundle, publicKey, identifiers, now: host.now() })
  } catch (error) {
    await store.forgetPendingOrder(id)
    throw error
  }
  const { offered = [] } = chain
  if (preferredChain !== undefined && chain.preferred === false) {
    onProgress?.({ type: 'chain-not-offered', id, preferred: preferredChain, offered })
  }
  const { serial, fingerprint, notBefore, notAfter, keyType } = describe(chain.pem)
  const { keySource } = certificate
  if (keySource?.from === 'file' && publicKey !== undefined) {
    // The file may hold another key by now: the version is not to be taken for one with a key that nobody wants.
    await store.saveCertificate({ ...certificate, keySource: { ...keySource, publicKey, keyType } })
  }
  const profile = order.profile ?? certificate.profile
  const version = {
    certificateId: id,
    ...bundle,
    serial,
    fingerprint,
    notBefore,
    notAfter,
    directoryUrl: certificate.directoryUrl,
    accountUrl: account.url,
    ...(profile !== undefined && { profile }),
    orderUrl: order.url,
    certificateUrl: chain.url,
    createdAt: host.now(),
  }
  return store.addVersion(version, lease)
}

/** An order that the CA has judged invalid is not tried again; one that it has refused to make is not looked for. */
async function forgettingRefused<T>(pending: Pending, task: () => Promise<T>): Promise<T> {
  try {
    return await task()
  } catch (error) {
    if (error instanceof AcmeError) {
      if (error.code === 'ACME_ORDER_INVALID') await pending.forget()
      if (isRefusal(error)) await pending.forgetUnplaced()
    }
    throw error
  }
}

function isRefusal({ code, status = 0 }: AcmeError): boolean {
  return code === 'ACME_PROBLEM' && status >= 400 && status < 500
}

function reportReplaced(
  step: ObtainStep,
  { number }: Replaced,
  { onProgress }: IssuanceContext,
): void {
  const outcome = step.type === 'order' ? step.replaces : undefined
  if (outcome && isTold(outcome)) onProgress?.({ type: 'replaces', number, outcome })
}

function isTold(outcome: ReplacesOutcome): outcome is ToldOutcome {
  return outcome.type !== 'not-supported'
}
