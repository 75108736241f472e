import type { ErrorText } from '../catalogue.ts'

/** Errors of keys and certificate requests that were not made here. */
export const keyErrors = {
  KEY_ELSEWHERE: {
    message: {
      en: 'The private key of this certificate is elsewhere, with whoever made its certificate request',
      zh: '此证书的私钥不在此处，而在生成证书请求的一方',
    },
    hint: {
      en: 'Put the certificate together with its key where the key is',
      zh: '请在私钥所在之处将证书与私钥组合',
    },
  },
  TARGET_NEEDS_KEY: {
    message: {
      en: 'The target {target} needs the private key, which is elsewhere for a certificate by --csr',
      zh: '部署目标 {target} 需要私钥，而使用 --csr 的证书其私钥不在此处',
    },
    hint: {
      en: 'Leave the target out, or use --key-file with the key instead of --csr',
      zh: '请去掉该部署目标，或用 --key-file 提供私钥代替 --csr',
    },
  },
  KEY_FILE_NOT_CONFORM: {
    message: {
      en: '--key-file: {path} cannot be used: {reason}',
      zh: '--key-file：无法使用 {path}：{reason}',
    },
    hint: {
      en: 'Name a file with one private key in PEM, not encrypted, that only its owner can read',
      zh: '请指定包含一个未加密 PEM 私钥且仅所有者可读的文件',
    },
  },
  KEY_IS_ACCOUNT_KEY: {
    message: {
      en: 'The key is that of an account, which must never be in a certificate (RFC 8555 §11.1)',
      zh: '该密钥是账户密钥，绝不能写入证书（RFC 8555 §11.1）',
    },
    hint: { en: 'Use another key', zh: '请使用其他密钥' },
  },
  CSR_NOT_READABLE: {
    message: {
      en: '--csr: {path} holds no certificate request that can be read: {reason}',
      zh: '--csr：{path} 中没有可读取的证书请求：{reason}',
    },
    hint: {
      en: 'Name a file with one PKCS #10 request, as PEM or DER',
      zh: '请指定包含一个 PKCS #10 请求的文件（PEM 或 DER）',
    },
  },
  CSR_NOT_SIGNED: {
    message: {
      en: '--csr: the request in {path} is not signed by the key that it is for',
      zh: '--csr：{path} 中的请求并非由其密钥签名',
    },
    hint: { en: 'Make the request anew', zh: '请重新生成证书请求' },
  },
  CSR_WITHOUT_NAMES: {
    message: {
      en: '--csr: the request in {path} names nothing',
      zh: '--csr：{path} 中的请求没有任何名称',
    },
    hint: {
      en: 'Make one with subject alternative names, e.g. openssl req -addext subjectAltName=DNS:www.example.com',
      zh: '请生成带有主题备用名称的请求，例如 openssl req -addext subjectAltName=DNS:www.example.com',
    },
  },
  CSR_WITH_OTHER_NAMES: {
    message: {
      en: '--csr: the request in {path} has names that are neither domain names nor IP addresses',
      zh: '--csr：{path} 中的请求含有既非域名也非 IP 地址的名称',
    },
    hint: {
      en: 'Make it without e-mail addresses and URIs: no ACME order can have them',
      zh: '请去掉电子邮件地址和 URI：ACME 订单不支持它们',
    },
  },
  CSR_NAMES_DIFFER: {
    message: {
      en: 'The names that were given are not those of the certificate request: {names}',
      zh: '给出的名称与证书请求中的不同：{names}',
    },
    hint: {
      en: 'Give none: they are read from the request; or leave the request behind with --key TYPE',
      zh: '无需给出名称：会从请求中读取；或用 --key TYPE 改为由本机生成密钥',
    },
  },
} as const satisfies Record<string, ErrorText>
