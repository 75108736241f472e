import type { ErrorText } from '../catalogue.ts'

/** Errors of the room `diagnosis`. */
export const diagnosisErrors = {
  ATTEMPT_REFUSED: {
    message: {
      en: 'Nothing was ordered, since the CA may not issue: {names}',
      zh: '未提交订单，因为 CA 不得签发：{names}',
    },
    hint: {
      en: 'Set that right first, or order all the same with --no-preflight',
      zh: '请先修正，或加上 --no-preflight 仍然提交订单',
    },
  },
} as const satisfies Record<string, ErrorText>
