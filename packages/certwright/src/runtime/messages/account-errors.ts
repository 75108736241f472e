import type { ErrorText } from '../catalogue.ts'

/** Errors of accounts and of the CAs that they are at. */
export const accountErrors = {
  ISSUER_ENDED: {
    message: {
      en: '{issuer} ended its ACME service on {date}',
      zh: '{issuer} 已于 {date} 停止 ACME 服务',
    },
    hint: {
      en: 'Choose another: `certwright issuers` lists those there are',
      zh: '请选择其他签发机构：`certwright issuers` 会列出可用的机构',
    },
  },
  ISSUER_URL_NEEDED: {
    message: {
      en: '{issuer} gives each customer a directory URL of their own',
      zh: '{issuer} 为每个客户分配各自的目录网址',
    },
    hint: {
      en: 'Give that URL to --issuer, e.g. {example}',
      zh: '请用 --issuer 给出该网址，例如 {example}',
    },
  },
  EXTERNAL_ACCOUNT_REQUIRED: {
    message: {
      en: '{issuer} makes accounts for its customers only (external account binding)',
      zh: '{issuer} 只为其客户创建账户（外部账户绑定，EAB）',
    },
    hint: {
      en: 'Get a key identifier and a MAC key from {from}, then add --eab-kid KID and --eab-key-file FILE',
      zh: '请从 {from} 获取密钥标识和 MAC 密钥，然后加上 --eab-kid KID 和 --eab-key-file FILE',
    },
  },
  EXTERNAL_ACCOUNT_REFUSED: {
    message: {
      en: '{issuer} refused the external account {keyId}',
      zh: '{issuer} 拒绝了外部账户 {keyId}',
    },
    hint: {
      en: 'Check --eab-kid and the MAC key; if they have expired or were used before, get new ones from {from}',
      zh: '请检查 --eab-kid 和 MAC 密钥；如已过期或已被使用，请从 {from} 重新获取',
    },
  },
  CONTACT_REQUIRED: {
    message: {
      en: '{issuer} issues only to accounts with a contact',
      zh: '{issuer} 只为有联系方式的账户签发证书',
    },
    hint: { en: 'Add --email ADDRESS', zh: '请加上 --email ADDRESS' },
  },
  ACCOUNT_CLOSED: {
    message: {
      en: '{issuer} does not serve the account of this key any more: it was deactivated or revoked',
      zh: '{issuer} 不再为此密钥的账户提供服务：账户已停用或被吊销',
    },
    hint: {
      en: 'It cannot be opened again: run `certwright account deactivate`, then `certwright account create`',
      zh: '账户无法重新启用：请运行 `certwright account deactivate`，然后运行 `certwright account create`',
    },
  },
  ACCOUNT_KEPT_ALREADY: {
    message: {
      en: 'Another account at {issuer} is kept here already: {url}',
      zh: '此处已保存 {issuer} 的另一个账户：{url}',
    },
    hint: {
      en: 'To use the recovered one from now on, add --replace; the other is kept',
      zh: '如需改用恢复的账户，请加上 --replace；原账户会保留',
    },
  },
  ACCOUNT_KEY_NOT_KNOWN: {
    message: {
      en: '{issuer} knows no account with this key',
      zh: '{issuer} 没有使用此密钥的账户',
    },
    hint: {
      en: 'Check that --issuer is the CA at which the key was registered',
      zh: '请检查 --issuer 是否为注册此密钥的签发机构',
    },
  },
  ACCOUNT_KEY_NOT_READABLE: {
    message: {
      en: '{path} holds no account key that can be read: {reason}',
      zh: '{path} 中没有可读取的账户密钥：{reason}',
    },
    hint: {
      en: 'Use a private key as PEM or as a JWK; --password-file opens an encrypted one',
      zh: '请使用 PEM 或 JWK 格式的私钥；已加密的私钥可用 --password-file 解开',
    },
  },
  ACCOUNT_KEY_ELSEWHERE: {
    message: {
      en: 'The key of {url} is held by the program {program}',
      zh: '{url} 的密钥由程序 {program} 持有',
    },
    hint: {
      en: 'Export it where it is held, if it can be exported at all',
      zh: '请在持有密钥的地方导出（如果可以导出）',
    },
  },
  ACCOUNT_ORDERS_UNDER_WAY: {
    message: {
      en: 'Orders of this account are under way: {ids}',
      zh: '此账户有进行中的订单：{ids}',
    },
    hint: {
      en: 'Finish them with `certwright renew ID`, or add --force: their challenges may then fail once',
      zh: '请先用 `certwright renew ID` 完成，或加上 --force（其验证可能因此失败一次）',
    },
  },
  ROLLOVER_NOT_OFFERED: {
    message: {
      en: '{issuer} changes no account keys; the account keeps the key it has',
      zh: '{issuer} 不支持更换账户密钥；账户保留现有密钥',
    },
    hint: {
      en: 'For another key, deactivate the account and make a new one: `certwright account deactivate`, then `account create`',
      zh: '如需更换密钥，请停用此账户并新建账户：`certwright account deactivate`，然后 `account create`',
    },
  },
  ROLLOVER_UNSETTLED: {
    message: {
      en: 'It is not known yet which key {url} has; both are kept',
      zh: '尚不清楚 {url} 使用哪个密钥；两个密钥都已保留',
    },
    hint: {
      en: 'Run `certwright account rollover` again: it goes on where this stopped',
      zh: '请再次运行 `certwright account rollover`：它会从中断处继续',
    },
  },
  TERMS_NOT_SEEN: {
    message: {
      en: 'The terms of service at {terms} are to be agreed to, and nobody has said that they have read them',
      zh: '需要同意 {terms} 的服务条款，但无人确认已阅读',
    },
    hint: {
      en: 'Read them, then run this again with --terms {terms}',
      zh: '请阅读后加上 --terms {terms} 再次运行',
    },
  },
  TERMS_OTHER: {
    message: {
      en: 'The terms to be agreed to are at {terms}, not at {given}',
      zh: '需要同意的条款是 {terms}，而不是 {given}',
    },
    hint: {
      en: 'Read those, then give their URL to --terms',
      zh: '请阅读该条款，然后用 --terms 给出其网址',
    },
  },
  TERMS_STILL_OPEN: {
    message: {
      en: 'The CA still waits for a person to agree to {terms}',
      zh: 'CA 仍在等待有人同意 {terms}',
    },
    hint: {
      en: 'Visit {visit} and agree there, then run this again',
      zh: '请访问 {visit} 并在那里同意，然后再次运行',
    },
  },
  SIGNER_NOT_STARTED: {
    message: {
      en: 'The program {program} that holds the account key cannot be started: {reason}',
      zh: '无法启动持有账户密钥的程序 {program}：{reason}',
    },
    hint: {
      en: 'Check its path, and that it may be executed',
      zh: '请检查路径，并确认该程序有执行权限',
    },
  },
  SIGNER_FAILED: {
    message: {
      en: 'The program {program} that holds the account key ended with {exit}:\n  {stderr}',
      zh: '持有账户密钥的程序 {program} 以 {exit} 结束：\n  {stderr}',
    },
    hint: {
      en: 'Check that its token or key service is there, unlocked and reachable',
      zh: '请检查其令牌或密钥服务是否存在、已解锁且可访问',
    },
  },
  SIGNER_TIMED_OUT: {
    message: {
      en: 'The program {program} that holds the account key did not answer within {seconds} s',
      zh: '持有账户密钥的程序 {program} 在 {seconds} 秒内没有应答',
    },
    hint: {
      en: 'Check that its token or key service is there, unlocked and reachable',
      zh: '请检查其令牌或密钥服务是否存在、已解锁且可访问',
    },
  },
  SIGNER_ANSWER_NOT_CONFORM: {
    message: {
      en: 'The answer of {program}, which holds the account key, cannot be used: {reason}',
      zh: '持有账户密钥的程序 {program} 的应答无法使用：{reason}',
    },
    hint: {
      en: 'Let it answer as docs/guide/accounts.md says',
      zh: '请让它按 docs/guide/accounts.zh.md 的说明应答',
    },
  },
  SIGNER_OTHER_KEY: {
    message: {
      en: 'The program {program} answers for another key than the account has',
      zh: '程序 {program} 使用的密钥不是账户的密钥',
    },
    hint: {
      en: 'Let it use the key with the thumbprint {thumbprint}',
      zh: '请让它使用指纹为 {thumbprint} 的密钥',
    },
  },
  USAGE_NOT_A_SIGNER: {
    message: {
      en: '--account-signer: {value} is not exec:PATH',
      zh: '--account-signer：{value} 不是 exec:PATH 的形式',
    },
    hint: {
      en: 'Write exec: and the path of the program, e.g. exec:/usr/local/bin/sign',
      zh: '请写 exec: 加程序路径，例如 exec:/usr/local/bin/sign',
    },
  },
  USAGE_NOT_A_KEY_ID: {
    message: {
      en: '--eab-kid: {value} is not the key identifier of an external account',
      zh: '--eab-kid：{value} 不是外部账户的密钥标识',
    },
    hint: {
      en: 'Copy it as the issuer shows it, in printable ASCII',
      zh: '请按签发机构显示的内容复制，仅含可打印的 ASCII 字符',
    },
  },
  USAGE_VARIABLE_NOT_SET: {
    message: {
      en: '{option}: the environment has no variable {name}',
      zh: '{option}：环境中没有变量 {name}',
    },
    hint: {
      en: 'Set it, or name another variable',
      zh: '请设置该变量，或指定其他变量',
    },
  },
  USAGE_NOT_A_TERMS_URL: {
    message: { en: '--terms: {value} is not a URL', zh: '--terms：{value} 不是网址' },
    hint: {
      en: 'Give the URL of the terms that were read',
      zh: '请给出已阅读条款的网址',
    },
  },
  USAGE_SECRET_ON_TERMINAL: {
    message: {
      en: 'Standard output is a terminal, which would show the private key',
      zh: '标准输出是终端，会显示私钥',
    },
    hint: {
      en: 'Add --output FILE, or --print if it is to be shown',
      zh: '请加上 --output FILE；确实要显示时请加上 --print',
    },
  },
  USAGE_ROLLOVER_WHERE: {
    message: {
      en: 'The account key is held by the program {program}, and nothing says where the new one is to be',
      zh: '账户密钥由程序 {program} 持有，但没有说明新密钥在哪里',
    },
    hint: {
      en: 'Add --account-signer exec:PATH, or --key-type TYPE to keep the new key in the state directory',
      zh: '请加上 --account-signer exec:PATH，或用 --key-type TYPE 将新密钥保存在状态目录中',
    },
  },
} as const satisfies Record<string, ErrorText>
