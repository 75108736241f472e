import type { ErrorText } from '../catalogue.ts'

/** Errors of the room `issuance`. */
export const issuanceErrors = {
  PROFILE_NOT_OFFERED: {
    message: {
      en: '{issuer} has no profile {profile}; it has: {offered}',
      zh: '{issuer} 没有配置 {profile}；可用：{offered}',
    },
    hint: {
      en: 'Use one of these with --profile, or --no-profile',
      zh: '请用 --profile 选择其中之一，或使用 --no-profile',
    },
  },
  PROFILES_NOT_OFFERED: {
    message: {
      en: '{issuer} has no profiles, and so not {profile}',
      zh: '{issuer} 不提供任何配置，因此没有 {profile}',
    },
    hint: { en: 'Use --no-profile', zh: '请使用 --no-profile' },
  },
  TERMS_NOT_AGREED: {
    message: {
      en: 'The terms of service at {terms} were not agreed to, so no account was made',
      zh: '未同意 {terms} 的服务条款，因此没有创建账户',
    },
    hint: {
      en: 'Read them, then run the command again with --agree-tos',
      zh: '请先阅读条款，然后加上 --agree-tos 重新运行命令',
    },
  },
  ACCOUNT_NOT_FOUND: {
    message: {
      en: 'There is no account at {issuer} in this state directory',
      zh: '此状态目录中没有 {issuer} 的账户',
    },
    hint: {
      en: 'Make one with `certwright account create`, or name the right --state directory',
      zh: '请用 `certwright account create` 创建，或用 --state 指定正确的目录',
    },
  },
  ISSUANCE_DEFERRED: {
    message: {
      en: '{id} has to wait: no issuer can be asked now ({reason})',
      zh: '{id} 需要等待：目前没有可用的颁发机构（{reason}）',
    },
    hint: {
      en: 'It is tried again by itself; `certwright budget` shows when',
      zh: '稍后会自动重试；可用 `certwright budget` 查看时间',
    },
  },
  ISSUER_NOT_ELIGIBLE: {
    message: {
      en: '{issuer} issues no such certificate ({why})',
      zh: '{issuer} 不签发此类证书（{why}）',
    },
    hint: {
      en: 'Name another issuer, or change what it does not take; `certwright issuers` says what each takes',
      zh: '请指定其他颁发机构，或更改其不支持的设置；`certwright issuers` 显示各机构支持的内容',
    },
  },
} as const satisfies Record<string, ErrorText>
