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
  BACKUP_NOT_READABLE: {
    message: { en: 'This is no backup of Certwright', zh: '这不是 Certwright 的备份' },
    hint: {
      en: 'Make one with `certwright backup FILE`',
      zh: '请用 `certwright backup FILE` 生成',
    },
  },
  BACKUP_PASSPHRASE_WRONG: {
    message: {
      en: 'The passphrase is not that of the backup, or the backup was altered',
      zh: '密码短语不正确，或备份已被改动',
    },
  },
  BACKUP_STATE_THERE: {
    message: {
      en: 'There is a state at {directory} already, which a backup would replace',
      zh: '{directory} 已有状态数据，恢复会将其覆盖',
    },
    hint: {
      en: 'Name another --state directory, or move that one away first',
      zh: '请用 --state 指定其他目录，或先移走现有目录',
    },
  },
  VERSION_NOT_GOOD: {
    message: {
      en: 'Version {number} of {id} has expired or was revoked',
      zh: '{id} 的版本 {number} 已过期或已被吊销',
    },
    hint: {
      en: 'Choose another with --to, or get a new one: `certwright renew {id} --force`',
      zh: '请用 --to 选择其他版本，或重新签发：`certwright renew {id} --force`',
    },
  },
  NO_FORMER_VERSION: {
    message: { en: '{id} has no version before the current one', zh: '{id} 没有更早的版本' },
  },
  BACKUP_PASSPHRASE_MISSING: {
    message: { en: 'A backup needs a passphrase', zh: '备份需要密码短语' },
    hint: { en: 'Give --passphrase-file FILE', zh: '请给出 --passphrase-file FILE' },
  },
  STATE_NOT_FOUND: {
    message: { en: 'Nothing is kept at {directory}', zh: '{directory} 中没有任何状态' },
    hint: { en: 'Name the right --state directory', zh: '请用 --state 指定正确的目录' },
  },
  SERVICE_MANAGER_UNKNOWN: {
    message: {
      en: 'No manager of services is known on {system}',
      zh: '系统 {system} 上没有已知的服务管理器',
    },
    hint: {
      en: 'Run `certwright serve` by what this system has; --manager NAME --print shows recipes for others',
      zh: '请用本系统的方式运行 `certwright serve`；--manager NAME --print 可显示其他系统的配置',
    },
  },
  SERVICE_MANAGER_ELSEWHERE: {
    message: {
      en: '{manager} is not what runs services on {system}',
      zh: '{system} 上的服务不由 {manager} 运行',
    },
    hint: { en: 'Add --print and take it there', zh: '请加上 --print，并复制到目标系统' },
  },
  SERVICE_NOT_STARTED: {
    message: {
      en: '`{command}` ended with {exit}: {output}',
      zh: '`{command}` 以 {exit} 结束：{output}',
    },
    hint: {
      en: 'The files are written; set it right and run the command again',
      zh: '文件已写入；请修正后重新运行该命令',
    },
  },
} as const satisfies Record<string, ErrorText>
