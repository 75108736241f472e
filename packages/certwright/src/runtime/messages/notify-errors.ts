import type { ErrorText } from '../catalogue.ts'

/** Errors of the room `notify`. */
export const notifyErrors = {
  CHANNEL_UNKNOWN: {
    message: { en: 'There is no channel {channel}', zh: '没有名为 {channel} 的通知渠道' },
    hint: { en: 'Use {suggestion}', zh: '请使用 {suggestion}' },
  },
  CHANNEL_OPTION_UNKNOWN: {
    message: {
      en: 'The channel {channel} has no option {option}',
      zh: '通知渠道 {channel} 没有选项 {option}',
    },
    hint: { en: 'Use {suggestion}', zh: '请使用 {suggestion}' },
  },
  CHANNEL_OPTION_MISSING: {
    message: {
      en: 'The channel {channel} needs the option {option}',
      zh: '通知渠道 {channel} 需要选项 {option}',
    },
    hint: { en: 'Set {option}', zh: '请设置 {option}' },
  },
  CHANNEL_OPTION_NOT_CONFORM: {
    message: {
      en: 'The option {option} of the channel {channel} must be: {expected}',
      zh: '通知渠道 {channel} 的选项 {option} 必须为：{expected}',
    },
  },
  NOTICE_REFUSED: {
    message: {
      en: '{channel} has refused the notice: {reason}',
      zh: '{channel} 拒绝了通知：{reason}',
    },
    hint: {
      en: 'Look at the options of the notification; `certwright notify test` tries them',
      zh: '请检查通知的选项；可用 `certwright notify test` 试发',
    },
  },
  NOTICE_NOT_SENT: {
    message: { en: '{channel} could not be reached: {reason}', zh: '无法连接 {channel}：{reason}' },
  },
} as const satisfies Record<string, ErrorText>
