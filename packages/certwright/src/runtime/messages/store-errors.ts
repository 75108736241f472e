import type { ErrorText } from '../catalogue.ts'

/** Errors of the room `store`. */
export const storeErrors = {
  STORE_UNUSABLE: {
    message: {
      en: 'The state at {path} cannot be used: {reason}',
      zh: '无法使用位于 {path} 的状态数据：{reason}',
    },
    hint: {
      en: 'Check its owner, its permissions and the free space, or name another directory on a local disk with --state',
      zh: '请检查其所有者、权限和剩余空间，或用 --state 指定本地磁盘上的其他目录',
    },
  },
  STORE_BUSY: {
    message: {
      en: 'Another process has kept {path} locked for too long',
      zh: '另一个进程长时间锁定了 {path}',
    },
    hint: {
      en: 'Wait until it has finished, then run the command again',
      zh: '请等待其结束后重新运行命令',
    },
  },
  STORE_DAMAGED: {
    message: {
      en: '{path} is damaged, or is not a database of Certwright',
      zh: '{path} 已损坏，或不是 Certwright 的数据库',
    },
    hint: {
      en: 'Restore it from a backup, together with the files whose names begin with it',
      zh: '请从备份恢复该文件以及文件名以其开头的文件',
    },
  },
  STORE_NEWER: {
    message: {
      en: '{path} was written by a newer Certwright, which made changes that this one does not know ({migration})',
      zh: '{path} 由更新版本的 Certwright 写入，其中包含此版本不认识的变更（{migration}）',
    },
    hint: {
      en: 'Use that version or a later one',
      zh: '请使用该版本或更新的版本',
    },
  },
  STORE_KEY_INVALID: {
    message: {
      en: 'The key from {source} is not 32 bytes in base64',
      zh: '来自 {source} 的密钥不是 base64 编码的 32 字节',
    },
    hint: {
      en: 'Make one with `openssl rand -base64 32`, or restore the one that this state was sealed with',
      zh: '请用 `openssl rand -base64 32` 生成，或恢复封存此状态时所用的密钥',
    },
  },
  STORE_PASSPHRASE_EMPTY: {
    message: {
      en: 'The passphrase is empty',
      zh: '口令为空',
    },
    hint: {
      en: 'Set CERTWRIGHT_PASSPHRASE to the passphrase, or unset it to use a key file',
      zh: '请将 CERTWRIGHT_PASSPHRASE 设为口令，或取消设置以使用密钥文件',
    },
  },
  STORE_KEY_WRONG: {
    message: {
      en: 'The key from {source} does not open this state, which was sealed with the key from {expected}',
      zh: '来自 {source} 的密钥无法打开此状态；它是用来自 {expected} 的密钥封存的',
    },
    hint: {
      en: 'Give the key that it was sealed with; nothing was changed',
      zh: '请提供封存时所用的密钥；未做任何更改',
    },
  },
  STORE_KEY_MISSING: {
    message: {
      en: 'There is no key at {path}, and this state was sealed with the key from {expected}',
      zh: '{path} 处没有密钥，而此状态是用来自 {expected} 的密钥封存的',
    },
    hint: {
      en: 'Provide {expected} again, from a backup if need be; without it the private keys in this state cannot be read',
      zh: '请重新提供 {expected}（必要时从备份恢复）；没有它就无法读取此状态中的私钥',
    },
  },
  STORE_KEY_FILE_OPEN: {
    message: {
      en: 'The key file {path} can be read by others (mode {mode})',
      zh: '密钥文件 {path} 可被其他用户读取（权限 {mode}）',
    },
    hint: {
      en: 'Run `chmod 600 {path}`; where others may have read it, replace the account and certificate keys',
      zh: '请运行 `chmod 600 {path}`；若可能已被他人读取，请更换账户密钥和证书密钥',
    },
  },
  STORE_RECORD_UNREADABLE: {
    message: {
      en: 'A sealed secret of {record} in the table {table} was altered and cannot be opened',
      zh: '表 {table} 中 {record} 的封存机密已被改动，无法打开',
    },
    hint: {
      en: 'Restore the state directory from a backup',
      zh: '请从备份恢复状态目录',
    },
  },
  FILES_UNWRITABLE: {
    message: {
      en: 'The certificate files in {directory} could not be written: {reason}',
      zh: '无法写入 {directory} 中的证书文件：{reason}',
    },
    hint: {
      en: 'Check the permissions and the free space, then run the command again; the certificate itself is safe in the state directory',
      zh: '请检查权限和剩余空间，然后重新运行命令；证书本身已安全保存在状态目录中',
    },
  },
  FILES_FOREIGN: {
    message: {
      en: '{path} stands in the way and was not made by Certwright',
      zh: '{path} 已存在且不是由 Certwright 创建的',
    },
    hint: {
      en: 'Move it away, or choose another directory with --out',
      zh: '请将其移走，或用 --out 选择其他目录',
    },
  },
  FILES_OF_ANOTHER: {
    message: {
      en: '{directory} holds the files of the certificate {owner}',
      zh: '{directory} 中存放的是证书 {owner} 的文件',
    },
    hint: {
      en: 'Choose another directory with --out',
      zh: '请用 --out 选择其他目录',
    },
  },
  LEASE_LOST: {
    message: {
      en: 'Another process has taken over {id}, so nothing was written',
      zh: '另一个进程已接管 {id}，因此未写入任何内容',
    },
  },
  STORE_REKEYED: {
    message: {
      en: '{path} was sealed under another key meanwhile',
      zh: '{path} 已在此期间改用另一把密钥加密',
    },
    hint: { en: 'Start this program again with the new key', zh: '请用新密钥重新启动本程序' },
  },
} as const satisfies Record<string, ErrorText>
