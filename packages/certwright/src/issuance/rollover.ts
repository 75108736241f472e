import {
  AcmeError,
  changeKey,
  getAccount,
  isProblem,
  isTransient,
  type Client,
  type Signer,
} from '@certwright/acme'
import { CertwrightError } from '../runtime/error.ts'
import type { Issuer, StagedKey } from '../store/store.ts'
import {
  accountSigner,
  chosenKey,
  expectedSigner,
  keyTypeOf,
  type AccountKeyChoice,
  type ReadyKey,
} from './account-key.ts'
import type { IssuanceContext } from './issuance.ts'
import { issuerClient } from './issuer-client.ts'

/** An account as the store has it, and the CA that it is at. */
export interface KeptAccount {
  readonly client: Client
  readonly issuer: Issuer
  /** The account's. */
  readonly url: string
}

/**
 * The key to sign with now. Where a rollover was interrupted the CA is asked, by the new key first; once it takes that
 * one, the old one is forgotten. While it does not, both stay: the request to change may still be on its way.
 */
export async function settledSigner(
  { client, issuer, url }: KeptAccount,
  context: IssuanceContext,
  signal?: AbortSignal,
): Promise<{ readonly issuer: Issuer; readonly signer: Signer }> {
  const { nextKey } = issuer
  if (!nextKey) return { issuer, signer: await accountSigner(issuer, context) }
  const next = await expectedSigner(nextKey, issuer.directoryUrl, context)
  if (await isTaken({ client, url, signer: next }, signal)) {
    const changedIssuer = await adopted(issuer, nextKey, context)
    context.onProgress?.({ type: 'key-changed', accountUrl: url })
    return { issuer: changedIssuer, signer: next }
  }
  context.onProgress?.({ type: 'key-not-changed', accountUrl: url })
  return { issuer, signer: await accountSigner(issuer, context) }
}

export interface Rollover {
  readonly issuer: Issuer
  /** Whether the key is one that an earlier run had staged. */
  readonly resumed: boolean
}

export interface RolloverRequest {
  readonly directoryUrl: string
  /** Without one, whatever an earlier run has staged, else a new key like the account's. */
  readonly choice?: AccountKeyChoice | undefined
}

/**
 * Gives the account at a directory another key (RFC 8555 §7.3.5). The new one is kept beside the old one before the CA
 * hears of it, and the old one is forgotten once the CA has answered to the new one. After a crash at any point the
 * next call goes on: `ROLLOVER_UNSETTLED` says that it has to.
 */
export async function rollOver(
  { directoryUrl, choice }: RolloverRequest,
  context: IssuanceContext,
  signal?: AbortSignal,
): Promise<Rollover> {
  const kept = await context.store.issuer(directoryUrl)
  if (kept?.accountUrl === undefined) {
    throw new CertwrightError('ACCOUNT_NOT_FOUND', { issuer: directoryUrl })
  }
  const url = kept.accountUrl
  const client = issuerClient(kept, context)
  let standing: Standing = {
    client,
    url,
    ...(await settledSigner({ client, issuer: kept, url }, context, signal)),
  }
  // Once staged, a key is brought to its end even where another is wanted: the CA may have heard of it.
  if (standing.issuer.nextKey) {
    const { nextKey, directoryUrl } = standing.issuer
    const staged = await expectedSigner(nextKey, directoryUrl, context)
    standing = await changed(standing, { ...nextKey, signer: staged }, context, signal)
  }
  if (kept.nextKey && fits(choice, standing)) return { issuer: standing.issuer, resumed: true }
  const next = await chosenKey(choice ?? likeBefore(standing), directoryUrl, context)
  const { issuer } = await changed(standing, next, context, signal)
  return { issuer, resumed: false }
}

interface Standing extends KeptAccount {
  readonly signer: Signer
}

async function changed(
  standing: Standing,
  next: ReadyKey,
  context: IssuanceContext,
  signal: AbortSignal | undefined,
): Promise<Standing> {
  const { client, issuer, url, signer } = standing
  const { key, thumbprint } = next
  const persist = (): Promise<void> => context.store.stageAccountKey(issuer.id, { key, thumbprint })
  try {
    await changeKey(client, { url, signer }, next.signer, { persist, signal })
  } catch (error) {
    if (isFinal(error)) await context.store.stageAccountKey(issuer.id, undefined)
    throw explained(error, issuer, url)
  }
  return { ...standing, issuer: await adopted(issuer, next, context), signer: next.signer }
}

/** Whether the account's key is one that a person who chose so wants. */
function fits(choice: AccountKeyChoice | undefined, { issuer, signer }: Standing): boolean {
  const { accountKey } = issuer
  if (choice === undefined) return true
  if (choice.held === 'by-program') {
    return accountKey.held === 'by-program' && accountKey.program === choice.program
  }
  return accountKey.held === 'here' && keyTypeOf(signer.jwk) === choice.type
}

/** A new key of a program's own choice would be the old one, so that somebody has to say which. */
function likeBefore({ issuer: { accountKey }, signer }: Standing): AccountKeyChoice {
  if (accountKey.held === 'here') return { held: 'here', type: keyTypeOf(signer.jwk) }
  throw new CertwrightError('USAGE_ROLLOVER_WHERE', { program: accountKey.program })
}

/** Whether the CA takes a key for the account's. An account that waits for its person does not tell. */
async function isTaken(
  {
    client,
    url,
    signer,
  }: { readonly client: Client; readonly url: string; readonly signer: Signer },
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    await getAccount(client, { url, signer }, { signal })
    return true
  } catch (error) {
    const isRefused =
      error instanceof AcmeError &&
      error.code === 'ACME_PROBLEM' &&
      !isTransient(error) &&
      !isProblem(error, 'userActionRequired')
    if (isRefused) return false
    throw error
  }
}

async function adopted(
  { nextKey: _staged, ...issuer }: Issuer,
  { key, thumbprint }: StagedKey,
  { store }: IssuanceContext,
): Promise<Issuer> {
  await store.adoptAccountKey(issuer.id, thumbprint)
  return { ...issuer, accountKey: key, thumbprint }
}

/** Whether it is certain that the CA did not take the new key and never will from this request. */
function isFinal(error: unknown): boolean {
  if (!(error instanceof AcmeError)) return false
  if (error.code === 'ACME_KEY_NOT_CHANGED') return error.reason !== 'unknown'
  if (error.code === 'ACME_NOT_SUPPORTED') return true
  return error.code === 'ACME_PROBLEM' && !isTransient(error)
}

function explained(error: unknown, { directoryUrl }: Issuer, url: string): unknown {
  if (!(error instanceof AcmeError)) return error
  if (error.code === 'ACME_NOT_SUPPORTED') {
    return new CertwrightError('ROLLOVER_NOT_OFFERED', { issuer: directoryUrl }, { cause: error })
  }
  if (error.code === 'ACME_KEY_NOT_CHANGED' && error.reason === 'unknown') {
    return new CertwrightError('ROLLOVER_UNSETTLED', { url }, { cause: error })
  }
  return error
}
