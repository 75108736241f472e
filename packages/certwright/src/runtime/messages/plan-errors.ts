import type { ErrorText } from '../catalogue.ts'

/** Errors of plans that were saved, and of applying one. */
export const planErrors = {
  PLAN_NOT_READABLE: {
    message: { en: '{path} is not a plan: {reason}', zh: '{path} 不是计划文件：{reason}' },
    hint: {
      en: 'Make one with `certwright plan --out FILE`',
      zh: '请用 `certwright plan --out FILE` 生成',
    },
  },
  PLAN_STALE: {
    message: {
      en: 'The world has moved since {path} was made: {differences}',
      zh: '{path} 生成之后情况已变化：{differences}',
    },
    hint: { en: 'Look at a new plan: `certwright plan`', zh: '请重新查看计划：`certwright plan`' },
  },
  PLAN_NOT_CONFIRMED: {
    message: {
      en: 'Nothing was done: the plan revokes or forgets certificates, and nobody has confirmed that',
      zh: '未执行任何操作：计划包含吊销或移除，且未经确认',
    },
    hint: { en: 'Give --yes', zh: '请加上 --yes' },
  },
} as const satisfies Record<string, ErrorText>
