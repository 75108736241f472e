import type { Text } from '../catalogue.ts'

/** What a notice says, one text a type of event. */
export const noticeTexts = {
  'issue-failed': {
    en: '{certificate}: could not be issued ({code})',
    zh: '{certificate}：签发失败（{code}）',
  },
  issued: { en: '{certificate}: issued again', zh: '{certificate}：已重新签发' },
  'install-failed': {
    en: '{certificate}: not installed on {target} ({code})',
    zh: '{certificate}：部署到 {target} 失败（{code}）',
  },
  installed: {
    en: '{certificate}: installed on {target} again',
    zh: '{certificate}：已重新部署到 {target}',
  },
  repaired: { en: '{certificate}: {target} is right again', zh: '{certificate}：{target} 已修复' },
  drifted: {
    en: '{certificate}: {target} does not serve it ({reason})',
    zh: '{certificate}：{target} 未提供该证书（{reason}）',
  },
  expiring: {
    en: '{certificate}: expires at {notAfter}, and nothing has renewed it',
    zh: '{certificate}：将于 {notAfter} 过期，且尚未续期',
  },
  'revoked-by-issuer': {
    en: '{certificate}: its issuer has revoked it, and it is renewed now',
    zh: '{certificate}：已被签发机构吊销，现在续期',
  },
  'terms-changed': {
    en: 'The terms of {issuer} have changed: read them, then `certwright account agree`',
    zh: '{issuer} 的服务条款已变更：请阅读后运行 `certwright account agree`',
  },
} as const satisfies Record<string, Text>

export const noticeTitles = {
  info: { en: 'Certwright: all is well again', zh: 'Certwright：已恢复正常' },
  warning: { en: 'Certwright: needs a look ({count})', zh: 'Certwright：需要查看（{count} 项）' },
  error: { en: 'Certwright: trouble ({count})', zh: 'Certwright：出现问题（{count} 项）' },
  test: { en: 'Certwright: this is a test', zh: 'Certwright：这是一条测试通知' },
  testLine: { en: 'Notices of {name} arrive here', zh: '{name} 的通知会发送到这里' },
} as const satisfies Record<string, Text>
