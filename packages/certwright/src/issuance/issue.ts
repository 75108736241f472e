import {
  AcmeError,
  createCsr,
  identifierSet,
  obtain,
  type ObtainJournal,
  type ObtainStep,
  type Obtained,
  type Order,
  type ReplacesOutcome,
} from '@certwright/acme'
import { generateKeyObject, keyObjectSigner, readKeyObject } from '@certwright/acme/node'
import { Secret } from '../runtime/secret.ts'
import { solverFor } from '../solvers/registry.ts'
import { writeVersionFiles } from '../store/files.ts'
import type { Certificate, PendingOrder, Version } from '../store/store.ts'
import { describe } from '../x509/certificate.ts'
import { verifyBundle } from '../x509/verify-bundle.ts'
import { withAccount } from './account.ts'
import type { IssuanceContext, OpenAccount, Progress, ToldOutcome } from './issuance.ts'
import { journalOf, withdrawAnswers } from './journal.ts'
import { replacedVersion, type Replaced } from './replacement.ts'

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
    bundle: { privateKey: version.privateKey, chainPem: version.chainPem },
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
  const pending = pendingOrderOf(certificate, open, context)
  const resume = await pending.resumable()
  const journal: ObtainJournal = {
    ...journalOf(certificate, context),
    ordering: async () => pending.save({}),
    ordered: async (order) => pending.ordered(order),
  }
  const solver = await solverFor(certificate.challenge, context)
  const replaced = await replacedVersion(certificate, open, context)
  const obtained = await forgettingInvalid(pending, async () =>
    obtain(open.client, open.account, {
      identifiers: certificate.identifiers,
      solvers: [solver],
      csr: async () => csrOf(certificate, await pending.stagedKey()),
      ...(resume !== undefined && { resume }),
      ...(replaced && { replaces: replaced.certificateId }),
      journal,
      onStep(step) {
        reportStep(step, context)
        if (replaced) reportReplaced(step, replaced, context)
      },
      ...(signal && { signal }),
    }),
  )
  return keepVersion(certificate, obtained, { pending, accountUrl: open.account.url }, context)
}

/** Proves that what came is ours and fits, then makes it current. What is not ours is never kept. */
async function keepVersion(
  certificate: Certificate,
  { order, chain }: Obtained,
  { pending, accountUrl }: { readonly pending: Pending; readonly accountUrl: string },
  { store, host, lease }: IssuanceContext,
): Promise<Version> {
  const privateKey = await pending.stagedKey()
  try {
    verifyBundle({
      chainPem: chain.pem,
      privateKey,
      identifiers: certificate.identifiers,
      now: host.now(),
    })
  } catch (error) {
    await store.forgetPendingOrder(certificate.id)
    throw error
  }
  const { serial, fingerprint, notBefore, notAfter } = describe(chain.pem)
  const version = {
    certificateId: certificate.id,
    privateKey,
    chainPem: chain.pem,
    serial,
    fingerprint,
    notBefore,
    notAfter,
    directoryUrl: certificate.directoryUrl,
    accountUrl,
    orderUrl: order.url,
    certificateUrl: chain.url,
    createdAt: host.now(),
  }
  return store.addVersion(version, lease)
}

type Pending = ReturnType<typeof pendingOrderOf>

/** The order under way, as the store has it: the intent, then its URL, then the key staged for it. */
function pendingOrderOf(
  certificate: Certificate,
  { account }: OpenAccount,
  { store, host }: IssuanceContext,
) {
  const fresh: PendingOrder = {
    certificateId: certificate.id,
    directoryUrl: certificate.directoryUrl,
    accountUrl: account.url,
    identifierSet: identifierSet(certificate.identifiers),
    keyType: certificate.keyType,
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
    forget: async (): Promise<void> => store.forgetPendingOrder(certificate.id),
    resumable: async (): Promise<string | undefined> => (await kept()).orderUrl,
    /** An order's URL is kept before anything else is done with it; another order's staged key is not its key. */
    async ordered(order: Order): Promise<void> {
      const row = await kept()
      if (row.orderUrl !== order.url) await save({ orderUrl: order.url })
    },
    /** The key of this order: the one staged by an earlier run, or a new one, kept before it is used. */
    async stagedKey(): Promise<Secret> {
      const row = await kept()
      if (row.stagedKey) return row.stagedKey
      const key = await generateKeyObject(certificate.keyType)
      const stagedKey = new Secret(key.export({ type: 'pkcs8', format: 'pem' }).toString())
      await store.savePendingOrder({ ...row, stagedKey })
      return stagedKey
    },
  }
}

function sameOrder(a: PendingOrder, b: PendingOrder): boolean {
  return (
    a.directoryUrl === b.directoryUrl &&
    a.accountUrl === b.accountUrl &&
    a.identifierSet === b.identifierSet &&
    a.keyType === b.keyType
  )
}

/** An order that the CA has judged invalid is not tried again. */
async function forgettingInvalid<T>(pending: Pending, task: () => Promise<T>): Promise<T> {
  try {
    return await task()
  } catch (error) {
    if (error instanceof AcmeError && error.code === 'ACME_ORDER_INVALID') await pending.forget()
    throw error
  }
}

async function csrOf({ identifiers }: Certificate, privateKey: Secret): Promise<Uint8Array> {
  return createCsr({ identifiers, key: keyObjectSigner(readKeyObject(privateKey.reveal())) })
}

function reportStep(step: ObtainStep, { onProgress }: IssuanceContext): void {
  const progress = progressOf(step)
  if (progress) onProgress?.(progress)
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

function progressOf(step: ObtainStep): Progress | undefined {
  switch (step.type) {
    case 'order':
      return { type: 'order', orderUrl: step.order.url, resumed: step.resumed }
    case 'presented':
    case 'settled':
      return {
        type: step.type,
        challenge: step.challenge,
        names: step.works.map(({ identifier }) => identifier.value),
      }
    case 'validated':
      return { type: 'validated', names: step.order.identifiers.map(({ value }) => value) }
    case 'finalizing':
      return { type: 'finalizing', orderUrl: step.order.url }
    case 'cleaned-up':
      return { type: 'cleaned-up', name: step.work.identifier.value }
    // What is left is in the journal: `withdrawAnswers` tries again at once and tells how it went.
    case 'clean-up-failed':
    // Told once the version is kept.
    case 'issued':
  }
  return undefined
}
