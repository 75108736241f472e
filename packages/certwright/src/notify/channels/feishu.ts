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
    summary: { en: 'Secret of its signature, where it has one', zh: '签名校验密钥（若已启用）' },
    secret: true,
  },
] as const

export const channel = {
  name: 'feishu',
  summary: { en: 'Feishu or Lark robot', zh: '飞书机器人' },
  options,
} as const satisfies ChannelKind

export function create(values: Readonly<Record<string, string>>, context: ChannelContext): Channel {
  const { url, secret } = channelValues(channel, values)
  webAddress(channel.name, 'url', url)
  return {
    async send(notice, signal) {
      const body = {
        ...(secret !== undefined && signature(secret, context.host.now())),
        msg_type: 'text',
        content: { text: noticeText(notice) },
      }
      await postJson(
        {
          channel: channel.name,
          url,
          body: JSON.stringify(body),
          refusal: refusedUnlessZero('code', 'msg'),
        },
        context,
        signal,
      )
    },
  }
}

/** The time and the secret are the key, and nothing is what is signed. */
function signature(secret: string, now: number): object {
  const timestamp = String(Math.floor(now / 1000))
  const sign = createHmac('sha256', `${timestamp}\n${secret}`).update('').digest('base64')
  return { timestamp, sign }
}
