import type { ErrorText, Text } from '../catalogue.ts'
import { caaTexts } from './caa-texts.ts'
import { dnssecTexts } from './dnssec-texts.ts'
import { reachTexts } from './reach-texts.ts'

/** Where a name's challenge record belongs, and the servers that hold it. */
const zoneTexts = {
  'dns-place': {
    message: {
      en: '{about}: its TXT record belongs to {name}, in the zone {zone}',
      zh: '{about}：其 TXT 记录位于 {name}，属于区域 {zone}',
    },
  },
  'dns-delegated': {
    message: {
      en: '{about}: {own} is an alias, so that its TXT record belongs to {name}, in the zone {zone}',
      zh: '{about}：{own} 是别名，因此其 TXT 记录位于 {name}，属于区域 {zone}',
    },
  },
  'dns-server': {
    message: {
      en: '{about}: {server} answers for the zone',
      zh: '{about}：{server} 可以应答该区域',
    },
  },
  'dns-server-silent': {
    message: {
      en: '{about}: the name server {server} does not answer ({reason})',
      zh: '{about}：名称服务器 {server} 没有应答（{reason}）',
    },
    hint: {
      en: 'Let every name server of {about} answer over IPv4 and IPv6, or remove its NS or address record: a CA may ask any of them',
      zh: '请让 {about} 的每台名称服务器都能通过 IPv4 和 IPv6 应答，或删除其 NS 或地址记录：CA 可能查询其中任何一台',
    },
  },
  'dns-server-lame': {
    message: {
      en: '{about}: the name server {server} does not know the zone ({answer})',
      zh: '{about}：名称服务器 {server} 不认识该区域（{answer}）',
    },
    hint: {
      en: 'Set up the zone {about} there, or remove its NS record: a CA may ask any of them',
      zh: '请在该服务器上配置区域 {about}，或删除其 NS 记录：CA 可能查询其中任何一台',
    },
  },
  'dns-server-no-route': {
    message: {
      en: '{about}: {server} was not asked, as this machine has no way to IPv6',
      zh: '{about}：没有查询 {server}，因为本机没有 IPv6 路由',
    },
  },
  'dns-provider': {
    message: {
      en: '{about}: {provider} may edit the zone {zone}',
      zh: '{about}：{provider} 可以编辑区域 {zone}',
    },
  },
  'dns-provider-untried': {
    message: {
      en: '{about}: {provider} cannot say which zones it may edit; the first record will tell',
      zh: '{about}：{provider} 无法说明可以编辑哪些区域；写入第一条记录时才能知道',
    },
  },
  'dns-account': {
    message: {
      en: '{about}: where its TXT record belongs depends on the account, which is not there yet',
      zh: '{about}：其 TXT 记录的位置取决于账户，而账户尚不存在',
    },
  },
  'persist-stands': {
    message: {
      en: '{about}: the record {name} stands at every name server',
      zh: '{about}：记录 {name} 在所有名称服务器上有效',
    },
  },
  'persist-lacking': {
    message: {
      en: '{about}: {name} TXT "{value}" does not stand everywhere ({where})',
      zh: '{about}：{name} TXT "{value}" 并非在所有名称服务器上有效（{where}）',
    },
    hint: {
      en: 'Add it, or let `certwright dns-persist {command} --write --dns PROVIDER` do it',
      zh: '请添加该记录，或使用 `certwright dns-persist {command} --write --dns PROVIDER` 添加',
    },
  },
  'txt-answer': {
    message: {
      en: '{about}: {server} answers for TXT of {name}: {answer}',
      zh: '{about}：{server} 对 {name} 的 TXT 查询的应答：{answer}',
    },
  },
} as const satisfies Record<string, ErrorText>

/** What is kept on this machine, and the CA. */
const ownTexts = {
  'store-kept': {
    message: {
      en: '{directory}: certificates kept: {count}; only their owner can read them',
      zh: '{directory}：已保存证书 {count} 个；仅所有者可读',
    },
  },
  'store-new': {
    message: {
      en: '{directory}: nothing is kept yet; the first `issue` makes it',
      zh: '{directory}：尚无内容；首次 `issue` 时创建',
    },
  },
  'store-open': {
    message: {
      en: '{path} can be read or written by others (mode {mode})',
      zh: '{path} 可被其他用户读写（权限 {mode}）',
    },
    hint: { en: 'Take that away: chmod go-rwx {path}', zh: '请收回权限：chmod go-rwx {path}' },
  },
  'store-not-writable': {
    message: {
      en: '{path} cannot be written by this user ({reason})',
      zh: '当前用户无法写入 {path}（{reason}）',
    },
    hint: {
      en: 'Run it as the owner of {path}, or name another --state directory',
      zh: '请以 {path} 的所有者身份运行，或用 --state 指定其他目录',
    },
  },
  'issuer-reached': {
    message: { en: '{issuer}: answers, and is trusted', zh: '{issuer}：可以连接且受信任' },
  },
  'issuer-unreached': {
    message: { en: '{issuer}: {reason}', zh: '{issuer}：{reason}' },
    hint: {
      en: "Check the network, a proxy, and this machine's clock; name the root of a private CA with --ca-file",
      zh: '请检查网络、代理和本机时钟；私有 CA 请用 --ca-file 指定根证书',
    },
  },
  'clock-right': {
    message: {
      en: "this machine's clock and the CA's are {seconds} s apart",
      zh: '本机时钟与 CA 的时钟相差 {seconds} 秒',
    },
  },
  'clock-wrong': {
    message: {
      en: "this machine's clock is {seconds} s away from the CA's: it shows {here}, theirs {there}",
      zh: '本机时钟与 CA 的时钟相差 {seconds} 秒：本机为 {here}，CA 为 {there}',
    },
    hint: {
      en: 'Set the clock by NTP: certificates and signatures are judged by it',
      zh: '请用 NTP 校准时钟：证书和签名的有效期以它为准',
    },
  },
  'clock-unknown': {
    message: { en: 'the CA does not tell the time', zh: 'CA 的应答中没有时间' },
  },
  'account-valid': {
    message: { en: '{account}: known to the CA, valid', zh: '{account}：CA 认可，有效' },
  },
  'account-unasked': {
    message: {
      en: '{account}: the CA could not be asked about it',
      zh: '{account}：无法向 CA 查询',
    },
  },
  'account-none': {
    message: {
      en: 'there is no account at {issuer} yet; the first `issue` makes one',
      zh: '在 {issuer} 尚无账户；首次 `issue` 时创建',
    },
  },
  'account-needs-binding': {
    message: {
      en: 'there is no account at {issuer} yet, and the CA makes none without an external account binding',
      zh: '在 {issuer} 尚无账户，且该 CA 要求外部账户绑定',
    },
    hint: {
      en: 'Get a key identifier and a MAC key from the CA, then give --eab-kid and --eab-key-file to `certwright account create`',
      zh: '请从该 CA 获取密钥标识和 MAC 密钥，然后在 `certwright account create` 中给出 --eab-kid 和 --eab-key-file',
    },
  },
  'account-unusable': {
    message: {
      en: '{account}: the CA says that it is {status}',
      zh: '{account}：CA 表示该账户状态为 {status}',
    },
    hint: {
      en: 'Make another account with `certwright account create`',
      zh: '请用 `certwright account create` 创建新账户',
    },
  },
  'account-key-unusable': {
    message: { en: '{account}: {reason}', zh: '{account}：{reason}' },
    hint: {
      en: 'Set right the program that holds the account key',
      zh: '请修正持有账户密钥的程序',
    },
  },
  'account-refused': {
    message: { en: '{account}: {reason}', zh: '{account}：{reason}' },
    hint: {
      en: 'If the CA was reset, the next `issue` registers the key again by itself',
      zh: '如果 CA 被重置，下次 `issue` 会自动重新注册该密钥',
    },
  },
  'installation-proven': {
    message: { en: '{target}: holds the current version', zh: '{target}：已是当前版本' },
  },
  'installation-unproven': {
    message: {
      en: '{target}: does not show the current version of {id}',
      zh: '{target}：未提供 {id} 的当前版本',
    },
    hint: {
      en: 'Run `certwright renew {id}`: it installs what is missing',
      zh: '请运行 `certwright renew {id}`：它会补上缺失的部署',
    },
  },
  'check-late': {
    message: {
      en: '{about}: not checked: the checks were given up after {seconds} s',
      zh: '{about}：未检查：{seconds} 秒后放弃',
    },
  },
  'check-elsewhere': {
    message: {
      en: 'the issuer is on this machine and has a DNS of its own: names are checked only with --resolver',
      zh: '签发机构在本机并使用自己的 DNS：只有指定 --resolver 时才检查名称',
    },
  },
} as const satisfies Record<string, ErrorText>

/** Everything that a check can find; what goes wrong by an error of another room has that error's own text. */
export const findingTexts = {
  ...caaTexts,
  ...dnssecTexts,
  ...reachTexts,
  ...zoneTexts,
  ...ownTexts,
}

export type FindingCode = keyof typeof findingTexts

/** What a finding is called, and what it is about. */
export const diagnosisLabels = {
  ok: { en: 'ok', zh: '正常' },
  skipped: { en: 'not checked', zh: '未检查' },
  warning: { en: 'warning', zh: '警告' },
  fault: { en: 'fault', zh: '故障' },
  advice: { en: '→ {advice}', zh: '→ {advice}' },
  summary: { en: 'faults: {faults}, warnings: {warnings}', zh: '故障：{faults}，警告：{warnings}' },
  store: { en: 'store', zh: '存储' },
  issuer: { en: 'issuer', zh: '签发机构' },
  clock: { en: 'clock', zh: '时钟' },
  account: { en: 'account', zh: '账户' },
  caa: { en: 'CAA', zh: 'CAA' },
  dnssec: { en: 'DNSSEC', zh: 'DNSSEC' },
  dns: { en: 'DNS', zh: 'DNS' },
  address: { en: 'address', zh: '地址' },
  port: { en: 'port', zh: '端口' },
  installation: { en: 'installation', zh: '部署' },
} as const satisfies Record<string, Text>

/** What the checks before an attempt say. */
export const preflightTexts = {
  finding: { en: 'check: {message}', zh: '检查：{message}' },
  failed: {
    en: 'The checks before the order broke off: {reason}',
    zh: '下单前的检查中断：{reason}',
  },
} as const satisfies Record<string, Text>
