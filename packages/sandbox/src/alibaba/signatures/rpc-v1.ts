import { momentOf } from '../../clock.ts'
import { refuse } from '../errors.ts'
import type { Values } from '../parameters.ts'
import type { RawRequest } from '../server.ts'
import { byName, encode, hmac } from './claim.ts'
import type { Claim } from './claim.ts'

/** Signature version 1 of RPC: the signature stands among the parameters, query and form together. */
export function claimOfRpcV1({ method }: RawRequest, values: Values): Claim {
  const accessKeyId = values.get('AccessKeyId') ?? ''
  if (accessKeyId === '') throw refuse('MissingAccessKeyId')
  const known =
    values.get('SignatureMethod') === 'HMAC-SHA1' && values.get('SignatureVersion') === '1.0'
  if (!known) throw refuse('IncompleteSignature')
  const pairs = [...values].filter(([name]) => name !== 'Signature').sort(byName)
  const canonical = pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&')
  const stringToSign = `${method}&${encode('/')}&${encode(canonical)}`
  const securityToken = values.get('SecurityToken')
  return {
    accessKeyId,
    ...(securityToken ? { securityToken } : {}),
    date: momentOf(values.get('Timestamp') ?? ''),
    nonce: values.get('SignatureNonce') ?? '',
    signature: values.get('Signature') ?? '',
    expected: (secret) => hmac('sha1', `${secret}&`, stringToSign).toString('base64'),
    stringToSign,
  }
}
