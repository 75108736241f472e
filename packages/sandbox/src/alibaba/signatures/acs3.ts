import { momentOf } from '../../clock.ts'
import { refuse } from '../errors.ts'
import type { RawRequest } from '../server.ts'
import { byName, encode, hmac, sha256Hex } from './claim.ts'
import type { Claim } from './claim.ts'

const algorithm = 'ACS3-HMAC-SHA256'

/** Signature version 3: one header holds it, for RPC and ROA alike. */
export function claimOfAcs3(request: RawRequest): Claim {
  const { headers } = request
  const fields =
    /^ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]+)$/.exec(
      (headers['authorization'] ?? '').replaceAll(/,\s+/g, ','),
    )
  if (!fields) throw refuse('IncompleteSignature')
  const [, accessKeyId = '', signed = '', signature = ''] = fields
  const signedNames = signed.split(';')
  for (const name of namesToSign(headers)) {
    if (!signedNames.includes(name)) {
      throw refuse('IncompleteSignature', { message: `The header ${name} is not signed.` })
    }
  }
  const hash = headers['x-acs-content-sha256'] ?? ''
  if (hash !== sha256Hex(request.body)) {
    throw refuse('SignatureDoesNotMatch', {
      message: 'The x-acs-content-sha256 is not that of the body.',
    })
  }
  const stringToSign = `${algorithm}\n${sha256Hex(canonicalRequest(request, signedNames, hash))}`
  return {
    accessKeyId,
    ...(headers['x-acs-security-token'] ? { securityToken: headers['x-acs-security-token'] } : {}),
    date: momentOf(headers['x-acs-date'] ?? ''),
    nonce: headers['x-acs-signature-nonce'] ?? '',
    signature,
    expected: (secret) => hmac('sha256', secret, stringToSign).toString('hex'),
    stringToSign,
  }
}

/** Every `x-acs-*`, the host and the type of the body must be among what is signed. */
function namesToSign(headers: RawRequest['headers']): string[] {
  const required = ['host', 'x-acs-content-sha256', 'x-acs-date', 'x-acs-signature-nonce']
  const sent = Object.keys(headers).filter(
    (name) => name.startsWith('x-acs-') || name === 'content-type',
  )
  return [...required, ...sent]
}

function canonicalRequest(
  { method, path, query, headers }: RawRequest,
  signedNames: readonly string[],
  hash: string,
): string {
  const uri = path.replaceAll('+', '%20').replaceAll('*', '%2A').replaceAll('%7E', '~')
  const pairs = [...new URLSearchParams(query)].sort(byName)
  return [
    method,
    uri,
    pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&'),
    signedNames.map((name) => `${name}:${(headers[name] ?? '').trim()}\n`).join(''),
    signedNames.join(';'),
    hash,
  ].join('\n')
}
