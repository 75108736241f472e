import {
  flattenedJws,
  publicJwkFrom,
  thumbprint,
  type JwsPayload,
  type ProtectedHeader,
} from '@certwright/acme'
import { CertwrightError } from '../../../runtime/error.ts'
import { signerIn } from '../../acme-settings.ts'
import type { CommandRun } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { jwsSteps, type BuiltJws } from '../../jws-steps.ts'

/** Builds and signs one request as it would be sent, and sends nothing. */
export const jws: CommandRun = async ({ arguments: [url = ''], options }, session) => {
  const file = options.text('key')
  if (file === undefined) {
    throw new CertwrightError('USAGE_MISSING_ARGUMENT', { argument: '--key', command: 'acme jws ' })
  }
  const signer = signerIn(session.path(file))
  const [kid, nonce] = [options.text('kid'), options.text('nonce')]
  const header: ProtectedHeader = {
    alg: signer.algorithm,
    ...(kid === undefined ? { jwk: publicJwkFrom(signer.jwk) } : { kid }),
    ...(nonce !== undefined && { nonce }),
    url,
  }
  const payload = payloadFrom(options.text('payload'))
  let [input, signature] = [new Uint8Array(), new Uint8Array()]
  const body = await flattenedJws(header, payload, async (data) => {
    input = new Uint8Array(data)
    signature = new Uint8Array(await signer.sign(data))
    return signature
  })
  const { jwk } = signer
  const built: BuiltJws = {
    ...{ url, jwk, thumbprint: await thumbprint(jwk), header, payload },
    ...{ signingInput: new TextDecoder().decode(input), signature, body },
  }
  const document = { ...built, signature: Buffer.from(signature).toString('hex') }
  session.output.result(document, () =>
    options.flag('explain') ? jwsSteps(built, session.output) : [JSON.stringify(body)],
  )
  return exitCode.done
}

function payloadFrom(text: string | undefined): JwsPayload {
  if (text === undefined || text === '') return ''
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new CertwrightError('ACME_PAYLOAD_NOT_JSON', {}, { cause })
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Exclude<JwsPayload, ''>
  }
  throw new CertwrightError('ACME_PAYLOAD_NOT_JSON')
}
