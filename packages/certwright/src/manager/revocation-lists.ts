import { createHash } from 'node:crypto'
import {
  AcmeError,
  fetchTransport,
  renewalInfoFailure,
  retry,
  revokedAmong,
  type RevocationListContents,
  type RevokedEntry,
} from '@certwright/acme'
import pLimit from 'p-limit'
import { CertwrightError } from '../runtime/error.ts'
import type { Certificate, RevocationList, Version, VersionSerial } from '../store/store.ts'
import {
  notReadable,
  requireTrusted,
  revocationListFrom,
  revocationSubject,
  type RevocationSubject,
} from '../x509/revocation-list.ts'
import { currentOf } from './current.ts'
import { recordEvent } from './events.ts'
import type { ManagerContext } from './manager-context.ts'

/** What looking works with: everything from outside is lent. */
export type RevocationContext = Pick<ManagerContext, 'store' | 'host' | 'onEvent'>

/** What came of one list that was looked at. */
export interface LookedUp {
  /** As it is kept now. */
  readonly list: RevocationList
  /** The certificates whose current version it has, that were not known to be revoked before. */
  readonly revoked: readonly string[]
  /** Why it could not be had, or not be trusted. */
  readonly error?: unknown
}

const concurrency = 8
/** Lists are made anew long before `nextUpdate`, most of all when much is revoked: it is looked for as often as ARI. */
const refreshMs = 6 * 3_600_000
const shortestMs = 60_000
/** How long others leave a list alone that is being fetched. */
const claimMs = 120_000
/** Little is worth waiting for: a list that is not had says nothing. */
const patience = { attempts: 2, deadlineMs: 60_000 }
const timeoutMs = 30_000
/** Far above what CAs publish that share their lists out. */
const maxBodyBytes = 64 * 1_048_576

/**
 * Looks whether CAs have revoked current versions of these certificates, by the lists that those name (RFC 5280
 * §4.2.1.13), where it is time to, and marks what they have. One list is fetched once, however many certificates share
 * it, and looked through for all that are kept. One that cannot be had, or not be trusted, marks nothing and stops
 * nothing. Rejects only where the signal aborts or the store fails.
 */
export async function lookUpRevocations(
  certificates: readonly Pick<Certificate, 'id'>[],
  context: RevocationContext,
  signal?: AbortSignal,
): Promise<readonly LookedUp[]> {
  const askers = new Map<string, RevocationSubject[]>()
  for (const { id } of certificates) {
    const subject = await subjectOf(id, context)
    for (const url of subject?.points.map(({ urls: [first = ''] }) => first) ?? []) {
      if (subject) askers.set(url, [...(askers.get(url) ?? []), subject])
    }
  }
  const limit = pLimit(concurrency)
  const looked = await Promise.all(
    [...askers].map(async ([url, subjects]) =>
      limit(async () => {
        signal?.throwIfAborted()
        return lookUp(url, subjects, context, signal)
      }),
    ),
  )
  return looked.filter((one) => one !== undefined)
}

/** What is known of the lists that a version names. */
export async function revocationListsOf(
  { chainPem }: Pick<Version, 'chainPem'>,
  { store }: Pick<RevocationContext, 'store'>,
): Promise<readonly RevocationList[]> {
  const urls = revocationSubject(chainPem)?.points.map(({ urls: [first = ''] }) => first) ?? []
  const lists = await Promise.all(urls.map(async (url) => store.revocationList(url)))
  return lists.filter((list) => list !== undefined)
}

/** The current version, where a list can say anything new of it. */
async function subjectOf(
  id: string,
  { store, host }: RevocationContext,
): Promise<RevocationSubject | undefined> {
  const { version } = await currentOf((await store.certificate(id)) ?? { id }, store)
  if (!version || version.revokedAt !== undefined || version.notAfter < host.now()) return undefined
  return revocationSubject(version.chainPem)
}

async function lookUp(
  url: string,
  askers: readonly RevocationSubject[],
  context: RevocationContext,
  signal: AbortSignal | undefined,
): Promise<LookedUp | undefined> {
  const { store, host } = context
  const kept = await store.revocationList(url)
  const now = host.now()
  if (kept && kept.nextFetchAt > now) return undefined
  if (!(await store.claimRevocationList(url, { now, until: now + claimMs }))) return undefined
  try {
    const list = revocationListFrom(await fetched(url, context, signal), url)
    requireTrustedByOne(list, askers, { url, now: host.now() })
    const revoked = await mark(list, url, context)
    const after = { url, ...datesOf(list), nextFetchAt: nextFetchAt(list, host.now()), failures: 0 }
    await store.saveRevocationList(after)
    return { list: after, revoked }
  } catch (error) {
    signal?.throwIfAborted()
    if (!isOfList(error)) throw error
    const after = afterFailure(error, kept ?? { url }, host.now())
    await store.saveRevocationList(after)
    // Once, not with every attempt: it is no trouble of anybody's who runs this.
    const details = { url, code: error.code }
    if (after.failures === 1)
      await recordEvent({ type: 'revocation-list-failed', details }, context)
    return { list: after, revoked: [], error }
  }
}

const ofList = new Set<string>([
  'REVOCATION_LIST_NOT_READABLE',
  'REVOCATION_LIST_NOT_UNDERSTOOD',
  'REVOCATION_LIST_OF_OTHERS',
  'REVOCATION_LIST_STALE',
  'REVOCATION_LIST_NOT_SIGNED',
  'REVOCATION_LIST_NOT_THERE',
])

function isOfList(error: unknown): error is AcmeError | CertwrightError {
  return error instanceof AcmeError || (error instanceof CertwrightError && ofList.has(error.code))
}

/** By the network that is lent for everything but ACME, over the transport that ACME has over it: its limits, its errors. */
async function fetched(
  url: string,
  { host }: RevocationContext,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const transport = fetchTransport({ fetch: host.fetch, timeoutMs, maxBodyBytes })
  const isPassing = (error: unknown): boolean =>
    error instanceof AcmeError
      ? error.code === 'ACME_NETWORK'
      : error instanceof CertwrightError && Number(error.params['status']) >= 500
  return retry(
    async () => {
      const headers = { accept: 'application/pkix-crl' }
      const { status, body } = await transport.exchange({ method: 'GET', url, headers }, signal)
      if (status === 200) return body
      throw new CertwrightError('REVOCATION_LIST_NOT_THERE', { url, status })
    },
    { host, ...patience, signal, retryable: isPassing },
  )
}

/** Of certificates that share a URL, each may have another issuer. */
function requireTrustedByOne(
  list: RevocationListContents,
  askers: readonly RevocationSubject[],
  at: { readonly url: string; readonly now: number },
): void {
  const errors: unknown[] = []
  for (const asker of byIssuer(askers)) {
    try {
      requireTrusted(list, asker, at)
      return
    } catch (error) {
      errors.push(error)
    }
  }
  throw errors[0]
}

function byIssuer(subjects: readonly RevocationSubject[]): readonly RevocationSubject[] {
  return [...new Map(subjects.map((one) => [one.issuer.x509.fingerprint256, one])).values()]
}

/** Marks what a list has of all that is kept, each where the list is its own issuer's; and gives those certificates. */
async function mark(
  list: RevocationListContents,
  url: string,
  context: RevocationContext,
): Promise<readonly string[]> {
  const { store, host } = context
  const current = new Map<string, VersionSerial[]>()
  for (const one of await store.currentSerials()) {
    current.set(one.serial, [...(current.get(one.serial) ?? []), one])
  }
  const serials = [...current.keys()].map((serial) => Buffer.from(serial, 'hex'))
  const { entries, hasUnknownCritical } = foundIn(list, serials, url)
  if (hasUnknownCritical) {
    throw new CertwrightError('REVOCATION_LIST_NOT_UNDERSTOOD', { url, what: 'crlEntryExtensions' })
  }
  const trusts = trusting(list, url, host.now())
  const marked: string[] = []
  for (const entry of entries.filter(({ reason }) => reason !== removeFromCrl)) {
    for (const one of current.get(Buffer.from(entry.serial).toString('hex')) ?? []) {
      if (await markOne(one, entry, trusts, context)) marked.push(one.certificateId)
    }
  }
  return marked
}

/** CRLReason, RFC 5280 §5.3.1: said of what is not revoked any more. */
const removeFromCrl = 8

function foundIn(list: RevocationListContents, serials: readonly Uint8Array[], url: string) {
  try {
    return revokedAmong(list, serials)
  } catch (cause) {
    throw notReadable(url, cause)
  }
}

/** Whether a list is to be trusted of a certificate; judged once for all of one issuer. */
function trusting(
  list: RevocationListContents,
  url: string,
  now: number,
): (chainPem: string) => boolean {
  const judged = new Map<string, boolean>()
  return (chainPem) => {
    const subject = revocationSubject(chainPem)
    const point = subject?.points.find(({ urls }) => urls.includes(url))
    if (!subject || !point) return false
    const { issuer, leaf } = subject
    const key = createHash('sha256')
      .update(issuer.x509.raw)
      .update(leaf.contents.issuer)
      .update(point.urls.join(' '))
      .digest('hex')
    const known = judged.get(key)
    if (known !== undefined) return known
    judged.set(key, isTrusted(list, subject, { url, now }))
    return judged.get(key) ?? false
  }
}

function isTrusted(...[list, subject, at]: Parameters<typeof requireTrusted>): boolean {
  try {
    requireTrusted(list, subject, at)
    return true
  } catch {
    return false
  }
}

async function markOne(
  { certificateId, number }: VersionSerial,
  { revokedAt, reason }: RevokedEntry,
  trusts: (chainPem: string) => boolean,
  context: RevocationContext,
): Promise<boolean> {
  const { store, host } = context
  const version = await store.version(certificateId, number)
  if (!version || !trusts(version.chainPem)) return false
  const isNew = await store.markRevokedByIssuer(certificateId, number, { at: revokedAt, reason })
  if (!isNew) return false
  const details = { number, reason, revokedAt }
  await recordEvent({ type: 'revoked-by-issuer', certificateId, details }, context)
  // It is to be replaced now; where an order is under way somebody is about to.
  const isOrdered = (await store.pendingOrder(certificateId)) !== undefined
  if (!isOrdered) await store.wake(certificateId, host.now())
  return true
}

function datesOf({ thisUpdate, nextUpdate }: RevocationListContents) {
  return { thisUpdate, ...(nextUpdate !== undefined && { nextUpdate }) }
}

function nextFetchAt({ nextUpdate = Infinity }: RevocationListContents, now: number): number {
  return Math.max(Math.min(nextUpdate, now + refreshMs), now + shortestMs)
}

/** What was known before still stands. */
function afterFailure(
  error: AcmeError | CertwrightError,
  kept: Pick<RevocationList, 'url'> & Partial<RevocationList>,
  at: number,
): RevocationList {
  const failures = (kept.failures ?? 0) + 1
  const { retryAfterMs } = renewalInfoFailure(error, { failures })
  return {
    ...kept,
    nextFetchAt: at + retryAfterMs,
    failures,
    lastError: { code: error.code, reason: error.message, at },
  }
}
