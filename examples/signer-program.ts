import { text } from 'node:stream/consumers'
import { base64urlDecode, base64urlEncode, type Signer } from '@certwright/acme'

/**
 * Makes a program of a signer, for `certwright --account-signer exec:PROGRAM`: one JSON object on standard input, one
 * on standard output. What goes wrong is thrown, which ends the program with an error and its message.
 */
export async function answerOnce(signer: Signer): Promise<void> {
  const request = JSON.parse(await text(process.stdin)) as Request
  process.stdout.write(JSON.stringify(await answer(request, signer)))
}

interface Request {
  readonly op: 'key' | 'sign'
  /** Of the bytes to sign, in base64url. */
  readonly data?: string
}

async function answer({ op, data = '' }: Request, signer: Signer): Promise<object> {
  if (op === 'key') return { alg: signer.algorithm, jwk: signer.jwk }
  return { signature: base64urlEncode(await signer.sign(base64urlDecode(data))) }
}
