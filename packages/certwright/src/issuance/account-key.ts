import type { KeyObject } from 'node:crypto'
import {
  base64urlDecode,
  thumbprint,
  type KeyType,
  type PublicJwk,
  type Signer,
} from '@certwright/acme'
import { generateKeyObject, keyObjectSigner, readKeyObject } from '@certwright/acme/node'
import { CertwrightError } from '../runtime/error.ts'
import { Secret } from '../runtime/secret.ts'
import type { AccountKey, Issuer, StagedKey } from '../store/store.ts'
import type { IssuanceContext } from './issuance.ts'
import { programSigner } from './program-signer.ts'

/** Which key an account is to get: a new one that is kept here, or one that a program holds. */
export type AccountKeyChoice =
  | { readonly held: 'here'; readonly type: KeyType }
  | { readonly held: 'by-program'; readonly program: string }

/** Without a word of the person's. */
export const defaultAccountKey: AccountKeyChoice = { held: 'here', type: 'ec256' }

/** A key, and how to sign by it. */
export interface ReadyKey extends StagedKey {
  readonly signer: Signer
}

type KeyContext = Pick<IssuanceContext, 'env'>

/** Makes the key that was chosen, or asks the program for the one that it holds. */
export async function chosenKey(
  choice: AccountKeyChoice,
  directoryUrl: string,
  context: KeyContext,
): Promise<ReadyKey> {
  const key: AccountKey =
    choice.held === 'here' ? heldHere(await generateKeyObject(choice.type)) : choice
  return readyKey(key, directoryUrl, context)
}

/** A private key as the store takes it. */
export function heldHere(key: KeyObject): AccountKey {
  const pem = new Secret(key.export({ type: 'pkcs8', format: 'pem' }).toString())
  return { held: 'here', pem }
}

/** Opens a key, wherever it is. */
export async function readyKey(
  key: AccountKey,
  directoryUrl: string,
  { env }: KeyContext,
): Promise<ReadyKey> {
  const signer =
    key.held === 'here'
      ? keyObjectSigner(readKeyObject(key.pem.reveal()))
      : await programSigner(key.program, { directoryUrl, env })
  return { key, signer, thumbprint: await thumbprint(signer.jwk) }
}

/** Signs by the account's key. A program that now holds another one is refused before it has signed anything. */
export async function accountSigner(
  { accountKey, thumbprint: kept, directoryUrl }: Issuer,
  context: KeyContext,
): Promise<Signer> {
  return expectedSigner({ key: accountKey, thumbprint: kept }, directoryUrl, context)
}

/** Signs by a key that was kept with its thumbprint. */
export async function expectedSigner(
  { key, thumbprint: kept }: StagedKey,
  directoryUrl: string,
  context: KeyContext,
): Promise<Signer> {
  const { signer, thumbprint } = await readyKey(key, directoryUrl, context)
  if (key.held === 'by-program' && thumbprint !== kept) {
    throw new CertwrightError('SIGNER_OTHER_KEY', { program: key.program, thumbprint: kept })
  }
  return signer
}

const curveTypes = { 'P-256': 'ec256', 'P-384': 'ec384', 'P-521': 'ec521' } as const

/** The type under which a key like this one is made. */
export function keyTypeOf(jwk: PublicJwk): KeyType {
  if (jwk.kty === 'OKP') return 'ed25519'
  if (jwk.kty === 'EC') return curveTypes[jwk.crv]
  const bits = base64urlDecode(jwk.n).length * 8
  if (bits >= 4096) return 'rsa4096'
  return bits >= 3072 ? 'rsa3072' : 'rsa2048'
}
