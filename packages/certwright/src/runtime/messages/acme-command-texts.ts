import type { Text } from '../catalogue.ts'

/** What came of it. */
export const acmeCommandResultTexts = {
  noTerms: { en: 'The CA has no terms of service', zh: 'CA 没有服务条款' },
  keyMade: { en: '{path}: a new key ({type})', zh: '{path}：新密钥（{type}）' },
  csrMade: { en: '{path}: a request for {names}', zh: '{path}：{names} 的证书请求' },
  accountMade: { en: 'Account made: {url}', zh: '已创建账户：{url}' },
  accountThere: { en: 'The key has this account already: {url}', zh: '密钥已有账户：{url}' },
  accountEnded: { en: 'Account closed: {url}', zh: '账户已停用：{url}' },
  orderKept: { en: 'Order kept in {path}', zh: '订单已保存到 {path}' },
  valid: { en: '{name}: proven already', zh: '{name}：已验证' },
  answered: { en: 'The order is {status}: {url}', zh: '订单状态为 {status}：{url}' },
  downloaded: { en: '{path}: {count} certificates', zh: '{path}：{count} 个证书' },
  revoked: { en: 'Revoked: {path}', zh: '已吊销：{path}' },
} as const satisfies Record<string, Text>

/** What is asked on a terminal. */
export const acmeCommandPromptTexts = {
  makeKey: {
    en: 'There is no key in {path}. Make one (RSA, 4096 bits)?',
    zh: '{path} 中没有密钥。是否创建（RSA，4096 位）？',
  },
} as const satisfies Record<string, Text>

/** Labels and headings. */
export const acmeCommandLabels = {
  names: { en: 'NAMES', zh: '名称' },
  commonName: { en: 'COMMON NAME', zh: '通用名称' },
  keyType: { en: 'KEY', zh: '密钥' },
  signature: { en: 'SIGNATURE', zh: '签名' },
  url: { en: 'URL', zh: '网址' },
  status: { en: 'STATUS', zh: '状态' },
  contact: { en: 'CONTACT', zh: '联系方式' },
  expires: { en: 'EXPIRES', zh: '到期' },
  name: { en: 'NAME', zh: '名称' },
  challenge: { en: 'CHALLENGE', zh: '验证方式' },
  where: { en: 'WHERE', zh: '位置' },
  what: { en: 'WHAT', zh: '内容' },
  signed: { en: '{algorithm}, by its own key', zh: '{algorithm}，由其自身密钥签名' },
} as const satisfies Record<string, Text>

/** The steps by which a request is built, in their order. */
export const jwsStepTexts = {
  key: {
    en: '1  The key signs by {algorithm}. Its public half as a JWK (RFC 7517):',
    zh: '1  密钥使用 {algorithm} 签名。其公钥的 JWK 形式（RFC 7517）：',
  },
  thumbprint: {
    en: "   Thumbprint: SHA-256 of the JWK's required members, sorted, without spaces (RFC 7638):",
    zh: '   指纹：JWK 必需成员排序、去空格后的 SHA-256（RFC 7638）：',
  },
  header: {
    en: '2  The protected header (RFC 8555 §6.2), {count} bytes:',
    zh: '2  受保护头部（RFC 8555 §6.2），{count} 字节：',
  },
  encoded: { en: '   in base64url without padding:', zh: '   编码为不带填充的 base64url：' },
  payload: { en: '3  The payload, {count} bytes:', zh: '3  载荷，{count} 字节：' },
  noPayload: {
    en: '3  No payload at all: POST-as-GET (RFC 8555 §6.3)',
    zh: '3  没有载荷：POST-as-GET（RFC 8555 §6.3）',
  },
  input: {
    en: '4  The signing input: header, a full stop, payload (RFC 7515 §5.1), {count} bytes of ASCII:',
    zh: '4  签名输入：头部、句点、载荷（RFC 7515 §5.1），{count} 字节 ASCII：',
  },
  digest: {
    en: '   its {hash}, which is what the key signs:',
    zh: '   其 {hash} 摘要，即密钥签名的内容：',
  },
  rsa: {
    en: '5  The signature (RSASSA-PKCS1-v1_5, RFC 7518 §3.3), as long as the modulus, {count} bytes:',
    zh: '5  签名（RSASSA-PKCS1-v1_5，RFC 7518 §3.3），与模数等长，{count} 字节：',
  },
  ecdsa: {
    en: '5  The signature (ECDSA, RFC 7518 §3.4): R, then S, of {half} bytes each and never DER, {count} bytes:',
    zh: '5  签名（ECDSA，RFC 7518 §3.4）：先 R 后 S，各 {half} 字节，绝非 DER，共 {count} 字节：',
  },
  eddsa: {
    en: '5  The signature (Ed25519, RFC 8037 §3.1), {count} bytes:',
    zh: '5  签名（Ed25519，RFC 8037 §3.1），{count} 字节：',
  },
  request: {
    en: '6  The request: the three parts as flattened JSON (RFC 7515 §7.2.2). It was not sent.',
    zh: '6  请求：三个部分组成扁平化 JSON（RFC 7515 §7.2.2）。尚未发送。',
  },
} as const satisfies Record<string, Text>
