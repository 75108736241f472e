import type { Text } from '../catalogue.ts'

/** What is said of records that stay. */
export const persistTexts = {
  ends: {
    en: '{id}: the record {name} proves nothing after {until}, when a renewal may need it: extend it with `certwright dns-persist`',
    zh: '{id}：记录 {name} 在 {until} 之后失效，届时续期可能需要它：请用 `certwright dns-persist` 延长',
  },
  ended: {
    en: '{id}: the record {name} has proven nothing since {until}, and the next renewal needs it: extend it with `certwright dns-persist`',
    zh: '{id}：记录 {name} 已于 {until} 失效，而下次续期需要它：请用 `certwright dns-persist` 延长',
  },
  record: { en: '  {name}  TXT  "{value}"', zh: '  {name}  TXT  "{value}"' },
  zoneFile: { en: '  in a zone file: {line}', zh: '  区域文件写法：{line}' },
  good: { en: '{name}: stands at every name server', zh: '{name}：在所有名称服务器上有效' },
  goodUntil: {
    en: '{name}: stands at every name server, until {until}',
    zh: '{name}：在所有名称服务器上有效，直至 {until}',
  },
  written: {
    en: '{name}: added, and seen at every name server',
    zh: '{name}：已添加，并已在所有名称服务器上可见',
  },
  lacking: { en: '{name}: to be added', zh: '{name}：需要添加' },
  lackingAt: {
    en: '{name} is an alias of {at}: to be added there',
    zh: '{name} 是 {at} 的别名：需要添加到后者',
  },
  at: { en: '  {server}: {verdict}', zh: '  {server}：{verdict}' },
  stays: {
    en: 'It stays after issuance: whoever has the key of the account {account} can get certificates for it',
    zh: '签发后该记录会保留：持有账户 {account} 密钥者即可为其获取证书',
  },
} as const satisfies Record<string, Text>

/** How a record stands at a server. */
export const recordVerdictTexts = {
  good: { en: 'stands', zh: '有效' },
  missing: { en: 'no such record', zh: '没有此类记录' },
  'other-issuer': { en: 'names another issuer', zh: '指向其他签发机构' },
  'other-account': { en: 'names another account', zh: '指向其他账户' },
  'not-for-wildcards': { en: 'is not for wildcards', zh: '不适用于通配符' },
  expired: { en: 'has ended', zh: '已过期' },
  unanswered: { en: 'gave no answer', zh: '没有应答' },
} as const satisfies Record<string, Text>
