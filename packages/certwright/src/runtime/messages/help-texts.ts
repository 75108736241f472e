import type { Text } from '../catalogue.ts'

/** What `--help` says of the program as a whole. */
export const helpTexts = {
  usage: { en: 'Usage:', zh: '用法：' },
  commands: { en: 'Commands:', zh: '命令：' },
  arguments: { en: 'Arguments:', zh: '参数：' },
  options: { en: 'Options:', zh: '选项：' },
  globalOptions: { en: 'Options of every command:', zh: '所有命令通用的选项：' },
  examples: { en: 'Examples:', zh: '示例：' },
  exitCodes: { en: 'Exit codes:', zh: '退出码：' },
  environment: { en: 'Environment:', zh: '环境变量：' },
  stateVariable: {
    en: 'the state directory, where --state names none',
    zh: '未给出 --state 时的状态目录',
  },
  keyVariable: {
    en: 'key that private keys are sealed with at rest, 32 bytes in base64; default seal.key in the state directory',
    zh: '用于加密保存私钥的密钥（32 字节的 base64）；默认使用状态目录中的 seal.key',
  },
  passphraseVariable: {
    en: 'passphrase instead of that key',
    zh: '代替上述密钥的密码短语',
  },
  clauseEnd: { en: '; ', zh: '；' },
  choices: { en: 'one of: {choices}', zh: '可选值：{choices}' },
  repeated: { en: 'can be given several times', zh: '可多次给出' },
  program: {
    en: 'Gets, installs, proves, renews and revokes TLS certificates through ACME.',
    zh: '通过 ACME 获取、安装、验证、续期和吊销 TLS 证书。',
  },
  more: {
    en: '`certwright COMMAND --help` says more of a command.',
    zh: '`certwright COMMAND --help` 显示某个命令的详细说明。',
  },
  exitDone: { en: 'done, or nothing to do', zh: '已完成，或无事可做' },
  exitFailed: { en: 'failed', zh: '失败' },
  exitDue: {
    en: 'something is to be done (`renew --check`, `list --due`: they only look)',
    zh: '有待办事项（`renew --check` 和 `list --due`：它们只查看）',
  },
  exitUsage: { en: 'the command line is wrong', zh: '命令行有误' },
  exitInterrupted: {
    en: 'interrupted by SIGINT (130) or SIGTERM (143), after withdrawing what was published',
    zh: '被 SIGINT（130）或 SIGTERM（143）中断，已先撤回发布的内容',
  },
} as const satisfies Record<string, Text>

/** One sentence a command. */
export const commandSummaries = {
  issue: {
    en: 'Get a certificate for names, and keep its definition',
    zh: '为名称获取证书，并保存其定义',
  },
  renew: { en: 'Renew certificates that are due', zh: '续期到期的证书' },
  revoke: { en: 'Take a certificate back', zh: '吊销证书' },
  list: { en: 'List the certificates', zh: '列出证书' },
  show: { en: 'Show everything about one certificate', zh: '显示一个证书的全部信息' },
  export: {
    en: 'Write a certificate and its key in another format',
    zh: '以其他格式导出证书及其私钥',
  },
  account: { en: 'Look after the accounts at the issuers', zh: '管理在签发机构的账户' },
  'account create': {
    en: 'Make an account, or open the one there is',
    zh: '创建账户，或打开已有账户',
  },
  'account show': {
    en: 'Show what the issuer says of the account',
    zh: '显示签发机构记录的账户信息',
  },
  'account update': { en: "Change the account's contact", zh: '修改账户的联系方式' },
  'account deactivate': {
    en: 'Deactivate the account for good; its certificates stay valid',
    zh: '永久停用账户；其证书仍然有效',
  },
  'account list': { en: 'List the accounts kept here', zh: '列出此处保存的账户' },
  sandbox: {
    en: 'Run a certificate authority and a DNS server for trying things out',
    zh: '运行供试用的证书颁发机构和 DNS 服务器',
  },
  completion: {
    en: 'Print a script that lets a shell complete commands, options and IDs',
    zh: '输出让 shell 补全命令、选项和 ID 的脚本',
  },
  help: { en: 'Show the help of a command', zh: '显示命令的帮助' },
} as const satisfies Record<string, Text>

/** What is worth knowing beyond the options. */
export const commandDetails = {
  issue: {
    en: 'A certificate that has these names already and is not due is left as it is. With other names, another issuer or another key type it is issued anew under the same ID.',
    zh: '如果证书已包含这些名称且未到续期时间，则保持不变。名称、签发机构或密钥类型不同时，以同一 ID 重新签发。',
  },
  renew: {
    en: 'Without an ID all certificates that are due are renewed, as with --all. Made to be run often, by a timer: it does nothing where nothing is due.',
    zh: '不带 ID 时续期所有到期的证书，与 --all 相同。可由定时器频繁运行：没有到期证书时不做任何事。',
  },
  revoke: {
    en: 'Revocation cannot be undone. To replace the certificate, run `certwright renew ID` afterwards.',
    zh: '吊销无法撤销。如需替换证书，请随后运行 `certwright renew ID`。',
  },
  export: {
    en: 'pem holds the key and then the chain; der is two files, the certificate and the key; pkcs12 suits current software, pkcs12-legacy Windows Server 2016 and older; jks is for Java.',
    zh: 'pem 依次包含私钥和证书链；der 是两个文件，证书和私钥；pkcs12 适用于当前的软件，pkcs12-legacy 适用于 Windows Server 2016 及更早版本；jks 用于 Java。',
  },
  sandbox: {
    en: 'Everything is on this machine and forgotten at the end; Ctrl-C ends it. Nothing that it issues is trusted anywhere else. Its defaults hurt on purpose: some good nonces are refused.',
    zh: '一切都在本机运行，结束后即清除；按 Ctrl-C 结束。它签发的证书在别处都不被信任。默认设置故意带有干扰：会拒绝部分有效的 nonce。',
  },
} as const satisfies Record<string, Text>

/** The positional arguments. */
export const argumentTexts = {
  names: {
    en: 'domain names, wildcards (*.example.com) or IP addresses',
    zh: '域名、通配符名称（*.example.com）或 IP 地址',
  },
  id: {
    en: 'ID of a certificate, as `certwright list` shows it',
    zh: '证书的 ID，见 `certwright list`',
  },
  shell: { en: 'the shell', zh: 'shell 的名称' },
} as const satisfies Record<string, Text>

/** The examples' captions. */
export const exampleTexts = {
  issueHttp: {
    en: 'Prove by HTTP on port 80 of this machine',
    zh: '用本机 80 端口的 HTTP 验证',
  },
  issueWebroot: {
    en: 'Through a web server that runs already',
    zh: '通过已在运行的 Web 服务器验证',
  },
  issueWildcard: { en: 'A wildcard, proven by DNS', zh: '用 DNS 验证通配符名称' },
  issueStaging: { en: 'Try it first where nothing counts', zh: '先在测试环境中试用' },
  renewAll: { en: 'What a timer runs', zh: '供定时器运行' },
  renewCheck: {
    en: 'Only look: exit code 2 where something is due',
    zh: '只查看：有到期证书时退出码为 2',
  },
  renewOne: { en: 'Renew one now', zh: '立即续期一个证书' },
  revokeKey: { en: 'The private key has leaked', zh: '私钥已泄露' },
  revokeOld: { en: 'An older version, replaced since', zh: '已被替换的旧版本' },
  listTable: { en: 'A table of all', zh: '全部证书的表格' },
  listJson: { en: 'For a program', zh: '供程序使用' },
  showOne: { en: 'Names, dates, versions, files', zh: '名称、日期、版本和文件' },
  exportPkcs12: { en: 'PKCS#12 for IIS and Windows', zh: '供 IIS 和 Windows 使用的 PKCS#12' },
  exportJks: { en: 'A Java key store', zh: 'Java 密钥库' },
  exportPem: {
    en: 'Key and chain in one PEM file, for HAProxy',
    zh: '供 HAProxy 使用的单个 PEM 文件（私钥和证书链）',
  },
  accountCreate: { en: 'An account with an address for notices', zh: '带通知邮箱的账户' },
  accountShow: { en: 'What the issuer knows', zh: '签发机构记录的信息' },
  accountUpdate: { en: 'Another address', zh: '更换邮箱' },
  accountDeactivate: { en: 'Without being asked', zh: '不再询问' },
  sandboxRun: { en: 'Run it, and follow what it prints', zh: '运行它，并按其输出操作' },
  sandboxFixed: {
    en: 'At a port of your choice, its root certificate in a folder of yours',
    zh: '使用指定的端口，并将根证书放入指定目录',
  },
  completionBash: { en: 'For bash, in ~/.bashrc', zh: '用于 bash，写入 ~/.bashrc' },
  completionZsh: {
    en: 'For zsh, in ~/.zshrc after compinit',
    zh: '用于 zsh，写入 ~/.zshrc 中 compinit 之后',
  },
  completionFish: { en: 'For fish', zh: '用于 fish' },
  completionPowershell: { en: 'For PowerShell, in $PROFILE', zh: '用于 PowerShell，写入 $PROFILE' },
} as const satisfies Record<string, Text>
