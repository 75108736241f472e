import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { CertwrightError } from '../runtime/error.ts'
import { Secret } from '../runtime/secret.ts'

/** Which column of which record holds a sealed text. What was sealed for one place opens in no other. */
export interface Place {
  readonly table: string
  readonly column: string
  readonly record: string
}

/** Encrypts secrets for the disk under one key. */
export interface Seal {
  /** Names the key and tells nothing about it. */
  readonly keyId: string
  seal(secret: Secret, place: Place): string
  /** `STORE_RECORD_UNREADABLE` where the text was altered, moved, or sealed under another key. */
  unseal(sealed: string, place: Place): Secret
}

const format = 'v1'
const nonceBytes = 12
const tagBytes = 16

/**
 * An AES-256-GCM envelope: each text has a data key of its own, wrapped by `key`, so that changing `key` need not
 * touch the texts. `v1.KEYID.WRAPPED.CIPHERTEXT`, the last two as nonce + ciphertext + tag in base64url.
 */
export function sealWith(key: KeyObject): Seal {
  const keyId = Buffer.from(hkdfSync('sha256', key, '', 'certwright seal key id', 8)).toString(
    'hex',
  )
  return {
    keyId,
    seal(secret, place) {
      const dataKey = randomBytes(32)
      const bound = boundTo(keyId, place)
      const wrapped = encrypt(key, dataKey, bound)
      const text = encrypt(createSecretKey(dataKey), Buffer.from(secret.reveal()), bound)
      return [format, keyId, wrapped, text].join('.')
    },
    unseal(sealed, place) {
      try {
        const [version, id, wrapped = '', text = ''] = sealed.split('.')
        if (version !== format || id !== keyId) throw new Error('sealed in another way')
        const bound = boundTo(keyId, place)
        const dataKey = createSecretKey(decrypt(key, wrapped, bound))
        return new Secret(decrypt(dataKey, text, bound).toString())
      } catch (cause) {
        const { table, record } = place
        throw new CertwrightError('STORE_RECORD_UNREADABLE', { table, record }, { cause })
      }
    },
  }
}

function boundTo(keyId: string, { table, column, record }: Place): Buffer {
  return Buffer.from(JSON.stringify([format, keyId, table, column, record]))
}

function encrypt(key: KeyObject, text: Buffer, bound: Buffer): string {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
  cipher.setAAD(bound)
  const parts = [nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]
  return Buffer.concat(parts).toString('base64url')
}

function decrypt(key: KeyObject, sealed: string, bound: Buffer): Buffer {
  const bytes = Buffer.from(sealed, 'base64url')
  const nonce = bytes.subarray(0, nonceBytes)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
  decipher.setAAD(bound)
  decipher.setAuthTag(bytes.subarray(-tagBytes))
  return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()])
}
