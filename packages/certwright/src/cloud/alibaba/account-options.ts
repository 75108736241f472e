import { CertwrightError } from '../../runtime/error.ts'
import type { Host } from '../../runtime/host.ts'
import { assumedRole } from './assumed-role.ts'
import { baseUrl, type AlibabaAccount } from './client.ts'
import { credentialSource } from './credentials.ts'
import type { AlibabaSite } from './product.ts'

/** The options that everything of Alibaba Cloud takes. */
export const alibabaAccountOptions = [
  {
    key: 'access-key-id',
    summary: {
      en: 'AccessKey ID; by default ALIBABA_CLOUD_ACCESS_KEY_ID, else what the Alibaba Cloud CLI is set to',
      zh: 'AccessKey ID；默认取 ALIBABA_CLOUD_ACCESS_KEY_ID，否则沿用阿里云 CLI 的配置',
    },
  },
  {
    key: 'access-key-secret',
    summary: {
      en: 'AccessKey secret; by default ALIBABA_CLOUD_ACCESS_KEY_SECRET',
      zh: 'AccessKey Secret；默认取 ALIBABA_CLOUD_ACCESS_KEY_SECRET',
    },
    secret: true,
  },
  {
    key: 'security-token',
    summary: {
      en: 'STS token, where the AccessKey is temporary',
      zh: 'STS 令牌，仅当 AccessKey 为临时凭证时需要',
    },
    secret: true,
  },
  {
    key: 'profile',
    summary: {
      en: 'Profile of ~/.aliyun/config.json to use instead of an AccessKey',
      zh: '使用 ~/.aliyun/config.json 中的 profile，代替 AccessKey',
    },
  },
  {
    key: 'ecs-role',
    summary: {
      en: 'RAM role of this ECS instance to use instead of an AccessKey',
      zh: '使用本 ECS 实例的 RAM 角色，代替 AccessKey',
    },
  },
  {
    key: 'role-arn',
    summary: {
      en: 'RAM role to assume with these credentials, as acs:ram::UID:role/NAME',
      zh: '用上述凭证扮演的 RAM 角色，格式为 acs:ram::UID:role/NAME',
    },
  },
  {
    key: 'region',
    summary: {
      en: 'Region of the resources, by default cn-hangzhou',
      zh: '资源所在地域，默认 cn-hangzhou',
    },
  },
  {
    key: 'site',
    summary: {
      en: 'china (default) or international: where the account is registered',
      zh: 'china（默认）或 international：账号注册的站点',
    },
  },
  {
    key: 'endpoint',
    summary: {
      en: 'URL to use for every API instead of its own, for a proxy or an emulator',
      zh: '代替各 API 自身地址的 URL，用于代理或模拟器',
    },
  },
] as const

/** What is lent to an account. */
export interface AccountContext {
  readonly host: Host
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * The account that the options name; other keys are ignored. Checks them and talks to nobody yet. Throws
 * `ALIBABA_OPTION_NOT_CONFORM`, `ALIBABA_KEY_INCOMPLETE` and `ALIBABA_ENDPOINT_NOT_SAFE`.
 */
export function alibabaAccount(
  values: Readonly<Record<string, string | undefined>>,
  { host, env }: AccountContext,
): AlibabaAccount {
  const { region, endpoint, profile, 'role-arn': roleArn, 'ecs-role': ecsRole } = values
  // It becomes a part of host names that requests are sent to.
  if (region !== undefined && !/^[a-z]{2,}(-[a-z0-9]+)+$/.test(region)) {
    throw notConform('region', 'cn-hangzhou, ap-southeast-1, …')
  }
  if (roleArn !== undefined && !/^acs:ram::\d+:role\/[^\s/]+$/.test(roleArn)) {
    throw notConform('role-arn', 'acs:ram::UID:role/NAME')
  }
  const site = siteFrom(values['site'])
  baseUrl({ endpoint }, 'aliyuncs.com')
  const credentials = credentialSource(
    {
      accessKeyId: values['access-key-id'],
      accessKeySecret: values['access-key-secret'],
      securityToken: values['security-token'],
      profile,
      ecsRole,
      endpoint,
    },
    env,
  )
  const account = { credentials, region, site, endpoint }
  return roleArn === undefined
    ? account
    : { ...account, credentials: assumedRole(roleArn, account, host) }
}

function siteFrom(text: string | undefined): AlibabaSite | undefined {
  if (text === undefined || text === 'china' || text === 'international') return text
  throw notConform('site', 'china | international')
}

/** `expected` shows the form in signs that need no translation. The value is not repeated. */
function notConform(option: string, expected: string): CertwrightError {
  return new CertwrightError('ALIBABA_OPTION_NOT_CONFORM', { option, expected })
}
