import type { Text } from '../catalogue.ts'

/** What came of installing, uninstalling, looking and discovering. */
export const deployTexts = {
  installed: { en: '  installed: {target}', zh: '  已部署：{target}' },
  installedAlready: { en: '  installed already: {target}', zh: '  此前已部署：{target}' },
  served: { en: '{line}, served as {names}', zh: '{line}，{names} 已提供该证书' },
  notInstalled: { en: '{target}: not installed', zh: '{target}：未能部署' },
  notPruned: {
    en: '{target}: what is replaced could not be removed',
    zh: '{target}：未能清理已被取代的证书',
  },
  pruned: { en: '{target}: removed {removed}', zh: '{target}：已清理 {removed}' },
  isPending: { en: '{id}: to be installed on {targets}', zh: '{id}：待部署到 {targets}' },
  installs: { en: '{id}: version {number}', zh: '{id}：版本 {number}' },
  uninstalled: { en: '{id}: no longer installed on {target}', zh: '{id}：不再部署到 {target}' },
  unbound: {
    en: '{id}: removed from {target}, and no longer installed there',
    zh: '{id}：已从 {target} 移除，不再部署',
  },
  leftOthers: {
    en: '{target} holds a certificate that is not of {id}; it was left there',
    zh: '{target} 上的证书不属于 {id}，已保留',
  },
  leftServing: {
    en: 'What {target} holds was left there; --unbind removes it',
    zh: '{target} 上的证书未改动；--unbind 可将其移除',
  },
  notUnbound: { en: '{target}: not removed', zh: '{target}：未能移除' },
  noInstallations: { en: 'Nothing is installed anywhere', zh: '没有任何部署' },
  noInstallationsOf: { en: '{id} is installed nowhere', zh: '{id} 没有部署到任何位置' },
  notLookedAt: { en: '{id} on {target}: could not be looked at', zh: '{id} → {target}：无法查看' },
  stillInstalled: {
    en: '{id}: version {number} is still installed on {target}',
    zh: '{id}：版本 {number} 仍部署在 {target}',
  },
  perhapsInstalled: {
    en: '{id}: version {number} was installed on {target}, which cannot be looked at now: {reason}',
    zh: '{id}：版本 {number} 曾部署到 {target}，目前无法查看：{reason}',
  },
  nothingFound: { en: 'Nothing was found', zh: '没有找到任何内容' },
  notDiscovered: {
    en: 'Could not be listed: {targets}',
    zh: '无法列出：{targets}',
  },
  expiringSoon: {
    en: 'Expired, or expiring within {days} days: {count}',
    zh: '已过期或将在 {days} 天内过期：{count} 个',
  },
  unserved: {
    en: 'Stored, and served by nothing that was found: {count}',
    zh: '已存储但未被任何已找到的资源使用：{count} 个',
  },
  longPolicy: {
    en: 'This policy has {length} characters, and {limit} are taken at most: split it with --for',
    zh: '该策略共 {length} 个字符，超过上限 {limit}：请用 --for 拆分',
  },
} as const satisfies Record<string, Text>

/** What a target or an endpoint has, as a table says it. */
export const verdictTexts = {
  current: { en: 'current version', zh: '当前版本' },
  settling: { en: 'former version, being replaced', zh: '旧版本，正在更新' },
  'former-version': { en: 'former version', zh: '旧版本' },
  'other-certificate': { en: 'another certificate', zh: '其他证书' },
  expired: { en: 'current version, expired', zh: '当前版本，已过期' },
  'name-mismatch': { en: 'current version, for other names', zh: '当前版本，名称不符' },
  untrusted: { en: 'current version, not trusted here', zh: '当前版本，此处不受信任' },
  'old-chain': { en: 'current version, with another chain', zh: '当前版本，证书链不符' },
  'not-served': { en: 'none', zh: '无证书' },
  'out-of-reach': { en: 'out of reach from here', zh: '此处无法访问' },
  silent: { en: 'not said', zh: '未说明' },
  failed: { en: 'cannot be looked at', zh: '无法查看' },
} as const satisfies Record<string, Text>

/** Headings. */
export const deployLabels = {
  target: { en: 'TARGET', zh: '部署目标' },
  says: { en: 'TARGET SAYS', zh: '目标显示' },
  endpoint: { en: 'ENDPOINT', zh: '端点' },
  serves: { en: 'SERVES', zh: '提供' },
  product: { en: 'PRODUCT', zh: '产品' },
  resource: { en: 'RESOURCE', zh: '资源' },
  region: { en: 'REGION', zh: '地域' },
  stored: { en: 'STORED AS', zh: '证书 ID' },
  installedOn: { en: 'INSTALLED ON', zh: '部署位置' },
  notYet: { en: '{target} (not yet)', zh: '{target}（尚未完成）' },
  off: { en: 'HTTPS is off', zh: '未启用 HTTPS' },
  unserved: { en: '{until}, not served', zh: '{until}，未使用' },
  soon: { en: '{until}, {days} days', zh: '{until}，剩 {days} 天' },
  expired: { en: '{until}, expired', zh: '{until}，已过期' },
} as const satisfies Record<string, Text>

/** The targets in the help. */
export const targetTexts = {
  heading: {
    en: 'Targets and their options (TARGET:KEY=VALUE,KEY=VALUE, or the variable in the environment):',
    zh: '部署目标及其选项（TARGET:KEY=VALUE,KEY=VALUE，或环境变量）：',
  },
  common: { en: 'every {service} target', zh: '所有 {service} 目标' },
  every: { en: 'every target', zh: '所有目标' },
  summary: { en: '{summary} (keys: {types})', zh: '{summary}（密钥：{types}）' },
} as const satisfies Record<string, Text>
