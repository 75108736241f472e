import type { ErrorText } from '../catalogue.ts'

const letThrough = {
  en: 'Open port {port} and forward it to this machine. Where a machine cannot reach itself by its public address, the CA may well reach it',
  zh: '请开放端口 {port} 并转发到本机。有些网络中机器无法用自己的公网地址访问自己，但 CA 可能可以',
} as const

/** Whether a CA would reach this machine by a name: its addresses, its ports, and what answers there. */
export const reachTexts = {
  'address-found': {
    message: { en: '{about}: leads to {addresses}', zh: '{about}：指向 {addresses}' },
  },
  'address-none': {
    message: {
      en: '{about}: has no address (A or AAAA), so that a CA finds nowhere to connect to',
      zh: '{about}：没有地址记录（A 或 AAAA），CA 无处可连',
    },
    hint: {
      en: 'Add an A or AAAA record that leads to this machine, or prove the name by dns-01',
      zh: '请添加指向本机的 A 或 AAAA 记录，或用 dns-01 验证',
    },
  },
  'address-unanswered': {
    message: {
      en: '{about}: the question for {type} got no answer ({answer})',
      zh: '{about}：{type} 查询没有得到应答（{answer}）',
    },
    hint: {
      en: 'Check that the name servers of the domain answer from everywhere',
      zh: '请检查该域名的名称服务器是否在各地都能应答',
    },
  },
  'address-private': {
    message: {
      en: '{about}: leads to {address}, which nobody on the internet can reach',
      zh: '{about}：指向 {address}，互联网上无法访问',
    },
    hint: {
      en: 'Let the public DNS lead to a public address, or prove the name by dns-01',
      zh: '请让公共 DNS 指向公网地址，或用 dns-01 验证',
    },
  },
  'port-answers': {
    message: {
      en: '{about}: {address}, port {port}, answers {challenge} from here',
      zh: '{about}：从本机访问，{address} 端口 {port} 能应答 {challenge}',
    },
  },
  'port-refused': {
    message: {
      en: '{about}: {address}, port {port}, cannot be connected to from here ({reason})',
      zh: '{about}：从本机无法连接 {address} 端口 {port}（{reason}）',
    },
    hint: letThrough,
  },
  'port-silent': {
    message: {
      en: '{about}: {address}, port {port}, does not answer from here within {seconds} s',
      zh: '{about}：从本机访问，{address} 端口 {port} 在 {seconds} 秒内没有应答',
    },
    hint: letThrough,
  },
  'port-ipv6-dead': {
    message: {
      en: '{about}: IPv4 answers, but the AAAA record leads to {address}, port {port}, where nothing does ({reason}); a CA tries IPv6 first',
      zh: '{about}：IPv4 可以应答，但 AAAA 记录指向的 {address} 端口 {port} 没有应答（{reason}）；CA 会优先使用 IPv6',
    },
    hint: {
      en: 'Remove the AAAA record of {about}, or let its server listen on IPv6 too',
      zh: '请删除 {about} 的 AAAA 记录，或让其服务器也监听 IPv6',
    },
  },
  'port-ipv4-dead': {
    message: {
      en: '{about}: IPv6 answers, but the A record leads to {address}, port {port}, where nothing does ({reason})',
      zh: '{about}：IPv6 可以应答，但 A 记录指向的 {address} 端口 {port} 没有应答（{reason}）',
    },
    hint: {
      en: 'Set right the A record of {about}, or let its server listen on IPv4 too',
      zh: '请修正 {about} 的 A 记录，或让其服务器也监听 IPv4',
    },
  },
  'port-no-route': {
    message: {
      en: '{about}: {address} was not tried, as this machine has no way to IPv6',
      zh: '{about}：没有尝试 {address}，因为本机没有 IPv6 路由',
    },
  },
  'http-status': {
    message: {
      en: '{about}: connects to {address}, but {url} answers {status} {server}',
      zh: '{about}：已连接到 {address}，但 {url} 返回 {status} {server}',
    },
    hint: {
      en: 'Let what answers there pass /.well-known/acme-challenge/ on to this machine, or give --webroot its directory',
      zh: '请让该服务器将 /.well-known/acme-challenge/ 转发到本机，或用 --webroot 指定其目录',
    },
  },
  'http-body': {
    message: {
      en: '{about}: connects to {address}, but {url} answers with something else: another server, or a cache',
      zh: '{about}：已连接到 {address}，但 {url} 返回了其他内容：可能是另一台服务器或缓存',
    },
    hint: {
      en: 'Let what answers there pass /.well-known/acme-challenge/ on to this machine, uncached and unchanged',
      zh: '请让该服务器将 /.well-known/acme-challenge/ 原样转发到本机，不缓存也不改写',
    },
  },
  'http-front': {
    message: {
      en: '{about}: at {address} {front} answers in place of this machine ({status})',
      zh: '{about}：{address} 上由 {front} 代替本机应答（{status}）',
    },
    hint: {
      en: 'Let {front} pass /.well-known/acme-challenge/ on to this machine uncached, or prove the name by dns-01',
      zh: '请让 {front} 将 /.well-known/acme-challenge/ 不经缓存地转发到本机，或用 dns-01 验证',
    },
  },
  'http-redirect': {
    message: {
      en: '{about}: connects to {address}, but {url} redirects to {location}, and no CA follows that ({reason})',
      zh: '{about}：已连接到 {address}，但 {url} 重定向到 {location}，CA 不会跟随（{reason}）',
    },
    hint: {
      en: 'Answer /.well-known/acme-challenge/ without a redirect, or with one to port 80 or 443',
      zh: '请不经重定向直接应答 /.well-known/acme-challenge/，或只重定向到 80 或 443 端口',
    },
  },
  'tls-other': {
    message: {
      en: '{about}: connects to {address}, port {port}, but what answers does not speak acme-tls/1 for this name ({reason})',
      zh: '{about}：已连接到 {address} 端口 {port}，但对方不为该名称使用 acme-tls/1（{reason}）',
    },
    hint: {
      en: 'Let port 443 reach this machine as it is: a proxy or load balancer in between must not end TLS. Or prove the name by http-01 or dns-01',
      zh: '请让 443 端口直达本机：中间的代理或负载均衡不能终止 TLS。也可以用 http-01 或 dns-01 验证',
    },
  },
} as const satisfies Record<string, ErrorText>
