import type { ErrorText } from '../catalogue.ts'

/** What the CA's own words give away, beside what was found out here. */
export const clueTexts = {
  'clue-perspectives': {
    message: {
      en: 'The CA looks from several places in the world, and one of the distant ones did not see the proof; the first did',
      zh: 'CA 会从世界多个地点验证（MPIC），较远的某个地点没有看到证明，而第一个地点看到了',
    },
    hint: {
      en: 'Let every country and network reach the server and its name servers: CAs publish no addresses that could be let through by themselves',
      zh: '请允许所有国家和网络访问服务器及其名称服务器：CA 不公布可供放行的地址',
    },
  },
  'clue-front': {
    message: {
      en: 'What the CA was shown is a page of {front}, not the answer of this machine',
      zh: 'CA 收到的是 {front} 的页面，而不是本机的应答',
    },
    hint: {
      en: 'Let {front} pass /.well-known/acme-challenge/ on to this machine uncached, or prove the name by dns-01',
      zh: '请让 {front} 将 /.well-known/acme-challenge/ 不经缓存地转发到本机，或用 dns-01 验证',
    },
  },
  'clue-page': {
    message: {
      en: 'What the CA was shown is a web page, so that another server, or a rule of it, answered',
      zh: 'CA 收到的是一个网页，说明由其他服务器或其规则作出了应答',
    },
    hint: {
      en: 'Let that server pass /.well-known/acme-challenge/ on to this machine, or give --webroot its directory',
      zh: '请让该服务器将 /.well-known/acme-challenge/ 转发到本机，或用 --webroot 指定其目录',
    },
  },
  'clue-caa-unanswered': {
    message: {
      en: 'The CA got no answer to its question for CAA records; the proof itself is not what is wrong',
      zh: 'CA 查询 CAA 记录时没有得到应答；问题不在证明本身',
    },
    hint: {
      en: 'Let every name server of the domain and of the zones above it answer questions for CAA, be it with nothing',
      zh: '请让该域名及其上级区域的每台名称服务器都能应答 CAA 查询（没有记录也要应答）',
    },
  },
  'clue-servfail': {
    message: {
      en: "The CA's resolver got no usable answer (SERVFAIL): the name servers fail, or DNSSEC is broken",
      zh: 'CA 的解析器没有得到可用的应答（SERVFAIL）：名称服务器故障，或 DNSSEC 有误',
    },
    hint: {
      en: 'Check the name servers of the domain and its DNSSEC with `certwright doctor`',
      zh: '请用 `certwright doctor` 检查域名的名称服务器和 DNSSEC',
    },
  },
  'clue-dnssec': {
    message: {
      en: "The CA's resolver says that the DNSSEC of the domain does not validate",
      zh: 'CA 的解析器表示该域名的 DNSSEC 验证失败',
    },
    hint: {
      en: 'Sign the zone again, or remove its DS records at the registrar',
      zh: '请重新为该区域签名，或在域名注册商处删除其 DS 记录',
    },
  },
  'clue-nxdomain': {
    message: {
      en: 'For the CA the name does not exist in DNS',
      zh: '在 CA 看来该名称在 DNS 中不存在',
    },
    hint: {
      en: 'Add the missing record in the public DNS, and wait until all name servers have it',
      zh: '请在公共 DNS 中添加缺失的记录，并等待所有名称服务器同步',
    },
  },
  'clue-no-address': {
    message: {
      en: 'The CA found no address for the name',
      zh: 'CA 没有找到该名称的地址',
    },
    hint: {
      en: 'Add an A or AAAA record that leads to this machine, or prove the name by dns-01',
      zh: '请添加指向本机的 A 或 AAAA 记录，或用 dns-01 验证',
    },
  },
  'clue-no-txt': {
    message: {
      en: 'The CA asked for the TXT record and found none',
      zh: 'CA 查询了 TXT 记录但没有找到',
    },
    hint: {
      en: 'Check that the zone that was changed is the one that the world sees, and leave --no-propagation-check out',
      zh: '请检查所修改的区域是否就是外界看到的区域，并且不要使用 --no-propagation-check',
    },
  },
  'clue-other-txt': {
    message: {
      en: 'The CA found TXT records at the name, but not the one of this order: old ones, or of another client',
      zh: 'CA 在该名称处找到了 TXT 记录，但不是本次订单的：可能是旧记录或其他客户端的记录',
    },
    hint: {
      en: 'Remove old TXT records there, and let only one program renew the name',
      zh: '请删除那里的旧 TXT 记录，并只让一个程序为该名称续期',
    },
  },
  'clue-timeout': {
    message: {
      en: 'Nothing answered the CA at all, as when a firewall drops what it does not know',
      zh: 'CA 没有得到任何应答，像是防火墙丢弃了连接',
    },
    hint: {
      en: 'Open the port in the firewall and in the security group of the cloud, for everybody',
      zh: '请在防火墙和云安全组中向所有来源开放该端口',
    },
  },
  'clue-refused': {
    message: {
      en: 'The machine at that address answered that nobody listens at the port',
      zh: '该地址上的机器表示没有程序监听该端口',
    },
    hint: {
      en: 'Check that the name leads to this machine, and that the port is forwarded to the one given with --http-port or --tls-port',
      zh: '请检查该名称是否指向本机，以及端口是否转发到 --http-port 或 --tls-port 指定的端口',
    },
  },
  'clue-reset': {
    message: {
      en: 'The connection was cut in the middle, as by a firewall that looks inside, or where a site is not filed',
      zh: '连接中途被切断，可能是检查内容的防火墙所为，或网站未备案',
    },
    hint: {
      en: 'Let connections to the port through as they are, or prove the name by dns-01',
      zh: '请原样放行到该端口的连接，或用 dns-01 验证',
    },
  },
  'clue-status': {
    message: {
      en: 'A web server answered the CA with {status}',
      zh: 'Web 服务器对 CA 返回了 {status}',
    },
    hint: {
      en: 'Let it pass /.well-known/acme-challenge/ on to this machine without a login, or give --webroot its directory',
      zh: '请让它无需登录即可将 /.well-known/acme-challenge/ 转发到本机，或用 --webroot 指定其目录',
    },
  },
  'clue-redirect': {
    message: {
      en: 'The CA was redirected in a circle, or to where it does not follow',
      zh: 'CA 被循环重定向，或被重定向到它不会跟随的地址',
    },
    hint: {
      en: 'Answer /.well-known/acme-challenge/ without a redirect, or with one to port 80 or 443',
      zh: '请不经重定向直接应答 /.well-known/acme-challenge/，或只重定向到 80 或 443 端口',
    },
  },
  'clue-ipv6-used': {
    message: {
      en: 'The CA connected by IPv6, to {address}',
      zh: 'CA 使用 IPv6 连接到了 {address}',
    },
    hint: {
      en: 'Let the server answer on IPv6 as on IPv4, or remove the AAAA record',
      zh: '请让服务器在 IPv6 上与 IPv4 一样应答，或删除 AAAA 记录',
    },
  },
  'clue-other-addresses': {
    message: {
      en: 'The CA sees other addresses than this machine does: {theirs} there, {ours} here',
      zh: 'CA 看到的地址与本机不同：CA 为 {theirs}，本机为 {ours}',
    },
    hint: {
      en: 'Let the public DNS lead to this machine; an internal DNS may hide that it does not',
      zh: '请让公共 DNS 指向本机；内部 DNS 可能掩盖了这一点',
    },
  },
  'clue-works-from-here': {
    message: {
      en: 'Asked from here, everything answers as it should, so that what is wrong lies on the way from outside',
      zh: '从本机访问一切正常，因此问题出在外部到本机的路径上',
    },
    hint: {
      en: 'Try it from a machine in another network; look at firewalls, geo-blocking and split DNS',
      zh: '请从其他网络的机器上尝试；检查防火墙、地域屏蔽和内外分离的 DNS',
    },
  },
} as const satisfies Record<string, ErrorText>

export type ClueCode = keyof typeof clueTexts
