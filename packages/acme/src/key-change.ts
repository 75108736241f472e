import { getAccount, type Account } from './account.ts'
import type { Client } from './client.ts'
import { endpointCall } from './directory.ts'
import { AcmeError } from './error.ts'
import type { CallOptions } from './exchange.ts'
import { signJws } from './jws.ts'
import { publicJwkFrom } from './keys/jwk.ts'
import type { Signer } from './keys/signer.ts'
import { thumbprint } from './keys/thumbprint.ts'
import { problemName } from './problem.ts'
import { postAs } from './request.ts'
import { isTransient, retry } from './retry.ts'

/** How the new key outlives a crash, and for how long `changeKey` is tried. */
export interface KeyChangeOptions extends CallOptions {
  /**
   * Keeps the new key, beside the old one, where it survives a crash. Waited for before the CA hears of the key; a
   * rejection ends the call.
   */
  readonly persist: (newSigner: Signer) => Promise<void>
}

/**
 * Gives an account another key (RFC 8555 §7.3.5) and returns the account with it, once the CA has answered a request
 * that the new key signed: not before then may the old one be forgotten. Safe to repeat with the same new key, after a
 * crash too. Not while orders are open: their key authorizations change.
 *
 * A CA without key changes is `ACME_NOT_SUPPORTED`. `ACME_KEY_NOT_CHANGED` says by its `reason`: `in-use`, that the
 * account at `location` has the new key; `no-effect`, that the CA agreed and did nothing; `unknown`, that both keys
 * are to be kept and the call repeated. In every other failure the old key stands.
 */
export async function changeKey(
  client: Client,
  account: Account,
  newSigner: Signer,
  { persist, ...options }: KeyChangeOptions,
): Promise<Account> {
  const [oldPrint, newPrint] = await Promise.all([
    thumbprint(publicJwkFrom(account.signer.jwk)),
    thumbprint(publicJwkFrom(newSigner.jwk)),
  ])
  if (oldPrint === newPrint) throw new TypeError('the new key is the old key')
  // Asked for at first, so that nothing is kept for a CA that has no key changes.
  await endpointCall(client, 'keyChange', options, () => Promise.resolve())
  await persist(newSigner)
  const changed: Account = { url: account.url, signer: newSigner }
  return retry(
    async (_attempt, deadlineMs) => {
      const rest = { ...options, deadlineMs }
      const refusal = await refusalOf(() => sendKeyChange(client, account, newSigner, rest))
      const verified = await hasKey(client, changed, { refusal, ...rest })
      if (verified) return changed
      throw refusal === undefined ? noEffect(account) : explained(refusal, account)
    },
    { host: client.host, ...options },
  )
}

async function sendKeyChange(
  client: Client,
  account: Account,
  newSigner: Signer,
  options: CallOptions,
): Promise<void> {
  await endpointCall(client, 'keyChange', options, async (url) => {
    const keyChange = { account: account.url, oldKey: { ...publicJwkFrom(account.signer.jwk) } }
    // "The inner JWS MUST omit the 'nonce' header parameter" and "have the same 'url' header parameter".
    const inner = await signJws(keyChange, { signer: newSigner, url })
    await postAs(client, account, { url, payload: { ...inner } }, { ...options, attempts: 1 })
  })
}

async function refusalOf(task: () => Promise<void>): Promise<AcmeError | undefined> {
  try {
    await task()
    return undefined
  } catch (error) {
    if (error instanceof AcmeError && error.code !== 'ACME_NOT_SUPPORTED') return error
    throw error
  }
}

/**
 * Whether the CA takes the new key now. It may after a refusal too: where the reply to an earlier sending was lost, the
 * old key is refused.
 */
async function hasKey(
  client: Client,
  changed: Account,
  { refusal, ...options }: CallOptions & { readonly refusal: AcmeError | undefined },
): Promise<boolean> {
  try {
    await getAccount(client, changed, options)
    return true
  } catch (error) {
    if (!(error instanceof AcmeError)) throw error
    const isRefused = error.code === 'ACME_PROBLEM' && !isTransient(error)
    if (isRefused) return false
    throw new AcmeError(
      'ACME_KEY_NOT_CHANGED',
      `whether ${changed.url} has the new key cannot be said: ${error.message}`,
      {
        reason: 'unknown',
        url: changed.url,
        problem: refusal?.problem,
        retryAfterMs: error.retryAfterMs,
        hint: 'Keep both keys, and change the key once more later.',
        cause: error,
      },
    )
  }
}

function noEffect({ url }: Account): AcmeError {
  return new AcmeError(
    'ACME_KEY_NOT_CHANGED',
    `the CA agreed to the new key of ${url}, yet does not take it`,
    {
      reason: 'no-effect',
      url,
      hint: 'Use another new key: this one may belong to another account.',
    },
  )
}

function explained(refusal: AcmeError, { url }: Account): AcmeError {
  const { problem, status, location } = refusal
  if (isMissing(refusal)) {
    return new AcmeError('ACME_NOT_SUPPORTED', `the CA changes no keys: ${refusal.message}`, {
      problem,
      status,
      url: refusal.url,
      hint: 'Make a new account with the new key instead.',
      cause: refusal,
    })
  }
  // RFC 8555 §7.3.5: "If there is an existing account with the new key provided".
  if (status !== 409) return refusal
  return new AcmeError('ACME_KEY_NOT_CHANGED', `the new key belongs to another account`, {
    reason: 'in-use',
    problem,
    status,
    url,
    location,
    hint: 'Use another new key.',
    cause: refusal,
  })
}

/** Listed, yet not there; some gateways say so by a 403 of their own. */
function isMissing({ status, problem }: AcmeError): boolean {
  if (status === 404 || status === 405 || status === 501) return true
  return status === 403 && problem !== undefined && problemName(problem) === 'about:blank'
}
