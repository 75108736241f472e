import type { Text } from '../catalogue.ts'

/** What happens, as it happens. */
export const accountProgressTexts = {
  'key-changed': {
    en: 'An interrupted key rollover has come to its end: {url} has its new key',
    zh: '先前中断的密钥更换已完成：{url} 已使用新密钥',
  },
  'key-not-changed': {
    en: 'A key rollover was interrupted; {url} still has its old key. `certwright account rollover` goes on with it',
    zh: '密钥更换曾被中断；{url} 仍使用旧密钥。运行 `certwright account rollover` 可继续',
  },
} as const satisfies Record<string, Text>

/** What is asked on a terminal. */
export const accountPromptTexts = {
  macKey: { en: 'MAC key of the external account', zh: '外部账户的 MAC 密钥' },
  keyPassword: { en: 'Password of the private key', zh: '私钥的密码' },
  newTerms: {
    en: 'Have you read the terms of service at {terms}, and do you agree to them?',
    zh: '您是否已阅读 {terms} 的服务条款并同意？',
  },
  newTermsVisit: {
    en: 'Have you read the terms of service at {terms}, and have you agreed to them at {visit} ?',
    zh: '您是否已阅读 {terms} 的服务条款，并已在 {visit} 同意？',
  },
} as const satisfies Record<string, Text>

/** What came of it. */
export const accountResultTexts = {
  rolledOver: { en: 'The account has its new key: {url}', zh: '账户已使用新密钥：{url}' },
  rolloverResumed: {
    en: 'The account has its new key, which an earlier run had made: {url}',
    zh: '账户已使用先前运行生成的新密钥：{url}',
  },
  recovered: { en: 'Account found and kept: {url}', zh: '已找到并保存账户：{url}' },
  keyExported: { en: '{path}: the key of {url}', zh: '{path}：{url} 的密钥' },
  noOrders: { en: 'The account has no orders', zh: '账户没有订单' },
  moreOrders: {
    en: 'There are more; --limit shows more of them',
    zh: '还有更多订单；可用 --limit 显示',
  },
  termsNone: { en: 'The issuer has no terms of service', zh: '签发机构没有服务条款' },
  termsAgreedAlready: {
    en: 'There is nothing to agree to; agreed to already: {terms}',
    zh: '无需同意；已同意：{terms}',
  },
  termsNoted: { en: 'Noted: you have agreed to {terms}', zh: '已记录：您已同意 {terms}' },
  termsChanged: {
    en: 'The issuer has other terms now: {terms}. Once you have read them, `certwright account agree` notes it',
    zh: '签发机构已更改条款：{terms}。阅读之后可用 `certwright account agree` 记录',
  },
} as const satisfies Record<string, Text>

/** How a MAC key was written, where that is not as RFC 8555 §7.3.4 says. */
export const macKeyTexts = {
  normalised: {
    en: 'The MAC key was read, though it is not in base64url as it should be: {how}',
    zh: 'MAC 密钥已读取，但不是规范的 base64url 格式：{how}',
  },
  'white-space': { en: 'white space', zh: '含有空白' },
  quotes: { en: 'in quotation marks', zh: '带引号' },
  padding: { en: 'padded with =', zh: '以 = 填充' },
  'standard-alphabet': { en: 'with + and /', zh: '含有 + 和 /' },
  'encoded-twice': { en: 'encoded twice', zh: '编码了两次' },
  'named-value': { en: 'a named value among others', zh: '取自带名称的值' },
  'short-key': {
    en: 'The MAC key has fewer than 256 bits; the issuer may refuse it',
    zh: 'MAC 密钥不足 256 位；签发机构可能会拒绝',
  },
  listEnd: { en: ', ', zh: '、' },
} as const satisfies Record<string, Text>

/** Headings and labels. */
export const accountLabels = {
  name: { en: 'NAME', zh: '名称' },
  title: { en: 'ISSUER', zh: '签发机构' },
  customersOnly: { en: 'EAB', zh: 'EAB' },
  wildcards: { en: 'WILDCARDS', zh: '通配符' },
  maxNames: { en: 'NAMES', zh: '域名数' },
  renewalInfo: { en: 'ARI', zh: 'ARI' },
  rollover: { en: 'ROLLOVER', zh: '更换密钥' },
  ordersList: { en: 'ORDERS', zh: '订单列表' },
  directory: { en: 'DIRECTORY', zh: '目录' },
  contactRequired: { en: 'CONTACT NEEDED', zh: '需要联系方式' },
  from: { en: 'EAB FROM', zh: 'EAB 来源' },
  singleUse: { en: 'EAB SINGLE-USE', zh: 'EAB 仅一次' },
  profiles: { en: 'PROFILES', zh: '配置' },
  identifiers: { en: 'IDENTIFIERS', zh: '标识类型' },
  challenges: { en: 'CHALLENGES', zh: '验证方式' },
  accountKeys: { en: 'ACCOUNT KEYS', zh: '账户密钥' },
  certificateKeys: { en: 'CERTIFICATE KEYS', zh: '证书密钥' },
  caa: { en: 'CAA', zh: 'CAA' },
  limit: { en: 'LIMIT', zh: '限制' },
  asOf: { en: 'KNOWN AS OF', zh: '信息日期' },
  ended: { en: 'ENDED', zh: '终止日期' },
  expires: { en: 'EXPIRES', zh: '到期' },
  order: { en: 'ORDER', zh: '订单' },
  key: { en: 'KEY', zh: '密钥' },
  keyHere: { en: 'kept here', zh: '保存在此' },
  keyByProgram: { en: 'held by {program}', zh: '由 {program} 持有' },
  boundTo: { en: 'BOUND TO', zh: '绑定到' },
  agreedAt: { en: '{terms}, agreed to on {date}', zh: '{terms}，同意于 {date}' },
  yes: { en: 'yes', zh: '是' },
  no: { en: 'no', zh: '否' },
  needed: { en: 'needed', zh: '需要' },
  unknown: { en: '?', zh: '?' },
  ownUrl: { en: "each customer's own", zh: '每个客户各自的网址' },
  bucket: {
    en: '{scope}: {capacity} at once, one more every {refill}',
    zh: '{scope}：一次 {capacity}，每 {refill} 恢复一个',
  },
  rate: {
    en: '{scope}: {perSecond} a second, {capacity} at once',
    zh: '{scope}：每秒 {perSecond} 次，一次 {capacity}',
  },
} as const satisfies Record<string, Text>
