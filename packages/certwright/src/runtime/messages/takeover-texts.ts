import type { Text } from '../catalogue.ts'

/** What a person hears of what another client left: what is to be done by hand, and why. */
export const takeoverRemarks = {
  unreadable: { en: '{path} cannot be read: {reason}', zh: '无法读取 {path}：{reason}' },
  'no-such-account': {
    en: 'The account in {path} is at {server}, whose directory URL is not known: name it with --issuer',
    zh: '{path} 中的账户属于 {server}，其目录网址未知：请用 --issuer 指定',
  },
  'account-beside': {
    en: 'The account in {path} is a second one at {issuer}; it is left there',
    zh: '{path} 中的账户是 {issuer} 的第二个账户，不予接管',
  },
  'account-kept-before': {
    en: 'There is an account at {issuer} here already; the one in {path} is left there',
    zh: '此处已有 {issuer} 的账户；{path} 中的账户不予接管',
  },
  'issuer-unknown': {
    en: 'The directory URL of {server} is not known, so it would be issued anew by the first issuer: name it with --issuer',
    zh: '{server} 的目录网址未知，因此会由首选签发机构重新签发：请用 --issuer 指定',
  },
  'key-type': {
    en: 'Its key is {keyType}, which is not made here: choose a key-type',
    zh: '其密钥类型为 {keyType}，此处不支持：请选择 key-type',
  },
  'not-usable': {
    en: 'What it has cannot go on being used, so it will be issued anew: {why}',
    zh: '现有证书无法继续使用，将重新签发：{why}',
  },
  'no-current': {
    en: 'Its key and chain are not both there, so it will be issued anew',
    zh: '私钥和证书链不齐全，将重新签发',
  },
  'keys-not-given': {
    en: 'No service gives keys out: all of these will be issued anew, and then installed where they are served',
    zh: '任何服务都不提供私钥：以上证书都将重新签发，然后部署到提供它们的位置',
  },
  'challenge-unknown': {
    en: 'How its names are proven is kept nowhere: check challenge:, or name a provider with --dns',
    zh: '未记录名称的验证方式：请检查 challenge:，或用 --dns 指定服务商',
  },
  'challenge-server': {
    en: 'A server has answered its challenges ({how}): choose webroot: or dns: under challenge:',
    zh: '其质询由服务器应答（{how}）：请在 challenge: 中选择 webroot: 或 dns:',
  },
  'wildcard-provider': {
    en: 'A wildcard needs a DNS provider: it is {entry} now; set it under dns:',
    zh: '通配符名称需要 DNS 服务商：目前为 {entry}；请在 dns: 中设置',
  },
  'service-unknown': {
    en: 'No DNS provider here is the counterpart of {service}: set one under dns:',
    zh: '没有与 {service} 对应的 DNS 服务商：请在 dns: 中设置',
  },
  'settings-missing': {
    en: 'For {provider} these settings were not found: {options}',
    zh: '未找到 {provider} 的以下设置：{options}',
  },
  'several-webroots': {
    en: 'Its names had several directories of web servers, and only the first is taken: {paths}',
    zh: '其名称使用了多个 Web 服务器目录，只采用第一个：{paths}',
  },
  hook: {
    en: '{hook} was run with it: {command}; a command after renewal is reload: of an install',
    zh: '曾随其运行 {hook}：{command}；续期后的命令请写在 installs 的 reload: 中',
  },
  'reads-files': {
    en: 'Servers read {path}: point them to current/ of its files here, which have the same names',
    zh: '服务器读取的是 {path}：请改为读取此处其文件目录中的 current/，文件名相同',
  },
  'target-unknown': {
    en: 'It was copied to {options}, and there is no target {target} here',
    zh: '曾被复制到 {options}，而此处没有部署目标 {target}',
  },
  'key-was-reused': {
    en: 'Keys were kept at renewals; here each version has a new one unless reuse-key: true is set',
    zh: '以往续期沿用同一私钥；此处每个版本使用新的私钥，除非设置 reuse-key: true',
  },
  'challenge-alias': {
    en: 'Challenges were answered at {alias}: a CNAME at _acme-challenge that leads there is followed here',
    zh: '质询曾在 {alias} 应答：此处会跟随 _acme-challenge 的 CNAME',
  },
  'internal-issuer': {
    en: 'What is in {path} is from an authority of its own and is left there',
    zh: '{path} 中的证书由其自身的 CA 签发，不予接管',
  },
  'still-running': {
    en: 'The other client goes on renewing until it is told not to: {stop}',
    zh: '另一客户端仍会继续续期，请停用：{stop}',
  },
  'id-taken': {
    en: 'Another certificate is called {id} here; nothing of it was changed',
    zh: '此处已有名为 {id} 的其他证书，未作改动',
  },
} as const satisfies Record<string, Text>

/** What the command says of it. */
export const takeoverTexts = {
  found: {
    en: '{path}: certificates of {client}: {certificates}; accounts: {accounts}',
    zh: '{path}：{client} 的证书：{certificates}；账户：{accounts}',
  },
  becomes: { en: 'BECOMES', zh: '处理方式' },
  version: { en: 'taken over as it is', zh: '原样接管' },
  anew: { en: 'issued anew', zh: '重新签发' },
  kept: { en: 'taken over as it is', zh: '已原样接管' },
  'there-already': { en: 'was taken over before', zh: '此前已接管' },
  'newer-kept': { en: 'a later version is here already', zh: '此处已有更新的版本' },
  'id-taken': { en: 'left: another has its id here', zh: '未接管：id 已被占用' },
  defined: { en: 'to be issued anew', zh: '待重新签发' },
  account: { en: 'ACCOUNT', zh: '账户' },
  byHand: { en: 'To be done by hand:', zh: '需要手动处理：' },
  about: { en: '  {certificate}: {remark}', zh: '  {certificate}：{remark}' },
  general: { en: '  {remark}', zh: '  {remark}' },
  wouldWrite: { en: 'Would be written to {path}:', zh: '将写入 {path}：' },
  wrote: { en: 'Written: {path}', zh: '已写入：{path}' },
  dryRun: {
    en: 'Nothing has been changed. Add --apply to do it',
    zh: '尚未做任何改动。加上 --apply 以执行',
  },
  next: {
    en: 'Look at the file, then run `certwright plan`',
    zh: '请查看该文件，然后运行 `certwright plan`',
  },
} as const satisfies Record<string, Text>

/** Comments in a file that is written. */
export const fileComments = {
  head: {
    en: 'What certwright keeps here, renews and installs. `certwright plan` shows what it would do, `certwright apply` does it.\n`certwright schema > certwright.schema.json` and `# yaml-language-server: $schema=certwright.schema.json` as the\nfirst line let editors complete and check this file.',
    zh: 'certwright 在此保存、续期和部署的内容。`certwright plan` 显示将要执行的操作，`certwright apply` 予以执行。\n运行 `certwright schema > certwright.schema.json`，并以 `# yaml-language-server: $schema=certwright.schema.json`\n作为首行，编辑器便可补全和检查此文件。',
  },
  issuers: { en: 'Who issues, in order of preference.', zh: '签发机构，按优先顺序排列。' },
  credentials: {
    en: 'Values that several places share. A secret comes from { env: NAME }, { file: PATH } or { command: [PROGRAM] }.',
    zh: '多处共用的值。机密来自 { env: NAME }、{ file: PATH } 或 { command: [PROGRAM] }。',
  },
  dns: { en: 'Where DNS challenges are answered.', zh: '应答 DNS 质询的服务商。' },
  certificates: {
    en: 'What should always be valid, and where it is served.',
    zh: '应始终保持有效的证书，以及提供它们的位置。',
  },
} as const satisfies Record<string, Text>
