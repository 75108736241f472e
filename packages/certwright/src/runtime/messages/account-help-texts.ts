import type { Text } from '../catalogue.ts'

/** One sentence a command of accounts and issuers. */
export const accountSummaries = {
  issuers: {
    en: 'List the certificate authorities that are known by name',
    zh: '列出可按名称使用的证书颁发机构',
  },
  'account rollover': {
    en: 'Give the account another key',
    zh: '更换账户的密钥',
  },
  'account orders': {
    en: "List the account's orders at the issuer",
    zh: '列出账户在签发机构的订单',
  },
  'account recover': {
    en: 'Take over an account from another client by its key',
    zh: '用密钥接管其他客户端的账户',
  },
  'account export-key': {
    en: "Write the account's private key to a file",
    zh: '将账户的私钥写入文件',
  },
  'account agree': {
    en: "Note that you have agreed to the issuer's new terms",
    zh: '记录您已同意签发机构的新条款',
  },
} as const satisfies Record<string, Text>

/** What is worth knowing beyond the options. */
export const accountDetails = {
  issuers: {
    en: 'With a name: everything that is known of it, its rate limits too. A question mark means that it is not known; what the issuer says of itself goes before the list.',
    zh: '给出名称时显示该机构的全部已知信息，包括速率限制。问号表示未知；以签发机构自身的说明为准。',
  },
  create: {
    en: 'A MAC key is never taken from the command line, where others could read it. Once the account is made, the --eab options are not needed any more.',
    zh: 'MAC 密钥绝不从命令行读取，以免被他人看到。账户创建后不再需要 --eab 选项。',
  },
  rollover: {
    en: 'The new key is kept beside the old one before the issuer hears of it, and the old one is forgotten once the issuer has answered to the new one. Interrupted, it goes on when it is run again.',
    zh: '新密钥在签发机构得知之前就与旧密钥一同保存；签发机构接受新密钥之后才会丢弃旧密钥。中断后再次运行即可继续。',
  },
  orders: {
    en: 'Many issuers keep no such list, and say so.',
    zh: '许多签发机构不提供此列表，命令会说明。',
  },
  recover: {
    en: "Takes the key files of certbot (private_key.json), lego, acme.sh (account.key), Caddy and everything else that is PEM or a JWK. Finds the account by its key and makes none; the other client's file stays as it is.",
    zh: '支持 certbot（private_key.json）、lego、acme.sh（account.key）、Caddy 以及任何 PEM 或 JWK 格式的密钥文件。按密钥查找账户，不会新建；原文件保持不变。',
  },
  exportKey: {
    en: 'Whoever has this key can use the account: get certificates for its valid authorizations, revoke them, and close it.',
    zh: '拥有此密钥的人可以使用该账户：用其有效授权获取证书、吊销证书以及关闭账户。',
  },
  agree: {
    en: 'Never agrees for you: a person confirms it at the terminal, or names the terms that were read with --terms.',
    zh: '绝不代您同意：需由人在终端上确认，或用 --terms 指明已阅读的条款。',
  },
} as const satisfies Record<string, Text>

/** One phrase an option. */
export const accountOptionTexts = {
  eabKid: {
    en: 'key identifier of the external account that a new account is bound to (EAB)',
    zh: '新账户要绑定的外部账户的密钥标识（EAB）',
  },
  eabKeyFile: {
    en: 'file with its MAC key, in whatever form the issuer gave it; - is standard input',
    zh: '包含其 MAC 密钥的文件，格式与签发机构给出的一致；- 表示标准输入',
  },
  eabKeyEnv: {
    en: 'environment variable with its MAC key',
    zh: '包含其 MAC 密钥的环境变量',
  },
  eabAlg: {
    en: 'MAC algorithm; default HS256, which every issuer takes',
    zh: 'MAC 算法；默认 HS256，所有签发机构都接受',
  },
  accountSigner: {
    en: 'exec:PATH, a program that holds the key of a new account and signs by it',
    zh: 'exec:PATH，持有新账户密钥并用其签名的程序',
  },
  newSigner: {
    en: 'exec:PATH, a program that holds the new key and signs by it',
    zh: 'exec:PATH，持有新密钥并用其签名的程序',
  },
  heldBySigner: {
    en: 'exec:PATH, a program that holds the key of the account, instead of --key-file',
    zh: 'exec:PATH，持有账户密钥的程序，代替 --key-file',
  },
  accountKeyType: {
    en: 'type of the key of a new account; default ec256',
    zh: '新账户密钥的类型；默认 ec256',
  },
  newKeyType: {
    en: 'type of the new key; default that of the old one',
    zh: '新密钥的类型；默认与旧密钥相同',
  },
  forceRollover: {
    en: 'even while orders of the account are under way',
    zh: '即使账户有进行中的订单也更换',
  },
  limit: { en: 'how many orders to show; default 50', zh: '显示多少个订单；默认 50' },
  keyFile: {
    en: "file with the account's private key; - is standard input",
    zh: '包含账户私钥的文件；- 表示标准输入',
  },
  keyPasswordFile: {
    en: 'file whose first line opens the key; asked for on a terminal where absent',
    zh: '第一行为私钥密码的文件；未给出时在终端上询问',
  },
  replaceAccount: {
    en: 'use the recovered account instead of the one that is kept',
    zh: '用恢复的账户代替已保存的账户',
  },
  keyOutput: {
    en: 'file to write, readable only by you; default standard output',
    zh: '要写入的文件，仅您可读；默认为标准输出',
  },
  keyForm: {
    en: 'pem (PKCS#8) or jwk; default pem',
    zh: 'pem（PKCS#8）或 jwk；默认 pem',
  },
  encryptBy: {
    en: 'file whose first line is the password to encrypt the PEM with',
    zh: '第一行为用于加密 PEM 的密码的文件',
  },
  print: { en: 'show the key on a terminal', zh: '在终端上显示私钥' },
  terms: {
    en: 'URL of the terms that you have read and agree to; asked for on a terminal where absent',
    zh: '您已阅读并同意的条款网址；未给出时在终端上询问',
  },
} as const satisfies Record<string, Text>

/** The positional arguments. */
export const accountArgumentTexts = {
  issuerName: { en: 'one of them', zh: '其中之一' },
} as const satisfies Record<string, Text>

/** The examples' captions. */
export const accountExampleTexts = {
  issuersTable: { en: 'A table of all', zh: '全部机构的表格' },
  issuersOne: { en: 'Its limits and what it offers', zh: '其限制及提供的功能' },
  createBound: {
    en: 'At an issuer for customers, with the values that it gave out',
    zh: '在面向客户的签发机构，使用其给出的值',
  },
  createStdin: {
    en: 'The MAC key straight from another program',
    zh: '直接从其他程序读取 MAC 密钥',
  },
  createSigner: { en: 'With a key that never leaves its token', zh: '使用从不离开令牌的密钥' },
  rolloverPlain: { en: 'Another key of the same type', zh: '更换为同类型的密钥' },
  rolloverSigner: { en: 'Move the account into a token', zh: '将账户密钥移入令牌' },
  ordersPlain: { en: 'The first fifty', zh: '前五十个' },
  recoverCertbot: { en: "certbot's account", zh: 'certbot 的账户' },
  recoverLego: { en: "lego's account, or acme.sh's", zh: 'lego 或 acme.sh 的账户' },
  exportFile: { en: 'To a file of your own', zh: '写入您自己的文件' },
  agreePlain: { en: 'After you have read them', zh: '阅读之后' },
} as const satisfies Record<string, Text>
