import type { ErrorText } from '../catalogue.ts'

/** Errors of targets that are servers of one's own: files, commands, hosts, clusters. */
export const serverTargetErrors = {
  TARGET_FILES_NOT_WRITTEN: {
    message: {
      en: '{target}: the files could not be put in place: {reason}',
      zh: '{target}：无法写入文件：{reason}',
    },
    hint: {
      en: 'Check that the directory may be written to, that the owner and the group exist, and that there is room; what was there is unchanged',
      zh: '请检查目录是否可写、用户和用户组是否存在、空间是否充足；原有文件未改动',
    },
  },
  TARGET_FILES_NOT_READABLE: {
    message: {
      en: '{target}: what is there cannot be read: {reason}',
      zh: '{target}：无法读取现有文件：{reason}',
    },
    hint: {
      en: 'Run it as a user who may read the files and their directories',
      zh: '请以有权读取这些文件及其目录的用户运行',
    },
  },
  TARGET_HOST_UNREACHABLE: {
    message: {
      en: '{target}: ssh does not get to {host}: {reason}',
      zh: '{target}：ssh 无法连接 {host}：{reason}',
    },
    hint: {
      en: 'Try `ssh {host}` by hand as the same user: it must ask nothing, and the host key must be known',
      zh: '请以同一用户手动执行 `ssh {host}`：不应出现任何提示，且主机密钥须已知',
    },
  },
  TARGET_CHECK_FAILED: {
    message: {
      en: '{target}: {command} refuses the new files ({exit}): {output}',
      zh: '{target}：{command} 未通过新文件的检查（{exit}）：{output}',
    },
    hint: {
      en: 'The former files are back and the server was not touched. Correct what is named, then run it again',
      zh: '已恢复原有文件，服务器未受影响。请修正上述问题后重试',
    },
  },
  TARGET_RELOAD_FAILED: {
    message: {
      en: '{target}: {command} has failed ({exit}): {output}',
      zh: '{target}：{command} 执行失败（{exit}）：{output}',
    },
    hint: {
      en: 'Files that had just been written were put back, and the command was run again for them. Check that the server runs, and run the command by hand',
      zh: '刚写入的文件已恢复为原有文件，并已再次执行该命令。请检查服务器是否在运行，并手动执行该命令',
    },
  },
  TARGET_RELOAD_FAILED_TWICE: {
    message: {
      en: '{target}: {command} has failed ({exit}): {output}; the former files are back, and it fails for them too ({again})',
      zh: '{target}：{command} 执行失败（{exit}）：{output}；已恢复原有文件，但再次执行仍然失败（{again}）',
    },
    hint: {
      en: 'Check that the server runs and run the command by hand; for a server that does not run yet, install once with reload=none',
      zh: '请检查服务器是否在运行，并手动执行该命令；如服务器尚未运行，请先以 reload=none 部署一次',
    },
  },
  TARGET_NOT_PUT_BACK: {
    message: {
      en: '{target}: the former files could not be put back ({reason}) after this: {first}',
      zh: '{target}：未能恢复原有文件（{reason}），起因：{first}',
    },
    hint: {
      en: 'The former files are beside the new ones as .certwright-old-…: rename them before anything is reloaded',
      zh: '原有文件以 .certwright-old-… 为名保存在同一目录：请在重新加载之前将其改回原名',
    },
  },
  TARGET_PROGRAM_FAILED: {
    message: {
      en: '{target}: {command} has failed ({exit}): {output}',
      zh: '{target}：{command} 执行失败（{exit}）：{output}',
    },
    hint: {
      en: 'Run the program by hand with the same word and an object of JSON on its standard input',
      zh: '请以相同的参数手动运行该程序，并在其标准输入中给出 JSON 对象',
    },
  },
  TARGET_PROGRAM_ANSWER: {
    message: {
      en: '{target}: the answer of {command} is not what was asked for: {expected}',
      zh: '{target}：{command} 的应答不符合要求：{expected}',
    },
    hint: {
      en: 'Correct the program: it writes one object of JSON to its standard output, and everything else to standard error',
      zh: '请修正该程序：标准输出只写一个 JSON 对象，其他内容写入标准错误',
    },
  },
  TARGET_POWERSHELL_MISSING: {
    message: {
      en: '{target}: there is no {program} on this machine',
      zh: '{target}：本机上没有 {program}',
    },
    hint: {
      en: 'Run it on the Windows machine itself, or add script=DIRECTORY and run there what is written into it',
      zh: '请在该 Windows 机器上运行，或添加 script=DIRECTORY 并在该机器上运行写入的脚本',
    },
  },
  TARGET_WEBHOOK_REFUSED: {
    message: {
      en: '{target}: {url} answered {status}: {answer}',
      zh: '{target}：{url} 返回 {status}：{answer}',
    },
    hint: {
      en: 'Look into the log of the receiver; check that it knows the signing key and that its clock is right',
      zh: '请查看接收端日志；确认其签名密钥正确且时钟准确',
    },
  },
  TARGET_WEBHOOK_UNREACHABLE: {
    message: {
      en: '{target}: {url} cannot be reached: {reason}',
      zh: '{target}：无法连接 {url}：{reason}',
    },
    hint: {
      en: 'Check the address, the certificate of the receiver, and the network between',
      zh: '请检查地址、接收端的证书以及网络',
    },
  },
} as const satisfies Record<string, ErrorText>
