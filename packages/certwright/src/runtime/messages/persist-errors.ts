import type { ErrorText } from '../catalogue.ts'

/** Errors of dns-persist-01: records that stay. */
export const persistErrors = {
  DNS_PERSIST_NOT_READY: {
    message: {
      en: 'Nothing was ordered, for these records do not stand at every name server:{records}',
      zh: '未下订单，因为以下记录并非在所有名称服务器上都有效：{records}',
    },
    hint: {
      en: 'Add them, or let `certwright dns-persist {names} --write --dns PROVIDER` do it',
      zh: '请添加这些记录，或使用 `certwright dns-persist {names} --write --dns PROVIDER` 添加',
    },
  },
  DNS_PERSIST_ISSUER_UNKNOWN: {
    message: {
      en: '{issuer} does not say in its directory which domain name stands for it in such records',
      zh: '{issuer} 的目录没有说明在此类记录中代表它的域名',
    },
    hint: {
      en: 'Name it with --issuer-domain, as the documents of the issuer do',
      zh: '请按签发机构文档用 --issuer-domain 指定',
    },
  },
  DNS_PERSIST_PROVIDER: {
    message: {
      en: '{provider} cannot keep a record that is to stay: it decides itself where its few values are',
      zh: '{provider} 无法保存长期记录：它只提供位置固定的少量记录值',
    },
    hint: {
      en: 'Use the DNS provider of the zone itself, or add the record by hand',
      zh: '请使用该区域本身的 DNS 服务商，或手动添加记录',
    },
  },
  USAGE_NOT_A_MOMENT: {
    message: {
      en: '{option}: {value} is not a day in the future',
      zh: '{option}：{value} 不是将来的日期',
    },
    hint: {
      en: 'Use a date such as 2027-12-31, or forever',
      zh: '请使用形如 2027-12-31 的日期，或 forever（永久）',
    },
  },
} as const satisfies Record<string, ErrorText>
