import type { Text } from '../catalogue.ts'

/** One phrase an option. */
export const optionTexts = {
  once: { en: 'do what is due now, then end', zh: '只处理当前到期的任务，然后退出' },
  health: {
    en: 'answer GET /healthz at this address; off by default',
    zh: '在此地址响应 GET /healthz；默认关闭',
  },
  drain: {
    en: 'how long what is under way may go on after SIGTERM; default 30s',
    zh: '收到 SIGTERM 后允许进行中的任务继续的时间；默认 30s',
  },
  config: {
    en: 'the file that says what there should be; default $CERTWRIGHT_CONFIG, else certwright.yaml (or .json, .ts, .mjs) here, else in /etc/certwright',
    zh: '描述目标状态的文件；默认为 $CERTWRIGHT_CONFIG，否则为当前目录的 certwright.yaml（或 .json、.ts、.mjs），再否则为 /etc/certwright 中的文件',
  },
  planOut: { en: 'keep the plan in this file', zh: '将计划保存到此文件' },
  concurrency: {
    en: 'certificates that are worked on at once; default 8',
    zh: '同时处理的证书数量；默认 8',
  },
  yesFinal: {
    en: 'revoke and forget without asking',
    zh: '吊销和移除时不再询问',
  },
  state: {
    en: 'state directory; default $CERTWRIGHT_STATE, else /var/lib/certwright for root, else $XDG_STATE_HOME/certwright or ~/.local/state/certwright',
    zh: '状态目录；默认为 $CERTWRIGHT_STATE，否则 root 用户为 /var/lib/certwright，其他用户为 $XDG_STATE_HOME/certwright 或 ~/.local/state/certwright',
  },
  json: {
    en: 'one JSON document on standard output and nothing else, errors too',
    zh: '仅在标准输出上输出一个 JSON 文档，错误也是如此',
  },
  quiet: { en: 'no progress on standard error', zh: '不在标准错误上显示进度' },
  lang: {
    en: 'language; default from LC_ALL, LC_MESSAGES or LANG',
    zh: '语言；默认取自 LC_ALL、LC_MESSAGES 或 LANG',
  },
  trace: {
    en: 'every ACME request and reply on standard error, decoded',
    zh: '在标准错误上显示每个 ACME 请求和应答的解码内容',
  },
  traceFile: {
    en: 'the same as JSON lines in a file that only you can read',
    zh: '同上，以 JSON 行写入仅您可读的文件',
  },
  help: { en: 'this help', zh: '显示此帮助' },
  version: { en: 'the version of certwright', zh: 'certwright 的版本' },

  cert: {
    en: 'ID of the certificate; default the first name, without `*.`',
    zh: '证书的 ID；默认为第一个名称（去掉 `*.`）',
  },
  issuer: {
    en: 'who issues: {issuers}, or the https URL of an ACME directory; default letsencrypt',
    zh: '签发机构：{issuers}，或 ACME 目录的 https 网址；默认为 letsencrypt',
  },
  accountIssuer: {
    en: 'which issuer: {issuers}, or the https URL of an ACME directory; default the only one there is an account at',
    zh: '哪个签发机构：{issuers}，或 ACME 目录的 https 网址；默认为唯一有账户的那个',
  },
  caFile: {
    en: "PEM file of roots to trust the issuer's server by, beside the system's",
    zh: '除系统根证书外，用于信任签发机构服务器的 PEM 根证书文件',
  },
  email: { en: 'address for notices, for a new account', zh: '新账户的通知邮箱' },
  newEmail: { en: 'the new address for notices', zh: '新的通知邮箱' },
  noEmail: { en: 'remove the contact', zh: '删除联系方式' },
  agreeTos: {
    en: "agree to the issuer's terms of service, for a new account",
    zh: '同意签发机构的服务条款（新账户）',
  },
  challenge: {
    en: 'how the names are proven; default http-01, or dns-01 with --dns; dns-persist-01 by a record that stays, see `certwright dns-persist`',
    zh: '如何验证名称；默认 http-01，给出 --dns 时为 dns-01；dns-persist-01 使用长期保留的记录，见 `certwright dns-persist`',
  },
  httpPort: {
    en: 'port to answer http-01 on; default 80, which is where the CA asks',
    zh: '应答 http-01 的端口；默认 80，即 CA 访问的端口',
  },
  tlsPort: {
    en: 'port to answer tls-alpn-01 on; default 443, which is where the CA asks',
    zh: '应答 tls-alpn-01 的端口；默认 443，即 CA 访问的端口',
  },
  webroot: {
    en: 'answer http-01 with files under this directory of a web server',
    zh: '在 Web 服务器的此目录下放置文件来应答 http-01',
  },
  dns: {
    en: 'answer dns-01 or dns-account-01 through this DNS provider',
    zh: '通过此 DNS 服务商应答 dns-01 或 dns-account-01',
  },
  dnsOption: {
    en: 'a setting of the DNS provider, see below; better in the environment where it is secret',
    zh: 'DNS 服务商的设置，见下文；机密内容最好放在环境变量中',
  },
  resolver: {
    en: "recursive DNS server ADDRESS[:PORT] to ask; default the system's",
    zh: '要查询的递归 DNS 服务器 ADDRESS[:PORT]；默认为系统设置',
  },
  noPreflight: {
    en: 'order at once, without looking first at CAA, DNSSEC, DNS and the ports',
    zh: '直接下单，不事先检查 CAA、DNSSEC、DNS 和端口',
  },
  doctorCert: {
    en: 'ID of the certificate whose settings and installations are looked at; default the first name',
    zh: '要检查其设置和部署的证书 ID；默认为第一个名称',
  },
  noPropagationCheck: {
    en: 'do not wait until all name servers show the record',
    zh: '不等待所有名称服务器都显示该记录',
  },
  key: { en: 'type of the certificate key; default ec256', zh: '证书密钥的类型；默认 ec256' },
  profile: {
    en: 'kind of certificate, by a name that the issuer lists, e.g. shortlived; default the choice of the issuer',
    zh: '证书种类，使用签发机构列出的名称，例如 shortlived；默认由签发机构决定',
  },
  noProfile: { en: 'ask for no profile any more', zh: '不再指定配置' },
  preferredChain: {
    en: "chain to take where the issuer offers several: the common name of its topmost certificate's issuer, or that certificate's SHA-256 fingerprint",
    zh: '签发机构提供多条证书链时的选择：最上层证书的签发者通用名称，或该证书的 SHA-256 指纹',
  },
  noPreferredChain: {
    en: "take the issuer's default chain again",
    zh: '恢复使用签发机构的默认证书链',
  },
  reuseKey: {
    en: 'keep the private key when the certificate is renewed, e.g. where it is pinned by TLSA records',
    zh: '续期时沿用私钥，例如已通过 TLSA 记录固定时',
  },
  noReuseKey: { en: 'make a new key for each version again', zh: '恢复为每个版本生成新密钥' },
  keyFile: {
    en: 'private key of your own in PEM, read for each version',
    zh: '您自己的 PEM 私钥，每个版本都会读取',
  },
  csr: {
    en: 'certificate request in PEM or DER, made where the private key is and stays; handed in for each version',
    zh: '在私钥所在处生成的证书请求（PEM 或 DER），私钥不离开原处；每个版本都会提交它',
  },
  out: {
    en: 'directory that the PEM files are written to; default live/ID in the state directory',
    zh: '写入 PEM 文件的目录；默认为状态目录中的 live/ID',
  },
  install: {
    en: 'where to install it, as TARGET:KEY=VALUE,KEY=VALUE; `certwright install --help` lists the targets',
    zh: '部署位置，格式为 TARGET:KEY=VALUE,KEY=VALUE；`certwright install --help` 会列出所有部署目标',
  },
  wait: {
    en: 'how long each target may take until it serves what it was given, e.g. 90s, 30m; default 10m',
    zh: '每个目标从接收到提供证书的最长时间，例如 90s、30m；默认 10m',
  },
  forceIssue: { en: 'issue even where nothing is due', zh: '即使未到续期时间也签发' },

  target: {
    en: 'where to install it, as TARGET:KEY=VALUE,KEY=VALUE, see below; default everywhere it is installed',
    zh: '部署位置，格式为 TARGET:KEY=VALUE,KEY=VALUE，见下文；默认为所有已部署的位置',
  },
  uninstallTarget: {
    en: 'which place: TARGET, with options where that is not enough',
    zh: '哪个位置：TARGET，不足以区分时加上选项',
  },
  uninstallAll: { en: 'every place', zh: '所有位置' },
  unbind: {
    en: 'remove the certificate from the target too, where it is ours',
    zh: '同时从目标移除证书（仅限由我们部署的）',
  },
  region: {
    en: "region to look in; default the account's own, and all where a product lists them",
    zh: '要查看的地域；默认为账号的地域，产品可列出地域时为全部',
  },
  accountOption: {
    en: 'a setting of the account, as the targets take it; `certwright install --help` lists them',
    zh: '账号设置，与部署目标的选项相同；见 `certwright install --help`',
  },
  policyFor: {
    en: 'what for: a target, dns or discover; with options its resources are named, e.g. dns:zone=example.com',
    zh: '用途：部署目标、dns 或 discover；加上选项可限定资源，例如 dns:zone=example.com',
  },
  all: { en: 'all that are due; the same as naming none', zh: '所有到期的证书；与不指明证书相同' },
  forceRenew: {
    en: 'renew the named ones, or all with --all, even where not due',
    zh: '即使未到期也续期所指明的证书（或用 --all 续期全部）',
  },
  check: {
    en: 'only look: say what is due; exit code 2 where something is',
    zh: '只查看：显示到期的证书；有则退出码为 2',
  },

  reason: {
    en: 'why, by name or number (RFC 5280): {reasons}; default unspecified',
    zh: '原因的名称或编号（RFC 5280）：{reasons}；默认 unspecified',
  },
  revokeVersion: {
    en: 'number of the version; default the current one',
    zh: '版本号；默认为当前版本',
  },

  due: {
    en: 'only those that are due; exit code 2 where there are any',
    zh: '只列出到期的；有则退出码为 2',
  },

  format: { en: 'format of the file', zh: '文件格式' },
  output: {
    en: 'file to write, readable only by you; default standard output',
    zh: '要写入的文件，仅您可读；默认为标准输出',
  },
  passwordFile: {
    en: 'file whose first line is the password; asked for on a terminal where absent',
    zh: '第一行为密码的文件；未给出时在终端上询问',
  },
  keyFormat: {
    en: 'form of the key in pem and der: pkcs8, or traditional (PKCS#1 or SEC 1); default pkcs8',
    zh: 'pem 和 der 中私钥的形式：pkcs8 或 traditional（PKCS#1 或 SEC 1）；默认 pkcs8',
  },
  exportVersion: {
    en: 'number of the version; default the current one',
    zh: '版本号；默认为当前版本',
  },
  alias: { en: 'name of the entry in the file; default the ID', zh: '文件中条目的名称；默认为 ID' },
  sandboxDir: {
    en: 'directory for root.pem and sandbox.json; default a temporary one, removed at the end',
    zh: '存放 root.pem 和 sandbox.json 的目录；默认为临时目录，结束时删除',
  },
  sandboxZone: {
    en: 'DNS zone to serve; default example.test',
    zh: '要提供的 DNS 区域；默认 example.test',
  },
  sandboxHost: {
    en: 'loopback address of the CA; default 127.0.0.1',
    zh: 'CA 的回环地址；默认 127.0.0.1',
  },
  sandboxPort: { en: 'port of the CA; default a free one', zh: 'CA 的端口；默认为空闲端口' },
  sandboxDnsPort: {
    en: 'port of the DNS server; default a free one',
    zh: 'DNS 服务器的端口；默认为空闲端口',
  },
  sandboxHttpPort: {
    en: 'port where the CA asks for http-01; default a free one',
    zh: 'CA 验证 http-01 时访问的端口；默认为空闲端口',
  },
  sandboxTlsPort: {
    en: 'port where the CA asks for tls-alpn-01; default a free one',
    zh: 'CA 验证 tls-alpn-01 时访问的端口；默认为空闲端口',
  },
  sandboxNonceReject: {
    en: 'how many in a hundred good nonces are refused',
    zh: '每一百个有效 nonce 中拒绝多少个',
  },
  sandboxAuthzReuse: {
    en: 'how many in a hundred valid authorizations a new order takes over',
    zh: '新订单沿用多少百分比的有效授权',
  },
  sandboxValidity: {
    en: 'how long certificates are valid, e.g. 90d, 6h, 10m, 30s',
    zh: '证书的有效期，例如 90d、6h、10m、30s',
  },
  yes: { en: 'do not ask', zh: '不询问' },
} as const satisfies Record<string, Text>
