import type { AcmeErrorCode, IdentifierReason } from '@certwright/acme'
import type { ErrorText, Text } from '../catalogue.ts'

/** What the protocol's errors are called. `{reason}` is the error's own message, in English. */
export const acmeErrorTexts: Readonly<Record<AcmeErrorCode, ErrorText>> = {
  ACME_PROBLEM: {
    message: { en: 'The CA refused: {reason}', zh: 'CA 拒绝了请求：{reason}' },
    hint: {
      en: 'Set right what the CA says; --trace shows the whole exchange',
      zh: '请按 CA 的说明修正；--trace 会显示完整的交互',
    },
  },
  ACME_RESPONSE_NOT_CONFORM: {
    message: { en: '{reason}', zh: 'CA 的应答不符合协议：{reason}' },
    hint: {
      en: 'Check that the issuer is the URL of an ACME directory; --trace shows the reply',
      zh: '请检查签发机构是否为 ACME 目录的网址；--trace 会显示应答',
    },
  },
  ACME_NETWORK: {
    message: { en: 'The CA cannot be reached: {reason}', zh: '无法连接 CA：{reason}' },
    hint: {
      en: 'Check the network, and that the issuer is the right URL; behind a proxy set HTTPS_PROXY',
      zh: '请检查网络以及签发机构的网址是否正确；如在代理之后，请设置 HTTPS_PROXY',
    },
  },
  ACME_SERVER_NOT_TRUSTED: {
    message: { en: "The CA's server is not trusted: {reason}", zh: '不信任 CA 的服务器：{reason}' },
    hint: {
      en: "Name the CA's root with --ca-file if it is a private CA; otherwise somebody is in between",
      zh: '如果是私有 CA，请用 --ca-file 指定其根证书；否则可能有人在中间拦截',
    },
  },
  ACME_NOT_HTTPS: {
    message: { en: '{reason}', zh: '地址不是 https：{reason}' },
    hint: { en: 'Use an issuer that speaks https', zh: '请使用支持 https 的签发机构' },
  },
  ACME_REDIRECTED: {
    message: { en: '{reason}', zh: 'CA 将请求重定向到别处：{reason}' },
    hint: {
      en: "Use the directory URL that the CA's documentation gives",
      zh: '请使用 CA 文档中给出的目录网址',
    },
  },
  ACME_DEADLINE: {
    message: { en: '{reason}', zh: '等待超时：{reason}' },
    hint: { en: 'Run it again: it goes on where it stopped', zh: '请再次运行：它会从中断处继续' },
  },
  ACME_NOT_SUPPORTED: {
    message: { en: '{reason}', zh: 'CA 不支持此功能：{reason}' },
    hint: {
      en: 'Leave that option out, or use another issuer',
      zh: '请去掉该选项，或使用其他签发机构',
    },
  },
  ACME_KEY_NOT_CHANGED: {
    message: { en: '{reason}', zh: '账户密钥未更换：{reason}' },
    hint: {
      en: 'Go on with the old key, or make a new account with a new one',
      zh: '请继续使用旧密钥，或用新密钥创建新账户',
    },
  },
  ACME_MAC_KEY_NOT_READABLE: {
    message: { en: '{reason}', zh: '无法读取外部账户的 MAC 密钥：{reason}' },
    hint: {
      en: 'Copy the key again exactly as the CA shows it',
      zh: '请按 CA 显示的内容重新复制密钥',
    },
  },
  ACME_PROFILE_NOT_OFFERED: {
    message: { en: '{reason}', zh: 'CA 不提供此配置：{reason}' },
    hint: {
      en: 'Choose one of the profiles that the CA lists',
      zh: '请从 CA 列出的配置中选择',
    },
  },
  ACME_AUTHORIZATION_INVALID: {
    message: { en: '{reason}', zh: '名称未获授权：{reason}' },
    hint: {
      en: 'Set right what the CA says of each name, then run it again',
      zh: '请按 CA 对每个名称的说明修正，然后再次运行',
    },
  },
  ACME_ORDER_INVALID: {
    message: { en: '{reason}', zh: '订单失败：{reason}' },
    hint: {
      en: 'Set right what the CA says of each name, then run it again',
      zh: '请按 CA 对每个名称的说明修正，然后再次运行',
    },
  },
  ACME_NO_SOLVER: {
    message: { en: '{reason}', zh: '没有适用的验证方式：{reason}' },
    hint: { en: 'Choose another --challenge', zh: '请选择其他 --challenge' },
  },
  ACME_KEY_NOT_READABLE: {
    message: { en: '{reason}', zh: '无法读取私钥：{reason}' },
    hint: { en: 'Use a private key as PEM', zh: '请使用 PEM 格式的私钥' },
  },
  ACME_PASSPHRASE_WRONG: {
    message: { en: '{reason}', zh: '私钥的密码缺失或错误：{reason}' },
    hint: { en: 'Give the right passphrase', zh: '请给出正确的密码' },
  },
  ACME_PEM_NOT_CONFORM: { message: { en: '{reason}', zh: 'PEM 格式有误：{reason}' } },
  ACME_DER_NOT_CONFORM: { message: { en: '{reason}', zh: 'DER 格式有误：{reason}' } },
  ACME_IDENTIFIER_NOT_CONFORM: {
    message: { en: '{reason}', zh: '名称不能写入证书：{reason}' },
  },
}

/** Why a text names nothing that a certificate can be for. */
export const nameReasons: Readonly<Record<string, Text>> = {
  empty: { en: 'it is empty', zh: '名称为空' },
  character: {
    en: 'it has a character that no domain name has; give the name alone, without scheme, port or path',
    zh: '含有域名中不允许的字符；请只给出名称，不带协议、端口或路径',
  },
  underscore: {
    en: 'it has an underscore, and CAs issue for host names only',
    zh: '含有下划线，而 CA 只为主机名签发证书',
  },
  'not-convertible': {
    en: 'it has characters that international domain names do not allow',
    zh: '含有国际化域名不允许的字符',
  },
  'empty-label': {
    en: 'it has two dots in a row, or one at its beginning',
    zh: '有连续的点，或以点开头',
  },
  'label-too-long': {
    en: 'a part of it is longer than 63 characters',
    zh: '其中一段超过 63 个字符',
  },
  'name-too-long': { en: 'it is longer than 253 characters', zh: '超过 253 个字符' },
  'hyphen-at-edge': {
    en: 'a part of it begins or ends with a hyphen',
    zh: '其中一段以连字符开头或结尾',
  },
  wildcard: {
    en: 'a wildcard is only `*.` once, at the beginning',
    zh: '通配符只能是开头的一个 `*.`',
  },
  'number-at-end': {
    en: 'it ends in a number and is no IP address in its usual form',
    zh: '以数字结尾，但不是通常形式的 IP 地址',
  },
} satisfies Record<IdentifierReason, Text>

/** The labels of an error's particulars. */
export const reportTexts = {
  hint: { en: 'hint: {hint}', zh: '提示：{hint}' },
  type: { en: '  type: {type}', zh: '  类型：{type}' },
  detail: { en: '  detail: {detail}', zh: '  详情：{detail}' },
  about: { en: '  {name}: {problem}', zh: '  {name}：{problem}' },
  aboutChallenge: {
    en: '  {name} ({challenge}): {problem}',
    zh: '  {name}（{challenge}）：{problem}',
  },
  means: { en: '  what it means: {what}', zh: '  含义：{what}' },
  because: { en: '  why: {why}', zh: '  原因：{why}' },
  tried: { en: '    the CA tried: {record}', zh: '    CA 尝试过：{record}' },
  offered: { en: '  {name}: the CA offers {challenges}', zh: '  {name}：CA 提供 {challenges}' },
  retryAt: { en: '  not before: {time}', zh: '  最早重试时间：{time}' },
  terms: { en: '  terms of service: {url}', zh: '  服务条款：{url}' },
  explained: { en: '  explained at: {url}', zh: '  说明见：{url}' },
  listEnd: { en: ', ', zh: '、' },
} as const satisfies Record<string, Text>
