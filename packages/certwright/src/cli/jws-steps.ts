import { createHash } from 'node:crypto'
import type { Jws, JwsPayload, ProtectedHeader, PublicJwk } from '@certwright/acme'
import { jwsStepTexts as texts } from '../runtime/messages/acme-command-texts.ts'
import type { Output } from './output.ts'

/** A signed request with everything that it was made from. */
export interface BuiltJws {
  readonly url: string
  readonly jwk: PublicJwk
  readonly thumbprint: string
  readonly header: ProtectedHeader
  readonly payload: JwsPayload
  /** ASCII. */
  readonly signingInput: string
  readonly signature: Uint8Array
  readonly body: Jws
}

/** How the request came to be, step by step, in lines for people. */
export function jwsSteps(built: BuiltJws, { text }: Pick<Output, 'text'>): readonly string[] {
  const { jwk, thumbprint, header, signingInput, body, url } = built
  const headerText = JSON.stringify(header)
  return [
    text(texts.key, { algorithm: header.alg }),
    shown(JSON.stringify(jwk)),
    text(texts.thumbprint),
    shown(thumbprint),
    text(texts.header, { count: Buffer.byteLength(headerText) }),
    shown(headerText),
    text(texts.encoded),
    shown(body.protected),
    ...payloadSteps(built, text),
    text(texts.input, { count: signingInput.length }),
    shown(signingInput),
    ...signatureSteps(built, text),
    text(texts.request),
    shown(`POST ${url}`),
    shown('Content-Type: application/jose+json'),
    '',
    JSON.stringify(body),
  ]
}

function payloadSteps({ payload, body }: BuiltJws, text: Output['text']): readonly string[] {
  if (payload === '') return [text(texts.noPayload)]
  const written = JSON.stringify(payload)
  return [
    text(texts.payload, { count: Buffer.byteLength(written) }),
    shown(written),
    text(texts.encoded),
    shown(body.payload),
  ]
}

/** RFC 7518 §3.1: the number of an algorithm is that of its SHA-2. EdDSA hashes within (RFC 8037 §3.1). */
function signatureSteps(
  { header: { alg }, signingInput, signature, body }: BuiltJws,
  text: Output['text'],
): readonly string[] {
  const bits = alg.slice(2)
  const count = signature.length
  const hex = Buffer.from(signature).toString('hex')
  const digest = (): readonly string[] => [
    text(texts.digest, { hash: `SHA-${bits}` }),
    shown(createHash(`sha${bits}`).update(signingInput).digest('hex')),
  ]
  const encoded = [text(texts.encoded), shown(body.signature)]
  if (alg === 'EdDSA') return [text(texts.eddsa, { count }), shown(hex), ...encoded]
  if (alg === 'RS256') return [...digest(), text(texts.rsa, { count }), shown(hex), ...encoded]
  return [
    ...digest(),
    text(texts.ecdsa, { count, half: count / 2 }),
    shown(`R ${hex.slice(0, count)}`),
    shown(`S ${hex.slice(count)}`),
    ...encoded,
  ]
}

function shown(value: string): string {
  return `   ${value}`
}
