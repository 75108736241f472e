import type { ErrorText } from '../catalogue.ts'

/** Errors of the room `solvers`. */
export const solversErrors = {
  HTTP_PORT_TAKEN: {
    message: {
      en: 'Another program already listens on port {port}, so http-01 cannot be answered there',
      zh: '端口 {port} 已被其他程序占用，无法在该端口应答 http-01',
    },
    hint: {
      en: 'Let that web server answer with --webroot DIR, or forward port 80 to a free port named with --http-port',
      zh: '可用 --webroot DIR 由现有 Web 服务器应答，或把端口 80 转发到 --http-port 指定的空闲端口',
    },
  },
  TLS_PORT_TAKEN: {
    message: {
      en: 'Another program already listens on port {port}, so tls-alpn-01 cannot be answered there',
      zh: '端口 {port} 已被其他程序占用，无法在该端口应答 tls-alpn-01',
    },
    hint: {
      en: 'Forward port 443 (for ALPN acme-tls/1) to a free port named with --tls-port, or choose another challenge',
      zh: '可把端口 443（ALPN acme-tls/1）转发到 --tls-port 指定的空闲端口，或改用其他质询类型',
    },
  },
  PORT_FORBIDDEN: {
    message: {
      en: 'This user may not listen on port {port}',
      zh: '当前用户无权监听端口 {port}',
    },
    hint: {
      en: 'Run as root, grant CAP_NET_BIND_SERVICE, or forward the port to one above 1023 named with {flag}',
      zh: '请以 root 运行、授予 CAP_NET_BIND_SERVICE，或把该端口转发到 {flag} 指定的大于 1023 的端口',
    },
  },
  PORT_NOT_OPENED: {
    message: {
      en: 'Port {port} cannot be listened on: {reason}',
      zh: '无法监听端口 {port}：{reason}',
    },
    hint: {
      en: 'Choose another port with {flag}, and forward the standard one to it',
      zh: '请用 {flag} 选择其他端口，并把标准端口转发到它',
    },
  },
  CHALLENGE_TOKEN_NOT_CONFORM: {
    message: {
      en: 'The CA sent a token with characters that no token may have: "{token}"',
      zh: 'CA 发来的令牌含有不允许的字符：“{token}”',
    },
    hint: {
      en: 'Do not use this CA: such a token can lead to other files (RFC 8555 §8.3)',
      zh: '请勿使用该 CA：这样的令牌可能指向其他文件（RFC 8555 §8.3）',
    },
  },
  WEBROOT_NOT_FOUND: {
    message: {
      en: 'The webroot {directory} is not a directory',
      zh: 'Web 根目录 {directory} 不是目录',
    },
    hint: {
      en: 'Name the directory that the web server serves with --webroot',
      zh: '请用 --webroot 指定 Web 服务器所服务的目录',
    },
  },
  WEBROOT_NOT_WRITABLE: {
    message: {
      en: '{path} cannot be written: {reason}',
      zh: '无法写入 {path}：{reason}',
    },
    hint: {
      en: 'Let this user write to the directory, or run as one who may',
      zh: '请授予当前用户该目录的写权限，或以有权限的用户运行',
    },
  },
  DNS_PROVIDER_NOT_NAMED: {
    message: {
      en: 'A challenge by DNS needs a DNS provider; there are: {known}',
      zh: 'DNS 验证需要指定 DNS 服务商；可用：{known}',
    },
    hint: {
      en: 'Name one with --dns, e.g. --dns manual',
      zh: '请用 --dns 指定，例如 --dns manual',
    },
  },
} as const satisfies Record<string, ErrorText>
