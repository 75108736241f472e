import type { Identifier } from '../identifier.ts'
import type { Signer } from '../keys/signer.ts'
import { contextTag, der, oid, sequence, tags, unsignedInteger } from './der.ts'
import { subjectAltName } from './extension.ts'
import { nameOf } from './name.ts'
import { oids } from './oid.ts'
import { signed } from './signed.ts'
import { subjectPublicKeyInfo } from './subject-public-key-info.ts'

/** What a certificate request is for, and whose key it has (RFC 2986). */
export interface CsrOptions {
  /** The order's identifiers, all of them and no others (RFC 8555 §7.4). */
  readonly identifiers: readonly Identifier[]
  /** The certificate's key, never the account's (RFC 8555 §11.1). */
  readonly key: Signer
  /** One of the DNS identifiers, of at most 64 characters. Default: the subject is empty, which is always legal. */
  readonly commonName?: string
}

/** DER of a PKCS #10 certificate request (RFC 2986), signed, with the identifiers as subject alternative names. */
export async function createCsr({ identifiers, key, commonName }: CsrOptions): Promise<Uint8Array> {
  if (identifiers.length === 0) throw new TypeError('a certificate request needs an identifier')
  checkCommonName(commonName, identifiers)
  const extensions = sequence(subjectAltName(identifiers))
  const info = sequence(
    unsignedInteger(new Uint8Array()),
    nameOf(commonName),
    subjectPublicKeyInfo(key.jwk),
    der(
      contextTag(0, 'constructed'),
      sequence(oid(oids.extensionRequest), der(tags.set, extensions)),
    ),
  )
  return signed(info, key)
}

function checkCommonName(name: string | undefined, identifiers: readonly Identifier[]): void {
  if (name === undefined) return
  // RFC 5280 §A.1: "ub-common-name INTEGER ::= 64".
  if (name.length > 64) throw new TypeError('a common name has at most 64 characters')
  if (!identifiers.some(({ type, value }) => type === 'dns' && value === name)) {
    throw new TypeError('the common name is not among the DNS identifiers')
  }
}
