import { createPrivateKey, randomUUID, type KeyObject } from 'node:crypto'
import { AcmeError, findAccount, publicJwkFrom, type JwkLike } from '@certwright/acme'
import { readKeyObject } from '@certwright/acme/node'
import { CertwrightError } from '../runtime/error.ts'
import type { Secret } from '../runtime/secret.ts'
import type { AccountKey, Issuer } from '../store/store.ts'
import { heldHere, readyKey } from './account-key.ts'
import { unlessClosed } from './account.ts'
import type { IssuanceContext, OpenAccount } from './issuance.ts'
import { issuerClient } from './issuer-client.ts'

/** The text of a file in which another client keeps an account's key. */
export interface ForeignKey {
  readonly text: Secret
  /** Its path, for errors. */
  readonly path: string
  readonly passphrase?: Secret
}

/**
 * The private key in another client's file: PEM of any kind that OpenSSL opens, or a JWK (RFC 7517), alone or as the
 * member `key` of an object. Any other text is `ACCOUNT_KEY_NOT_READABLE`, which does not quote it.
 */
export function foreignKey({ text, path, passphrase }: ForeignKey): AccountKey {
  const plain = text.reveal()
  try {
    if (plain.trimStart().startsWith('{')) return heldHere(jwkIn(plain))
    return heldHere(readKeyObject(plain, passphrase && { passphrase: passphrase.reveal() }))
  } catch (cause) {
    const reason = cause instanceof AcmeError ? cause.message : 'it is neither PEM nor a JWK'
    throw new CertwrightError('ACCOUNT_KEY_NOT_READABLE', { path, reason }, { cause })
  }
}

function jwkIn(text: string): KeyObject {
  const value = JSON.parse(text) as JwkLike & { readonly key?: JwkLike }
  const jwk = typeof value.key === 'object' ? value.key : value
  // Says what is wrong with a public half that Node would only refuse.
  publicJwkFrom(jwk)
  const key = createPrivateKey({ key: jwk as Record<string, unknown>, format: 'jwk' })
  // A modulus that is too short and the like.
  return readKeyObject(key.export({ type: 'pkcs8', format: 'pem' }).toString())
}

export interface RecoveryRequest {
  readonly directoryUrl: string
  readonly caFile?: string
  readonly key: AccountKey
  /** Uses the account instead of another one that is kept; without it that is `ACCOUNT_KEPT_ALREADY`. */
  readonly replace?: boolean
}

/**
 * Finds the account of a key that another client had (RFC 8555 §7.3.1) and keeps it. Makes none:
 * `ACCOUNT_KEY_NOT_KNOWN` where the CA knows none. Twice is the same as once.
 */
export async function recoverAccount(
  { directoryUrl, caFile, key, replace = false }: RecoveryRequest,
  context: IssuanceContext,
  signal?: AbortSignal,
): Promise<OpenAccount> {
  const { store, host } = context
  const place = { directoryUrl, ...(caFile !== undefined && { caFile }) }
  const client = issuerClient(place, context)
  const { signer, thumbprint } = await readyKey(key, directoryUrl, context)
  const kept = await store.issuer(directoryUrl)
  const found = await unlessClosed(place, () => findAccount(client, signer, { signal }))
  if (!found) throw new CertwrightError('ACCOUNT_KEY_NOT_KNOWN', { issuer: directoryUrl })
  const isKept = kept?.thumbprint === thumbprint
  if (kept && !isKept && !replace) {
    const url = kept.accountUrl ?? '-'
    throw new CertwrightError('ACCOUNT_KEPT_ALREADY', { issuer: directoryUrl, url })
  }
  const { account, resource } = found
  const facts = { accountUrl: account.url, contact: resource.contact, status: 'valid' } as const
  const issuer: Issuer = isKept
    ? { ...kept, ...place, ...facts }
    : { id: randomUUID(), ...place, accountKey: key, thumbprint, ...facts, createdAt: host.now() }
  await store.saveIssuer(issuer)
  return { client, account, issuer, created: false }
}
