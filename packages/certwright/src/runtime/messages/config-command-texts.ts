import type { Text } from '../catalogue.ts'

/** One sentence a command about the file. */
export const configSummaries = {
  config: { en: 'Look at the file that says what is wanted', zh: '查看描述目标状态的配置文件' },
  'config check': {
    en: 'Say everything that is wrong with the file, or what it wants',
    zh: '指出配置文件的全部错误，或显示其内容摘要',
  },
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
  import: { en: 'Show what would be taken over', zh: '显示将要接管的内容' },
  importApply: { en: 'Take it over', zh: '执行接管' },
  importDiscover: {
    en: 'What the account serves now, as a file',
    zh: '将账号目前提供的证书写成文件',
  },
  schema: { en: 'Beside the file', zh: '放在配置文件旁' },
  schemaZh: { en: 'With descriptions in Chinese', zh: '说明使用中文' },
} as const satisfies Record<string, Text>
