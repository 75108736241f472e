import type { ErrorText } from '../catalogue.ts'

/** Errors of the room `deploy`. */
export const deployErrors = {
  ENDPOINT_NAME_NOT_FOUND: {
    message: {
      en: '{host} has no address in DNS, or DNS does not answer ({reason})',
      zh: '{host} 在 DNS 中没有地址，或 DNS 没有应答（{reason}）',
    },
    hint: {
      en: 'Check the name, its A and AAAA records, and the DNS servers of this machine',
      zh: '请检查名称、其 A 和 AAAA 记录以及本机的 DNS 服务器',
    },
  },
  ENDPOINT_REFUSED: {
    message: {
      en: 'Nothing listens at {endpoint}',
      zh: '{endpoint} 没有服务在监听',
    },
    hint: {
      en: 'Start the server, or check the port and the firewall',
      zh: '请启动服务器，或检查端口和防火墙',
    },
  },
  ENDPOINT_UNREACHABLE: {
    message: {
      en: '{endpoint} cannot be reached: {reason}',
      zh: '无法连接 {endpoint}：{reason}',
    },
    hint: {
      en: 'Check the network and the firewall between here and there',
      zh: '请检查两端之间的网络和防火墙',
    },
  },
  ENDPOINT_SILENT: {
    message: {
      en: '{endpoint} did not finish a TLS handshake within {seconds} s',
      zh: '{endpoint} 未在 {seconds} 秒内完成 TLS 握手',
    },
    hint: {
      en: 'Check the firewall, and that TLS is spoken on this port from the first octet',
      zh: '请检查防火墙，并确认该端口从一开始就使用 TLS',
    },
  },
  ENDPOINT_NO_ROUTE: {
    message: {
      en: 'This machine has no way to {endpoint}: {reason}',
      zh: '本机没有通往 {endpoint} 的路由：{reason}',
    },
    hint: {
      en: 'Look at it from a machine that has this kind of address, IPv6 or IPv4',
      zh: '请在具有该类地址（IPv6 或 IPv4）的机器上查看',
    },
  },
  ENDPOINT_STARTTLS_REFUSED: {
    message: {
      en: '{endpoint} speaks {protocol} and does not go on to TLS: {reason}',
      zh: '{endpoint} 使用 {protocol} 协议，但不肯转入 TLS：{reason}',
    },
    hint: {
      en: 'Switch TLS on for this service; the server’s log says why it is off',
      zh: '请为该服务启用 TLS；原因可查看服务器日志',
    },
  },
  ENDPOINT_STARTTLS_NOT_CONFORM: {
    message: {
      en: '{endpoint} does not speak {protocol} before TLS: expected {reason}',
      zh: '{endpoint} 在 TLS 之前使用的不是 {protocol} 协议：应为 {reason}',
    },
    hint: {
      en: 'Check the port and the protocol; where the port speaks TLS from the first octet, leave the protocol out',
      zh: '请检查端口和协议；如该端口从一开始就使用 TLS，请去掉协议',
    },
  },
  ENDPOINT_NOT_TLS: {
    message: {
      en: '{endpoint} does not speak TLS',
      zh: '{endpoint} 使用的不是 TLS',
    },
    hint: {
      en: 'Name the port of TLS, or switch TLS on at this one; where it begins in the clear, name its protocol, e.g. starttls=smtp',
      zh: '请指定使用 TLS 的端口，或在该端口启用 TLS；如先以明文开始，请指定协议，例如 starttls=smtp',
    },
  },
  ENDPOINT_NO_CERTIFICATE: {
    message: {
      en: '{endpoint} has no certificate for {servername}',
      zh: '{endpoint} 没有 {servername} 的证书',
    },
    hint: {
      en: 'Bind a certificate to this name at the server',
      zh: '请在服务器上为该名称绑定证书',
    },
  },
  ENDPOINT_HANDSHAKE_FAILED: {
    message: {
      en: '{endpoint} broke off the TLS handshake for {servername}: {reason}',
      zh: '{endpoint} 中断了 {servername} 的 TLS 握手：{reason}',
    },
    hint: {
      en: 'Check that the server has a certificate for this name, allows TLS 1.2 or later, and asks for no client certificate',
      zh: '请检查服务器是否有该名称的证书、是否允许 TLS 1.2 或更高版本，以及是否要求客户端证书',
    },
  },
  TARGET_UNKNOWN: {
    message: {
      en: 'There is no target "{target}"; there are: {known}',
      zh: '没有名为“{target}”的部署目标；可用：{known}',
    },
    hint: {
      en: 'Did you mean --install {suggestion}:…?',
      zh: '您要用的是否为 --install {suggestion}:…？',
    },
  },
  TARGET_SPECIFIER_NOT_CONFORM: {
    message: {
      en: 'A target is written NAME:KEY=VALUE,KEY=VALUE; what begins at character {position} is not',
      zh: '部署目标应写作 NAME:KEY=VALUE,KEY=VALUE；从第 {position} 个字符起不符合该格式',
    },
    hint: {
      en: 'Put a value with a comma in double quotes, and write a double quote inside it twice: KEY="A,B"',
      zh: '含逗号的值请放在双引号内，其中的双引号写两次：KEY="A,B"',
    },
  },
  TARGET_OPTION_REPEATED: {
    message: {
      en: 'The target {target} is given the option {option} twice',
      zh: '部署目标 {target} 的选项 {option} 出现了两次',
    },
    hint: {
      en: 'Keep one of them; name a second place with a second --install',
      zh: '请只保留一个；如有第二处，请再用一次 --install',
    },
  },
  TARGET_OPTION_UNKNOWN: {
    message: {
      en: 'The target {target} has no option "{option}"; it has: {known}',
      zh: '部署目标 {target} 没有选项“{option}”；可用：{known}',
    },
    hint: {
      en: 'Remove {option}=…',
      zh: '请去掉 {option}=…',
    },
  },
  TARGET_OPTION_MISSPELT: {
    message: {
      en: 'The target {target} has no option "{option}"; it has: {known}',
      zh: '部署目标 {target} 没有选项“{option}”；可用：{known}',
    },
    hint: {
      en: 'Did you mean {suggestion}=…?',
      zh: '您要用的是否为 {suggestion}=…？',
    },
  },
  TARGET_OPTION_MISSING: {
    message: {
      en: 'The target {target} needs the option {option}',
      zh: '部署目标 {target} 需要选项 {option}',
    },
    hint: {
      en: 'Add {option}=…',
      zh: '请添加 {option}=…',
    },
  },
  TARGET_OPTION_NOT_CONFORM: {
    message: {
      en: 'The option {option} of the target {target} must be: {expected}',
      zh: '部署目标 {target} 的选项 {option} 应为：{expected}',
    },
    hint: {
      en: 'Correct {option}=…',
      zh: '请更正 {option}=…',
    },
  },
  TARGET_KEY_TYPE: {
    message: {
      en: 'The target {target} is not documented to take keys of type {keyType}; it takes: {takes}',
      zh: '部署目标 {target} 的文档未说明支持 {keyType} 类型的密钥；支持：{takes}',
    },
    hint: {
      en: 'Issue the certificate with --key {suggestion}',
      zh: '请用 --key {suggestion} 签发证书',
    },
  },
  TARGET_KEY_TYPES_DIFFER: {
    message: {
      en: 'No type of key suits every target: {target} takes {takes}, the ones before it {others}',
      zh: '没有适合全部部署目标的密钥类型：{target} 支持 {takes}，之前的目标支持 {others}',
    },
    hint: {
      en: 'Give {target} a certificate of its own',
      zh: '请为 {target} 单独签发证书',
    },
  },
  TARGET_RESOURCE_NOT_FOUND: {
    message: {
      en: '{target}: this account has no {resource} here',
      zh: '{target}：该账号在此处没有 {resource}',
    },
    hint: {
      en: 'Check the name, the region and the account; `certwright discover` lists what there is',
      zh: '请检查名称、地域和账号；`certwright discover` 可列出现有资源',
    },
  },
  TARGET_RESOURCE_NOT_READY: {
    message: {
      en: '{target}: {resource} takes no certificate now: its status is {status}',
      zh: '{target}：{resource} 目前无法部署证书，其状态为 {status}',
    },
    hint: {
      en: 'Bring {resource} into service first',
      zh: '请先使 {resource} 进入服务状态',
    },
  },
  TARGET_OWNERSHIP_NOT_PROVEN: {
    message: {
      en: '{target}: it is not proven there that {resource} is yours',
      zh: '{target}：尚未在该服务中验证 {resource} 的所有权',
    },
    hint: {
      en: 'Bind the domain in the console, which gives a value for a TXT record at {record}; publish it, then run this again',
      zh: '请在控制台绑定该域名，控制台会给出 {record} 处 TXT 记录的值；发布该记录后重试',
    },
  },
  TARGET_NAME_NOT_COVERED: {
    message: {
      en: '{target}: the certificate is not for {resource}; it is for {names}',
      zh: '{target}：该证书不适用于 {resource}；它适用于 {names}',
    },
    hint: {
      en: 'Issue it for this name too, or name another place',
      zh: '请在签发时包含该名称，或指定其他部署位置',
    },
  },
  TARGET_NOTHING_MATCHES: {
    message: {
      en: '{target}: nothing in this account that is in service has a name of the certificate: {names}',
      zh: '{target}：该账号下没有与证书名称匹配且处于服务状态的资源：{names}',
    },
    hint: {
      en: 'Check the region and the account, or name the place itself',
      zh: '请检查地域和账号，或直接指定部署位置',
    },
  },
  TARGET_PARTLY_INSTALLED: {
    message: {
      en: '{target}: {failed} of {total} could not be written: {details}',
      zh: '{target}：{total} 处中有 {failed} 处未能写入：{details}',
    },
    hint: {
      en: 'Correct what is named, then run it again: what has been done already is not done twice',
      zh: '请修正上述问题后重试：已完成的部分不会重复执行',
    },
  },
  TARGET_MUTUAL_TLS: {
    message: {
      en: '{target}: {resource} asks clients for certificates, and the API does not give back the CA that they are checked with; writing now would switch that off',
      zh: '{target}：{resource} 启用了双向 TLS，而 API 不会返回用于校验客户端的 CA 证书；此时写入会关闭双向 TLS',
    },
    hint: {
      en: 'Name that CA with ca-file=FILE; or, if clients need no certificates, write ca-file=none',
      zh: '请用 ca-file=FILE 指定该 CA；如客户端无需证书，请写 ca-file=none',
    },
  },
  TARGET_FILE_NOT_READABLE: {
    message: {
      en: '{target}: the file of the option {option} cannot be used: {reason}',
      zh: '{target}：选项 {option} 指定的文件无法使用：{reason}',
    },
    hint: {
      en: 'Check that it is there, that it can be read, and that it is PEM',
      zh: '请确认该文件存在、可读且为 PEM 格式',
    },
  },
  TARGET_QUOTA: {
    message: {
      en: '{target}: {resource} has no room for one more certificate',
      zh: '{target}：{resource} 的证书配额已满',
    },
    hint: {
      en: 'Name the certificate to be replaced with certificate-id=ID, delete one that nobody needs, or raise the quota',
      zh: '请用 certificate-id=ID 指定要替换的证书，或删除不再需要的证书，或提升配额',
    },
  },
  TARGET_REPLACED_MEANWHILE: {
    message: {
      en: '{target}: the certificate of {resource} was changed by somebody else at the same time',
      zh: '{target}：{resource} 的证书在同一时间被他人修改',
    },
    hint: {
      en: 'Find out who; then run it again',
      zh: '请查明修改者后重试',
    },
  },
  INSTALLATION_NOT_PROVEN: {
    message: {
      en: '{target} took the certificate, but it is not seen to serve it: {details}',
      zh: '{target} 已接受证书，但未能验证其生效：{details}',
    },
    hint: {
      en: 'Look again later with `certwright verify`; where its endpoints are elsewhere, name them with serve-at=HOST:PORT, or none',
      zh: '请稍后用 `certwright verify` 再查看；如端点在别处，请用 serve-at=HOST:PORT 或 serve-at=none 指定',
    },
  },
  INSTALLATION_NOT_REMOVABLE: {
    message: {
      en: '{target} knows no way to unbind a certificate without another in its place',
      zh: '{target} 无法在没有替代证书的情况下解除绑定',
    },
    hint: {
      en: 'Run it without --unbind to leave what is there, and bind another certificate there yourself',
      zh: '请去掉 --unbind 以保留现有证书，并自行绑定其他证书',
    },
  },
} as const satisfies Record<string, ErrorText>
