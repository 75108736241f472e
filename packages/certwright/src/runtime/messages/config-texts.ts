import type { Text } from '../catalogue.ts'

/** One sentence a field of the file, by its path; a list and the names of a mapping add nothing to it. */
export const fieldTexts = {
  $schema: {
    en: 'Where the schema of this file is, for editors of JSON',
    zh: '此文件的 schema 所在位置，供 JSON 编辑器使用',
  },
  issuers: {
    en: 'Who issues, in order of preference; default letsencrypt alone',
    zh: '签发机构，按优先顺序排列；默认只有 letsencrypt',
  },
  'issuers.name': {
    en: 'What certificates call it: the name of a known issuer, or one of your own with directory',
    zh: '证书引用它时使用的名称：已知签发机构的名称，或自定义名称（需给出 directory）',
  },
  'issuers.directory': {
    en: 'The https URL of its ACME directory; known issuers need none',
    zh: '其 ACME 目录的 https 网址；已知签发机构无需给出',
  },
  'issuers.ca-file': {
    en: "File of PEM roots that its server is trusted by, beside the system's",
    zh: '除系统根证书外，用于信任其服务器的 PEM 根证书文件',
  },
  'issuers.email': {
    en: 'One address for notices, or several; default none',
    zh: '通知邮箱，可为一个或多个；默认没有',
  },
  'issuers.agree-terms': {
    en: 'Whether you agree to its terms of service; without it no account is made. Default false',
    zh: '是否同意其服务条款；不同意则不会创建账户。默认 false',
  },
  'issuers.eab': {
    en: 'What the issuer gave you to bind a new account to yours there',
    zh: '签发机构提供的外部账户绑定信息，用于创建新账户',
  },
  'issuers.eab.kid': { en: 'The key identifier', zh: '密钥标识' },
  'issuers.eab.key': { en: 'The MAC key, in base64url', zh: 'MAC 密钥，以 base64url 编码' },
  'issuers.eab.algorithm': { en: 'Its algorithm; default HS256', zh: '其算法；默认 HS256' },
  'issuers.limits': {
    en: 'What you are granted where it is not what the issuer documents',
    zh: '您的实际配额，仅当与签发机构公布的不同时才需要',
  },
  'issuers.limits.orders': { en: 'New orders of the account', zh: '账户的新订单数' },
  'issuers.limits.certificates-per-domain': {
    en: 'Certificates for one registered domain',
    zh: '每个注册域名的证书数',
  },
  'issuers.limits.certificates-per-set': {
    en: 'Certificates for exactly the same names',
    zh: '名称完全相同的证书数',
  },
  'issuers.limits.failures-per-name': {
    en: 'Failed validations of one name',
    zh: '每个名称的验证失败次数',
  },
  'issuers.limits.count': { en: 'How many', zh: '数量' },
  'issuers.limits.per': { en: 'In how long, e.g. 3h or 7d', zh: '时间段，例如 3h 或 7d' },

  credentials: {
    en: 'Options that several places share, by a name of yours; each value comes from the environment, a file or a program',
    zh: '多处共用的选项，以自定义名称引用；每个值来自环境变量、文件或程序',
  },
  dns: {
    en: 'DNS providers that challenges are answered through, by a name of yours',
    zh: '用于应答质询的 DNS 服务商，以自定义名称引用',
  },
  'dns.provider': { en: 'The kind of provider', zh: '服务商的类型' },
  'dns.credentials': {
    en: 'Name of credentials whose options it takes',
    zh: '所用凭证的名称，其中的选项会被采用',
  },
  'dns.options': {
    en: 'What is set on it; goes before its credentials',
    zh: '它的选项；优先于凭证中的选项',
  },

  defaults: {
    en: 'What holds for every certificate that says nothing else',
    zh: '适用于所有未另行说明的证书',
  },
  'defaults.out': {
    en: 'Directory under which each certificate has one of its own, named by its id',
    zh: '其下为每个证书建立以 id 命名的目录',
  },

  certificates: {
    en: 'The certificates that should always be valid',
    zh: '应始终保持有效的证书',
  },
  'certificates.id': {
    en: 'What commands call it; default its first name, without `*.`',
    zh: '命令中使用的名称；默认为第一个名称（去掉 `*.`）',
  },
  'certificates.names': {
    en: 'Domain names, wildcards (in quotation marks: "*.example.com") and IP addresses',
    zh: '域名、通配符名称（需加引号："*.example.com"）和 IP 地址',
  },
  'certificates.issuers': {
    en: 'Names of issuers, in order of preference; default all of the file',
    zh: '签发机构的名称，按优先顺序排列；默认为文件中的全部',
  },
  'certificates.key-type': {
    en: 'Type of its key; default ec256, or the best that all its targets take',
    zh: '密钥类型；默认 ec256，或所有部署目标都支持的最佳类型',
  },
  'certificates.profile': {
    en: "Name of one of the issuer's profiles; default the issuer's own choice",
    zh: '签发机构的 profile 名称；默认由签发机构决定',
  },
  'certificates.preferred-chain': {
    en: 'Common name of the root that its chain should lead to, where the issuer offers several',
    zh: '证书链应到达的根证书的 Common Name，仅当签发机构提供多条链时有用',
  },
  'certificates.reuse-key': {
    en: 'Whether the next version keeps the private key, e.g. for pinning; default false',
    zh: '续期时是否沿用私钥，例如用于固定公钥；默认 false',
  },
  'certificates.challenge': {
    en: 'How its names are proven: a type alone, or its settings; default http-01 on port 80',
    zh: '验证名称的方式：仅写类型，或写其设置；默认在 80 端口使用 http-01',
  },
  'certificates.challenge.type': {
    en: 'Default http-01, or dns-01 where dns is given',
    zh: '默认 http-01，给出 dns 时为 dns-01',
  },
  'certificates.challenge.dns': {
    en: 'For dns-01 and dns-account-01: a name defined under dns',
    zh: '用于 dns-01 和 dns-account-01：dns 中定义的名称',
  },
  'certificates.challenge.webroot': {
    en: 'For http-01: directory of a web server that answers on port 80',
    zh: '用于 http-01：在 80 端口提供服务的 Web 服务器目录',
  },
  'certificates.challenge.port': {
    en: 'For http-01 and tls-alpn-01: port to answer on; default 80 and 443, which is where the CA asks',
    zh: '用于 http-01 和 tls-alpn-01：应答端口；默认 80 和 443，即 CA 访问的端口',
  },
  'certificates.challenge.resolvers': {
    en: "Recursive DNS servers ADDRESS[:PORT] to ask; default the system's",
    zh: '要查询的递归 DNS 服务器 ADDRESS[:PORT]；默认为系统设置',
  },
  'certificates.challenge.propagation-check': {
    en: 'For challenges by DNS: whether to wait until all name servers show the record; default true',
    zh: '用于 DNS 验证：是否等待所有名称服务器都显示该记录；默认 true',
  },
  'certificates.challenge.ancestor': {
    en: 'Domain above all names that is proven in their stead, at an issuer that allows it (RFC 9444)',
    zh: '位于所有名称之上、代替它们验证的域名，需签发机构支持（RFC 9444）',
  },
  'certificates.renewal': { en: 'When it is renewed', zh: '何时续期' },
  'certificates.renewal.fraction': {
    en: 'Part of its lifetime after which it is renewed at the latest, e.g. 0.66; the issuer may say an earlier time (ARI). Default two thirds, or one half of less than ten days',
    zh: '最迟在有效期过去多少比例后续期，例如 0.66；签发机构可给出更早的时间（ARI）。默认三分之二，有效期不足十天时为一半',
  },
  'certificates.renewal.windows': {
    en: 'When it may be replaced; default at any time',
    zh: '允许更换证书的时间；默认随时',
  },
  'certificates.renewal.windows.days': {
    en: 'Days that it opens on; default all',
    zh: '开放的日子；默认每天',
  },
  'certificates.renewal.windows.from': { en: 'HH:MM; default 00:00', zh: 'HH:MM；默认 00:00' },
  'certificates.renewal.windows.to': {
    en: 'HH:MM; before from it is of the next day. Default 24:00',
    zh: 'HH:MM；早于 from 时指次日。默认 24:00',
  },
  'certificates.renewal.windows.time-zone': {
    en: 'IANA name of the time zone; default UTC',
    zh: '时区的 IANA 名称；默认 UTC',
  },
  'certificates.renewal.revocation-lists': {
    en: "Whether the issuer's lists of what it has revoked (CRL) are looked at, so that it is renewed at once where it is among that; default true",
    zh: '是否查看签发机构的吊销列表（CRL），以便证书被吊销时立即续期；默认 true',
  },
  'certificates.out': {
    en: 'Directory that its PEM files are written to; default live/ID in the state directory',
    zh: '写入 PEM 文件的目录；默认为状态目录中的 live/ID',
  },
  'certificates.installs': {
    en: 'Where it is served: each as TARGET:KEY=VALUE,KEY=VALUE, or with its options',
    zh: '提供该证书的位置：写成 TARGET:KEY=VALUE,KEY=VALUE，或写明选项',
  },
  'certificates.installs.target': { en: 'The kind of place', zh: '位置的类型' },
  'certificates.installs.credentials': {
    en: 'Name of credentials whose options it takes',
    zh: '所用凭证的名称，其中的选项会被采用',
  },
  'certificates.installs.options': {
    en: 'What is set on it; goes before its credentials',
    zh: '它的选项；优先于凭证中的选项',
  },

  'certificates.revoke': {
    en: 'That it is to be revoked and no longer renewed, and why (RFC 5280 §5.3.1)',
    zh: '吊销该证书且不再续期，以及原因（RFC 5280 §5.3.1）',
  },

  notifications: { en: 'Who hears of what happens', zh: '事件通知的接收者' },
  'notifications.channel': { en: 'The kind of channel', zh: '通知渠道的类型' },
  'notifications.name': {
    en: 'What you call it; default the kind of channel',
    zh: '自定义名称；默认为渠道的类型',
  },
  'notifications.credentials': {
    en: 'Name of credentials whose options it takes',
    zh: '所用凭证的名称，其中的选项会被采用',
  },
  'notifications.options': {
    en: 'What is set on it; goes before its credentials',
    zh: '它的选项；优先于凭证中的选项',
  },
  'notifications.events': {
    en: 'The events that it is told of; default what the channel tells of',
    zh: '要通知的事件；默认为该渠道的默认事件',
  },

  'reference.env': { en: 'Environment variable that holds the value', zh: '保存该值的环境变量' },
  'reference.file': {
    en: 'File that holds the value, without its final line end',
    zh: '保存该值的文件，不含末尾的换行',
  },
  'reference.command': {
    en: 'Program and arguments that print the value',
    zh: '输出该值的程序及其参数',
  },
} as const satisfies Record<string, Text>

/** Words that stand for themselves in the parameters of complaints. */
export const wordTexts = {
  mapping: { en: 'a mapping', zh: '映射' },
  list: { en: 'a list', zh: '列表' },
  string: { en: 'text', zh: '文本' },
  number: { en: 'a number', zh: '数字' },
  integer: { en: 'a whole number', zh: '整数' },
  boolean: { en: 'true or false', zh: 'true 或 false' },
  null: { en: 'nothing', zh: '空值' },
  issuer: { en: 'issuer', zh: '签发机构' },
  certificate: { en: 'certificate', zh: '证书' },
  notification: { en: 'notification', zh: '通知' },
  unset: { en: 'it is not set', zh: '未设置' },
  empty: { en: 'it is empty', zh: '为空' },
} as const satisfies Record<string, Text>

/** What the commands about the file say. */
export const configTexts = {
  title: { en: "certwright's configuration", zh: 'certwright 的配置' },
  conforms: { en: '{file} can be used', zh: '{file} 可以使用' },
  error: { en: '{place}: error: {message}', zh: '{place}: 错误：{message}' },
  warning: { en: '{place}: warning: {message}', zh: '{place}: 警告：{message}' },
  issuers: { en: 'ISSUERS', zh: '签发机构' },
  certificates: { en: 'CERTIFICATES', zh: '证书' },
  notifications: { en: 'NOTIFICATIONS', zh: '通知' },
  notAgreed: { en: '{issuer} (terms not agreed to)', zh: '{issuer}（未同意服务条款）' },
  installs: { en: 'INSTALLED ON', zh: '部署到' },
} as const satisfies Record<string, Text>
