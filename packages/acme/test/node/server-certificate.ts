import {
  generateKeyPair,
  pemEncode,
  webCryptoSigner,
  writePrivateKey,
  type Identifier,
} from '@certwright/acme'
import { contextTag, der, sequence, time, unsignedInteger } from '../../src/der/der.ts'
import { subjectAltName } from '../../src/der/extension.ts'
import { nameOf } from '../../src/der/name.ts'
import { signatureAlgorithm, signed } from '../../src/der/signed.ts'
import { subjectPublicKeyInfo } from '../../src/der/subject-public-key-info.ts'

const thisMachine: readonly Identifier[] = [
  { type: 'dns', value: 'localhost' },
  { type: 'ip', value: '127.0.0.1' },
  { type: 'ip', value: '::1' },
]

/** A key and a self-signed certificate, by default for this machine, in PEM. */
export async function serverCertificate(
  names: readonly Identifier[] = thisMachine,
): Promise<{ readonly key: string; readonly cert: string }> {
  const pair = await generateKeyPair('ec256')
  const signer = await webCryptoSigner(pair)
  // Of its own: OpenSSL looks for who signed by the name.
  const name = nameOf(names[0]?.value ?? '')
  const day = 86_400_000
  const now = Date.now()
  const tbs = sequence(
    der(contextTag(0, 'constructed'), unsignedInteger(new Uint8Array([2]))),
    unsignedInteger(crypto.getRandomValues(new Uint8Array(16))),
    signatureAlgorithm(signer),
    name,
    sequence(time(now - day), time(now + day)),
    name,
    subjectPublicKeyInfo(signer.jwk),
    der(contextTag(3, 'constructed'), sequence(subjectAltName(names))),
  )
  return {
    key: await writePrivateKey(pair),
    cert: pemEncode('CERTIFICATE', await signed(tbs, signer)),
  }
}
