import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A program of somebody else's that holds a key: no code of ours is in it. */
export interface SignerProgram {
  readonly path: string
  readonly key: KeyObject
  /** What it was sent so far, and what it saw of the environment. */
  requests(): Promise<readonly Record<string, unknown>[]>
}

export interface SignerProgramOptions {
  readonly name?: string
  readonly key?: KeyObject
  /** Node's word for how ECDSA signatures are written. */
  readonly dsaEncoding?: 'ieee-p1363' | 'der'
  /** A statement that runs before the answer is written; it may change `answer`. */
  readonly twist?: string
}

/** Writes such a program into a directory. */
export async function signerProgram(
  directory: string,
  {
    name = 'sign program',
    key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
    dsaEncoding = 'ieee-p1363',
    twist = '',
  }: SignerProgramOptions = {},
): Promise<SignerProgram> {
  const path = join(directory, name)
  const log = `${path}.log`
  const text = `#!${process.execPath}
const { createPrivateKey, createPublicKey, sign } = require('node:crypto')
const { appendFileSync, readFileSync } = require('node:fs')
const key = createPrivateKey(${JSON.stringify(key.export({ type: 'pkcs8', format: 'pem' }))})
const request = JSON.parse(readFileSync(0, 'utf8'))
const seen = Object.keys(process.env).filter((name) => name.startsWith('CERTWRIGHT_'))
appendFileSync(${JSON.stringify(log)}, JSON.stringify({ ...request, args: process.argv.slice(2), seen }) + '\\n')
const { kty, crv, x, y, n, e } = createPublicKey(key).export({ format: 'jwk' })
const jwk = { kty, crv, x, y, n, e }
const hash = { RS256: 'sha256', ES256: 'sha256', ES384: 'sha384', ES512: 'sha512' }[request.alg] ?? null
const dsaEncoding = ${JSON.stringify(dsaEncoding)}
let answer = request.op === 'key' ? { jwk } : {
  signature: sign(hash, Buffer.from(request.data, 'base64url'), { key, dsaEncoding }).toString('base64url'),
  ...(dsaEncoding === 'der' && { encoding: 'der' }),
}
${twist}
process.stdout.write(typeof answer === 'string' ? answer : JSON.stringify(answer))
`
  await writeFile(path, text)
  await chmod(path, 0o755)
  return {
    path,
    key,
    async requests() {
      const lines = await readFile(log, 'utf8').catch(() => '')
      return lines
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>)
    },
  }
}
