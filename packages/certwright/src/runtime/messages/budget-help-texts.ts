import type { Text } from '../catalogue.ts'

export const budgetSummaries = {
  budget: {
    en: "What the issuers' limits still allow, and whether the plan fits",
    zh: '查看颁发机构限额的余量，以及计划能否完成',
  },
  'budget simulate': {
    en: 'Play a year of orders against the limits of an issuer',
    zh: '按颁发机构的限额模拟一年的订单',
  },
} as const satisfies Record<string, Text>

export const budgetOptions = {
  certificates: { en: 'how many; default 1000', zh: '证书数量；默认 1000' },
  domains: {
    en: 'registered domains they are spread over; default one each',
    zh: '分布的注册域名数量；默认每张证书一个',
  },
  lifetime: { en: 'how long each is valid; default 90d', zh: '每张证书的有效期；默认 90d' },
  duration: { en: 'how long to play; default 365d', zh: '模拟时长；默认 365d' },
  noAri: { en: 'renewals without renewal information', zh: '续期时不使用 ARI' },
  issuer: { en: 'whose limits; default letsencrypt', zh: '使用谁的限额；默认 letsencrypt' },
} as const satisfies Record<string, Text>

export const budgetExamples = {
  budget: { en: 'Before many certificates are added', zh: '大量新增证书之前' },
  simulate: { en: 'A fleet of short-lived certificates', zh: '大量短期证书' },
} as const satisfies Record<string, Text>
