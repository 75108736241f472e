import type { ErrorText } from '../catalogue.ts'

/** What CAA records say to a CA, by the reason of the verdict. `{at}` is where they stand. */
export const caaTexts = {
  'caa-unrestricted': {
    message: {
      en: '{about}: no CAA record restricts who may issue',
      zh: '{about}：没有限制签发机构的 CAA 记录',
    },
  },
  'caa-named': {
    message: {
      en: '{about}: the CAA records at {at} permit {issuer}',
      zh: '{about}：{at} 的 CAA 记录允许 {issuer}',
    },
  },
  'caa-critical-unknown': {
    message: {
      en: '{about}: the CAA records at {at} hold the critical property "{tag}", which forbids every CA that does not know it',
      zh: '{about}：{at} 的 CAA 记录含有关键属性“{tag}”，不认识它的 CA 一律不得签发',
    },
    hint: {
      en: 'Remove that CAA record, or write 0 in place of its flags',
      zh: '请删除该 CAA 记录，或将其标志改为 0',
    },
  },
  'caa-nobody': {
    message: {
      en: '{about}: the CAA records at {at} forbid every CA to issue',
      zh: '{about}：{at} 的 CAA 记录禁止任何 CA 签发',
    },
    hint: {
      en: 'Add a record that names this CA: {at} CAA 0 {property} "{identity}"',
      zh: '请添加允许该 CA 的记录：{at} CAA 0 {property} "{identity}"',
    },
  },
  'caa-others': {
    message: {
      en: '{about}: the CAA records at {at} permit {named}, but not this CA, {identities}',
      zh: '{about}：{at} 的 CAA 记录允许 {named}，但不允许该 CA（{identities}）',
    },
    hint: {
      en: 'Add a record that names this CA: {at} CAA 0 {property} "{identity}"',
      zh: '请添加允许该 CA 的记录：{at} CAA 0 {property} "{identity}"',
    },
  },
  'caa-other-account': {
    message: {
      en: '{about}: the CAA records at {at} permit only the account {account}; this one is {accountUrl}',
      zh: '{about}：{at} 的 CAA 记录只允许账户 {account}；当前账户为 {accountUrl}',
    },
    hint: {
      en: 'Write accounturi={accountUrl} into the record: after a new registration the old one no longer fits',
      zh: '请在记录中写入 accounturi={accountUrl}：重新注册账户后旧记录不再适用',
    },
  },
  'caa-other-method': {
    message: {
      en: '{about}: the CAA records at {at} permit only the methods "{methods}", not {method}',
      zh: '{about}：{at} 的 CAA 记录只允许验证方式“{methods}”，不允许 {method}',
    },
    hint: {
      en: 'Choose one of them with --challenge, or add {method} to validationmethods in the record',
      zh: '请用 --challenge 选择其中一种，或在记录的 validationmethods 中加入 {method}',
    },
  },
  'caa-parameter-repeated': {
    message: {
      en: '{about}: a CAA record at {at} holds {parameter} twice, and then no CA may accept it',
      zh: '{about}：{at} 的 CAA 记录中 {parameter} 出现两次，任何 CA 都不得接受',
    },
    hint: {
      en: 'Write a record of its own for each value of {parameter}',
      zh: '请为 {parameter} 的每个值单独写一条记录',
    },
  },
  'caa-identity-unknown': {
    message: {
      en: '{about}: the CAA records at {at} permit {named}; this CA does not say whether that is itself',
      zh: '{about}：{at} 的 CAA 记录允许 {named}；该 CA 没有说明这是否是它自己',
    },
    hint: {
      en: 'Look up in the documentation of the CA which name it has in CAA records',
      zh: '请在该 CA 的文档中查找其在 CAA 记录中的名称',
    },
  },
  'caa-account-unknown': {
    message: {
      en: '{about}: the CAA records at {at} permit only the account {account}, and there is no account here yet',
      zh: '{about}：{at} 的 CAA 记录只允许账户 {account}，而此处尚无账户',
    },
    hint: {
      en: 'Make the account with `certwright account create`, then write its URL into the record',
      zh: '请用 `certwright account create` 创建账户，然后将其网址写入记录',
    },
  },
  'caa-unanswered': {
    message: {
      en: '{about}: the question for the CAA records of {at} got no answer ({answer}); no CA may take that for permission',
      zh: '{about}：查询 {at} 的 CAA 记录没有得到应答（{answer}）；任何 CA 都不得视为允许',
    },
    hint: {
      en: 'Let every name server of the zone answer questions for CAA, be it with nothing: some old servers and firewalls drop what they do not know',
      zh: '请让该区域的每台名称服务器都能应答 CAA 查询（没有记录也要应答）：一些旧服务器和防火墙会丢弃不认识的类型',
    },
  },
} as const satisfies Record<string, ErrorText>
