import { momentOf } from '../../clock.ts'
import { refuse } from '../errors.ts'
import type { RawRequest } from '../server.ts'
import { byName, encode, hmac, sha256Hex } from './claim.ts'
import type { Claim } from './claim.ts'
import { httpMomentOf } from './http-date.ts'

/** Where a request to OSS goes: the bucket stands before the host, or first in the path. */
export interface OssAddress {
  readonly bucket: string
  readonly key: string
}

export function ossAddressOf({ path, headers }: RawRequest): OssAddress {
  const host = (headers['host'] ?? '').replace(/:\d+$/, '')
  const whole = decodeURIComponent(path).replace(/^\//, '')
  const virtual = /^([a-z0-9][a-z0-9-]{1,61}[a-z0-9])\.oss-[a-z0-9-]+\.aliyuncs\.com$/.exec(host)
  if (virtual) return { bucket: virtual[1] as string, key: whole }
  const [bucket = '', ...rest] = whole.split('/')
  return { bucket, key: rest.join('/') }
}

/** `OSS <key>:<signature>` (version 1) or `OSS4-HMAC-SHA256 Credential=…` (version 4). */
export function claimOfOss(request: RawRequest): Claim {
  const authorization = request.headers['authorization'] ?? ''
  return authorization.startsWith('OSS4-') ? claimOfV4(request) : claimOfV1(request)
}

/** The parameters that version 1 signs; those not named here are not part of the resource. */
const signedInV1 = new Set(
  'acl bucketInfo cname comp cors delete lifecycle location logging policy referer stat tagging uploadId uploads website security-token'.split(
    ' ',
  ),
)

function claimOfV1(request: RawRequest): Claim {
  const { method, headers } = request
  const fields = /^OSS ([^:]+):(\S+)$/.exec(headers['authorization'] ?? '')
  if (!fields) throw refuse('IncompleteSignature')
  const [, accessKeyId = '', signature = ''] = fields
  const { bucket, key } = ossAddressOf(request)
  const query = [...new URLSearchParams(request.query)]
    .filter(([name]) => signedInV1.has(name))
    .sort(byName)
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
    .join('&')
  const resource = `/${bucket === '' ? '' : `${bucket}/`}${key}${query === '' ? '' : `?${query}`}`
  const date = headers['date'] ?? headers['x-oss-date'] ?? ''
  const own = ossHeaders(headers).map(([name, value]) => `${name}:${value.trim()}\n`)
  const stringToSign = [
    method,
    headers['content-md5'] ?? '',
    headers['content-type'] ?? '',
    date,
    own.join('') + resource,
  ].join('\n')
  return {
    accessKeyId,
    ...tokenOf(headers),
    date: httpMomentOf(date),
    signature,
    expected: (secret) => hmac('sha1', secret, stringToSign).toString('base64'),
    stringToSign,
  }
}

function claimOfV4(request: RawRequest): Claim {
  const { headers } = request
  const fields =
    /^OSS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8}\/[^/]+\/oss\/aliyun_v4_request),(?:AdditionalHeaders=([^,]+),)?Signature=([0-9a-f]{64})$/.exec(
      (headers['authorization'] ?? '').replaceAll(/,\s+/g, ','),
    )
  const stamp = headers['x-oss-date'] ?? ''
  if (!fields) throw refuse('IncompleteSignature')
  const [, accessKeyId = '', scope = '', additional = '', signature = ''] = fields
  const canonical = canonicalRequest(request, additional)
  const stringToSign = ['OSS4-HMAC-SHA256', stamp, scope, sha256Hex(canonical)].join('\n')
  const [day = '', region = ''] = scope.split('/')
  return {
    accessKeyId,
    ...tokenOf(headers),
    // A scope of another day than the date is as good as no date.
    date: stamp.startsWith(day) ? basicMomentOf(stamp) : undefined,
    signature,
    expected: (secret) => {
      const steps = [day, region, 'oss', 'aliyun_v4_request']
      const start: Buffer = Buffer.from(`aliyun_v4${secret}`)
      const key = steps.reduce<Buffer>((key, step) => hmac('sha256', key, step), start)
      return hmac('sha256', key, stringToSign).toString('hex')
    },
    stringToSign,
  }
}

function canonicalRequest(request: RawRequest, additional: string): string {
  const { method, headers } = request
  const { bucket, key } = ossAddressOf(request)
  const path = `/${bucket === '' ? '' : `${bucket}/`}${key}`
  const query = [...new URLSearchParams(request.query)]
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(byName)
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
  const names = additional === '' ? [] : additional.split(';')
  const signed = Object.entries(headers)
    .filter(
      ([name]) =>
        ['content-type', 'content-md5', ...names].includes(name) || name.startsWith('x-oss-'),
    )
    .sort(byName)
  return [
    method,
    path.split('/').map(encode).join('/'),
    query.join('&'),
    signed.map(([name, value]) => `${name}:${value.trim()}\n`).join(''),
    additional,
    headers['x-oss-content-sha256'] ?? 'UNSIGNED-PAYLOAD',
  ].join('\n')
}

function ossHeaders(headers: RawRequest['headers']): [string, string][] {
  return Object.entries(headers)
    .filter(([name]) => name.startsWith('x-oss-'))
    .sort(byName)
}

function tokenOf(headers: RawRequest['headers']): { securityToken?: string } {
  const token = headers['x-oss-security-token']
  return token ? { securityToken: token } : {}
}

/** `20261124T032448Z`. */
function basicMomentOf(stamp: string): number | undefined {
  return momentOf(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
}
