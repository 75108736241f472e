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
    summary: { en: 'URL of the webhook', zh: 'Webhook 地址' },
    required: true,
    secret: true,
  },
] as const

export const channel = {
  name: 'discord',
  summary: { en: 'Discord', zh: 'Discord' },
  options,
} as const satisfies ChannelKind

/** Discord refuses more. */
const longest = 2000

export function create(values: Readonly<Record<string, string>>, context: ChannelContext): Channel {
  const { url } = channelValues(channel, values)
  webAddress(channel.name, 'url', url)
  return {
    async send(notice, signal) {
      // A name like `@everyone` in a text must not call anybody.
      const body = { content: noticeText(notice, longest), allowed_mentions: { parse: [] } }
      await postJson({ channel: channel.name, url, body: JSON.stringify(body) }, context, signal)
    },
  }
}
