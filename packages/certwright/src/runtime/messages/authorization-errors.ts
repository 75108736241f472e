import type { ErrorText } from '../catalogue.ts'

/** Errors of authorizations before an order, and of domains that are proven for all names below them. */
export const authorizationErrors = {
  AUTHORIZATIONS_NOT_OFFERED: {
    message: {
      en: '{issuer} proves names only when a certificate is ordered',
      zh: '{issuer} 只在订购证书时验证名称',
    },
    hint: {
      en: 'Order the certificate: `certwright issue` proves its names',
      zh: '请直接订购证书：`certwright issue` 会验证其名称',
    },
  },
  SUBDOMAINS_NOT_OFFERED: {
    message: {
      en: '{issuer} does not authorize all names below a domain at once',
      zh: '{issuer} 不支持一次性授权某个域名之下的所有名称',
    },
    hint: {
      en: 'Leave the option for it out, or use another issuer',
      zh: '请去掉相应选项，或使用其他签发机构',
    },
  },
  USAGE_NOT_A_DOMAIN: {
    message: {
      en: '{name} is not a domain name without `*.`',
      zh: '{name} 不是不带 `*.` 的域名',
    },
    hint: { en: 'Use a name such as example.com', zh: '请使用形如 example.com 的域名' },
  },
  USAGE_NOT_BELOW: {
    message: {
      en: '{name} is not below {ancestor}, which is to be proven in its stead',
      zh: '{name} 不在 {ancestor} 之下，无法由后者代为验证',
    },
    hint: {
      en: 'Put it into a certificate of its own, or name a domain above all names',
      zh: '请将其放入单独的证书，或指定位于所有名称之上的域名',
    },
  },
  USAGE_WILDCARD_NEEDS_ORDER: {
    message: {
      en: '{name}: a wildcard cannot be authorized before an order (RFC 8555 §7.4.1)',
      zh: '{name}：通配符不能在下单之前授权（RFC 8555 §7.4.1）',
    },
    hint: {
      en: 'Authorize the domain with --subdomains, or leave the wildcard to `certwright issue`',
      zh: '请用 --subdomains 授权该域名，或将通配符留给 `certwright issue`',
    },
  },
  USAGE_ADDRESS_HAS_NO_SUBDOMAINS: {
    message: {
      en: '{name} is an IP address, and no name is below it',
      zh: '{name} 是 IP 地址，其下没有名称',
    },
    hint: { en: 'Authorize it without --subdomains', zh: '请不带 --subdomains 单独授权' },
  },
  CONFIG_NOT_A_DOMAIN: {
    message: {
      en: '{name} is not a domain name without `*.`',
      zh: '{name} 不是不带 `*.` 的域名',
    },
    hint: { en: 'Use a name such as example.com', zh: '请使用形如 example.com 的域名' },
  },
  CONFIG_NOT_BELOW: {
    message: {
      en: '{name} is not below {ancestor}, which is to be proven in its stead',
      zh: '{name} 不在 {ancestor} 之下，无法由后者代为验证',
    },
    hint: {
      en: 'Put it into a certificate of its own, or name a domain above all names',
      zh: '请将其放入单独的证书，或指定位于所有名称之上的域名',
    },
  },
} as const satisfies Record<string, ErrorText>
