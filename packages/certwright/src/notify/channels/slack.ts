import {
  channelValues,
  webAddress,
  type Channel,
  type ChannelContext,
  type ChannelKind,
} from '../channel.ts'
import { noticeText } from '../notice.ts'
import { postJson } from '../post.ts'

const options = [
  {
    key: 'url',
    summary: { en: 'URL of the incoming webhook', zh: 'Incoming Webhook 的地址' },
    required: true,
    secret: true,
  },
] as const

export const channel = {
  name: 'slack',
  summary: { en: 'Slack', zh: 'Slack' },
  options,
} as const satisfies ChannelKind

export function create(values: Readonly<Record<string, string>>, context: ChannelContext): Channel {
  const { url } = channelValues(channel, values)
  webAddress(channel.name, 'url', url)
  return {
    async send(notice, signal) {
      // `&`, `<` and `>` begin markup and have to be written as entities (Slack, "Formatting text").
      const text = noticeText(notice)
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
      await postJson(
        { channel: channel.name, url, body: JSON.stringify({ text }) },
        context,
        signal,
      )
    },
  }
}
