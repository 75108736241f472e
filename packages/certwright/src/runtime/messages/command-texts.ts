import type { Text } from '../catalogue.ts'

/** What happens, as it happens. */
export const progressTexts = {
  'account-created': { en: 'Account made: {url}', zh: '已创建账户：{url}' },
  ordered: { en: 'Ordered: {url}', zh: '已创建订单：{url}' },
  resumed: { en: 'Going on with the order of an earlier run: {url}', zh: '继续之前的订单：{url}' },
  presented: {
    en: 'Answers published for {challenge}: {names}',
    zh: '已发布 {challenge} 的应答：{names}',
  },
  settled: {
    en: 'Answers visible for {challenge}: {names}',
    zh: '{challenge} 的应答已可见：{names}',
  },
  validated: { en: 'Proven: {names}', zh: '已验证：{names}' },
  finalizing: { en: 'Asking for the certificate', zh: '正在请求证书' },
  issued: {
    en: 'Issued: version {number}, valid until {until}',
    zh: '已签发：版本 {number}，有效期至 {until}',
  },
  written: { en: 'Files written: {directory}', zh: '文件已写入：{directory}' },
  'cleaned-up': { en: 'Answer withdrawn: {name}', zh: '已撤回应答：{name}' },
  'clean-up-failed': {
    en: 'The answer for {name} could not be withdrawn; the next run tries again: {reason}',
    zh: '无法撤回 {name} 的应答，下次运行会重试：{reason}',
  },
  unanswered: {
    en: 'No reply from the CA, attempt {attempt}: {error}',
    zh: 'CA 没有应答，第 {attempt} 次尝试：{error}',
  },
  waiting: {
    en: 'Waiting for another certwright that is at work on {id}',
    zh: '正在等待另一个处理 {id} 的 certwright',
  },
} as const satisfies Record<string, Text>

/** What is asked on a terminal. */
export const promptTexts = {
  terms: {
    en: "Do you agree to the issuer's terms of service at {url} ?",
    zh: '您是否同意签发机构的服务条款 {url} ？',
  },
  deactivate: {
    en: 'Deactivate the account {url} for good?',
    zh: '确定永久停用账户 {url} 吗？',
  },
  password: { en: 'Password for the file', zh: '文件的密码' },
  record: {
    en: 'Add this TXT record: {name} with the value {value} (zone {zone}, TTL {ttl} s). Is it added?',
    zh: '请添加 TXT 记录：{name}，值为 {value}（区域 {zone}，TTL {ttl} 秒）。已添加了吗？',
  },
  yes: { en: 'Yes', zh: '是' },
  no: { en: 'No', zh: '否' },
} as const satisfies Record<string, Text>

/** What came of it. */
export const resultTexts = {
  issued: {
    en: '{id}: issued, valid until {until}',
    zh: '{id}：已签发，有效期至 {until}',
  },
  renewed: { en: '{id}: renewed, valid until {until}', zh: '{id}：已续期，有效期至 {until}' },
  unchanged: {
    en: '{id}: nothing to do; valid until {until}, due from {due}',
    zh: '{id}：无事可做；有效期至 {until}，{due} 起续期',
  },
  updated: {
    en: '{id}: settings kept for the next renewal; valid until {until}, due from {due}',
    zh: '{id}：设置已保存，供下次续期使用；有效期至 {until}，{due} 起续期',
  },
  unchangedHint: { en: 'To issue it all the same, add --force', zh: '如仍需签发，请加上 --force' },
  notDue: { en: '{id}: not due before {due}', zh: '{id}：{due} 之前无需续期' },
  isDue: { en: '{id}: due since {due}', zh: '{id}：自 {due} 起需要续期' },
  neverIssued: { en: '{id}: not issued yet', zh: '{id}：尚未签发' },
  failed: { en: '{id}: failed', zh: '{id}：失败' },
  nothingKept: { en: 'There are no certificates in {directory}', zh: '{directory} 中没有证书' },
  orphan: { en: '{name}: {value}, of {at}', zh: '{name}：{value}，创建于 {at}' },
  swept: { en: '{name}: removed {value}, of {at}', zh: '{name}：已清理 {value}，创建于 {at}' },
  notSwept: { en: '{name}: {value} could not be removed', zh: '{name}：未能清理 {value}' },
  nothingToSweep: { en: 'Nothing was left behind', zh: '没有遗留的记录' },
  nothingDue: { en: 'Nothing is due', zh: '没有到期的证书' },
  key: { en: '  private key: {path}', zh: '  私钥：{path}' },
  chain: { en: '  certificate and chain: {path}', zh: '  证书及证书链：{path}' },
  revoked: {
    en: '{id}: version {number} revoked, reason {reason}',
    zh: '{id}：版本 {number} 已吊销，原因 {reason}',
  },
  revokedAlready: {
    en: '{id}: version {number} was revoked already, on {at}',
    zh: '{id}：版本 {number} 已于 {at} 吊销',
  },
  replaceHint: {
    en: 'It is the current version: `certwright renew {id}` replaces it',
    zh: '这是当前版本：`certwright renew {id}` 可将其替换',
  },
  exported: {
    en: '{path}: {id}, version {number}, as {format}',
    zh: '{path}：{id}，版本 {number}，格式 {format}',
  },
  accountCreated: { en: 'Account made: {url}', zh: '已创建账户：{url}' },
  accountKept: { en: 'There is an account already: {url}', zh: '已有账户：{url}' },
  accountUpdated: { en: 'Account updated: {url}', zh: '账户已更新：{url}' },
  accountDeactivated: {
    en: 'Account deactivated for good: {url}',
    zh: '账户已永久停用：{url}',
  },
  noAccounts: { en: 'There are no accounts in {directory}', zh: '{directory} 中没有账户' },
} as const satisfies Record<string, Text>

/** What `certwright sandbox` says once it runs. */
export const sandboxTexts = {
  directory: { en: 'directory', zh: 'ACME 目录' },
  root: { en: 'root certificate', zh: '根证书' },
  zones: { en: 'zones', zh: 'DNS 区域' },
  resolver: { en: 'resolver', zh: '解析器' },
  httpPort: { en: 'http-01 port', zh: 'http-01 端口' },
  tlsPort: { en: 'tls-alpn-01 port', zh: 'tls-alpn-01 端口' },
  tsig: { en: 'TSIG key', zh: 'TSIG 密钥' },
  try: { en: 'In another terminal:', zh: '在另一个终端中运行：' },
  stop: {
    en: 'Nothing that this CA issues is trusted anywhere else. Press Ctrl-C to stop.',
    zh: '此 CA 签发的证书在别处都不被信任。按 Ctrl-C 停止。',
  },
} as const satisfies Record<string, Text>

/** Headings and labels. */
export const labelTexts = {
  id: { en: 'ID', zh: 'ID' },
  names: { en: 'NAMES', zh: '名称' },
  issuer: { en: 'ISSUER', zh: '签发机构' },
  until: { en: 'VALID UNTIL', zh: '有效期至' },
  state: { en: 'STATE', zh: '状态' },
  status: { en: 'STATUS', zh: '状态' },
  contact: { en: 'CONTACT', zh: '联系方式' },
  url: { en: 'ACCOUNT', zh: '账户' },
  due: { en: 'DUE FROM', zh: '续期时间' },
  keyType: { en: 'KEY', zh: '密钥' },
  challenge: { en: 'CHALLENGE', zh: '验证方式' },
  files: { en: 'FILES', zh: '文件' },
  version: { en: 'VERSION', zh: '版本' },
  serial: { en: 'SERIAL', zh: '序列号' },
  fingerprint: { en: 'SHA-256', zh: 'SHA-256' },
  from: { en: 'VALID FROM', zh: '有效期从' },
  thumbprint: { en: 'KEY THUMBPRINT', zh: '密钥指纹' },
  created: { en: 'MADE', zh: '创建时间' },
  terms: { en: 'TERMS', zh: '服务条款' },
  current: { en: 'current', zh: '当前' },
  replaced: { en: 'replaced', zh: '已替换' },
  revokedOn: {
    en: '{standing}, revoked on {date} ({reason})',
    zh: '{standing}，已于 {date} 吊销（{reason}）',
  },
  more: { en: '{name} + {count} more', zh: '{name} 及另外 {count} 个' },
} as const satisfies Record<string, Text>

/** What a certificate's state is called. */
export const stateTexts = {
  valid: { en: 'valid, {days} days left', zh: '有效，剩余 {days} 天' },
  due: { en: 'due, {days} days left', zh: '待续期，剩余 {days} 天' },
  expired: { en: 'expired', zh: '已过期' },
  revoked: { en: 'revoked', zh: '已吊销' },
  'not-issued': { en: 'not issued yet', zh: '尚未签发' },
} as const satisfies Record<string, Text>

/** What `--trace` says around the exchanges. */
export const traceTexts = {
  request: { en: '━━ {number}. {method} {url}', zh: '━━ {number}. {method} {url}' },
  repeated: { en: '   repeated: attempt {attempt}', zh: '   重试：第 {attempt} 次' },
  protected: { en: '   protected header, decoded:', zh: '   受保护的头部（已解码）：' },
  payload: { en: '   payload, decoded:', zh: '   载荷（已解码）：' },
  postAsGet: { en: '   payload: empty (POST-as-GET)', zh: '   载荷：空（POST-as-GET）' },
  signature: { en: '   signature: {signature}', zh: '   签名：{signature}' },
  reply: { en: '── {status}, after {ms} ms', zh: '── {status}，耗时 {ms} 毫秒' },
  noReply: { en: '── no reply after {ms} ms: {error}', zh: '── {ms} 毫秒内没有应答：{error}' },
  body: { en: '   body:', zh: '   正文：' },
} as const satisfies Record<string, Text>

/** The DNS providers in the help. */
export const providerTexts = {
  heading: {
    en: 'DNS providers and their options (--dns-option KEY=VALUE, or the variable in the environment):',
    zh: 'DNS 服务商及其选项（--dns-option KEY=VALUE，或环境变量）：',
  },
  required: { en: 'needed', zh: '必需' },
  secret: { en: 'secret', zh: '机密' },
} as const satisfies Record<string, Text>
