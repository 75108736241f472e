import type { ErrorText } from '../catalogue.ts'

/** Errors of the file that says what is wanted. */
export const configErrors = {
  CONFIG_NOT_CONFORM: {
    message: {
      en: '{file} cannot be used; mistakes in it: {count}',
      zh: '{file} 无法使用，其中的错误数：{count}',
    },
    hint: {
      en: 'Set them right; nothing has been touched',
      zh: '请逐一改正；尚未做任何改动',
    },
  },
  CONFIG_NOT_FOUND: {
    message: {
      en: 'There is no configuration file; looked for: {looked}',
      zh: '没有找到配置文件，已查找：{looked}',
    },
    hint: {
      en: 'Write one with `certwright init`, or name the one there is',
      zh: '请用 `certwright init` 编写一个，或指明已有的文件',
    },
  },
  CONFIG_NOT_YAML: {
    message: { en: 'This is no YAML: {reason}', zh: '这不是 YAML：{reason}' },
    hint: {
      en: 'Look at indentation, quotes and brackets here and in the line before',
      zh: '请检查此行和上一行的缩进、引号和括号',
    },
  },
  CONFIG_TAB: {
    message: {
      en: 'A tab stands where YAML takes only spaces',
      zh: '此处使用了制表符，而 YAML 只接受空格',
    },
    hint: { en: 'Indent with spaces', zh: '请用空格缩进' },
  },
  CONFIG_SEVERAL_DOCUMENTS: {
    message: { en: 'A second document begins here', zh: '从这里开始了第二个文档' },
    hint: {
      en: 'Keep one document in a file: remove the `---`',
      zh: '一个文件只放一个文档：请去掉 `---`',
    },
  },
  CONFIG_ALIAS_UNKNOWN: {
    message: { en: 'There is no anchor &{alias} before this', zh: '此前没有锚点 &{alias}' },
    hint: {
      en: 'Write the anchor before its first use, or put a text that begins with * in quotation marks',
      zh: '请把锚点写在首次使用之前；以 * 开头的文本请加引号',
    },
  },
  CONFIG_KEY_REPEATED: {
    message: { en: '{key} is there twice', zh: '{key} 出现了两次' },
    hint: { en: 'Keep one of them', zh: '请只保留一个' },
  },
  CONFIG_PROGRAM_FAILED: {
    message: {
      en: 'The program gives no configuration: {reason}',
      zh: '该程序没有给出配置：{reason}',
    },
    hint: {
      en: 'Export the same object that a YAML file would hold, by default',
      zh: '请以 export default 导出与 YAML 文件内容相同的对象',
    },
  },
  CONFIG_KEY_UNKNOWN: {
    message: { en: 'Nothing is called {key} here', zh: '此处没有名为 {key} 的设置' },
    hint: { en: 'Use one of: {known}', zh: '可用的有：{known}' },
  },
  CONFIG_KEY_MISSPELT: {
    message: { en: 'Nothing is called {key} here', zh: '此处没有名为 {key} 的设置' },
    hint: { en: 'Did you mean {suggestion}?', zh: '您是否想写 {suggestion}？' },
  },
  CONFIG_KEY_MISSING: {
    message: { en: '{key} is missing', zh: '缺少 {key}' },
    hint: { en: 'Add {key}', zh: '请加上 {key}' },
  },
  CONFIG_KEY_FORM: {
    message: { en: '{key} cannot be a name here', zh: '{key} 不能作为此处的名称' },
    hint: {
      en: 'Use small letters, digits and hyphens, beginning with a letter',
      zh: '请使用小写字母、数字和连字符，以字母开头',
    },
  },
  CONFIG_KIND: {
    message: {
      en: 'Needed here: {expected}; found: {found}',
      zh: '此处需要：{expected}；实际为：{found}',
    },
    hint: { en: 'Write it as: {expected}', zh: '请写成：{expected}' },
  },
  CONFIG_NOT_A_CHOICE: {
    message: { en: '{word} is none of the choices', zh: '{word} 不在可选值之中' },
    hint: { en: 'Use one of: {choices}', zh: '可选值：{choices}' },
  },
  CONFIG_NOT_A_CHOICE_LIKE: {
    message: {
      en: '{word} is none of the choices: {choices}',
      zh: '{word} 不在可选值之中：{choices}',
    },
    hint: { en: 'Did you mean {suggestion}?', zh: '您是否想写 {suggestion}？' },
  },
  CONFIG_RANGE: {
    message: { en: 'This is out of bounds: {expected}', zh: '超出范围：{expected}' },
    hint: { en: 'Use a value that is {expected}', zh: '请使用 {expected} 的值' },
  },
  CONFIG_EMPTY: {
    message: { en: 'This is empty', zh: '此处为空' },
    hint: {
      en: 'Write at least one value, or leave the key out',
      zh: '请至少写一个值，或去掉该键',
    },
  },
  CONFIG_FORM: {
    message: { en: 'This is not of the form {expected}', zh: '格式应为 {expected}' },
    hint: { en: 'Write it like this: {expected}', zh: '请写成：{expected}' },
  },
  CONFIG_REFERENCE_FORM: {
    message: {
      en: 'A secret comes from exactly one of env, file and command',
      zh: '机密只能来自 env、file 和 command 之一',
    },
    hint: {
      en: 'Write `{ env: NAME }`, `{ file: PATH }` or `{ command: [PROGRAM, ARGUMENT] }`',
      zh: '请写 `{ env: NAME }`、`{ file: PATH }` 或 `{ command: [PROGRAM, ARGUMENT] }`',
    },
  },
  CONFIG_SECRET_INLINE: {
    message: {
      en: '{key} is a secret and stands in the file itself',
      zh: '{key} 是机密，却直接写在文件中',
    },
    hint: {
      en: 'Write where it comes from: `{ env: NAME }`, `{ file: PATH }` or `{ command: [PROGRAM] }`',
      zh: '请写明其来源：`{ env: NAME }`、`{ file: PATH }` 或 `{ command: [PROGRAM] }`',
    },
  },
  SECRET_NOT_FOUND: {
    message: { en: 'No secret is at {place}: {reason}', zh: '{place} 处没有机密：{reason}' },
    hint: {
      en: 'Set the variable, or check the file or the program',
      zh: '请设置该变量，或检查文件或程序',
    },
  },
  CONFIG_REFERENCE_NOT_RESOLVED: {
    message: {
      en: '{key} has to be known to tell this place from others, and there is nothing at {place}: {reason}',
      zh: '必须知道 {key} 才能区分部署位置，但 {place} 处没有值：{reason}',
    },
    hint: {
      en: 'Set the variable, or check the file or the program',
      zh: '请设置该变量，或检查文件或程序',
    },
  },
  CONFIG_NAME_REPEATED: {
    message: {
      en: '{name} is the name of another {kind} as well',
      zh: '另一个 {kind} 也叫 {name}',
    },
    hint: { en: 'Give one of them another name', zh: '请给其中一个换个名称' },
  },
  CONFIG_ID_DERIVED_REPEATED: {
    message: {
      en: 'Another certificate has the id {id}, which comes from its first name',
      zh: '另一个证书的 id 也是 {id}（取自第一个名称）',
    },
    hint: { en: 'Give this one an id of its own', zh: '请给这个证书写上自己的 id' },
  },
  CONFIG_ID_FORM: {
    message: { en: '{id} cannot be the id of a certificate', zh: '{id} 不能作为证书的 id' },
    hint: {
      en: 'Use letters, digits, dots, hyphens and underscores, beginning with a letter or digit; at most 128',
      zh: '请使用字母、数字、点、连字符和下划线，以字母或数字开头，最多 128 个字符',
    },
  },
  CONFIG_OPTION_UNKNOWN: {
    message: { en: '{owner} has no option {name}', zh: '{owner} 没有选项 {name}' },
    hint: { en: 'Use one of: {known}', zh: '可用的有：{known}' },
  },
  CONFIG_OPTION_MISSPELT: {
    message: { en: '{owner} has no option {name}', zh: '{owner} 没有选项 {name}' },
    hint: { en: 'Did you mean {suggestion}?', zh: '您是否想写 {suggestion}？' },
  },
  CONFIG_OPTION_MISSING: {
    message: { en: '{owner} needs the option {option}', zh: '{owner} 需要选项 {option}' },
    hint: { en: 'Add {option}: to its options', zh: '请在其 options 中加上 {option}:' },
  },
  CONFIG_OPTION_FORM: {
    message: {
      en: 'The option {option} of {owner} is not of the form {expected}',
      zh: '{owner} 的选项 {option} 格式应为 {expected}',
    },
    hint: { en: 'Write it like this: {expected}', zh: '请写成：{expected}' },
  },
  CONFIG_PROVIDER_UNKNOWN: {
    message: { en: 'No DNS provider is called {name}', zh: '没有名为 {name} 的 DNS 服务商' },
    hint: { en: 'Use one of: {known}', zh: '可用的有：{known}' },
  },
  CONFIG_PROVIDER_MISSPELT: {
    message: { en: 'No DNS provider is called {name}', zh: '没有名为 {name} 的 DNS 服务商' },
    hint: { en: 'Did you mean {suggestion}?', zh: '您是否想写 {suggestion}？' },
  },
  CONFIG_TARGET_UNKNOWN: {
    message: { en: 'No target is called {name}', zh: '没有名为 {name} 的部署目标' },
    hint: { en: 'Use one of: {known}', zh: '可用的有：{known}' },
  },
  CONFIG_TARGET_MISSPELT: {
    message: { en: 'No target is called {name}', zh: '没有名为 {name} 的部署目标' },
    hint: { en: 'Did you mean {suggestion}?', zh: '您是否想写 {suggestion}？' },
  },
  CONFIG_CHANNEL_UNKNOWN: {
    message: { en: 'No channel is called {name}', zh: '没有名为 {name} 的通知渠道' },
    hint: { en: 'Use one of: {known}', zh: '可用的有：{known}' },
  },
  CONFIG_CHANNEL_MISSPELT: {
    message: { en: 'No channel is called {name}', zh: '没有名为 {name} 的通知渠道' },
    hint: { en: 'Did you mean {suggestion}?', zh: '您是否想写 {suggestion}？' },
  },
  CONFIG_KEY_TYPE: {
    message: {
      en: 'The target {target} is not documented to take keys of type {keyType}; it takes: {takes}',
      zh: '部署目标 {target} 的文档未说明支持 {keyType} 类型的密钥；支持的有：{takes}',
    },
    hint: {
      en: 'Use key-type: {suggestion}, or leave key-type out',
      zh: '请使用 key-type: {suggestion}，或去掉 key-type',
    },
  },
  CONFIG_ISSUER_UNKNOWN: {
    message: { en: 'No issuer is called {name}', zh: '没有名为 {name} 的签发机构' },
    hint: {
      en: 'List it under issuers, or use one of: {known}',
      zh: '请在 issuers 中列出，或使用：{known}',
    },
  },
  CONFIG_ISSUER_MISSPELT: {
    message: { en: 'No issuer is called {name}', zh: '没有名为 {name} 的签发机构' },
    hint: { en: 'Did you mean {suggestion}?', zh: '您是否想写 {suggestion}？' },
  },
  CONFIG_ISSUER_NEEDS_DIRECTORY: {
    message: {
      en: '{name} is no issuer that is known by name',
      zh: '{name} 不是已知名称的签发机构',
    },
    hint: {
      en: 'Add directory: with the https URL of its ACME directory, or use one of: {known}',
      zh: '请加上 directory:（其 ACME 目录的 https 网址），或使用：{known}',
    },
  },
  CONFIG_DIRECTORY_FORM: {
    message: {
      en: '{url} is no https URL of an ACME directory',
      zh: '{url} 不是 ACME 目录的 https 网址',
    },
    hint: { en: 'Write https://…/directory', zh: '请写成 https://…/directory' },
  },
  CONFIG_DIRECTORY_REPEATED: {
    message: {
      en: '{name} has the same directory as {other}; there is one account a directory',
      zh: '{name} 与 {other} 的目录相同；每个目录只有一个账户',
    },
    hint: { en: 'Keep one of them', zh: '请只保留一个' },
  },
  CONFIG_ISSUER_TWICE: {
    message: { en: '{name} is in this list twice', zh: '此列表中 {name} 出现了两次' },
    hint: { en: 'Keep the first', zh: '请保留第一个' },
  },
  CONFIG_CREDENTIALS_UNKNOWN: {
    message: { en: 'No credentials are called {name}', zh: '没有名为 {name} 的凭证' },
    hint: {
      en: 'Define them under credentials; there are: {known}',
      zh: '请在 credentials 中定义；现有：{known}',
    },
  },
  CONFIG_CREDENTIALS_MISSPELT: {
    message: { en: 'No credentials are called {name}', zh: '没有名为 {name} 的凭证' },
    hint: { en: 'Did you mean {suggestion}?', zh: '您是否想写 {suggestion}？' },
  },
  CONFIG_CREDENTIALS_MISFIT: {
    message: {
      en: 'The credentials {name} have {option}, which {owner} does not take',
      zh: '凭证 {name} 含有 {option}，而 {owner} 不接受它',
    },
    hint: {
      en: 'Use other credentials here; {owner} takes: {known}',
      zh: '请在此使用其他凭证；{owner} 接受：{known}',
    },
  },
  CONFIG_UNUSED: {
    message: { en: 'Nothing uses {name}', zh: '没有任何地方使用 {name}' },
    hint: { en: 'Use it, or leave it out', zh: '请使用它，或将其去掉' },
  },
  CONFIG_DNS_UNKNOWN: {
    message: { en: 'Nothing under dns is called {name}', zh: 'dns 中没有名为 {name} 的条目' },
    hint: { en: 'Define it under dns; there are: {known}', zh: '请在 dns 中定义；现有：{known}' },
  },
  CONFIG_DNS_MISSPELT: {
    message: { en: 'Nothing under dns is called {name}', zh: 'dns 中没有名为 {name} 的条目' },
    hint: { en: 'Did you mean {suggestion}?', zh: '您是否想写 {suggestion}？' },
  },
  CONFIG_DNS_NEEDED: {
    message: { en: 'dns-01 needs a DNS provider', zh: 'dns-01 需要 DNS 服务商' },
    hint: {
      en: 'Add dns: with a name defined under dns',
      zh: '请加上 dns:，值为 dns 中定义的名称',
    },
  },
  CONFIG_CHALLENGE_MISFIT: {
    message: {
      en: '{key} is for {needed}, but the challenge is {challenge}',
      zh: '{key} 只用于 {needed}，而验证方式是 {challenge}',
    },
    hint: {
      en: 'Leave {key} out, or use type: {needed}',
      zh: '请去掉 {key}，或改用 type: {needed}',
    },
  },
  CONFIG_EXCLUDE: {
    message: { en: '{key} and {other} exclude each other', zh: '{key} 与 {other} 不能同时使用' },
    hint: { en: 'Leave one of them out', zh: '请去掉其中一个' },
  },
  CONFIG_NOT_A_NAME: {
    message: {
      en: '{name} cannot be in a certificate: {reason}',
      zh: '{name} 不能写入证书：{reason}',
    },
    hint: {
      en: 'Use domain names such as www.example.com or *.example.com, or IP addresses',
      zh: '请使用域名（例如 www.example.com 或 *.example.com）或 IP 地址',
    },
  },
  CONFIG_NAME_TWICE: {
    message: { en: '{name} is in this certificate twice', zh: '此证书中 {name} 出现了两次' },
    hint: { en: 'Keep one of them', zh: '请只保留一个' },
  },
  CONFIG_WILDCARD_NEEDS_DNS: {
    message: {
      en: '{name} is a wildcard, which only DNS can prove, not {challenge}',
      zh: '{name} 是通配符名称，只能用 DNS 验证，不能用 {challenge}',
    },
    hint: { en: 'Add challenge: { dns: NAME }', zh: '请加上 challenge: { dns: NAME }' },
  },
  CONFIG_ADDRESS_NEEDS_CONNECTION: {
    message: {
      en: '{name} is an IP address, which {challenge} cannot prove (RFC 8738 §7)',
      zh: '{name} 是 IP 地址，不能用 {challenge} 验证（RFC 8738 §7）',
    },
    hint: {
      en: 'Put it into a certificate with challenge: http-01 or tls-alpn-01',
      zh: '请放入使用 challenge: http-01 或 tls-alpn-01 的证书',
    },
  },
  CONFIG_SAME_CERTIFICATE: {
    message: {
      en: 'This is the same certificate as {other}: the same names with the same key type',
      zh: '与 {other} 是同一个证书：名称和密钥类型都相同',
    },
    hint: {
      en: 'Keep one and list all installs there; CAs limit how often the same names are issued',
      zh: '请只保留一个并在其中列出所有 installs；CA 会限制相同名称的签发次数',
    },
  },
  CONFIG_SHARED_NAMES: {
    message: { en: '{names} is in {other} as well', zh: '{names} 也在 {other} 中' },
    hint: {
      en: 'Leave it out of one of them, unless both are meant',
      zh: '如非有意，请从其中一个去掉',
    },
  },
  CONFIG_OUT_SHARED: {
    message: {
      en: '{other} writes its files to {path} as well',
      zh: '{other} 也把文件写到 {path}',
    },
    hint: { en: 'Give each certificate a directory of its own', zh: '请给每个证书单独的目录' },
  },
  CONFIG_PLACE_TWICE: {
    message: { en: '{place} is in this list twice', zh: '此列表中 {place} 出现了两次' },
    hint: { en: 'Keep one of them', zh: '请只保留一个' },
  },
  CONFIG_WINDOW_NEVER_OPENS: {
    message: { en: 'This window never opens', zh: '此时间窗口永远不会打开' },
    hint: {
      en: 'Name at least one day, and let from and to differ',
      zh: '请至少写一天，并让 from 与 to 不同',
    },
  },
  CONFIG_TIME_ZONE_UNKNOWN: {
    message: { en: '{zone} is no time zone', zh: '{zone} 不是时区' },
    hint: {
      en: 'Use an IANA name, e.g. Asia/Shanghai or UTC',
      zh: '请使用 IANA 名称，例如 Asia/Shanghai 或 UTC',
    },
  },
} as const satisfies Record<string, ErrorText>
