import {
  channelValues,
  webAddress,
  type Channel,
  type ChannelContext,
  type ChannelKind,
} from '../channel.ts'
import { noticeText } from '../notice.ts'
import { postJson, refusedUnlessZero } from '../post.ts'

const options = [
  {
    key: 'url',
    summary: { en: 'URL of the group robot', zh: '群机器人的 Webhook 地址' },
    required: true,
    secret: true,
  },
] as const

export const channel = {
  name: 'wecom',
  summary: { en: 'WeCom group robot', zh: '企业微信群机器人' },
  options,
} as const satisfies ChannelKind

/** 2048 octets of UTF-8 are taken; a Chinese character is three of them. */
const longest = 680

export function create(values: Readonly<Record<string, string>>, context: ChannelContext): Channel {
  const { url } = channelValues(channel, values)
  webAddress(channel.name, 'url', url)
  return {
    async send(notice, signal) {
      const body = { msgtype: 'text', text: { content: noticeText(notice, longest) } }
      await postJson(
        {
          channel: channel.name,
          url,
          body: JSON.stringify(body),
          refusal: refusedUnlessZero('errcode', 'errmsg'),
        },
        context,
        signal,
      )
    },
  }
}
