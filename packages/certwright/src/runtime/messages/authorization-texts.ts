import type { Text } from '../catalogue.ts'

/** One sentence a command that proves names apart from any order. */
export const authorizationSummaries = {
  'dns-persist': {
    en: 'Look at, or write, the DNS records that prove names until further notice',
    zh: '查看或写入长期证明名称的 DNS 记录',
  },
  authorize: {
    en: 'Prove names before there is an order',
    zh: '在下单之前验证名称',
  },
} as const satisfies Record<string, Text>

/** What is worth knowing beyond the options. */
export const authorizationDetails = {
  dnsPersist: {
    en: 'One record, written once, names the issuer and your account there; `issue --challenge dns-persist-01` then needs no DNS access. Shows each record that lacks, and what every name server of the zone says; ends with 2 where one is to be added. What it writes it never removes. Needs the account: make it first with `certwright account create`.',
    zh: '一条只写一次的记录指明签发机构以及您在该机构的账户；此后 `issue --challenge dns-persist-01` 不再需要 DNS 权限。显示缺少的每条记录以及该区域每台名称服务器的应答；需要添加时退出码为 2。写入的记录绝不会被删除。需要先用 `certwright account create` 创建账户。',
  },
  authorize: {
    en: 'Orders that come within the life of the authorization need no challenge for these names. Few issuers offer it; Let’s Encrypt does not.',
    zh: '在授权有效期内，这些名称下单时无需再验证。只有少数签发机构支持；Let’s Encrypt 不支持。',
  },
} as const satisfies Record<string, Text>

export const authorizationArgumentTexts = {
  recordNames: { en: 'domain names, or wildcards', zh: '域名或通配符名称' },
  authorizedNames: {
    en: 'domain names or IP addresses; no wildcards',
    zh: '域名或 IP 地址；不能是通配符名称',
  },
} as const satisfies Record<string, Text>

export const authorizationOptionTexts = {
  wildcard: {
    en: 'the records shall be for wildcards and for names below, too',
    zh: '记录也用于通配符和下级名称',
  },
  until: {
    en: 'the last day that the records shall prove anything, e.g. 2027-12-31, or forever; default whatever stands, and forever for what does not',
    zh: '记录有效的最后一天，例如 2027-12-31，或 forever（永久）；默认接受现有记录，新记录为永久',
  },
  issuerDomain: {
    en: 'the domain name that stands for the issuer in such records; default what its directory says',
    zh: '在此类记录中代表签发机构的域名；默认采用其目录中的值',
  },
  write: {
    en: 'add the records that lack, through --dns, and wait until every name server shows them',
    zh: '通过 --dns 添加缺少的记录，并等待所有名称服务器都显示',
  },
  writeBy: {
    en: 'with --write: the DNS provider to use',
    zh: '与 --write 同用：要使用的 DNS 服务商',
  },
  subdomains: {
    en: 'for all names below each domain, too (RFC 9444)',
    zh: '同时用于每个域名之下的所有名称（RFC 9444）',
  },
  ancestor: {
    en: 'prove this domain in the stead of the names below it, where the issuer allows that (RFC 9444)',
    zh: '在签发机构允许时，以验证此域名代替验证其下的名称（RFC 9444）',
  },
} as const satisfies Record<string, Text>

/** The examples' captions. */
export const authorizationExampleTexts = {
  persistLook: { en: 'What is to be added, and what stands', zh: '查看需要添加和已有的记录' },
  persistWrite: {
    en: 'Write it, for wildcards too, until the end of a year',
    zh: '写入记录，同时用于通配符，有效至某年年底',
  },
  authorizeBelow: {
    en: 'A domain and everything below it, proven by DNS',
    zh: '一个域名及其下的所有名称，用 DNS 验证',
  },
  authorizeOne: { en: 'One name, proven by HTTP', zh: '一个名称，用 HTTP 验证' },
} as const satisfies Record<string, Text>

/** What `authorize` says. */
export const authorizedTexts = {
  valid: { en: '{name}: authorized', zh: '{name}：已授权' },
  validUntil: { en: '{name}: authorized until {until}', zh: '{name}：已授权，有效至 {until}' },
  below: { en: '{line}, with all names below', zh: '{line}，包括其下的所有名称' },
  notBelow: {
    en: '{name}: the issuer has authorized this name alone, not those below',
    zh: '{name}：签发机构仅授权了此名称，不包括其下的名称',
  },
} as const satisfies Record<string, Text>
