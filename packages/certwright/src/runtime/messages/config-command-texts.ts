import type { Text } from '../catalogue.ts'

/** One sentence a command about the file. */
export const configSummaries = {
  config: { en: 'Look at the file that says what is wanted', zh: '查看描述目标状态的配置文件' },
  'config check': {
    en: 'Say everything that is wrong with the file, or what it wants',
    zh: '指出配置文件的全部错误，或显示其内容摘要',
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
  schema: {
    en: 'With `# yaml-language-server: $schema=certwright.schema.json` as the first line of the file, editors complete and check it. --lang chooses the language of the descriptions.',
    zh: '在文件首行写上 `# yaml-language-server: $schema=certwright.schema.json`，编辑器便可补全和检查。--lang 决定说明的语言。',
  },
} as const satisfies Record<string, Text>

/** The positional arguments. */
export const configArguments = {
  file: { en: 'the file', zh: '配置文件' },
} as const satisfies Record<string, Text>

/** The examples' captions. */
export const configExamples = {
  check: { en: 'The file of this directory or machine', zh: '当前目录或本机的文件' },
  checkJson: { en: 'For a program', zh: '供程序使用' },
  schema: { en: 'Beside the file', zh: '放在配置文件旁' },
  schemaZh: { en: 'With descriptions in Chinese', zh: '说明使用中文' },
} as const satisfies Record<string, Text>
