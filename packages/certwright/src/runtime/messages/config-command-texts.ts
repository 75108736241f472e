import type { Text } from '../catalogue.ts'

/** One sentence a command about the file. */
export const configSummaries = {
  config: { en: 'Look at the file that says what is wanted', zh: '查看描述目标状态的配置文件' },
  'config check': {
    en: 'Say everything that is wrong with the file, or what it wants',
    zh: '指出配置文件的全部错误，或显示其内容摘要',
  },
  init: { en: 'Ask, and write a first file', zh: '通过询问写出第一个配置文件' },
  import: {
    en: 'Take over what another client left, or what an account serves',
    zh: '接管其他客户端留下的内容，或账号中提供的证书',
  },
  schema: {
    en: 'Print the JSON Schema of the file, for editors',
    zh: '输出配置文件的 JSON Schema，供编辑器使用',
  },
} as const satisfies Record<string, Text>

/** What is worth knowing beyond the options. */
export const configDetails = {
  check: {
    en: 'Talks to nobody, changes nothing and fetches no secret. Without FILE it is $CERTWRIGHT_CONFIG, else certwright.yaml (or .yml, .json, .ts, .mjs) here, else in /etc/certwright. Exit code 64 where it cannot be used.',
    zh: '不访问网络，不做任何改动，也不读取机密。未给出 FILE 时使用 $CERTWRIGHT_CONFIG，否则使用当前目录的 certwright.yaml（或 .yml、.json、.ts、.mjs），再否则使用 /etc/certwright 中的文件。无法使用时退出码为 64。',
  },
  init: {
    en: 'Without a name it asks on the terminal; with names it writes what the options say. A file that is there is never overwritten, and nothing else is done.',
    zh: '未给出名称时在终端上询问；给出名称时按选项写出。绝不覆盖已有文件，也不执行其他操作。',
  },
  import: {
    en: 'Only shows what it would do, until --apply is given: then the certificates with their keys become the current versions here, accounts go on being used, and a file is written that says what there should be. What has no counterpart is listed. Nothing of the other client is changed.',
    zh: '在给出 --apply 之前只显示将要执行的操作；之后证书及其私钥成为此处的当前版本，账户继续使用，并写入描述目标状态的文件。没有对应功能的内容会列出。不改动另一客户端的任何内容。',
  },
  schema: {
    en: 'With `# yaml-language-server: $schema=certwright.schema.json` as the first line of the file, editors complete and check it. --lang chooses the language of the descriptions.',
    zh: '在文件首行写上 `# yaml-language-server: $schema=certwright.schema.json`，编辑器便可补全和检查。--lang 决定说明的语言。',
  },
} as const satisfies Record<string, Text>

/** The positional arguments. */
export const configArguments = {
  file: { en: 'the file', zh: '配置文件' },
  source: { en: 'the client, or discover', zh: '客户端，或 discover' },
  cloud: { en: 'for discover: the cloud', zh: '用于 discover：云服务' },
} as const satisfies Record<string, Text>

/** One phrase an option. */
export const configOptions = {
  path: {
    en: 'where the client has its files; default where it usually does',
    zh: '客户端文件所在目录；默认为其通常位置',
  },
  write: {
    en: 'the file to write, which must not be there; default certwright.yaml',
    zh: '要写入的文件，须尚不存在；默认 certwright.yaml',
  },
  apply: { en: 'do it', zh: '执行' },
  dnsOption: {
    en: 'a setting of the DNS provider, see below; a secret as KEY=env:NAME or KEY=file:PATH',
    zh: 'DNS 服务商的设置，见下文；机密写成 KEY=env:NAME 或 KEY=file:PATH',
  },
  issuer: {
    en: 'who has issued, where the files do not say it; for discover who is to issue',
    zh: '签发机构，仅当文件中未记录时需要；用于 discover 时为将要签发的机构',
  },
  caFile: {
    en: 'PEM file of roots that an issuer of your own is trusted by',
    zh: '用于信任自有签发机构的 PEM 根证书文件',
  },
  dns: {
    en: 'DNS provider for challenges that are not known here',
    zh: '用于此处未知的质询的 DNS 服务商',
  },
  region: { en: 'for discover: region to look in', zh: '用于 discover：要查看的地域' },
  accountOption: {
    en: 'for discover: a setting of the account; `certwright install --help` lists them',
    zh: '用于 discover：账号设置；见 `certwright install --help`',
  },
} as const satisfies Record<string, Text>

/** The examples' captions. */
export const configExamples = {
  check: { en: 'The file of this directory or machine', zh: '当前目录或本机的文件' },
  checkJson: { en: 'For a program', zh: '供程序使用' },
  init: { en: 'Be asked', zh: '逐项询问' },
  initNames: { en: 'Without being asked', zh: '不询问' },
  initDns: {
    en: 'A wildcard, its secret from the environment',
    zh: '通配符名称，机密来自环境变量',
  },
  import: { en: 'Show what would be taken over', zh: '显示将要接管的内容' },
  importApply: { en: 'Take it over', zh: '执行接管' },
  importDiscover: {
    en: 'What the account serves now, as a file',
    zh: '将账号目前提供的证书写成文件',
  },
  schema: { en: 'Beside the file', zh: '放在配置文件旁' },
  schemaZh: { en: 'With descriptions in Chinese', zh: '说明使用中文' },
} as const satisfies Record<string, Text>

/** What `init` asks. */
export const initTexts = {
  names: {
    en: 'What is the first certificate for? Names, separated by spaces',
    zh: '第一个证书用于哪些名称？以空格分隔',
  },
  issuer: { en: 'Who is to issue?', zh: '由谁签发？' },
  email: { en: 'Address for notices (empty for none)', zh: '通知邮箱（可留空）' },
  agree: {
    en: "Do you agree to the issuer's terms of service, so that an account can be made?",
    zh: '您是否同意签发机构的服务条款，以便创建账户？',
  },
  challenge: { en: 'How are the names proven?', zh: '如何验证名称？' },
  'http-01': { en: 'this machine answers on port 80', zh: '由本机在 80 端口应答' },
  webroot: { en: 'a web server on port 80 serves files', zh: '由 80 端口的 Web 服务器提供文件' },
  'tls-alpn-01': { en: 'this machine answers on port 443', zh: '由本机在 443 端口应答' },
  dns: {
    en: 'through a DNS provider; needed for wildcards',
    zh: '通过 DNS 服务商；通配符名称必需',
  },
  directory: { en: 'Directory of that web server', zh: '该 Web 服务器的目录' },
  provider: { en: 'Which DNS provider?', zh: '哪个 DNS 服务商？' },
  option: { en: '{provider}: {key}: {summary}', zh: '{provider}：{key}：{summary}' },
  secret: {
    en: '{provider}: {key} is a secret: which environment variable holds it?',
    zh: '{provider}：{key} 是机密：由哪个环境变量保存？',
  },
  needed: { en: 'This is needed', zh: '此项必需' },
  target: { en: 'Where is it served?', zh: '在哪里提供？' },
  nowhere: { en: 'only as files of certwright', zh: '仅作为 certwright 的文件' },
  written: { en: 'Written: {path}', zh: '已写入：{path}' },
  next: {
    en: '`certwright plan` shows what it would do, `certwright apply` does it',
    zh: '`certwright plan` 显示将要执行的操作，`certwright apply` 予以执行',
  },
} as const satisfies Record<string, Text>
