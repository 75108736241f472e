import type { Text } from '../catalogue.ts'

/** What is to be done, one word a kind of action. */
export const actionTexts = {
  issue: { en: 'issue', zh: '签发' },
  renew: { en: 'renew', zh: '续期' },
  rekey: { en: 're-key', zh: '换发' },
  update: { en: 'update', zh: '更新设置' },
  files: { en: 'write', zh: '写文件' },
  install: { en: 'install', zh: '部署' },
  repair: { en: 'repair', zh: '修复' },
  collect: { en: 'collect', zh: '清理' },
  revoke: { en: 'revoke', zh: '吊销' },
  forget: { en: 'forget', zh: '移除记录' },
} as const satisfies Record<string, Text>

/** Why, one text a reason. */
export const reasonTexts = {
  'never-issued': { en: 'it was never issued', zh: '尚未签发' },
  'asked-by-issuer': { en: 'its issuer asks for it now', zh: '颁发机构建议现在续期' },
  lifetime: { en: 'enough of its lifetime is gone', zh: '有效期已过预定比例' },
  expired: { en: 'it has expired', zh: '已过期' },
  revoked: { en: 'it was revoked', zh: '已被吊销' },
  'revoked-by-issuer': {
    en: 'its issuer has revoked it (CRL)',
    zh: '签发机构已将其吊销（CRL）',
  },
  names: {
    en: 'other names: + {added}, − {removed}',
    zh: '名称变化：新增 {added}，去除 {removed}',
  },
  'key-type': { en: 'another type of key: {from} → {to}', zh: '密钥类型变化：{from} → {to}' },
  profile: { en: 'another profile: {from} → {to}', zh: '配置类型变化：{from} → {to}' },
  issuer: {
    en: 'its issuer is no longer named: {from} → {to}',
    zh: '原颁发机构已不在文件中：{from} → {to}',
  },
  settings: { en: 'its settings have changed', zh: '设置已变化' },
  files: { en: 'its files are not those of the current version', zh: '文件与当前版本不一致' },
  'new-version': { en: 'for the new version', zh: '部署新版本' },
  'not-installed': { en: 'it was never installed there', zh: '尚未部署到该处' },
  behind: { en: 'it holds an older version', zh: '该处仍是旧版本' },
  'failed-before': { en: 'the last attempt failed', zh: '上次未成功' },
  replaced: { en: 'what the new version replaces', zh: '清理被新版本取代的证书' },
  asked: { en: 'the file says so: {as}', zh: '文件要求：{as}' },
  'not-in-file': { en: 'the file no longer names it', zh: '文件中已无此项' },
  'other-certificate': { en: 'it serves another certificate', zh: '该处提供的是另一张证书' },
  'former-version': { en: 'it still serves a former version', zh: '该处仍在提供旧版本' },
  settling: { en: 'it still serves a former version', zh: '该处仍在提供旧版本' },
  'old-chain': { en: 'it serves another chain', zh: '该处提供的证书链不同' },
  'name-mismatch': {
    en: 'the certificate there is not for its name',
    zh: '该处证书与名称不符',
  },
  untrusted: { en: 'the chain there is not trusted', zh: '该处证书链不受信任' },
  'not-served': { en: 'no certificate is served there', zh: '该处没有提供证书' },
} as const satisfies Record<string, Text>

/** Why an action waits. */
export const delayTexts = {
  'back-off': { en: 'tried again at {until}', zh: '将于 {until} 重试' },
  'maintenance-window': { en: 'waits for its window at {until}', zh: '等待 {until} 的维护窗口' },
  settling: { en: 'may still be on its way until {until}', zh: '在 {until} 之前可能仍在生效' },
  'issuer-limit': { en: 'the issuer takes it at {until}', zh: '颁发机构限额，{until} 后可用' },
} as const satisfies Record<string, Text>

export const planTexts = {
  heading: { en: '{file}: certificates {certificates}', zh: '{file}：证书 {certificates} 张' },
  nothing: { en: 'Everything is as the file says', zh: '一切均与文件一致' },
  later: { en: 'Later:', zh: '稍后：' },
  unseen: { en: 'Could not be looked at:', zh: '无法查看：' },
  summary: { en: 'To be done: {counts}', zh: '待执行：{counts}' },
  count: { en: '{kind} {count}', zh: '{kind} {count}' },
  hint: {
    en: '`certwright apply` does it; `certwright plan --out FILE` keeps it for later',
    zh: '用 `certwright apply` 执行；用 `certwright plan --out FILE` 保存计划',
  },
  saved: {
    en: 'Kept in {path}; `certwright apply {path}` does exactly this',
    zh: '已保存到 {path}；`certwright apply {path}` 将严格执行此计划',
  },
  exempt: { en: 'not counted by the issuer', zh: '不计入颁发机构限额' },
  order: { en: 'one order at {issuer}', zh: '占用 {issuer} 一个订单' },
  confirm: {
    en: 'This revokes or forgets {count} of them for good. Go on?',
    zh: '其中 {count} 项将被永久吊销或移除。是否继续？',
  },
  notTold: { en: '{name} could not be told', zh: '无法通知 {name}' },
  told: { en: '{name}: sent', zh: '{name}：已发送' },
  noChannels: { en: 'The file names no notifications', zh: '文件中没有配置通知' },
  begun: { en: '…       {line}', zh: '…       {line}' },
  done: { en: 'done    {line}', zh: '完成    {line}' },
  failed: { en: 'FAILED  {line}', zh: '失败    {line}' },
  skipped: { en: 'skipped {line}', zh: '跳过    {line}' },
  deferred: { en: 'later   {line}: at {until}', zh: '推迟    {line}：{until}' },
  holds: {
    en: 'Done: {done}; failed: {failed}; skipped: {skipped}; later: {deferred}',
    zh: '完成 {done}；失败 {failed}；跳过 {skipped}；推迟 {deferred}',
  },
} as const satisfies Record<string, Text>
