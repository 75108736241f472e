import type { ErrorText } from '../catalogue.ts'

/** Errors of the room `dns`. */
export const dnsErrors = {
  DNS_ZONE_NOT_FOUND: {
    message: {
      en: 'No zone was found for {name}: no name server answered with an SOA record',
      zh: '找不到 {name} 所在的区域：没有名称服务器返回 SOA 记录',
    },
    hint: {
      en: 'Check that the domain is registered and delegated, or name a resolver with --resolver',
      zh: '请确认域名已注册并已委派，或用 --resolver 指定解析器',
    },
  },
} as const satisfies Record<string, ErrorText>
