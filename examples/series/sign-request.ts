// Builds and signs a request byte by byte, as RFC 8555 §6.2 wants it, and sends nothing.
// The key decides the algorithm: RSA signs by RS256, P-256 by ES256. Start it with a key file to try either.
import { readFileSync } from 'node:fs'
import { base64urlEncode, newNonce, getDirectory, thumbprint } from '@certwright/acme'
import { keyObjectSigner, readKeyObject } from '@certwright/acme/node'
import { client, print, setting, settings } from './settings.ts'

const file = process.argv[2] ?? setting('AccountKeyFile')
const signer = keyObjectSigner(readKeyObject(readFileSync(file, 'utf8')))
print(`Thumbprint of the key: ${await thumbprint(signer.jwk)}`)

// 1. The protected header. A new account names its public key (jwk); every other request its account's URL (kid).
const ca = client()
const { newAccount: url } = await getDirectory(ca)
const header = { alg: signer.algorithm, jwk: signer.jwk, nonce: await newNonce(ca), url }
const encodedHeader = base64urlEncode(JSON.stringify(header))
print({ header, encodedHeader })

// 2. The payload: what is asked for. A request that only reads has none at all, not even {}.
const payload = { termsOfServiceAgreed: true, contact: settings('Contacts') }
const encodedPayload = base64urlEncode(JSON.stringify(payload))
print({ payload, encodedPayload })

// 3. The signing input: both, with a full stop between them.
const input = new TextEncoder().encode(`${encodedHeader}.${encodedPayload}`)
print(`Signing input: ${input.length} bytes of ASCII`)

// 4. The signature. RS256: as long as the modulus. ES256: R and S of 32 bytes each, never DER (RFC 7518 §3.4).
const signature = await signer.sign(input)
print(`Signature: ${signature.length} bytes by ${signer.algorithm}`)

// 5. The body of the POST, whose Content-Type is application/jose+json and nothing more.
const body = {
  protected: encodedHeader,
  payload: encodedPayload,
  signature: base64urlEncode(signature),
}
print(body)
