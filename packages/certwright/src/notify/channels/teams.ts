import {
  channelValues,
  webAddress,
  type Channel,
  type ChannelContext,
  type ChannelKind,
} from '../channel.ts'
import type { Notice, Severity } from '../notice.ts'
import { postJson } from '../post.ts'

const options = [
  {
    key: 'url',
    summary: { en: 'URL of the workflow that takes webhooks', zh: '接收 Webhook 的工作流地址' },
    required: true,
    secret: true,
  },
] as const

export const channel = {
  name: 'teams',
  summary: { en: 'Microsoft Teams', zh: 'Microsoft Teams' },
  options,
} as const satisfies ChannelKind

const colours: Readonly<Record<Severity, string>> = {
  info: 'Good',
  warning: 'Warning',
  error: 'Attention',
}

export function create(values: Readonly<Record<string, string>>, context: ChannelContext): Channel {
  const { url } = channelValues(channel, values)
  webAddress(channel.name, 'url', url)
  return {
    async send(notice, signal) {
      await postJson(
        { channel: channel.name, url, body: JSON.stringify(card(notice)) },
        context,
        signal,
      )
    },
  }
}

/** An Adaptive Card, which is what workflows take. */
function card({ severity, title, lines }: Notice): object {
  const block = (text: string, more: object = {}): object => ({
    type: 'TextBlock',
    text,
    wrap: true,
    ...more,
  })
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            block(title, { weight: 'Bolder', color: colours[severity] }),
            ...lines.map((line) => block(line)),
          ],
        },
      },
    ],
  }
}
