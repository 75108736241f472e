import {
  channelValues,
  webAddress,
  type Channel,
  type ChannelContext,
  type ChannelKind,
} from '../channel.ts'
import { noticeText, type Severity } from '../notice.ts'
import { postJson } from '../post.ts'

const options = [
  { key: 'topic', summary: { en: 'Topic', zh: '主题' }, required: true, secret: true },
  {
    key: 'server',
    summary: { en: 'Server; default https://ntfy.sh', zh: '服务器；默认 https://ntfy.sh' },
  },
  { key: 'token', summary: { en: 'Access token', zh: '访问令牌' }, secret: true },
] as const

export const channel = {
  name: 'ntfy',
  summary: { en: 'ntfy', zh: 'ntfy' },
  options,
} as const satisfies ChannelKind

/** 3 is the default, 5 the loudest. */
const priorities: Readonly<Record<Severity, number>> = { info: 2, warning: 3, error: 4 }

export function create(values: Readonly<Record<string, string>>, context: ChannelContext): Channel {
  const { topic, token, server = 'https://ntfy.sh' } = channelValues(channel, values)
  const url = webAddress(channel.name, 'server', server)
  return {
    async send(notice, signal) {
      const body = {
        topic,
        title: notice.title,
        message: noticeText({
          ...notice,
          title: notice.lines[0] ?? notice.title,
          lines: notice.lines.slice(1),
        }),
        priority: priorities[notice.severity],
      }
      const headers = token && { authorization: `Bearer ${token}` }
      await postJson(
        { channel: channel.name, url, body: JSON.stringify(body), ...(headers && { headers }) },
        context,
        signal,
      )
    },
  }
}
