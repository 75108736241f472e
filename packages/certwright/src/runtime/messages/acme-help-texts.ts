import type { Text } from '../catalogue.ts'

/** One sentence a command of the protocol. */
export const acmeCommandSummaries = {
  acme: {
    en: 'Do one step of the protocol at a time, to learn it or to see what goes wrong',
    zh: '逐步执行协议的每一步，用于学习或排查问题',
  },
  'acme directory': { en: "Show the CA's directory as it is sent", zh: '显示 CA 返回的目录原文' },
  'acme nonce': { en: 'Ask for a nonce', zh: '获取一个 nonce' },
  'acme terms': { en: 'Show where the terms of service are', zh: '显示服务条款的网址' },
  'acme key': { en: 'Make a private key in a new file', zh: '生成私钥并写入新文件' },
  'acme csr': { en: 'Make a certificate request', zh: '生成证书请求（CSR）' },
  'acme csr show': { en: 'Show what a certificate request asks for', zh: '显示证书请求的内容' },
  'acme jws': {
    en: 'Build and sign a request, byte by byte, and send nothing',
    zh: '逐字节构造并签名一个请求，但不发送',
  },
  'acme account': { en: 'The account that a key has at the CA', zh: '密钥在 CA 对应的账户' },
  'acme account new': { en: 'Make an account for the key', zh: '为密钥创建账户' },
  'acme account url': { en: "Find the account's URL by its key", zh: '用密钥查找账户的网址' },
  'acme account info': {
    en: 'Show what the CA keeps of the account',
    zh: '显示 CA 保存的账户信息',
  },
  'acme account update': { en: "Replace the account's contacts", zh: '替换账户的联系方式' },
  'acme account deactivate': { en: 'Close the account for good', zh: '永久停用账户' },
  'acme order': { en: 'The order of a certificate', zh: '证书的订单' },
  'acme order new': {
    en: 'Order a certificate for the names of a certificate request',
    zh: '按证书请求中的名称下单',
  },
  'acme order show': { en: 'Show the order as it now is', zh: '显示订单的当前状态' },
  'acme challenge': {
    en: 'Show what to publish for each name of the order',
    zh: '显示订单中每个名称需要发布的内容',
  },
  'acme answer': {
    en: 'Tell the CA that everything is published, and wait for its judgement',
    zh: '告知 CA 内容已发布，并等待验证结果',
  },
  'acme finalize': { en: 'Hand in the certificate request', zh: '提交证书请求' },
  'acme download': { en: 'Download the certificate with its chain', zh: '下载证书及其证书链' },
  'acme revoke': { en: 'Revoke a certificate that is in a file', zh: '吊销文件中的证书' },
} as const satisfies Record<string, Text>

/** What is worth knowing beyond the options. */
export const acmeCommandDetails = {
  directory: {
    en: 'A member with a random name is there on purpose: clients must pass over what they do not know (RFC 8555 §7.1.1).',
    zh: '名称随机的成员是故意加入的：客户端必须忽略不认识的内容（RFC 8555 §7.1.1）。',
  },
  key: {
    en: 'PKCS#8 in PEM, readable only by you; a file that is there is never overwritten. The account key signs what you say to the CA, the certificate key serves your site: they must not be the same (RFC 8555 §11.1).',
    zh: 'PEM 格式的 PKCS#8，仅您可读；绝不覆盖已有文件。账户密钥用于签名发给 CA 的请求，证书密钥用于您的网站：两者不得相同（RFC 8555 §11.1）。',
  },
  csr: {
    en: '`certwright acme csr show FILE` reads one.',
    zh: '`certwright acme csr show FILE` 可读取证书请求。',
  },
  jws: {
    en: 'Without --kid the header holds the public key, as newAccount and a revocation by the certificate key need it. Without --payload it is a POST-as-GET, which reads. The key decides the algorithm: RSA signs by RS256, P-256 by ES256.',
    zh: '不带 --kid 时头部包含公钥，newAccount 和用证书密钥吊销时需要如此。不带 --payload 时为 POST-as-GET，即读取。算法由密钥决定：RSA 使用 RS256，P-256 使用 ES256。',
  },
  accountNew: {
    en: 'A key that has an account already is answered with that account. Where the key file is missing, a person is asked whether to make one.',
    zh: '若密钥已有账户，则返回该账户。密钥文件不存在时会询问是否创建。',
  },
  order: {
    en: 'The order is kept in a file, which the commands after it read: challenge, answer, finalize, download.',
    zh: '订单保存在文件中，供后续命令读取：challenge、answer、finalize、download。',
  },
  challenge: {
    en: 'Publishes nothing itself. One type of challenge is enough for each name.',
    zh: '本身不发布任何内容。每个名称完成一种验证即可。',
  },
  revoke: {
    en: 'Signed by the account, or with --key by the key of the certificate itself, which needs no account.',
    zh: '由账户签名；使用 --key 时由证书自身的密钥签名，无需账户。',
  },
} as const satisfies Record<string, Text>

/** One phrase an option or an argument. */
export const acmeCommandOptionTexts = {
  ini: {
    en: 'settings: UserAgent, AccountKeyFile, CSRFile, ChainFile, ACMEDirectory, Contacts, Language; options go before them',
    zh: '设置文件：UserAgent、AccountKeyFile、CSRFile、ChainFile、ACMEDirectory、Contacts、Language；选项优先',
  },
  accountKey: {
    en: "PEM file with the account's private key; default account.key",
    zh: '账户私钥的 PEM 文件；默认 account.key',
  },
  which: { en: 'what the key is for', zh: '密钥的用途' },
  keyType: { en: 'kind of key; default rsa4096', zh: '密钥类型；默认 rsa4096' },
  keyOutput: {
    en: 'file to make; default AccountKeyFile of --ini or account.key, and certificate.key',
    zh: '要创建的文件；默认为 --ini 的 AccountKeyFile 或 account.key，以及 certificate.key',
  },
  names: { en: 'domain names or IP addresses', zh: '域名或 IP 地址' },
  certificateKey: {
    en: "PEM file with the certificate's private key; default certificate.key",
    zh: '证书私钥的 PEM 文件；默认 certificate.key',
  },
  commonName: { en: 'one of the names, for the subject', zh: '用于主题的通用名称（名称之一）' },
  csrOutput: {
    en: 'file to make; default CSRFile of --ini or certificate.csr',
    zh: '要创建的文件；默认为 --ini 的 CSRFile 或 certificate.csr',
  },
  csrFile: { en: 'the certificate request, PEM or DER', zh: '证书请求，PEM 或 DER 格式' },
  csr: {
    en: 'the certificate request; default CSRFile of --ini or certificate.csr',
    zh: '证书请求；默认为 --ini 的 CSRFile 或 certificate.csr',
  },
  order: {
    en: "the order's file; default cert_request.data",
    zh: '订单文件；默认 cert_request.data',
  },
  url: { en: 'where the request would go', zh: '请求将发往的网址' },
  payload: { en: 'JSON object to send', zh: '要发送的 JSON 对象' },
  kid: { en: "the account's URL", zh: '账户的网址' },
  nonce: {
    en: 'nonce of the CA; left out, as in a JWS within another',
    zh: 'CA 的 nonce；不给出则省略，如内层 JWS',
  },
  jwsKey: { en: 'PEM file with the private key to sign by', zh: '用于签名的私钥 PEM 文件' },
  explain: { en: 'show each step with its bytes', zh: '显示每一步及其字节' },
  noContact: { en: 'remove all contacts', zh: '移除所有联系方式' },
  challengeType: { en: 'which challenge; default dns-01', zh: '验证类型；默认 dns-01' },
  chain: {
    en: 'file to write; default ChainFile of --ini or chain.pem',
    zh: '要写入的文件；默认为 --ini 的 ChainFile 或 chain.pem',
  },
  certificate: {
    en: 'the certificate in PEM, alone or with its chain',
    zh: 'PEM 格式的证书，可带证书链',
  },
  revokeKey: {
    en: "PEM file with the certificate's private key, to sign by instead of the account's",
    zh: '证书私钥的 PEM 文件，代替账户密钥签名',
  },
} as const satisfies Record<string, Text>

/** The examples' captions. */
export const acmeCommandExampleTexts = {
  staging: { en: 'Of a CA for trying things out', zh: '用于试验的 CA' },
  ini: { en: 'With settings from a file', zh: '从文件读取设置' },
  accountKey: { en: 'RSA of 4096 bits', zh: '4096 位 RSA' },
  certificateKey: { en: 'On P-256, which is smaller and faster', zh: '使用更小更快的 P-256' },
  csr: { en: 'For two names', zh: '包含两个名称' },
  csrShow: { en: 'Names, key, signature', zh: '名称、密钥、签名' },
  jwsRead: { en: 'A request that reads the account', zh: '读取账户的请求' },
  jwsNew: { en: 'A request that makes one, with every step', zh: '创建账户的请求，并显示每一步' },
  account: { en: 'After you have read the terms', zh: '阅读条款之后' },
  update: { en: 'One other address', zh: '改为另一个地址' },
  plain: { en: 'With the files of the steps before', zh: '使用之前步骤的文件' },
  revokeOwn: {
    en: 'By its own key, which has become known to others',
    zh: '用已泄露的证书密钥吊销',
  },
} as const satisfies Record<string, Text>
