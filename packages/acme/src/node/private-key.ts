import { createPrivateKey, type KeyObject } from 'node:crypto'

import { sequenceCursor } from '../der/der.ts'
import { pemEncode } from '../der/pem.ts'
import { passphraseMissing, passphraseWrong } from '../keys/pbes2.ts'
import { keyNotReadable, keyToConvert } from '../keys/pkcs8.ts'
import {
  encryptedLabel,
  plainPkcs8,
  type PrivateKeyBlock,
  privateKeyBlock,
  type ReadPrivateKeyOptions,
} from '../keys/private-key.ts'
import { publicJwkOf } from './key-object-signer.ts'

/**
 * The first private key in PEM text, as `readPrivateKey` reads it, and with whatever encryption this Node's OpenSSL
 * opens: scrypt, 3DES, and the older kind with `Proc-Type: 4,ENCRYPTED` too. Throws the same errors.
 */
export function readKeyObject(pem: string, { passphrase }: ReadPrivateKeyOptions = {}): KeyObject {
  const block = privateKeyBlock(pem)
  const encrypted = block.label === encryptedLabel || block.headers['Proc-Type'] !== undefined
  const key = encrypted ? openedKey(block, passphrase) : plainKey(block)
  // Refuses the kinds that no ACME server takes.
  publicJwkOf(key)
  return key
}

function plainKey(block: PrivateKeyBlock): KeyObject {
  const { der } = plainPkcs8(block)
  try {
    return createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' })
  } catch (cause) {
    throw keyNotReadable('its numbers make no key', cause)
  }
}

function openedKey({ label, der, headers }: PrivateKeyBlock, passphrase?: string): KeyObject {
  if (passphrase === undefined) throw passphraseMissing()
  if (label === encryptedLabel) sequenceCursor(der, 'the encrypted key')
  try {
    return createPrivateKey({ key: pemEncode(label, der, headers), passphrase })
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    if (schemeUnknown.test(code)) throw keyToConvert('OpenSSL does not know its encryption', cause)
    // BAD_DECRYPT; or, for one in 256 wrong passphrases, whatever the noise behind a lucky padding provokes.
    throw passphraseWrong()
  }
}

const schemeUnknown = /^ERR_OSSL_(?:EVP_UNSUPPORTED|PEM_(?!BAD_DECRYPT))/
