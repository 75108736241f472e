import { createPublicKey, verify, type KeyObject } from 'node:crypto'
import {
  base64urlDecode,
  base64urlEncode,
  jwsAlgorithm,
  publicJwkFrom,
  rawEcdsaSignature,
  type JwsAlgorithm,
  type PublicJwk,
  type Signer,
} from '@certwright/acme'
import { CertwrightError } from '../runtime/error.ts'
import { lastLines, runProgram } from '../runtime/program.ts'

export interface ProgramSignerOptions {
  /** Told to the program, which may hold a key for each CA. */
  readonly directoryUrl: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** A person may have to touch a token. */
const patienceSeconds = 120

/**
 * Signs by a key that a program holds: a token, a key service, another machine. Each request is one run, without
 * arguments and without a shell, that gets one JSON object on its standard input and answers with one on its standard
 * output; docs/guide/accounts.md describes them. Nothing is signed for the CA that does not verify.
 */
export async function programSigner(
  program: string,
  { directoryUrl, env }: ProgramSignerOptions,
): Promise<Signer> {
  const ask = async (request: object): Promise<Answer> =>
    answerOf(program, { version: 1, issuer: directoryUrl, ...request }, env)
  const jwk = jwkIn(await ask({ op: 'key' }), program)
  const algorithm = jwsAlgorithm(jwk)
  const publicKey = createPublicKey({ key: { ...jwk }, format: 'jwk' })
  return {
    algorithm,
    jwk,
    async sign(data) {
      const request = { op: 'sign', alg: algorithm, data: base64urlEncode(data) }
      const signature = signatureIn(await ask(request), { program, jwk })
      if (!verifies(signature, data, { algorithm, publicKey })) {
        throw notConform(program, 'the signature does not verify by the jwk')
      }
      return signature
    },
  }
}

type Answer = Readonly<Record<string, unknown>>

async function answerOf(
  program: string,
  request: object,
  env: ProgramSignerOptions['env'],
): Promise<Answer> {
  const { exit, stdout, stderr } = await runProgram([program], {
    env: withoutSealingKeys(env),
    input: `${JSON.stringify(request)}\n`,
    timeoutMs: patienceSeconds * 1000,
  })
  if (exit === 'ETIMEDOUT') {
    throw new CertwrightError('SIGNER_TIMED_OUT', { program, seconds: patienceSeconds })
  }
  if (typeof exit === 'string' && !exit.startsWith('SIG')) {
    throw new CertwrightError('SIGNER_NOT_STARTED', { program, reason: exit })
  }
  if (exit !== 0) {
    throw new CertwrightError('SIGNER_FAILED', { program, exit, stderr: lastLines(stderr) })
  }
  return objectIn(stdout, program)
}

/** What opens the store is nobody else's. */
function withoutSealingKeys(env: ProgramSignerOptions['env']): ProgramSignerOptions['env'] {
  const { CERTWRIGHT_KEY: _key, CERTWRIGHT_PASSPHRASE: _passphrase, ...rest } = env
  return rest
}

function objectIn(text: string, program: string): Answer {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Answer
  } catch {
    // Said below, without the text: a program may have printed anything.
  }
  throw notConform(program, 'it is not one JSON object')
}

function jwkIn({ jwk, alg }: Answer, program: string): PublicJwk {
  if (typeof jwk !== 'object' || jwk === null) throw notConform(program, 'it has no jwk')
  let read: PublicJwk
  try {
    read = publicJwkFrom(jwk)
    createPublicKey({ key: { ...read }, format: 'jwk' })
  } catch (cause) {
    throw notConform(program, 'its jwk is no key that ACME takes', cause)
  }
  if (alg !== undefined && alg !== jwsAlgorithm(read)) {
    throw notConform(program, `its alg is not ${jwsAlgorithm(read)}, which its jwk asks for`)
  }
  return read
}

function signatureIn(
  { signature, encoding = 'raw' }: Answer,
  { program, jwk }: { readonly program: string; readonly jwk: PublicJwk },
): Uint8Array {
  if (typeof signature !== 'string') throw notConform(program, 'it has no signature')
  if (encoding !== 'raw' && encoding !== 'der') {
    throw notConform(program, 'its encoding is neither raw nor der')
  }
  try {
    const octets = base64urlDecode(signature)
    return encoding === 'der' ? rawEcdsaSignature(octets, jwk) : octets
  } catch (cause) {
    throw notConform(program, `its signature is not base64url of ${encoding}`, cause)
  }
}

const hashes: Readonly<Record<JwsAlgorithm, string | null>> = {
  RS256: 'sha256',
  ES256: 'sha256',
  ES384: 'sha384',
  ES512: 'sha512',
  EdDSA: null,
}

function verifies(
  signature: Uint8Array,
  data: Uint8Array,
  { algorithm, publicKey }: { readonly algorithm: JwsAlgorithm; readonly publicKey: KeyObject },
): boolean {
  const key = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
  return verify(hashes[algorithm], data, key, signature)
}

function notConform(program: string, reason: string, cause?: unknown): CertwrightError {
  return new CertwrightError('SIGNER_ANSWER_NOT_CONFORM', { program, reason }, { cause })
}
