import type { Text } from '../catalogue.ts'

/** One sentence a command that keeps the state and the service. */
export const upkeepSummaries = {
  rollback: {
    en: 'Make a former version current again, wherever it is served',
    zh: '使旧版本重新成为当前版本，并部署到各处',
  },
  events: { en: 'What has happened', zh: '查看发生过的事件' },
  notify: { en: 'The notifications of the file', zh: '文件中的通知' },
  'notify test': { en: 'Send a test to them', zh: '发送一条测试通知' },
  service: {
    en: 'Run certwright as a service of this machine',
    zh: '将 certwright 作为本机服务运行',
  },
  'service install': {
    en: 'Make the service or timer that runs `certwright serve`',
    zh: '创建运行 `certwright serve` 的服务或定时器',
  },
  backup: { en: 'Keep all of the state in one encrypted file', zh: '将全部状态保存到一个加密文件' },
  restore: { en: 'Put a backup where no state is', zh: '将备份恢复到空的状态目录' },
  rekey: {
    en: 'Seal all secrets of the state under another key',
    zh: '用另一把密钥重新加密状态中的所有机密',
  },
} as const satisfies Record<string, Text>

export const upkeepDetails = {
  rollback: {
    en: 'It becomes the newest version, so that nothing else changes. It must neither have expired nor been revoked. The next renewal replaces it.',
    zh: '它会成为最新的版本，其他不变。该版本不能已过期或被吊销。下次续期时会被替换。',
  },
  events: {
    en: 'One JSON object a line with --json. --follow goes on until it is stopped.',
    zh: '使用 --json 时每行一个 JSON 对象。--follow 会持续输出，直到被停止。',
  },
  serviceInstall: {
    en: 'systemd on Linux, launchd on macOS, a scheduled task on Windows. --print shows what would be written and run, and changes nothing.',
    zh: 'Linux 使用 systemd，macOS 使用 launchd，Windows 使用计划任务。--print 只显示将写入和执行的内容，不做更改。',
  },
  backup: {
    en: 'Taken at one moment, while others go on working. It holds private keys and, where it is a file here, the key that they are sealed with: keep the passphrase elsewhere.',
    zh: '在某一时刻整体获取，不影响其他进程。其中含有私钥，以及（若为本目录文件）加密私钥的密钥：请将密码短语另行保管。',
  },
  rekey: {
    en: 'The new key is a new file seal.key, or what CERTWRIGHT_NEW_KEY or CERTWRIGHT_NEW_PASSPHRASE hold. All or nothing: a run that dies leaves a state that one of the two keys opens.',
    zh: '新密钥为新的 seal.key 文件，或 CERTWRIGHT_NEW_KEY、CERTWRIGHT_NEW_PASSPHRASE 的内容。要么全部完成，要么不变：中途终止时，两把密钥之一仍可打开状态。',
  },
} as const satisfies Record<string, Text>

export const upkeepOptions = {
  to: { en: 'number of the version; default the one before', zh: '版本号；默认为前一个版本' },
  follow: { en: 'go on as they happen', zh: '持续输出新事件' },
  since: {
    en: 'those of the last time, e.g. 24h; default all',
    zh: '最近一段时间的事件，例如 24h；默认全部',
  },
  cert: { en: 'those of one certificate', zh: '只看某个证书的事件' },
  manager: { en: 'for another system', zh: '用于其他系统' },
  timer: { en: 'a run every hour instead of a service', zh: '每小时运行一次，而非常驻服务' },
  user: { en: 'for this person instead of the machine', zh: '仅用于当前用户' },
  print: { en: 'show it and change nothing', zh: '只显示，不做更改' },
  passphraseFile: {
    en: 'file whose first line is the passphrase; asked for otherwise',
    zh: '首行为密码短语的文件；否则会询问',
  },
} as const satisfies Record<string, Text>

export const upkeepArguments = {
  backup: { en: 'the file', zh: '备份文件' },
  notification: {
    en: 'a notification of the file; all of them by default',
    zh: '文件中某个通知的名称；默认全部',
  },
} as const satisfies Record<string, Text>

export const upkeepExamples = {
  rollback: { en: 'The version before', zh: '回到前一个版本' },
  rollbackTo: { en: 'A certain one', zh: '回到指定版本' },
  events: { en: 'What happened since yesterday', zh: '昨天以来的事件' },
  eventsFollow: { en: 'For a program', zh: '供程序使用' },
  notify: { en: 'All of them', zh: '全部通知' },
  service: { en: 'Look at it first', zh: '先查看内容' },
  serviceTimer: { en: 'Every hour, for this person', zh: '当前用户，每小时一次' },
  backup: { en: 'To a file', zh: '备份到文件' },
  restore: { en: 'On another machine', zh: '恢复到另一台机器' },
  rekey: { en: 'A new key file', zh: '换用新的密钥文件' },
} as const satisfies Record<string, Text>
