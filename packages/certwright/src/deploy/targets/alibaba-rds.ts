import { poll } from '@certwright/acme'
import { alibabaAccount, alibabaAccountOptions } from '../../cloud/alibaba/account-options.ts'
import { alibabaClient, regionOf, type AlibabaClient } from '../../cloud/alibaba/client.ts'
import { numberedPages } from '../../cloud/alibaba/paging.ts'
import { deliverableChain, traditionalPrivateKey } from '../../cloud/alibaba/pem-forms.ts'
import { CertwrightError } from '../../runtime/error.ts'
import { describe } from '../../x509/certificate.ts'
import type { DeployTarget, Discovered, TargetKind } from '../target.ts'
import type { TargetContext } from '../target-context.ts'
import { targetValues } from '../target-options.ts'
import { targetSpecifier } from '../target-specifier.ts'
import { permissions } from './alibaba/permissions.ts'
import { installedFrom, presented } from './alibaba/presented-chain.ts'
import { turnsAt } from './alibaba/turns.ts'

export const target = {
  name: 'alibaba-rds',
  summary: {
    en: 'The server certificate of a PostgreSQL instance of ApsaraDB RDS with cloud disks',
    zh: '云数据库 RDS PostgreSQL（云盘版）实例的服务端证书',
  },
  options: [
    {
      key: 'instance',
      summary: { en: 'Id of the instance, pgm-…', zh: '实例 ID，pgm-…' },
      required: true,
    },
    {
      key: 'connection-string',
      summary: {
        en: 'Endpoint of the instance to protect; by default the one that is protected now',
        zh: '要保护的实例连接地址；默认为当前已保护的地址',
      },
    },
    ...alibabaAccountOptions,
  ],
  keyTypes: ['rsa2048'],
  permissions: permissions('rds', [
    'DescribeDBInstances',
    'DescribeDBInstanceSSL',
    'DescribeDBInstanceNetInfo',
    'ModifyDBInstanceSSL',
  ]),
} as const satisfies TargetKind

/** Of what `DescribeDBInstanceSSL` tells, what is used. It also tells the private key, which is not. */
interface InstanceSsl {
  /** `on` where it is switched on; other engines say `Yes`. */
  readonly SSLEnabled?: string
  readonly CAType?: string
  readonly ServerCert?: string
  readonly ConnectionString?: string
  /** `success`, `setting` or `failed`. */
  readonly LastModifyStatus?: string
  readonly ModifyStatusReason?: string
  readonly ClientCACert?: string
  readonly ClientCertRevocationList?: string
  readonly ACL?: string
  readonly ReplicationACL?: string
}

interface NetInfo {
  readonly DBInstanceNetInfos?: {
    readonly DBInstanceNetInfo?: ReadonlyArray<{
      readonly ConnectionString?: string
      readonly IPType?: string
    }>
  }
}

interface Instances {
  readonly Items?: {
    readonly DBInstance?: ReadonlyArray<{ readonly DBInstanceId?: string }>
  }
  readonly TotalRecordCount?: number
}

/** An instance may restart for it. */
const deadlineMs = 30 * 60_000

/**
 * Gives certificates to a PostgreSQL instance. API version 2014-08-15. Where SSL is off, it is switched on. Who may
 * connect, and with which client certificates, stays as it is.
 */
export function create(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
): DeployTarget {
  const set = targetValues(target, values, context)
  const { instance: DBInstanceId } = set
  const account = alibabaAccount(set, context)
  const { host } = context
  const rds = alibabaClient('rds', account, host)

  return {
    async read(signal) {
      const pem = certificateOf(await sslOf(DBInstanceId, rds, signal))
      return pem === undefined ? undefined : installedFrom(pem)
    },

    async write(bundle, signal) {
      const { fingerprint } = describe(bundle.chainPem)
      await turnsAt(
        `${target.name} ${DBInstanceId}`,
        host,
      )(async () => {
        const before = await sslOf(DBInstanceId, rds, signal)
        if (isPresented(fingerprint, before)) return
        const asked = {
          DBInstanceId,
          ConnectionString:
            set['connection-string'] ??
            (before.ConnectionString || (await connectionString(DBInstanceId, rds, signal))),
          SSLEnabled: 1,
          CAType: 'custom',
          ServerCert: deliverableChain(bundle.chainPem),
          ServerKey: traditionalPrivateKey(bundle.privateKey),
          ...clientSettings(before),
        }
        await rds.rpc('ModifyDBInstanceSSL', asked, signal)
        await poll(async () => succeeded(await sslOf(DBInstanceId, rds, signal), DBInstanceId), {
          host,
          until: (ssl) => isPresented(fingerprint, ssl),
          deadlineMs,
          signal,
        })
      })
    },
  }
}

async function sslOf(
  DBInstanceId: string,
  rds: AlibabaClient,
  signal: AbortSignal | undefined,
): Promise<InstanceSsl> {
  return rds.rpc<InstanceSsl>('DescribeDBInstanceSSL', { DBInstanceId }, signal)
}

/** The certificate that is presented, one line a line: its line breaks may be left out. `undefined` where SSL is off. */
function certificateOf({ SSLEnabled = '', ServerCert = '' }: InstanceSsl): string | undefined {
  if (!/^(on|yes)$/i.test(SSLEnabled) || ServerCert === '') return undefined
  return ServerCert.replaceAll(/\s*(-----(?:BEGIN|END) CERTIFICATE-----)\s*/g, '\n$1\n').trim()
}

function isPresented(fingerprint: string, ssl: InstanceSsl): boolean {
  const { LastModifyStatus, CAType } = ssl
  return (
    LastModifyStatus !== 'setting' &&
    CAType === 'custom' &&
    installedFrom(certificateOf(ssl) ?? '').fingerprint === fingerprint
  )
}

/** Sent again, because it is not documented that what is left out stays. */
function clientSettings({
  ClientCACert,
  ClientCertRevocationList,
  ACL,
  ReplicationACL,
}: InstanceSsl): Readonly<Record<string, unknown>> {
  return {
    ...(ClientCACert && { ClientCAEnabled: 1, ClientCACert }),
    ...(ClientCACert &&
      ClientCertRevocationList && { ClientCrlEnabled: 1, ClientCertRevocationList }),
    ...(ACL && { ACL }),
    ...(ReplicationACL && { ReplicationACL }),
  }
}

function succeeded(ssl: InstanceSsl, DBInstanceId: string): InstanceSsl {
  if (ssl.LastModifyStatus !== 'failed') return ssl
  throw new CertwrightError('ALIBABA_REFUSED', {
    action: 'ModifyDBInstanceSSL',
    code: ssl.LastModifyStatus,
    message: ssl.ModifyStatusReason ?? '',
    requestId: DBInstanceId,
    status: 200,
  })
}

/** The private endpoint of an instance that protects none yet. */
async function connectionString(
  DBInstanceId: string,
  rds: AlibabaClient,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { DBInstanceNetInfos } = await rds.rpc<NetInfo>(
    'DescribeDBInstanceNetInfo',
    { DBInstanceId },
    signal,
  )
  const infos = DBInstanceNetInfos?.DBInstanceNetInfo ?? []
  const found = infos.find(({ IPType }) => IPType !== 'Public') ?? infos[0]
  if (found?.ConnectionString) return found.ConnectionString
  const params = { target: target.name, option: 'connection-string' }
  throw new CertwrightError('TARGET_OPTION_MISSING', params)
}

/** Every PostgreSQL instance of the region. */
export async function* discover(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
  signal?: AbortSignal,
): AsyncGenerator<Discovered> {
  const account = alibabaAccount(values, context)
  const RegionId = regionOf(account)
  const rds = alibabaClient('rds', account, context.host)
  const instances = numberedPages(async (PageNumber) => {
    const parameters = { RegionId, Engine: 'PostgreSQL', PageNumber, PageSize: 100 }
    const page = await rds.rpc<Instances>('DescribeDBInstances', parameters, signal)
    return { items: page.Items?.DBInstance ?? [], total: page.TotalRecordCount }
  })
  for await (const { DBInstanceId: instance } of instances) {
    if (instance === undefined) continue
    const ssl = await sslOf(instance, rds, signal)
    const pem = certificateOf(ssl)
    yield {
      target: targetSpecifier(target.name, { instance }),
      product: 'RDS',
      resource: instance,
      region: RegionId,
      https: pem !== undefined,
      ...(pem !== undefined && { installed: installedFrom(pem), ...presented(pem) }),
    }
  }
}
