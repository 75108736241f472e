import type { ErrorText } from '../catalogue.ts'

/** What a CA's problem means, and what to do about it. */
export interface ProblemText extends ErrorText {
  readonly hint: NonNullable<ErrorText['hint']>
}

const anotherContact = {
  en: 'Give --email an address that can receive mail',
  zh: '请用 --email 给出可以收信的地址',
} as const

const anotherKey = { en: 'Try another --key type', zh: '请换一种 --key 类型' } as const

const newTerms = {
  message: {
    en: 'The CA wants something of the owner of the account first, mostly consent to new terms',
    zh: 'CA 要求账户所有者先完成某项操作，通常是同意新的条款',
  },
  hint: {
    en: 'Visit {instance} and do what the CA asks for there; if it is new terms, run `certwright account agree` then',
    zh: '请访问 {instance} 并按 CA 的要求操作；如果是新条款，之后请运行 `certwright account agree`',
  },
} as const

const alreadyReplaced = {
  message: {
    en: 'Another order has replaced the certificate already that this one was to replace',
    zh: '该订单要替换的证书已被另一个订单替换',
  },
  hint: {
    en: 'Run it again: the order is then made as one that replaces nothing',
    zh: '请再次运行：届时会创建不声明替换关系的订单',
  },
} as const

/** Every type of problem of RFC 8555 §6.7 and §9.7.4, and of its extensions, by the last part of its name. */
export const problemTexts = {
  accountDoesNotExist: {
    message: {
      en: 'The CA does not know the account: it was reset, or the state is of another CA',
      zh: 'CA 不认识该账户：CA 可能被重置，或者状态目录属于其他 CA',
    },
    hint: {
      en: 'Make an account with `certwright account create`',
      zh: '请用 `certwright account create` 创建账户',
    },
  },
  agreementRequired: newTerms,
  alreadyReplaced,
  alreadyRevoked: {
    message: { en: 'The certificate is revoked already', zh: '该证书已被吊销' },
    hint: {
      en: 'Nothing is left to do; `certwright renew ID` replaces it',
      zh: '无需再做什么；`certwright renew ID` 可将其替换',
    },
  },
  autoRenewalCanceled: {
    message: {
      en: 'The order that renews itself at the CA was cancelled',
      zh: 'CA 上的自动续期订单已被取消',
    },
    hint: { en: 'Order a new certificate', zh: '请重新申请证书' },
  },
  autoRenewalCancellationInvalid: {
    message: {
      en: 'The order that renews itself cannot be cancelled in the state that it is in',
      zh: '自动续期订单在当前状态下无法取消',
    },
    hint: {
      en: 'Wait until the order is valid, then cancel it',
      zh: '请等订单生效后再取消',
    },
  },
  autoRenewalExpired: {
    message: {
      en: 'The order that renews itself at the CA has come to its end',
      zh: 'CA 上的自动续期订单已到期',
    },
    hint: { en: 'Order a new certificate', zh: '请重新申请证书' },
  },
  autoRenewalRevocationNotSupported: {
    message: {
      en: 'The CA does not revoke certificates of an order that renews itself',
      zh: 'CA 不支持吊销自动续期订单的证书',
    },
    hint: {
      en: 'Cancel the order: its last certificate expires by itself soon',
      zh: '请取消该订单：最后一张证书很快会自行过期',
    },
  },
  badAttestationStatement: {
    message: {
      en: 'The proof of the device that holds the key was not accepted',
      zh: '持有密钥的设备的证明未被接受',
    },
    hint: {
      en: 'Prove the name by another --challenge',
      zh: '请用其他 --challenge 验证',
    },
  },
  badCSR: {
    message: {
      en: 'The CA does not accept the certificate request: its key, or its names',
      zh: 'CA 不接受证书请求：密钥或名称不符合要求',
    },
    hint: {
      en: 'Try another --key type, and only names that the issuer takes',
      zh: '请换一种 --key 类型，并且只使用签发机构接受的名称',
    },
  },
  badNonce: {
    message: {
      en: 'The CA refused one fresh nonce after the other, as if requests were held back on their way',
      zh: 'CA 接连拒绝了新的 nonce，请求可能在途中被延迟',
    },
    hint: {
      en: 'Run it again later; let no proxy or cache stand before the CA',
      zh: '请稍后再运行；与 CA 之间不要有代理或缓存',
    },
  },
  badPublicKey: {
    message: {
      en: 'The CA does not accept this key: its kind, its size, or it is known to be compromised',
      zh: 'CA 不接受该密钥：类型或长度不符，或已知泄露',
    },
    hint: anotherKey,
  },
  badRevocationReason: {
    message: {
      en: 'The CA does not revoke for this reason',
      zh: 'CA 不接受该吊销原因',
    },
    hint: { en: 'Choose another --reason', zh: '请选择其他 --reason' },
  },
  badSignatureAlgorithm: {
    message: {
      en: 'The CA does not take signatures of this kind of account key',
      zh: 'CA 不接受该账户密钥的签名算法',
    },
    hint: {
      en: 'Make an account with a key of another kind at this CA',
      zh: '请在该 CA 用其他类型的密钥创建账户',
    },
  },
  caa: {
    message: {
      en: 'CAA records of the domain, or the lack of an answer about them, keep this CA from issuing',
      zh: '域名的 CAA 记录（或查询得不到应答）使该 CA 不得签发',
    },
    hint: {
      en: 'Let the CAA records of the domain name this issuer, or remove them',
      zh: '请让域名的 CAA 记录允许该签发机构，或删除这些记录',
    },
  },
  compound: {
    message: {
      en: 'Several things are wrong; each is listed by itself',
      zh: '存在多个问题，已分别列出',
    },
    hint: {
      en: 'Set right each of them, then run it again',
      zh: '请逐一修正，然后再次运行',
    },
  },
  conflict: alreadyReplaced,
  connection: {
    message: {
      en: 'The CA could not connect to the server that the name leads to',
      zh: 'CA 无法连接该名称指向的服务器',
    },
    hint: {
      en: 'Let the CA reach the name: check its address records, the firewall and that the port is forwarded',
      zh: '请让 CA 能够访问该名称：检查地址记录、防火墙以及端口转发',
    },
  },
  dns: {
    message: {
      en: 'The CA could not look up the name, or what belongs to it, in DNS',
      zh: 'CA 无法在 DNS 中查询该名称或其相关记录',
    },
    hint: {
      en: 'Check that the name resolves from outside, and its DNSSEC',
      zh: '请检查该名称能否从外部解析，以及其 DNSSEC',
    },
  },
  externalAccountRequired: {
    message: {
      en: 'The CA makes accounts only for those who have one with it outside of ACME',
      zh: '该 CA 只为在 ACME 之外已有账户的用户创建账户',
    },
    hint: {
      en: 'Get a key identifier and a MAC key from the issuer, then add --eab-kid KID and --eab-key-file FILE',
      zh: '请从签发机构获取密钥标识和 MAC 密钥，然后加上 --eab-kid KID 和 --eab-key-file FILE',
    },
  },
  incorrectResponse: {
    message: {
      en: 'The CA found an answer, but not the one that it gave out',
      zh: 'CA 找到了应答，但不是它要求的内容',
    },
    hint: {
      en: 'Check that the name leads to this machine and that no other server or cached answer is in between',
      zh: '请检查该名称是否指向本机，以及中间是否有其他服务器或缓存的应答',
    },
  },
  invalidContact: {
    message: {
      en: 'The CA does not accept the contact address of the account',
      zh: 'CA 不接受账户的联系地址',
    },
    hint: anotherContact,
  },
  invalidProfile: {
    message: {
      en: 'The CA does not offer this profile, or not for these names',
      zh: 'CA 不提供该配置，或不适用于这些名称',
    },
    hint: {
      en: 'Choose one of the profiles that the CA lists',
      zh: '请从 CA 列出的配置中选择',
    },
  },
  malformed: {
    message: {
      en: 'The CA could not make sense of the request, or it came at the wrong moment',
      zh: 'CA 无法理解该请求，或请求的时机不对',
    },
    hint: {
      en: 'Run it again; where it fails again, --trace shows the exchange to report',
      zh: '请再次运行；如仍失败，--trace 会显示可供反馈的完整交互',
    },
  },
  onionCAARequired: {
    message: {
      en: 'The CA needs the CAA records of the .onion service with the request',
      zh: 'CA 要求随请求提供 .onion 服务的 CAA 记录',
    },
    hint: {
      en: 'Use another issuer for .onion names',
      zh: '请为 .onion 名称使用其他签发机构',
    },
  },
  orderNotReady: {
    message: {
      en: 'The order was not ready for its certificate yet',
      zh: '订单尚未准备好签发证书',
    },
    hint: { en: 'Run it again: it goes on where it stopped', zh: '请再次运行：它会从中断处继续' },
  },
  rateLimited: {
    message: {
      en: 'More was asked of the CA than it allows within a time',
      zh: '一段时间内的请求超过了 CA 的限制',
    },
    hint: {
      en: 'Wait until then; trying sooner makes it longer. Try things out with --issuer letsencrypt-staging or `certwright sandbox`',
      zh: '请等到那时；过早重试会延长限制。试用时请使用 --issuer letsencrypt-staging 或 `certwright sandbox`',
    },
  },
  rejectedIdentifier: {
    message: {
      en: 'The CA does not issue for this name: by its policy, or because it is no public name',
      zh: 'CA 不为该名称签发：政策不允许，或不是公共名称',
    },
    hint: {
      en: 'Leave out the names that the issuer refuses',
      zh: '请去掉签发机构拒绝的名称',
    },
  },
  serverInternal: {
    message: { en: 'Something went wrong at the CA itself', zh: 'CA 自身出现故障' },
    hint: {
      en: "It is the CA's fault: run it again later",
      zh: '这是 CA 的问题：请稍后再运行',
    },
  },
  tls: {
    message: {
      en: 'The CA reached the server, but could not shake hands with it as it should',
      zh: 'CA 连接到了服务器，但未能完成应有的 TLS 握手',
    },
    hint: {
      en: 'Check that port 443 of the name leads to this machine without another TLS server in between',
      zh: '请检查该名称的 443 端口是否直达本机，中间没有其他 TLS 服务器',
    },
  },
  unauthorized: {
    message: {
      en: 'The CA did not find the proof that it asked for, or the account may not do this',
      zh: 'CA 没有找到它要求的证明，或账户无权进行此操作',
    },
    hint: {
      en: 'Check that the name leads to this machine, or that its DNS zone is the one that was changed',
      zh: '请检查该名称是否指向本机，或所修改的 DNS 区域是否正确',
    },
  },
  unknownDelegation: {
    message: {
      en: 'The CA does not know the delegation that the order names',
      zh: 'CA 不认识订单指定的委托',
    },
    hint: {
      en: "Use one of the delegations of the account's owner",
      zh: '请使用账户所有者提供的委托',
    },
  },
  unsupportedContact: {
    message: {
      en: 'The CA does not take contacts of this kind',
      zh: 'CA 不支持这种联系方式',
    },
    hint: anotherContact,
  },
  unsupportedIdentifier: {
    message: {
      en: 'The CA does not issue for names of this kind',
      zh: 'CA 不为这类名称签发',
    },
    hint: {
      en: 'Use another issuer for this kind of name',
      zh: '请为这类名称使用其他签发机构',
    },
  },
  userActionRequired: newTerms,
} as const satisfies Record<string, ProblemText>

/** What a problem of no known type means, by the class of its HTTP status. */
export const otherProblemTexts = {
  refused: {
    message: {
      en: 'The CA refused for a reason of its own kind',
      zh: 'CA 以其特有的原因拒绝了请求',
    },
    hint: {
      en: 'Set right what the CA says; --trace shows the whole exchange',
      zh: '请按 CA 的说明修正；--trace 会显示完整的交互',
    },
  },
  failed: {
    message: {
      en: 'The CA, or a server before it, could not do it now',
      zh: 'CA 或其前面的服务器目前无法处理',
    },
    hint: { en: 'Run it again later', zh: '请稍后再运行' },
  },
} as const satisfies Record<string, ProblemText>
