import { momentOf } from '@certwright/acme'
import { CertwrightError } from '../../runtime/error.ts'
import type { Host } from '../../runtime/host.ts'
import { Secret } from '../../runtime/secret.ts'
import { alibabaClient, type AlibabaAccount } from './client.ts'
import type { AlibabaCredentials, CredentialSource } from './credentials.ts'

interface AssumeRoleReply {
  readonly Credentials?: {
    readonly AccessKeyId?: string
    readonly AccessKeySecret?: string
    readonly SecurityToken?: string
    readonly Expiration?: string
  }
}

/** Every role may be assumed for an hour. */
const durationSeconds = 3600
/** What is left of them must outlast a call and its retries. */
const marginMs = 600_000

/** The credentials of a RAM role (`acs:ram::UID:role/NAME`), assumed with the account's own and renewed in time. */
export function assumedRole(
  roleArn: string,
  account: AlibabaAccount,
  host: Host,
): CredentialSource {
  const sts = alibabaClient('sts', account, host)
  let kept: { readonly credentials: AlibabaCredentials; readonly until: number } | undefined
  let asked: Promise<AlibabaCredentials> | undefined

  const assume = async (): Promise<AlibabaCredentials> => {
    try {
      const { Credentials: given = {} } = await sts.rpc<AssumeRoleReply>('AssumeRole', {
        RoleArn: roleArn,
        RoleSessionName: 'certwright',
        DurationSeconds: durationSeconds,
      })
      const { AccessKeyId, AccessKeySecret, SecurityToken, Expiration = '' } = given
      if (!AccessKeyId || !AccessKeySecret || !SecurityToken) {
        const reason = 'AssumeRole gave no credentials'
        throw new CertwrightError('ALIBABA_CREDENTIALS_UNUSABLE', { reason })
      }
      const credentials = {
        accessKeyId: AccessKeyId,
        accessKeySecret: new Secret(AccessKeySecret),
        securityToken: new Secret(SecurityToken),
      }
      const end = momentOf(Expiration) ?? host.now() + durationSeconds * 1000
      kept = { credentials, until: end - marginMs }
      return credentials
    } finally {
      asked = undefined
    }
  }

  return async () => {
    if (kept && host.now() < kept.until) return kept.credentials
    return (asked ??= assume())
  }
}
