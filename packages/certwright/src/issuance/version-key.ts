import { createPublicKey, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createCsr, publicJwkFrom, thumbprint } from '@certwright/acme'
import { generateKeyObject, keyObjectSigner, readKeyObject } from '@certwright/acme/node'
import { CertwrightError } from '../runtime/error.ts'
import { Secret } from '../runtime/secret.ts'
import type { Certificate, Store, Version } from '../store/store.ts'
import { certificateRequestFrom } from '../x509/certificate-request.ts'
import { keyTypeOf, publicKeyDigest } from '../x509/public-key.ts'

/** The key that the next version of a certificate is for. */
export interface VersionKey {
  /** SHA-256 of its SubjectPublicKeyInfo, where there is one before the order. */
  readonly publicKey?: string
  /** The private key: the one there is, or a new one. Absent where it is elsewhere. */
  readonly privateKey?: () => Promise<Secret>
  /** The certificate request, in DER. `staged` is what `privateKey` gave for this order. */
  csr(staged: Secret | undefined): Promise<Uint8Array>
}

/**
 * Decides what key the next version is for, before anything is ordered: a new one, the current one, or one that was
 * made elsewhere. An account's key is `KEY_IS_ACCOUNT_KEY`.
 */
export async function versionKeyOf(
  certificate: Certificate,
  store: Pick<Store, 'version' | 'issuers'>,
): Promise<VersionKey> {
  const { id, keySource, identifiers } = certificate
  if (keySource?.from === 'csr') {
    const request = certificateRequestFrom(Buffer.from(keySource.request, 'base64'), id)
    await refuseAccountKey(request.key, store)
    return { publicKey: request.publicKey, csr: () => Promise.resolve(request.der) }
  }
  const key =
    keySource?.from === 'file'
      ? await keyInFile(keySource.path)
      : keySource && (await reusableKey(certificate, store))
  const csr = async (staged: Secret | undefined): Promise<Uint8Array> =>
    createCsr({ identifiers, key: keyObjectSigner(readKeyObject(staged?.reveal() ?? '')) })
  if (!key) {
    const { keyType } = certificate
    return { privateKey: async () => pkcs8(await generateKeyObject(keyType)), csr }
  }
  await refuseAccountKey(key, store)
  return { publicKey: publicKeyDigest(key), privateKey: () => Promise.resolve(pkcs8(key)), csr }
}

/** The operator's own key. `KEY_FILE_NOT_CONFORM` where it is none, or one that no certificate can be for. */
export async function keyInFile(path: string): Promise<KeyObject> {
  try {
    return readKeyObject(await readFile(path, 'utf8'))
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const reason = code?.startsWith('E') ? code : message
    throw new CertwrightError('KEY_FILE_NOT_CONFORM', { path, reason }, { cause })
  }
}

/** CRLReason keyCompromise, RFC 5280 §5.3.1. */
const keyCompromise = 1

/** The current version's key, unless it is of another type by now or has been compromised. */
async function reusableKey(
  { id, current, keyType }: Certificate,
  store: Pick<Store, 'version'>,
): Promise<KeyObject | undefined> {
  const version: Version | undefined =
    current === undefined ? undefined : await store.version(id, current)
  if (!version?.privateKey || version.revocationReason === keyCompromise) return undefined
  const key = readKeyObject(version.privateKey.reveal())
  return keyTypeOf(key) === keyType ? key : undefined
}

/** RFC 8555 §11.1: an account key "MUST NOT be included in a certificate". */
async function refuseAccountKey(key: KeyObject, store: Pick<Store, 'issuers'>): Promise<void> {
  const print = await thumbprintOf(key)
  const issuers = await store.issuers()
  const prints = issuers.flatMap(({ thumbprint, nextKey }) => [thumbprint, nextKey?.thumbprint])
  if (print !== undefined && prints.includes(print)) {
    throw new CertwrightError('KEY_IS_ACCOUNT_KEY')
  }
}

/** A kind of key that no account can have is no account's. */
async function thumbprintOf(key: KeyObject): Promise<string | undefined> {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key
  try {
    return await thumbprint(publicJwkFrom(publicKey.export({ format: 'jwk' })))
  } catch {
    return undefined
  }
}

function pkcs8(key: KeyObject): Secret {
  return new Secret(key.export({ type: 'pkcs8', format: 'pem' }).toString())
}
