import type { ErrorText } from '../catalogue.ts'

/** Errors of the room `cli`. Those that begin with `USAGE_` are faults of the command line: exit code 64. */
export const cliErrors = {
  USAGE_UNKNOWN_OPTION: {
    message: { en: 'Unknown option {option}', zh: '未知选项 {option}' },
    hint: { en: 'See `certwright {command}--help`', zh: '请查看 `certwright {command}--help`' },
  },
  USAGE_UNKNOWN_OPTION_LIKE: {
    message: { en: 'Unknown option {option}', zh: '未知选项 {option}' },
    hint: { en: 'Did you mean {suggestion}?', zh: '您是否想输入 {suggestion}？' },
  },
  USAGE_UNKNOWN_COMMAND: {
    message: { en: 'Unknown command {name}', zh: '未知命令 {name}' },
    hint: { en: 'See `certwright --help`', zh: '请查看 `certwright --help`' },
  },
  USAGE_UNKNOWN_COMMAND_LIKE: {
    message: { en: 'Unknown command {name}', zh: '未知命令 {name}' },
    hint: { en: 'Did you mean {suggestion}?', zh: '您是否想输入 {suggestion}？' },
  },
  USAGE_NO_COMMAND: {
    message: { en: 'No command was given', zh: '没有给出命令' },
    hint: {
      en: 'See `certwright {command}--help`',
      zh: '请查看 `certwright {command}--help`',
    },
  },
  USAGE_MISSING_ARGUMENT: {
    message: { en: '{argument} is missing', zh: '缺少参数 {argument}' },
    hint: { en: 'See `certwright {command}--help`', zh: '请查看 `certwright {command}--help`' },
  },
  USAGE_MISSING_VALUE: {
    message: { en: 'Option {option} needs a value', zh: '选项 {option} 需要一个值' },
    hint: { en: 'See `certwright {command}--help`', zh: '请查看 `certwright {command}--help`' },
  },
  USAGE_TOO_MANY_ARGUMENTS: {
    message: { en: 'Too many arguments: {arguments}', zh: '参数过多：{arguments}' },
    hint: { en: 'See `certwright {command}--help`', zh: '请查看 `certwright {command}--help`' },
  },
  USAGE_NOT_A_CHOICE: {
    message: { en: '{option} does not take {value}', zh: '{option} 不接受 {value}' },
    hint: { en: 'Use one of: {choices}', zh: '请使用其中之一：{choices}' },
  },
  USAGE_NOT_A_PORT: {
    message: { en: '{option}: {value} is not a port', zh: '{option}：{value} 不是端口号' },
    hint: { en: 'Use a number from 1 to 65535', zh: '请使用 1 到 65535 之间的数字' },
  },
  USAGE_NOT_A_NUMBER: {
    message: {
      en: '{option}: {value} is not a whole number from 1',
      zh: '{option}：{value} 不是从 1 开始的整数',
    },
    hint: { en: 'Use digits only, e.g. 2', zh: '请只使用数字，例如 2' },
  },
  USAGE_NOT_A_PERCENTAGE: {
    message: { en: '{option}: {value} is not a percentage', zh: '{option}：{value} 不是百分比' },
    hint: { en: 'Use a number from 0 to 100', zh: '请使用 0 到 100 之间的数字' },
  },
  USAGE_NOT_A_DURATION: {
    message: { en: '{option}: {value} is not a duration', zh: '{option}：{value} 不是时长' },
    hint: {
      en: 'Use a number and d, h, m or s, e.g. 90d',
      zh: '请使用数字加 d、h、m 或 s，例如 90d',
    },
  },
  USAGE_NOT_LOOPBACK: {
    message: {
      en: '--host: {value} is not a loopback address',
      zh: '--host：{value} 不是回环地址',
    },
    hint: { en: 'Use 127.0.0.1 or ::1', zh: '请使用 127.0.0.1 或 ::1' },
  },
  USAGE_NOT_KEY_VALUE: {
    message: {
      en: '{option}: {value} is not KEY=VALUE',
      zh: '{option}：{value} 不是 KEY=VALUE 的形式',
    },
    hint: {
      en: 'Write the key, an equals sign and the value, e.g. {option} zone=example.com',
      zh: '请依次写键、等号和值，例如 {option} zone=example.com',
    },
  },
  USAGE_NOT_AN_ISSUER: {
    message: {
      en: '--issuer: {value} is neither an https URL of an ACME directory nor a known name',
      zh: '--issuer：{value} 既不是 ACME 目录的 https 网址，也不是已知名称',
    },
    hint: {
      en: 'Use https://…/directory or one of: {known}',
      zh: '请使用 https://…/directory 或其中之一：{known}',
    },
  },
  USAGE_NOT_AN_EMAIL: {
    message: { en: '--email: {value} is not one address', zh: '--email：{value} 不是一个邮箱地址' },
    hint: { en: 'Use an address such as ops@example.com', zh: '请使用形如 ops@example.com 的地址' },
  },
  USAGE_NOT_AN_ID: {
    message: {
      en: '{value} cannot be the ID of a certificate',
      zh: '{value} 不能作为证书的 ID',
    },
    hint: {
      en: 'Use letters, digits, dots, hyphens and underscores, beginning with a letter or digit; at most 128',
      zh: '请使用字母、数字、点、连字符和下划线，以字母或数字开头，最多 128 个字符',
    },
  },
  USAGE_NOT_A_NAME: {
    message: {
      en: '{name} cannot be in a certificate: {reason}',
      zh: '{name} 不能写入证书：{reason}',
    },
    hint: {
      en: 'Use domain names such as www.example.com or *.example.com, or IP addresses',
      zh: '请使用域名（例如 www.example.com 或 *.example.com）或 IP 地址',
    },
  },
  USAGE_WILDCARD_NEEDS_DNS: {
    message: {
      en: '{name} is a wildcard, which only DNS can prove, not {challenge}',
      zh: '{name} 是通配符名称，只能用 DNS 验证，不能用 {challenge}',
    },
    hint: {
      en: 'Add --dns PROVIDER; `certwright issue --help` lists the providers',
      zh: '请加上 --dns PROVIDER；`certwright issue --help` 会列出所有 DNS 服务商',
    },
  },
  USAGE_ADDRESS_NEEDS_CONNECTION: {
    message: {
      en: '{name} is an IP address, which {challenge} cannot prove (RFC 8738 §7)',
      zh: '{name} 是 IP 地址，不能用 {challenge} 验证（RFC 8738 §7）',
    },
    hint: {
      en: 'Use --challenge http-01 or --challenge tls-alpn-01 for it',
      zh: '请改用 --challenge http-01 或 --challenge tls-alpn-01',
    },
  },
  USAGE_OPTION_FOR_OTHER_CHALLENGE: {
    message: {
      en: '{option} is for {needed}, but the challenge is {challenge}',
      zh: '{option} 只用于 {needed}，而当前的验证方式是 {challenge}',
    },
    hint: {
      en: 'Leave {option} out, or use --challenge {needed}',
      zh: '请去掉 {option}，或改用 --challenge {needed}',
    },
  },
  USAGE_OPTIONS_EXCLUDE: {
    message: {
      en: '{option} and {other} exclude each other',
      zh: '{option} 与 {other} 不能同时使用',
    },
    hint: { en: 'Leave one of them out', zh: '请去掉其中一个' },
  },
  USAGE_OPTION_NEEDS: {
    message: { en: '{option} needs {needed}', zh: '{option} 需要 {needed}' },
    hint: { en: 'Add {needed}', zh: '请加上 {needed}' },
  },
  USAGE_FORCE_NEEDS_NAMES: {
    message: {
      en: '`renew --force` would renew every certificate, due or not',
      zh: '`renew --force` 会续期所有证书，无论是否到期',
    },
    hint: {
      en: 'Name the certificates, or add --all if you mean that',
      zh: '请指明证书，确实需要全部续期时请加上 --all',
    },
  },
  USAGE_NOT_A_REASON: {
    message: {
      en: '--reason: {value} is not a reason that a CA takes',
      zh: '--reason：{value} 不是 CA 接受的吊销原因',
    },
    hint: {
      en: 'Use one of these names or its number: {reasons}',
      zh: '请使用下列名称或其编号：{reasons}',
    },
  },
  USAGE_ISSUER_AMBIGUOUS: {
    message: {
      en: 'There are accounts at several issuers',
      zh: '在多个签发机构都有账户',
    },
    hint: { en: 'Add --issuer, one of: {issuers}', zh: '请加上 --issuer，其中之一：{issuers}' },
  },
  USAGE_NOTHING_TO_UPDATE: {
    message: {
      en: 'Nothing was given to change',
      zh: '没有给出要修改的内容',
    },
    hint: {
      en: 'Add --email ADDRESS, or --no-email to remove the contact',
      zh: '请加上 --email ADDRESS，或用 --no-email 删除联系方式',
    },
  },
  CERTIFICATE_NOT_FOUND: {
    message: {
      en: 'There is no certificate {id} in {directory}',
      zh: '{directory} 中没有证书 {id}',
    },
    hint: {
      en: '`certwright list` shows those there are; --state names another directory',
      zh: '`certwright list` 会列出现有证书；可用 --state 指定其他目录',
    },
  },
  CERTIFICATE_NOT_FOUND_LIKE: {
    message: {
      en: 'There is no certificate {id} in {directory}',
      zh: '{directory} 中没有证书 {id}',
    },
    hint: { en: 'Did you mean {suggestion}?', zh: '您是否想输入 {suggestion}？' },
  },
  VERSION_NOT_FOUND: {
    message: { en: '{id} has no version {number}', zh: '{id} 没有版本 {number}' },
    hint: {
      en: '`certwright show {id}` lists its versions',
      zh: '`certwright show {id}` 会列出它的版本',
    },
  },
  NOT_ISSUED_YET: {
    message: { en: '{id} has not been issued yet', zh: '{id} 尚未签发' },
    hint: { en: 'Run `certwright renew {id}`', zh: '请运行 `certwright renew {id}`' },
  },
  VERSION_REVOKED: {
    message: {
      en: '{id}: version {number} is revoked, and is not installed any more',
      zh: '{id}：版本 {number} 已吊销，不再部署',
    },
    hint: { en: 'Run `certwright renew {id}` first', zh: '请先运行 `certwright renew {id}`' },
  },
  NOT_INSTALLED: {
    message: { en: '{id} is installed nowhere', zh: '{id} 没有部署到任何位置' },
    hint: {
      en: 'Name a place with --target; `certwright install --help` lists the targets',
      zh: '请用 --target 指定位置；`certwright install --help` 会列出所有部署目标',
    },
  },
  INSTALLATION_NOT_FOUND: {
    message: {
      en: '{id} is not installed on {target}; it is on: {known}',
      zh: '{id} 没有部署到 {target}；已部署到：{known}',
    },
    hint: {
      en: 'Write the target as `certwright show {id}` does, or only what tells it from the others',
      zh: '请按 `certwright show {id}` 显示的形式书写，或只写足以区分的部分',
    },
  },
  INSTALLATION_AMBIGUOUS: {
    message: {
      en: '{target} could be any of: {known}',
      zh: '{target} 对应多个部署：{known}',
    },
    hint: { en: 'Add what tells them apart', zh: '请补充足以区分的选项' },
  },
  CERTIFICATE_BUSY: {
    message: {
      en: 'Another certwright is at work on {id}',
      zh: '另一个 certwright 正在处理 {id}',
    },
    hint: { en: 'Wait until it is done, then run this again', zh: '请等它完成后再运行' },
  },
  FILE_NOT_READABLE: {
    message: { en: '{path} cannot be read: {reason}', zh: '无法读取 {path}：{reason}' },
    hint: { en: 'Check the path and its permissions', zh: '请检查路径及其权限' },
  },
  FILE_NOT_WRITABLE: {
    message: { en: '{path} cannot be written: {reason}', zh: '无法写入 {path}：{reason}' },
    hint: { en: 'Check the path and its permissions', zh: '请检查路径及其权限' },
  },
  CA_FILE_NOT_CONFORM: {
    message: {
      en: '--ca-file: {path} holds no PEM certificate',
      zh: '--ca-file：{path} 中没有 PEM 证书',
    },
    hint: {
      en: "Name a file with the CA's root as PEM (-----BEGIN CERTIFICATE-----)",
      zh: '请指定包含 CA 根证书的 PEM 文件（-----BEGIN CERTIFICATE-----）',
    },
  },
  INTERRUPTED: {
    message: {
      en: 'Interrupted by {signal}; what was under way was withdrawn',
      zh: '被 {signal} 中断；进行中的验证已撤回',
    },
    hint: { en: 'Run it again to go on where it stopped', zh: '再次运行即可从中断处继续' },
  },
  CANCELLED: {
    message: { en: 'Cancelled; nothing was done', zh: '已取消，未做任何操作' },
  },
  UNEXPECTED: {
    message: { en: 'Something unexpected happened: {reason}', zh: '发生了意外错误：{reason}' },
    hint: {
      en: 'Run it again with --trace, and report it with what that prints',
      zh: '请加上 --trace 再次运行，并附上输出内容报告此问题',
    },
  },
} as const satisfies Record<string, ErrorText>
