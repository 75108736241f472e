import { httpMomentOf } from './http-date.ts'
import { refuse } from '../errors.ts'
import type { RawRequest } from '../server.ts'
import { byName, hmac } from './claim.ts'
import type { Claim } from './claim.ts'

/** Signature version 1 of ROA: `Authorization: acs <key>:<signature>`. */
export function claimOfRoaV1(request: RawRequest): Claim {
  const { headers } = request
  const fields = /^acs ([^:]+):(\S+)$/.exec(headers['authorization'] ?? '')
  if (!fields || headers['x-acs-signature-method'] !== 'HMAC-SHA1') {
    throw refuse('IncompleteSignature')
  }
  const [, accessKeyId = '', signature = ''] = fields
  const stringToSign = textOf(request)
  const securityToken = headers['x-acs-security-token']
  return {
    accessKeyId,
    ...(securityToken ? { securityToken } : {}),
    date: httpMomentOf(headers['date'] ?? ''),
    nonce: headers['x-acs-signature-nonce'] ?? '',
    signature,
    expected: (secret) => hmac('sha1', secret, stringToSign).toString('base64'),
    stringToSign,
  }
}

function textOf({ method, path, query, headers }: RawRequest): string {
  const own = Object.entries(headers)
    .filter(([name]) => name.startsWith('x-acs-'))
    .sort(byName)
    .map(([name, value]) => `${name}:${value.trim()}\n`)
  const pairs = [...new URLSearchParams(query)].sort(byName)
  const resource = pairs
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
    .join('&')
  return [
    method,
    headers['accept'] ?? '',
    headers['content-md5'] ?? '',
    headers['content-type'] ?? '',
    headers['date'] ?? '',
    `${own.join('')}${path}${resource === '' ? '' : `?${resource}`}`,
  ].join('\n')
}
