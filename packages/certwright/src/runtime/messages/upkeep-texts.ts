import type { Text } from '../catalogue.ts'

export const upkeepTexts = {
  rolledBack: {
    en: '{id}: version {former} is current again, as {number}',
    zh: '{id}：版本 {former} 重新成为当前版本，编号 {number}',
  },
  noEvents: { en: 'Nothing has happened', zh: '没有事件' },
  written: { en: 'Written: {path}', zh: '已写入：{path}' },
  ran: { en: 'Ran: {command}', zh: '已执行：{command}' },
  wouldRun: { en: '# then: {command}', zh: '# 然后执行：{command}' },
  backedUp: {
    en: 'Kept in {path}: certificates {certificates}, versions {versions}, accounts {issuers}',
    zh: '已保存到 {path}：证书 {certificates} 个，版本 {versions} 个，账户 {issuers} 个',
  },
  restored: {
    en: 'Restored to {directory}: certificates {certificates}, versions {versions}, accounts {issuers}',
    zh: '已恢复到 {directory}：证书 {certificates} 个，版本 {versions} 个，账户 {issuers} 个',
  },
  keyElsewhere: {
    en: 'The key that seals it comes from CERTWRIGHT_KEY or CERTWRIGHT_PASSPHRASE and is not in the backup',
    zh: '加密密钥来自 CERTWRIGHT_KEY 或 CERTWRIGHT_PASSPHRASE，不在备份中',
  },
  filesAfterRestore: {
    en: '`certwright renew` writes the PEM files again',
    zh: '`certwright renew` 会重新写出 PEM 文件',
  },
  passphrase: { en: 'Passphrase of the backup', zh: '备份的密码短语' },
  rekeyed: { en: 'Sealed anew: {count}', zh: '已重新加密：{count} 项' },
} as const satisfies Record<string, Text>
