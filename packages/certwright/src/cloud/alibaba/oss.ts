import { instantOf, retry } from '@certwright/acme'
import { CertwrightError } from '../../runtime/error.ts'
import type { Host } from '../../runtime/host.ts'
import { baseUrl, regionOf, type AlibabaAccount } from './client.ts'
import { callMs, errorOf, exchange, type AlibabaReply, type SignedCall } from './exchange.ts'
import { secretsIn } from './parameters.ts'
import { isRetryable, refusalOf } from './refusal.ts'
import { ossQuery, signOss4 } from './oss-signature.ts'
import { readXml, textOf, writeXml, type XmlContent, type XmlElement } from './xml.ts'

export interface OssRequest {
  /** The API's name of what is asked, e.g. `PutCname`: for errors, and the RAM action of that name. */
  readonly action: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Absent for requests of the account. */
  readonly bucket?: string
  /** A value of `''` is a sub-resource without one, such as `cname`. */
  readonly query?: Readonly<Record<string, string>>
  /** The root element and what is in it. A `Secret` is revealed on the wire alone. */
  readonly xml?: readonly [root: string, content: XmlContent]
}

export interface OssClient {
  /** The root element of the reply; `undefined` where it is empty. Errors are those of `AlibabaClient`. */
  request(request: OssRequest, signal?: AbortSignal): Promise<XmlElement | undefined>
}

/** OSS, for one account and the buckets of its region. Retries what passes by itself. */
export function ossClient(account: AlibabaAccount, host: Host): OssClient {
  const region = regionOf(account)

  return {
    async request({ action, method, bucket = '', query = {}, xml }, signal) {
      // It becomes a part of the host name that the request is sent to.
      if (bucket !== '' && !/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(bucket)) {
        const expected = 'a-z, 0-9, -; 3…63'
        throw new CertwrightError('ALIBABA_OPTION_NOT_CONFORM', { option: 'bucket', expected })
      }
      const url = urlOf(account, region, bucket)
      url.search = ossQuery(query)
      const body = xml ? `<?xml version="1.0" encoding="UTF-8"?>${writeXml(...xml)}` : ''
      const headers: Record<string, string> = body ? { 'content-type': 'application/xml' } : {}
      const credentials = await account.credentials()
      const attempt = async (): Promise<XmlElement | undefined> => {
        const date = `${instantOf(host.now()).slice(0, 19).replaceAll(/[-:]/g, '')}Z`
        const unsigned = { method, bucket, key: '', query, headers, region, date }
        const call = {
          action,
          ramAction: `oss:${action}`,
          method,
          url,
          headers: signOss4(unsigned, credentials),
          body,
          secrets: [...secretsIn(xml), ...secretsIn(credentials)],
        }
        return readReply(call, await exchange(call, host, signal))
      }
      return retry(attempt, { host, deadlineMs: callMs, signal, retryable: isRetryable })
    },
  }
}

/** The bucket names the host; at an endpoint of one's own it stands in the path. */
function urlOf(account: AlibabaAccount, region: string, bucket: string): URL {
  const own = bucket === '' ? '' : `${bucket}.`
  const base = baseUrl(account, `${own}oss-${region}.aliyuncs.com`)
  if (account.endpoint !== undefined && bucket !== '') return new URL(`/${bucket}/`, base)
  return new URL(base)
}

function readReply(call: SignedCall, reply: AlibabaReply): XmlElement | undefined {
  const root = parsed(reply.text)
  const detail = root?.children.find(({ name }) => name === 'AccessDeniedDetail')
  const said = {
    Code: textOf(root, 'Code'),
    Message: textOf(root, 'Message'),
    RequestId: textOf(root, 'RequestId'),
    ...(detail && { AccessDeniedDetail: { AuthAction: textOf(detail, 'AuthAction') } }),
  }
  const refusal = reply.status >= 400 ? refusalOf(said, reply.status) : undefined
  if (refusal) throw errorOf(refusal, call, reply)
  if (root || reply.text === '') return root
  const params = {
    host: call.url.host,
    action: call.action,
    reason: `HTTP ${reply.status}, no XML`,
  }
  throw new CertwrightError('ALIBABA_NOT_CONFORM', params)
}

function parsed(text: string): XmlElement | undefined {
  try {
    return readXml(text)
  } catch {
    return undefined
  }
}
