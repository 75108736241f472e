import { createHmac } from 'node:crypto'
import type { AlibabaCredentials } from './credentials.ts'
import { byName, percentEncode, sha256Hex } from './signature.ts'

/** One request to OSS, before it is signed. */
export interface UnsignedOssRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Empty for requests of the account. */
  readonly bucket: string
  /** The object's key; empty for requests of the bucket. */
  readonly key: string
  /** A value of `''` is a sub-resource without one, such as `cname`. */
  readonly query: Readonly<Record<string, string>>
  /** In lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly region: string
  /** ISO basic, UTC: `20261124T032448Z`. */
  readonly date: string
}

/**
 * The headers of a request signed with OSS4-HMAC-SHA256 (OSS, "Signature version 4"). The payload is left unsigned:
 * it travels over TLS. `content-type`, `content-md5` and every `x-oss-*` header are signed.
 */
export function signOss4(
  { method, bucket, key, query, headers, region, date }: UnsignedOssRequest,
  { accessKeyId, accessKeySecret, securityToken }: AlibabaCredentials,
): Record<string, string> {
  const sent: Record<string, string> = {
    ...headers,
    'x-oss-date': date,
    'x-oss-content-sha256': 'UNSIGNED-PAYLOAD',
    ...(securityToken && { 'x-oss-security-token': securityToken.reveal() }),
  }
  const signed = Object.entries(sent)
    .filter(([name]) => /^(content-type|content-md5|x-oss-.*)$/.test(name))
    .sort(byName)
  const day = date.slice(0, 8)
  const scope = [day, region, 'oss', 'aliyun_v4_request']
  const canonicalRequest = [
    method,
    // The bucket stands in the path even where the host names it.
    `/${bucket === '' ? '' : `${bucket}/`}${percentEncode(key).replaceAll('%2F', '/')}`,
    ossQuery(query),
    signed.map(([name, value]) => `${name}:${value.trim()}\n`).join(''),
    '',
    'UNSIGNED-PAYLOAD',
  ].join('\n')
  const signingKey = scope.reduce<Buffer | string>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `aliyun_v4${accessKeySecret.reveal()}`,
  )
  const signature = createHmac('sha256', signingKey)
    .update(`OSS4-HMAC-SHA256\n${date}\n${scope.join('/')}\n${sha256Hex(canonicalRequest)}`)
    .digest('hex')
  return {
    ...sent,
    authorization: `OSS4-HMAC-SHA256 Credential=${accessKeyId}/${scope.join('/')},Signature=${signature}`,
  }
}

/** The query as it is signed and sent: sorted, and without `=` where there is no value. */
export function ossQuery(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .map(([name, value]) => [percentEncode(name), percentEncode(value)] as const)
    .sort(byName)
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
    .join('&')
}
