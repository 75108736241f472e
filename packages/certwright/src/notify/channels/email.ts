import { CertwrightError } from '../../runtime/error.ts'
import {
  channelValues,
  wrongChannelOption,
  type Channel,
  type ChannelContext,
  type ChannelKind,
} from '../channel.ts'
import { noticeText } from '../notice.ts'
import { wordOf } from '../post.ts'

const options = [
  { key: 'host', summary: { en: 'Mail server', zh: '邮件服务器' }, required: true },
  {
    key: 'port',
    summary: {
      en: 'Its port; default 465 with TLS, else 587',
      zh: '端口；使用 TLS 时默认 465，否则 587',
    },
  },
  {
    key: 'tls',
    summary: {
      en: 'true from the first octet; starttls (default) before the password; none, on this machine alone',
      zh: 'true 表示直接使用 TLS；starttls（默认）表示登录前升级；none 仅限本机',
    },
  },
  { key: 'user', summary: { en: 'User name', zh: '用户名' } },
  { key: 'password', summary: { en: 'Password', zh: '密码' }, secret: true },
  { key: 'from', summary: { en: 'Sender', zh: '发件人' }, required: true },
  {
    key: 'to',
    summary: { en: 'Recipients, separated by commas', zh: '收件人，以逗号分隔' },
    required: true,
  },
] as const

export const channel = {
  name: 'email',
  summary: { en: 'E-mail by SMTP', zh: '电子邮件（SMTP）' },
  options,
} as const satisfies ChannelKind

const timeoutMs = 20_000

export function create(
  values: Readonly<Record<string, string>>,
  _context: ChannelContext,
): Channel {
  const { host, port, tls = 'starttls', user, password, from, to } = channelValues(channel, values)
  if (!['true', 'starttls', 'none'].includes(tls)) {
    throw wrongChannelOption(channel.name, 'tls', 'true | starttls | none')
  }
  if (tls === 'none' && !['localhost', '127.0.0.1', '::1'].includes(host)) {
    throw wrongChannelOption(channel.name, 'tls', 'true | starttls')
  }
  const number = port === undefined ? (tls === 'true' ? 465 : 587) : Number(port)
  if (!Number.isInteger(number) || number < 1 || number > 65_535) {
    throw wrongChannelOption(channel.name, 'port', '1…65535')
  }
  return {
    async send(notice, signal) {
      signal?.throwIfAborted()
      const { createTransport } = await import('nodemailer')
      const transport = createTransport({
        host,
        port: number,
        secure: tls === 'true',
        requireTLS: tls === 'starttls',
        ignoreTLS: tls === 'none',
        ...(user !== undefined && { auth: { user, pass: password ?? '' } }),
        connectionTimeout: timeoutMs,
        greetingTimeout: timeoutMs,
        socketTimeout: timeoutMs,
      })
      try {
        await transport.sendMail({ from, to, subject: notice.title, text: noticeText(notice) })
      } catch (error) {
        throw refused(error)
      } finally {
        transport.close()
      }
    },
  }
}

/** The code alone: the server's words may repeat what was said to it. */
function refused(error: unknown): CertwrightError {
  const { code, responseCode } = error as {
    readonly code?: unknown
    readonly responseCode?: unknown
  }
  const params = {
    channel: channel.name,
    reason: `${wordOf(code)} ${wordOf(responseCode)}`,
  }
  return new CertwrightError(
    responseCode === undefined ? 'NOTICE_NOT_SENT' : 'NOTICE_REFUSED',
    params,
  )
}
