import type { ErrorText } from '../catalogue.ts'

/** Errors of running as a service. */
export const serviceErrors = {
  USAGE_NOT_AN_ADDRESS: {
    message: {
      en: '{value} is not an address to listen at',
      zh: '{value} 不是可监听的地址',
    },
    hint: {
      en: 'Use PORT, HOST:PORT or [IPV6]:PORT, e.g. 127.0.0.1:9180',
      zh: '请使用 PORT、HOST:PORT 或 [IPV6]:PORT，例如 127.0.0.1:9180',
    },
  },
} as const satisfies Record<string, ErrorText>
