import type { Text } from '../catalogue.ts'

/** What is counted. */
export const scopeTexts = {
  'account-orders': { en: 'orders of the account', zh: '账户的订单' },
  'registered-domain': { en: 'certificates of the domain', zh: '域名的证书' },
  'identifier-set': { en: 'certificates of exactly these names', zh: '相同名称集合的证书' },
  'authorization-failures': { en: 'failed validations', zh: '验证失败次数' },
} as const satisfies Record<string, Text>

export const budgetLabels = {
  scope: { en: 'LIMIT', zh: '限额' },
  issuer: { en: 'ISSUER', zh: '颁发机构' },
  of: { en: 'OF', zh: '对象' },
  now: { en: 'NOW', zh: '现在' },
  today: { en: 'A DAY', zh: '一天内' },
  week: { en: 'A WEEK', zh: '一周内' },
} as const satisfies Record<string, Text>

export const budgetTexts = {
  noLimits: { en: 'No limits of these issuers are known', zh: '这些颁发机构的限额未知' },
  nothingPlanned: { en: 'Nothing is to be ordered', zh: '没有需要下单的证书' },
  fits: {
    en: 'Orders planned: {orders}; allowed now: {fitsNow}; the last at {last}',
    zh: '计划订单 {orders} 个；现在允许 {fitsNow} 个；最后一个在 {last}',
  },
  simulated: {
    en: '{certificates} certificates of {days} days in {domains} domains at {issuer}:',
    zh: '{issuer}：{domains} 个域名下的 {certificates} 张证书，有效期 {days} 天：',
  },
  firstRound: {
    en: '  all have their first version after {days} days',
    zh: '  {days} 天后全部完成首次签发',
  },
  neverAll: {
    en: '  not all get their first version in this time: more accounts or an exemption are needed',
    zh: '  在此期间无法全部完成首次签发：需要更多账户或申请提高限额',
  },
  renewals: {
    en: '  orders: {orders}; renewals that waited: {waited}, {days} days at the most; too late: {expired}',
    zh: '  订单 {orders} 个；等待过的续期 {waited} 次，最长 {days} 天；过期后才续期 {expired} 次',
  },
  narrowest: { en: '  what is narrowest: {scope}', zh: '  最紧的限额：{scope}' },
} as const satisfies Record<string, Text>

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
