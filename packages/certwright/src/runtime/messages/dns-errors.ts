import type { ErrorText } from '../catalogue.ts'

/** Errors of the room `dns`. */
export const dnsErrors = {
  DNS_SERVER_ADDRESS_NOT_CONFORM: {
    message: {
      en: '"{text}" is not the address of a DNS server',
      zh: '“{text}”不是有效的 DNS 服务器地址',
    },
    hint: {
      en: 'Write an IP address, with a port where it is not 53: 192.0.2.1, 192.0.2.1:5353, [2001:db8::1]:5353',
      zh: '请填写 IP 地址，端口不是 53 时一并写出，例如 192.0.2.1、192.0.2.1:5353、[2001:db8::1]:5353',
    },
  },
  DNS_SERVER_SILENT: {
    message: {
      en: 'The DNS server {server} did not answer',
      zh: 'DNS 服务器 {server} 没有应答',
    },
    hint: {
      en: 'Check the address, and that UDP and TCP to it are not blocked',
      zh: '请检查地址是否正确，以及到该服务器的 UDP 和 TCP 是否被拦截',
    },
  },
  DNS_SERVER_UNREACHABLE: {
    message: {
      en: 'The DNS server {server} cannot be reached: {reason}',
      zh: '无法连接 DNS 服务器 {server}：{reason}',
    },
    hint: {
      en: 'Check the address and port, and that a DNS server listens there',
      zh: '请检查地址和端口，并确认有 DNS 服务器在监听',
    },
  },
  DNS_NO_ROUTE: {
    message: {
      en: 'This machine has no route to the DNS server {server}: {reason}',
      zh: '本机没有到 DNS 服务器 {server} 的路由：{reason}',
    },
    hint: {
      en: 'Give this machine IPv6, or use an IPv4 address of the server',
      zh: '请为本机启用 IPv6，或使用该服务器的 IPv4 地址',
    },
  },
  DNS_REPLY_NOT_CONFORM: {
    message: {
      en: 'The DNS server {server} sent a reply that cannot be read',
      zh: 'DNS 服务器 {server} 返回了无法解析的应答',
    },
    hint: {
      en: 'Check that a DNS server listens there',
      zh: '请确认该地址上运行的是 DNS 服务器',
    },
  },
  DNS_RESOLVER_FAILED: {
    message: {
      en: 'No resolver answered the question for {type} of {name}: {reason}',
      zh: '没有解析器能回答 {name} 的 {type} 查询：{reason}',
    },
    hint: {
      en: "Check this machine's resolvers, or name one with --resolver",
      zh: '请检查本机的解析器设置，或用 --resolver 指定一个',
    },
  },
  DNS_ZONE_NOT_FOUND: {
    message: {
      en: 'No zone was found for {name}: no name server answered with an SOA record',
      zh: '找不到 {name} 所在的区域：没有名称服务器返回 SOA 记录',
    },
    hint: {
      en: 'Check that the domain is registered and delegated, or name a resolver with --resolver',
      zh: '请确认域名已注册并已委派，或用 --resolver 指定解析器',
    },
  },
  DNS_ZONE_NOT_EDITABLE: {
    message: {
      en: 'The DNS account holds no zone that {name} is in; it holds: {zones}',
      zh: '该 DNS 账户下没有包含 {name} 的区域；现有区域：{zones}',
    },
    hint: {
      en: 'Use the account that holds the zone, or point {name} into one of these zones with a CNAME',
      zh: '请使用拥有该区域的账户，或用 CNAME 把 {name} 指向上述区域之一',
    },
  },
  DNS_DELEGATION_LOOP: {
    message: {
      en: 'The CNAMEs of {name} lead back to where they have been: {path}',
      zh: '{name} 的 CNAME 形成循环：{path}',
    },
    hint: { en: 'Remove one of these CNAME records', zh: '请删除其中一条 CNAME 记录' },
  },
  DNS_DELEGATION_TOO_DEEP: {
    message: {
      en: 'More than {limit} CNAMEs follow each other from {name}: {path}',
      zh: '从 {name} 开始的 CNAME 超过 {limit} 层：{path}',
    },
    hint: {
      en: 'Point {name} at the last of these names directly',
      zh: '请让 {name} 直接指向最后一个名称',
    },
  },
  DNS_DELEGATION_MISSING: {
    message: {
      en: '{name} has no CNAME record, so a CA cannot find the value that was published for it',
      zh: '{name} 没有 CNAME 记录，CA 无法找到为它发布的记录值',
    },
    hint: {
      en: 'Add a CNAME record at {name} that points to the full domain of the registration',
      zh: '请在 {name} 添加一条 CNAME 记录，指向注册所得的完整域名',
    },
  },
  DNS_NAME_SERVERS_NOT_FOUND: {
    message: {
      en: 'No address of any name server of the zone {zone} was found',
      zh: '找不到区域 {zone} 的任何名称服务器地址',
    },
    hint: {
      en: 'Check the NS records of {zone}, or skip the look at its servers with --no-propagation-check',
      zh: '请检查 {zone} 的 NS 记录，或用 --no-propagation-check 跳过此检查',
    },
  },
  DNS_NOT_PROPAGATED: {
    message: {
      en: 'After {seconds} s these name servers do not show the value:{lacking}',
      zh: '{seconds} 秒后，以下名称服务器仍未返回该记录值：{lacking}',
    },
    hint: {
      en: 'Check that every server of the zone gets its updates and can be reached from here, then run it again',
      zh: '请确认该区域的每台服务器都能收到更新且可从本机访问，然后重新运行',
    },
  },
  DNS_PROVIDER_NO_MARKS: {
    message: {
      en: 'What {provider} holds bears no mark by which our values are known',
      zh: '{provider} 中的记录没有可用于识别我们所发布的值的标记',
    },
    hint: {
      en: 'Name one of: {marking}; values of other services are withdrawn by the next run of the same state',
      zh: '可选：{marking}；其他服务中的值由使用同一状态目录的下一次运行撤回',
    },
  },
  DNS_PROVIDER_UNKNOWN: {
    message: {
      en: 'There is no DNS provider "{provider}"; there are: {known}',
      zh: '没有名为“{provider}”的 DNS 服务商；可用：{known}',
    },
    hint: {
      en: 'Choose one of them with --dns, e.g. --dns {suggestion}',
      zh: '请用 --dns 选择其中之一，例如 --dns {suggestion}',
    },
  },
  DNS_OPTION_UNKNOWN: {
    message: {
      en: 'The DNS provider {provider} has no option "{option}"; it has: {known}',
      zh: 'DNS 服务商 {provider} 没有选项“{option}”；可用：{known}',
    },
    hint: {
      en: 'Remove --dns-option {option}=…',
      zh: '请去掉 --dns-option {option}=…',
    },
  },
  DNS_OPTION_MISSPELT: {
    message: {
      en: 'The DNS provider {provider} has no option "{option}"; it has: {known}',
      zh: 'DNS 服务商 {provider} 没有选项“{option}”；可用：{known}',
    },
    hint: {
      en: 'Did you mean --dns-option {suggestion}=…?',
      zh: '您要用的是否为 --dns-option {suggestion}=…？',
    },
  },
  DNS_OPTION_MISSING: {
    message: {
      en: 'The DNS provider {provider} needs the option {option}',
      zh: 'DNS 服务商 {provider} 需要选项 {option}',
    },
    hint: {
      en: 'Add --dns-option {option}=…',
      zh: '请添加 --dns-option {option}=…',
    },
  },
  DNS_OPTION_NOT_CONFORM: {
    message: {
      en: 'The option {option} of the DNS provider {provider} must be: {expected}',
      zh: 'DNS 服务商 {provider} 的选项 {option} 应为：{expected}',
    },
    hint: {
      en: 'Correct --dns-option {option}=…',
      zh: '请更正 --dns-option {option}=…',
    },
  },
  DNS_UPDATE_REFUSED: {
    message: {
      en: 'The DNS server {server} refused to update the zone {zone}',
      zh: 'DNS 服务器 {server} 拒绝更新区域 {zone}',
    },
    hint: {
      en: 'Allow the key "{key}" to update TXT records there (BIND: update-policy or allow-update)',
      zh: '请在服务器上允许密钥“{key}”更新 TXT 记录（BIND：update-policy 或 allow-update）',
    },
  },
  DNS_UPDATE_NOT_AUTHORITATIVE: {
    message: {
      en: 'The DNS server {server} is not the primary server of the zone {zone}, or does not accept the key "{key}"',
      zh: 'DNS 服务器 {server} 不是区域 {zone} 的主服务器，或不接受密钥“{key}”',
    },
    hint: {
      en: 'Name the primary server with --dns-option server=…, the zone with --dns-option zone=…, and check the key',
      zh: '请用 --dns-option server=… 指定主服务器，用 --dns-option zone=… 指定区域，并检查密钥',
    },
  },
  DNS_UPDATE_NOT_IN_ZONE: {
    message: {
      en: 'The DNS server {server} says that the name is not in the zone {zone}',
      zh: 'DNS 服务器 {server} 表示该名称不在区域 {zone} 中',
    },
    hint: {
      en: 'Name the right zone with --dns-option zone=…, or leave the option away',
      zh: '请用 --dns-option zone=… 指定正确的区域，或去掉该选项',
    },
  },
  DNS_UPDATE_FAILED: {
    message: {
      en: 'The DNS server {server} could not update the zone {zone}: rcode {rcode}',
      zh: 'DNS 服务器 {server} 未能更新区域 {zone}：rcode {rcode}',
    },
    hint: {
      en: 'Read the log of the DNS server, which says why',
      zh: '请查看 DNS 服务器的日志，其中有具体原因',
    },
  },
  DNS_TSIG_KEY_UNKNOWN: {
    message: {
      en: 'The DNS server {server} does not know the TSIG key "{key}"',
      zh: 'DNS 服务器 {server} 没有 TSIG 密钥“{key}”',
    },
    hint: {
      en: 'Check the name and the algorithm of the key: both must be spelt as on the server',
      zh: '请检查密钥的名称和算法，两者都必须与服务器上的一致',
    },
  },
  DNS_TSIG_SIGNATURE_WRONG: {
    message: {
      en: 'The DNS server {server} has another secret for the TSIG key "{key}"',
      zh: 'DNS 服务器 {server} 上 TSIG 密钥“{key}”的内容与本机不同',
    },
    hint: {
      en: 'Copy the secret from the server again, whole and in base64',
      zh: '请从服务器重新完整复制该密钥（base64）',
    },
  },
  DNS_TSIG_CLOCK: {
    message: {
      en: "This machine's clock is too far from that of the DNS server {server}: {skew}",
      zh: '本机时钟与 DNS 服务器 {server} 的时钟相差过大：{skew}',
    },
    hint: {
      en: 'Set both clocks by NTP; a signature holds for 300 seconds',
      zh: '请用 NTP 校准两边的时钟；签名的有效期为 300 秒',
    },
  },
  DNS_TSIG_REPLY_NOT_VERIFIED: {
    message: {
      en: 'The reply of the DNS server {server} is not signed with the TSIG key "{key}", so it proves nothing',
      zh: 'DNS 服务器 {server} 的应答没有用 TSIG 密钥“{key}”正确签名，因此不可信',
    },
    hint: {
      en: 'Check the key, and that nothing between here and the server changes DNS messages',
      zh: '请检查密钥，并确认途中没有设备改动 DNS 报文',
    },
  },
  DNS_PROGRAM_NOT_STARTED: {
    message: {
      en: 'The program {program} cannot be started: {reason}',
      zh: '无法启动程序 {program}：{reason}',
    },
    hint: {
      en: 'Check its path, and that it may be executed',
      zh: '请检查路径，并确认该程序有执行权限',
    },
  },
  DNS_PROGRAM_FAILED: {
    message: {
      en: 'The program {program} ended with {exit}:\n  {stderr}',
      zh: '程序 {program} 以 {exit} 结束：\n  {stderr}',
    },
    hint: {
      en: 'Correct the program; it must end with 0 once the value is published',
      zh: '请修正该程序；记录发布后它应以 0 结束',
    },
  },
  DNS_PROGRAM_TIMED_OUT: {
    message: {
      en: 'The program {program} did not end within {seconds} s',
      zh: '程序 {program} 在 {seconds} 秒内没有结束',
    },
    hint: {
      en: 'Give it more time with --dns-option timeout=SECONDS; waiting for propagation is not its task',
      zh: '可用 --dns-option timeout=SECONDS 延长时间；等待生效不是该程序的任务',
    },
  },
  DNS_PROVIDER_REFUSED: {
    message: {
      en: '{provider} at {server} refused: {status} {detail}',
      zh: '{server} 上的 {provider} 拒绝了请求：{status} {detail}',
    },
    hint: {
      en: 'Check the credentials and the server given with --dns-option',
      zh: '请检查用 --dns-option 指定的凭据和服务器',
    },
  },
  DNS_PROVIDER_UNREACHABLE: {
    message: {
      en: '{provider} at {server} cannot be reached: {reason}',
      zh: '无法连接 {server} 上的 {provider}：{reason}',
    },
    hint: {
      en: 'Check the URL, and that it can be reached from here',
      zh: '请检查 URL，并确认可从本机访问',
    },
  },
  DNS_PROVIDER_FULL: {
    message: {
      en: '{provider} keeps only {limit} values at once, so there is no room for the one of {name}',
      zh: '{provider} 只能同时保存 {limit} 个记录值，无法再容纳 {name} 的记录值',
    },
    hint: {
      en: 'Use one registration for each domain, or split the certificate',
      zh: '请为每个域名使用单独的注册，或拆分证书',
    },
  },
  DNS_ACCOUNT_REGISTERED: {
    message: {
      en: 'A new {provider} registration was written to {file}; {name} does not point to it yet',
      zh: '新的 {provider} 注册信息已写入 {file}；但 {name} 尚未指向它',
    },
    hint: {
      en: 'Add this record, then run it again: {name}. CNAME {target}.',
      zh: '请添加以下记录，然后重新运行：{name}. CNAME {target}.',
    },
  },
  DNS_ACCOUNT_FILE_NOT_READABLE: {
    message: {
      en: 'The account file {file} cannot be read: {reason}',
      zh: '无法读取账户文件 {file}：{reason}',
    },
    hint: {
      en: 'Correct it, or let it be written anew with --dns-option allow-registration=true after removing it',
      zh: '请更正该文件；或将其删除，并用 --dns-option allow-registration=true 重新生成',
    },
  },
  DNS_MANUAL_NO_TERMINAL: {
    message: {
      en: 'Nobody is at a terminal to add the TXT record of {name}',
      zh: '没有终端可供人工添加 {name} 的 TXT 记录',
    },
    hint: {
      en: 'Run it in a terminal, or choose a DNS provider that needs no hand with --dns',
      zh: '请在终端中运行，或用 --dns 选择无需人工操作的 DNS 服务商',
    },
  },
} as const satisfies Record<string, ErrorText>
