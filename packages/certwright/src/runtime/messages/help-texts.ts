import type { Text } from '../catalogue.ts'
import { accountSummaries } from './account-help-texts.ts'
import { acmeCommandSummaries } from './acme-help-texts.ts'
import { authorizationSummaries } from './authorization-texts.ts'

import { configSummaries } from './config-command-texts.ts'
import { budgetSummaries } from './budget-help-texts.ts'
import { upkeepSummaries } from './upkeep-help-texts.ts'

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
  proxyVariables: {
    en: 'the proxy that leads to CAs and clouds, and the hosts that are reached without; HTTP_PROXY for http:',
    zh: '访问 CA 与云服务所经的代理，以及不经代理的主机；http: 使用 HTTP_PROXY',
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
    en: 'something is to be done (`plan`, `renew --check`, `list --due`, `sweep --check`, `verify`, `doctor`, `dns-persist`: they only look)',
    zh: '有待办事项（`plan`、`renew --check`、`list --due`、`sweep --check`、`verify`、`doctor` 和 `dns-persist`：它们只查看）',
  },
  exitUsage: { en: 'the command line is wrong', zh: '命令行有误' },
  exitInterrupted: {
    en: 'interrupted by SIGINT (130) or SIGTERM (143), after withdrawing what was published',
    zh: '被 SIGINT（130）或 SIGTERM（143）中断，已先撤回发布的内容',
  },
} as const satisfies Record<string, Text>

/** One sentence a command. */
export const commandSummaries = {
  serve: {
    en: 'Keep everything as the file says, for ever',
    zh: '持续使一切与文件一致',
  },
  plan: {
    en: 'Say what would make everything as the file says, and why',
    zh: '说明要使一切与文件一致需要做什么以及原因',
  },
  apply: {
    en: 'Make everything as the file says, and prove it',
    zh: '使一切与文件一致，并验证',
  },
  issue: {
    en: 'Get a certificate for names, and keep its definition',
    zh: '为名称获取证书，并保存其定义',
  },
  renew: { en: 'Renew certificates that are due', zh: '续期到期的证书' },
  revoke: { en: 'Take a certificate back', zh: '吊销证书' },
  install: {
    en: 'Install a certificate where it is served, and prove that it is',
    zh: '将证书部署到提供服务的位置，并验证已生效',
  },
  uninstall: {
    en: 'Install a certificate at a place no longer',
    zh: '不再将证书部署到某个位置',
  },
  verify: {
    en: 'Look at what is served where certificates are installed',
    zh: '查看各部署位置实际提供的证书',
  },
  discover: {
    en: 'List what an account serves, whoever installed it',
    zh: '列出账号中提供的证书，无论由谁部署',
  },
  policy: {
    en: 'Print the least policy that an account needs',
    zh: '输出账号所需的最小权限策略',
  },
  sweep: {
    en: 'Remove challenge values that killed runs left in a DNS service',
    zh: '清理被中断的运行遗留在 DNS 服务中的验证记录',
  },
  list: { en: 'List the certificates', zh: '列出证书' },
  show: { en: 'Show everything about one certificate', zh: '显示一个证书的全部信息' },
  doctor: {
    en: 'Look at everything that an issuance needs, without ordering',
    zh: '检查签发所需的一切，但不下单',
  },
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
  ...authorizationSummaries,
  ...configSummaries,
  ...upkeepSummaries,
  ...budgetSummaries,
  sandbox: {
    en: 'Run a certificate authority and a DNS server for trying things out',
    zh: '运行供试用的证书颁发机构和 DNS 服务器',
  },
  completion: {
    en: 'Print a script that lets a shell complete commands, options and IDs',
    zh: '输出让 shell 补全命令、选项和 ID 的脚本',
  },
  ...accountSummaries,
  ...acmeCommandSummaries,
  help: { en: 'Show the help of a command', zh: '显示命令的帮助' },
} as const satisfies Record<string, Text>

/** What is worth knowing beyond the options. */
export const commandDetails = {
  serve: {
    en: 'Looks at each certificate when its time has come: to renew it, to try again, to see what is served. SIGTERM takes nothing new and lets what is under way end; SIGHUP reads the file again. It neither revokes nor forgets a certificate: `certwright apply` does.',
    zh: '在时间到来时检查每个证书：续期、重试、查看实际提供的证书。SIGTERM 不再接受新任务并等待进行中的任务结束；SIGHUP 重新读取文件。它不会吊销或移除证书：请使用 `certwright apply`。',
  },
  plan: {
    en: 'Reads the store, asks every target what it has, and shakes hands with every endpoint. Changes nothing. Ends with 2 where something is to be done.',
    zh: '读取存储，询问每个部署位置的现状，并与每个端点进行 TLS 握手。不做任何更改。有待办事项时退出码为 2。',
  },
  apply: {
    en: 'Several certificates at once; each decided again under its lock. One that fails stops no other, and is tried again later. With a plan that was kept, exactly that is done, or nothing where the world has moved.',
    zh: '同时处理多个证书；每个证书在加锁后重新判断。某个失败不影响其他，稍后会重试。给出已保存的计划时，严格执行该计划；如果情况已变化则不执行。',
  },
  issue: {
    en: 'A certificate that has these names already and is not due is left as it is. With other names, another issuer, profile or key it is issued anew under the same ID. Where it is installed is kept: `renew` installs there again.',
    zh: '如果证书已包含这些名称且未到续期时间，则保持不变。名称、签发机构、配置或密钥不同时，以同一 ID 重新签发。部署位置会被保存：`renew` 会再次部署。',
  },
  renew: {
    en: 'Without an ID all certificates that are due are renewed, as with --all, and installed where they were before. What could not be installed earlier is tried again. When a certificate is due its issuer suggests (RFC 9773) and is asked as often as it wants to be; two thirds of the lifetime, or half of less than ten days, is the latest. Made to be run often, by a timer: it does nothing where nothing is to be done.',
    zh: '不带 ID 时续期所有到期的证书，与 --all 相同，并重新部署到原有位置。之前未能部署的会再次尝试。续期时间由签发机构建议（RFC 9773），并按其要求的频率询问；最晚为有效期的三分之二（不足十天的为一半）。可由定时器频繁运行：无事可做时不做任何事。',
  },
  revoke: {
    en: 'Says first where the certificate is still installed. Revocation cannot be undone. To replace the certificate, run `certwright renew ID` afterwards.',
    zh: '先说明证书仍部署在哪里。吊销无法撤销。如需替换证书，请随后运行 `certwright renew ID`。',
  },
  install: {
    en: 'Without --target it is installed again everywhere it is known to be. A target that fails stops no other, and `renew` tries it again. What a target holds already is not written twice.',
    zh: '不带 --target 时重新部署到所有已知位置。某个目标失败不影响其他目标，`renew` 会再次尝试。目标上已有的证书不会重复写入。',
  },
  uninstall: {
    en: 'What the target holds is left as it is, unless --unbind removes it; the certificate of somebody else is never touched.',
    zh: '目标上的证书保持不变，除非用 --unbind 移除；他人的证书绝不会被改动。',
  },
  verify: {
    en: 'Asks each target what it holds and shakes hands with each of its endpoints. Changes nothing there; what is not as it should be is set right by the next `renew`.',
    zh: '询问每个目标所持有的证书，并与其每个端点握手。不做任何改动；不符合预期的会在下次 `renew` 时修正。',
  },
  discover: {
    en: 'Only looks. A product that cannot be listed is named, and the others are listed all the same.',
    zh: '只查看。无法查看的产品会单独列出，其余照常显示。',
  },
  policy: {
    en: 'Without --for it allows everything that certwright can do there. Nothing is asked of the account.',
    zh: '不带 --for 时包含 certwright 在该服务上的全部功能。不会访问账号。',
  },
  doctor: {
    en: 'Orders nothing, writes no DNS record and makes no account; for a moment it answers on the port that a CA would ask. Exit code 0: all is well; 2: there are warnings; 1: there are faults. A certificate that is kept is checked with its own settings.',
    zh: '不下单、不写入 DNS 记录、不创建账户；仅短暂地在 CA 会访问的端口上应答。退出码 0 表示正常，2 表示有警告，1 表示有故障。已保存的证书按其自身设置检查。',
  },
  sweep: {
    en: 'Finds them by the mark that each of ours bears, also where the state of the run that left them is lost, or was on another machine. What another order may still need is younger than a day.',
    zh: '通过我们所发布的每条记录上的标记查找，即使遗留记录的运行状态已丢失或在另一台机器上。其他订单可能仍需要的记录不到一天。',
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
  plan: {
    en: 'a plan that `certwright plan --out` has kept',
    zh: '由 `certwright plan --out` 保存的计划',
  },
  names: {
    en: 'domain names, wildcards (*.example.com) or IP addresses; with --csr they are read from the request',
    zh: '域名、通配符名称（*.example.com）或 IP 地址；使用 --csr 时从请求中读取',
  },
  id: {
    en: 'ID of a certificate, as `certwright list` shows it',
    zh: '证书的 ID，见 `certwright list`',
  },
  service: { en: 'the cloud', zh: '云服务' },
  provider: { en: 'the DNS service', zh: 'DNS 服务' },
  shell: { en: 'the shell', zh: 'shell 的名称' },
} as const satisfies Record<string, Text>

/** The examples' captions. */
export const exampleTexts = {
  serve: {
    en: 'As a service, watched at http://127.0.0.1:9180/healthz',
    zh: '作为服务运行，健康检查地址为 http://127.0.0.1:9180/healthz',
  },
  serveOnce: { en: 'Once, from a timer', zh: '由定时器运行一次' },
  plan: { en: 'What certwright.yaml here asks for', zh: '查看当前目录 certwright.yaml 的待办事项' },
  planOut: { en: 'Keep the plan, to apply exactly that later', zh: '保存计划，以便之后严格执行' },
  apply: { en: 'Do what is to be done', zh: '执行待办事项' },
  applyPlan: { en: 'Do what was looked at, and nothing else', zh: '只执行已查看过的计划' },
  issueHttp: {
    en: 'Prove by HTTP on port 80 of this machine',
    zh: '用本机 80 端口的 HTTP 验证',
  },
  issueWebroot: {
    en: 'Through a web server that runs already',
    zh: '通过已在运行的 Web 服务器验证',
  },
  issueWildcard: { en: 'A wildcard, proven by DNS', zh: '用 DNS 验证通配符名称' },
  issueShortLived: {
    en: 'An IP address, for which some CAs want a profile',
    zh: 'IP 地址，某些 CA 要求使用特定配置',
  },
  issueCsr: {
    en: 'For a key that stays where it is, e.g. in an appliance',
    zh: '私钥保留在原处，例如某台设备中',
  },
  issueStaging: { en: 'Try it first where nothing counts', zh: '先在测试环境中试用' },
  issueInstall: {
    en: 'Proven by DNS, and installed at once',
    zh: '用 DNS 验证，并立即部署',
  },
  installOne: { en: 'At one more place', zh: '部署到另一个位置' },
  installAll: { en: 'Again, wherever it is known to be', zh: '重新部署到所有已知位置' },
  uninstallOne: { en: 'Leave what is there, and forget the place', zh: '保留现状，不再部署' },
  uninstallAll: { en: 'Remove it from everywhere', zh: '从所有位置移除' },
  verifyAll: { en: 'All certificates, at all places', zh: '所有证书的所有部署位置' },
  verifyJson: { en: 'For a program', zh: '供程序使用' },
  discoverRegions: { en: 'Two regions at once', zh: '同时查看两个地域' },
  discoverJson: { en: 'For a program', zh: '供程序使用' },
  policyAll: { en: 'For everything', zh: '包含全部功能' },
  policyOne: { en: 'For one domain and its DNS alone', zh: '仅用于一个域名及其 DNS' },
  sweepLook: { en: 'Only look', zh: '只查看' },
  sweepAll: { en: 'Remove what is older than a week', zh: '清理一周以前的记录' },
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
  doctorHttp: { en: 'Before the first order', zh: '首次下单之前' },
  doctorDns: { en: 'By DNS, through this provider', zh: '通过此服务商用 DNS 验证' },
  doctorJson: { en: 'For a program', zh: '供程序使用' },
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
