import type { Text } from '../catalogue.ts'

/** What a CA made of an order's saying that it replaces a version (RFC 9773 §5). */
export const replacesTexts = {
  accepted: {
    en: 'The CA takes it as the replacement of version {number}',
    zh: 'CA 已确认它替换版本 {number}',
  },
  'not-shown': {
    en: 'The CA does not confirm that it replaces version {number}',
    zh: 'CA 未确认它替换版本 {number}',
  },
  refused: {
    en: 'The CA does not take it as the replacement of version {number}, so it is ordered without: {reason}',
    zh: 'CA 不接受它替换版本 {number}，因此改为普通订单：{reason}',
  },
} as const satisfies Record<string, Text>

/** Headings and labels. */
export const renewalLabels = {
  window: { en: 'SUGGESTED', zh: '建议续期' },
  explained: { en: 'WHY', zh: '原因' },
  asked: { en: 'ASKED AGAIN', zh: '下次询问' },
  failure: { en: 'NOT KNOWN', zh: '未知' },
} as const satisfies Record<string, Text>

/** What is said of a certificate's renewal. */
export const renewalTexts = {
  /** Two moments. */
  window: { en: '{start} to {end}', zh: '{start} 至 {end}' },
  failure: {
    en: '{reason} (failures in a row: {failures})',
    zh: '{reason}（连续失败 {failures} 次）',
  },
  explained: { en: '{id}: the issuer explains: {url}', zh: '{id}：签发机构的说明：{url}' },
  notAsked: {
    en: '{id}: its issuer could not be asked when to renew it, and is asked again from {at}: {reason}',
    zh: '{id}：无法询问签发机构何时续期，{at} 起重试：{reason}',
  },
} as const satisfies Record<string, Text>
