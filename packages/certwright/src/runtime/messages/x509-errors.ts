import type { ErrorText } from '../catalogue.ts'

/** Errors of the room `x509`. */
export const x509Errors = {
  CHAIN_EMPTY: {
    message: {
      en: 'There is no certificate in the chain',
      zh: '证书链中没有证书',
    },
    hint: {
      en: 'Issue the certificate again; if it happens again, tell the CA',
      zh: '请重新签发证书；若仍然如此，请联系 CA',
    },
  },
  CHAIN_NOT_READABLE: {
    message: {
      en: 'The certificate chain cannot be read: {reason}',
      zh: '无法读取证书链：{reason}',
    },
    hint: {
      en: 'Give certificates in PEM and nothing else, the leaf first',
      zh: '请只提供 PEM 格式的证书，叶证书在最前',
    },
  },
  KEY_NOT_READABLE: {
    message: {
      en: 'The private key of the certificate cannot be read',
      zh: '无法读取证书的私钥',
    },
    hint: {
      en: 'Give the key in PEM, not encrypted, or issue the certificate again',
      zh: '请提供未加密的 PEM 格式私钥，或重新签发证书',
    },
  },
  KEY_NOT_OF_CERTIFICATE: {
    message: {
      en: 'The certificate was issued for another key than ours',
      zh: '证书所对应的密钥不是我们的密钥',
    },
    hint: {
      en: 'Issue the certificate again with a new key; this one can be served by nobody here',
      zh: '请用新的密钥重新签发；此证书无法在此使用',
    },
  },
  NAMES_NOT_AS_ORDERED: {
    message: {
      en: 'The certificate is for {has}, and {ordered} was ordered',
      zh: '证书包含的名称为 {has}，而订购的是 {ordered}',
    },
    hint: {
      en: 'Issue the certificate again; if it happens again, tell the CA',
      zh: '请重新签发证书；若仍然如此，请联系 CA',
    },
  },
  CERTIFICATE_NOT_YET_VALID: {
    message: {
      en: 'The certificate is valid from {notBefore} only, and here it is {now}',
      zh: '证书从 {notBefore} 起才有效，而本机时间为 {now}',
    },
    hint: {
      en: 'Set the clock of this machine, then issue again',
      zh: '请校准本机时钟，然后重新签发',
    },
  },
  CERTIFICATE_EXPIRED: {
    message: {
      en: 'The certificate expired at {notAfter}, and here it is {now}',
      zh: '证书已于 {notAfter} 过期，而本机时间为 {now}',
    },
    hint: {
      en: 'Set the clock of this machine if it is wrong, then issue again',
      zh: '若本机时钟有误请先校准，然后重新签发',
    },
  },
  CERTIFICATE_NOT_FOR_SERVERS: {
    message: {
      en: 'The certificate may not be used by TLS servers: its extended key usage lacks serverAuth',
      zh: '证书不能用于 TLS 服务器：其扩展密钥用法缺少 serverAuth',
    },
    hint: {
      en: 'Choose a profile of the CA that is for servers, then issue again',
      zh: '请选择该 CA 面向服务器的配置（profile），然后重新签发',
    },
  },
  CHAIN_NOT_LINKED: {
    message: {
      en: 'The chain is broken: certificate {position} was not issued by certificate {next}',
      zh: '证书链不连续：第 {position} 个证书不是由第 {next} 个证书签发的',
    },
    hint: {
      en: 'Put the leaf first and after each certificate its issuer; where the CA sent it so, tell the CA',
      zh: '请将叶证书放在最前，其后依次为各自的签发者；若 CA 返回的就是如此，请联系 CA',
    },
  },
  EXPORT_PASSWORD_MISSING: {
    message: {
      en: 'A file in the format {format} needs a password',
      zh: '{format} 格式的文件需要密码',
    },
    hint: {
      en: 'Give a password that is not empty, e.g. with --password-file FILE',
      zh: '请提供非空密码，例如使用 --password-file FILE',
    },
  },
  EXPORT_PASSWORD_SHORT: {
    message: {
      en: 'The password is too short for the format {format}',
      zh: '密码对于 {format} 格式来说太短',
    },
    hint: {
      en: 'Give at least {minimum} characters',
      zh: '请至少提供 {minimum} 个字符',
    },
  },
  REVOCATION_LIST_NOT_THERE: {
    message: {
      en: 'The list of revoked certificates at {url} was answered with HTTP {status}',
      zh: '位于 {url} 的吊销列表返回 HTTP {status}',
    },
    hint: {
      en: 'Wait: it is fetched again, and nothing depends on it',
      zh: '请等待：稍后会重新获取，且不影响其他任何操作',
    },
  },
  REVOCATION_LIST_NOT_READABLE: {
    message: {
      en: 'The list of revoked certificates at {url} cannot be read: {reason}',
      zh: '无法读取位于 {url} 的吊销列表：{reason}',
    },
    hint: {
      en: 'Wait: it is fetched again, and nothing depends on it',
      zh: '请等待：稍后会重新获取，且不影响其他任何操作',
    },
  },
  REVOCATION_LIST_NOT_UNDERSTOOD: {
    message: {
      en: 'The list of revoked certificates at {url} has something critical that is not known here: {what}',
      zh: '位于 {url} 的吊销列表含有无法理解的关键扩展：{what}',
    },
    hint: {
      en: 'Wait: it is fetched again, and nothing depends on it',
      zh: '请等待：稍后会重新获取，且不影响其他任何操作',
    },
  },
  REVOCATION_LIST_OF_OTHERS: {
    message: {
      en: 'The list of revoked certificates at {url} is not for this certificate',
      zh: '位于 {url} 的吊销列表不适用于此证书',
    },
    hint: {
      en: 'Wait: it is fetched again, and nothing depends on it',
      zh: '请等待：稍后会重新获取，且不影响其他任何操作',
    },
  },
  REVOCATION_LIST_STALE: {
    message: {
      en: 'The list of revoked certificates at {url} is of {thisUpdate} to {nextUpdate}, and here it is {now}',
      zh: '位于 {url} 的吊销列表有效期为 {thisUpdate} 至 {nextUpdate}，而本机时间为 {now}',
    },
    hint: {
      en: 'Wait: it is fetched again, and nothing depends on it',
      zh: '请等待：稍后会重新获取，且不影响其他任何操作',
    },
  },
  REVOCATION_LIST_NOT_SIGNED: {
    message: {
      en: 'The list of revoked certificates at {url} is not signed by the issuer of the certificate',
      zh: '位于 {url} 的吊销列表不是由该证书的签发者签名的',
    },
    hint: {
      en: 'Wait: it is fetched again, and nothing depends on it',
      zh: '请等待：稍后会重新获取，且不影响其他任何操作',
    },
  },
} as const satisfies Record<string, ErrorText>
