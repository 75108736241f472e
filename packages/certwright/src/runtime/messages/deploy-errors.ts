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
  ENDPOINT_NOT_TLS: {
    message: {
      en: '{endpoint} does not speak TLS',
      zh: '{endpoint} 使用的不是 TLS',
    },
    hint: {
      en: 'Name the port of HTTPS, or switch TLS on at this one',
      zh: '请指定 HTTPS 端口，或在该端口启用 TLS',
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
} as const satisfies Record<string, ErrorText>
