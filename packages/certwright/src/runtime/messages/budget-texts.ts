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
