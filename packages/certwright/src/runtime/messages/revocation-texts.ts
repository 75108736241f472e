import type { Text } from '../catalogue.ts'

/** What is said of certificates that their issuers have revoked. */
export const revocationTexts = {
  state: { en: 'revoked by its issuer', zh: '已被签发机构吊销' },
  on: {
    en: '{standing}, revoked by its issuer on {date} ({reason})',
    zh: '{standing}，签发机构已于 {date} 将其吊销（{reason}）',
  },
  due: { en: '{id}: due, its issuer has revoked it', zh: '{id}：签发机构已将其吊销，需要续期' },
  told: {
    en: '{id}: its issuer has revoked it on {date} ({reason}); `certwright renew {id}` replaces it',
    zh: '{id}：签发机构已于 {date} 将其吊销（{reason}）；`certwright renew {id}` 可将其替换',
  },
  label: { en: 'REVOCATION', zh: '吊销状态' },
  /** Two moments. */
  list: {
    en: 'none by the list of {from}, which is good until {until}',
    zh: '依据 {from} 的吊销列表未被吊销，该列表有效至 {until}',
  },
  notKnown: {
    en: 'not known: {reason} (failures in a row: {failures})',
    zh: '未知：{reason}（连续失败 {failures} 次）',
  },
  notHad: {
    en: 'Not known whether certificates were revoked, looked for again from {at}: {reason}',
    zh: '无法得知证书是否已被吊销，{at} 起重试：{reason}',
  },
} as const satisfies Record<string, Text>
