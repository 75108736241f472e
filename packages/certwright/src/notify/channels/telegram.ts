import {
  channelValues,
  webAddress,
  type Channel,
  type ChannelContext,
  type ChannelKind,
} from '../channel.ts'
import { noticeText } from '../notice.ts'
import { postJson, wordOf } from '../post.ts'

const options = [
  {
    key: 'token',
    summary: { en: 'Token of the bot', zh: '机器人的令牌' },
    required: true,
    secret: true,
  },
  {
    key: 'chat',
    summary: { en: 'Id of the chat, or @channel', zh: '会话 ID 或 @频道' },
    required: true,
  },
  { key: 'api', summary: { en: 'Address of the Bot API', zh: 'Bot API 地址' } },
] as const

export const channel = {
  name: 'telegram',
  summary: { en: 'Telegram', zh: 'Telegram' },
  options,
} as const satisfies ChannelKind

export function create(values: Readonly<Record<string, string>>, context: ChannelContext): Channel {
  const { token, chat, api = 'https://api.telegram.org' } = channelValues(channel, values)
  const base = webAddress(channel.name, 'api', api).replace(/\/$/, '')
  return {
    async send(notice, signal) {
      const body = {
        chat_id: chat,
        text: noticeText(notice),
        link_preview_options: { is_disabled: true },
      }
      await postJson(
        {
          channel: channel.name,
          url: `${base}/bot${token}/sendMessage`,
          body: JSON.stringify(body),
          refusal: ({ ok, description }) => (ok === true ? undefined : wordOf(description)),
        },
        context,
        signal,
      )
    },
  }
}
