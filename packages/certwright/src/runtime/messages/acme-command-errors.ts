import type { ErrorText } from '../catalogue.ts'

/** Errors of the commands that do one step of the protocol each. */
export const acmeCommandErrors = {
  ACME_KEY_WITHOUT_ACCOUNT: {
    message: {
      en: 'The key in {path} has no account at {issuer}',
      zh: '{path} 中的密钥在 {issuer} 没有账户',
    },
    hint: {
      en: 'Make one: certwright acme account new',
      zh: '请创建账户：certwright acme account new',
    },
  },
  ACME_ORDER_FILE_NOT_CONFORM: {
    message: { en: '{path} holds no order', zh: '{path} 中没有订单' },
    hint: {
      en: 'Make one: certwright acme order new',
      zh: '请创建订单：certwright acme order new',
    },
  },
  ACME_NO_SUCH_CHALLENGE: {
    message: {
      en: 'The CA offers no challenge of type {type} for {name}, only {offered}',
      zh: 'CA 没有为 {name} 提供 {type} 类型的验证，仅提供 {offered}',
    },
    hint: {
      en: 'Choose one of those with --challenge',
      zh: '请用 --challenge 选择其中之一',
    },
  },
  ACME_TERMS_NOT_AGREED: {
    message: {
      en: 'An account needs your agreement to the terms of service: {url}',
      zh: '创建账户需要您同意服务条款：{url}',
    },
    hint: { en: 'Read them, then add --agree-tos', zh: '请阅读后加上 --agree-tos' },
  },
  ACME_NO_CERTIFICATE_YET: {
    message: {
      en: 'The order {url} has no certificate: it is {status}',
      zh: '订单 {url} 还没有证书：状态为 {status}',
    },
    hint: {
      en: 'Do the steps before: acme challenge, acme answer, acme finalize',
      zh: '请先完成之前的步骤：acme challenge、acme answer、acme finalize',
    },
  },
  ACME_PAYLOAD_NOT_JSON: {
    message: {
      en: '--payload: this is no JSON object',
      zh: '--payload：不是 JSON 对象',
    },
    hint: {
      en: "Give one, e.g. --payload '{}'; without --payload the request is a POST-as-GET",
      zh: "请给出 JSON 对象，例如 --payload '{}'；不带 --payload 时为 POST-as-GET 请求",
    },
  },
} as const satisfies Record<string, ErrorText>
