import type { ErrorText } from '../catalogue.ts'

/** Errors of the CAs' limits. */
export const budgetErrors = {
  BUDGET_NOT_KNOWN: {
    message: { en: 'No limits of {issuer} are known', zh: '未知 {issuer} 的限额' },
    hint: {
      en: '`certwright issuers` says whose are',
      zh: '`certwright issuers` 显示已知限额的颁发机构',
    },
  },
} as const satisfies Record<string, ErrorText>
