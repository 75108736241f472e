import type { Text } from '../catalogue.ts'

/** What is said of what a certificate was asked for, and of what came. */
export const issuedTexts = {
  chainNotOffered: {
    en: '{id}: no chain ends at "{preferred}", so the default one was taken; there are: {offered}',
    zh: '{id}：没有以“{preferred}”结尾的证书链，已采用默认证书链；可用：{offered}',
  },
} as const satisfies Record<string, Text>

/** Headings and labels. */
export const issuedLabels = {
  profile: { en: 'PROFILE', zh: '配置' },
  chain: { en: 'CHAIN', zh: '证书链' },
} as const satisfies Record<string, Text>

/** Where a certificate's keys come from, as `show` says it after the type of key. */
export const keySourceTexts = {
  reuse: { en: '{keyType}, kept by each version', zh: '{keyType}，各版本沿用' },
  file: { en: '{keyType}, from {path}', zh: '{keyType}，来自 {path}' },
  csr: {
    en: '{keyType}, elsewhere (by certificate request)',
    zh: '{keyType}，不在此处（使用证书请求）',
  },
} as const satisfies Record<string, Text>
