import { createHmac } from 'node:crypto'
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
    summary: { en: 'URL of the robot', zh: '机器人的 Webhook 地址' },
    required: true,
    secret: true,
  },
  {
    key: 'secret',
    summary: { en: 'Secret of its signature, where it has one', zh: '加签密钥（若已启用加签）' },
    secret: true,
  },
] as const

export const channel = {
  name: 'dingtalk',
  summary: { en: 'DingTalk robot', zh: '钉钉机器人' },
  options,
} as const satisfies ChannelKind

export function create(values: Readonly<Record<string, string>>, context: ChannelContext): Channel {
  const { url, secret } = channelValues(channel, values)
  webAddress(channel.name, 'url', url)
  return {
    async send(notice, signal) {
      const body = { msgtype: 'text', text: { content: noticeText(notice) } }
      await postJson(
        {
          channel: channel.name,
          url: secret === undefined ? url : signed(url, secret, context.host.now()),
          body: JSON.stringify(body),
          refusal: refusedUnlessZero('errcode', 'errmsg'),
        },
        context,
        signal,
      )
    },
  }
}

/** The signature is of the time and the secret, under the secret; the time is good for an hour. */
function signed(url: string, secret: string, now: number): string {
  const sign = createHmac('sha256', secret).update(`${now}\n${secret}`).digest('base64')
  const address = new URL(url)
  address.searchParams.set('timestamp', String(now))
  address.searchParams.set('sign', sign)
  return address.href
}
