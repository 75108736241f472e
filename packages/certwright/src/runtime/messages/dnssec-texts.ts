import type { ErrorText } from '../catalogue.ts'

const signAgain = {
  en: 'Sign the zone again, and let it be signed again by itself in time; until then a CA sees nothing of it',
  zh: '请重新为该区域签名，并设置自动续签；在此之前 CA 无法读取其中任何内容',
} as const

/** How a name stands with DNSSEC, by the fault. `{zone}` is where it was found. */
export const dnssecTexts = {
  'dnssec-secure': {
    message: {
      en: '{about}: signed, and every signature up to the root is valid',
      zh: '{about}：已签名，直到根区域的所有签名均有效',
    },
  },
  'dnssec-not-signed': {
    message: {
      en: '{about}: the zone {zone} is not signed with DNSSEC',
      zh: '{about}：区域 {zone} 未使用 DNSSEC 签名',
    },
  },
  'dnssec-expired': {
    message: {
      en: '{about}: the DNSSEC signature of the zone {zone} over {type} of {name} expired at {moment}',
      zh: '{about}：区域 {zone} 对 {name} 的 {type} 的 DNSSEC 签名已于 {moment} 过期',
    },
    hint: signAgain,
  },
  'dnssec-not-yet-valid': {
    message: {
      en: '{about}: the DNSSEC signature of the zone {zone} over {type} of {name} is valid only from {moment} on',
      zh: '{about}：区域 {zone} 对 {name} 的 {type} 的 DNSSEC 签名自 {moment} 起才有效',
    },
    hint: {
      en: 'Check the clock of the machine that signs the zone, and the one of this machine',
      zh: '请检查签名机器以及本机的时钟',
    },
  },
  'dnssec-wrong': {
    message: {
      en: '{about}: the DNSSEC signature of the zone {zone} over {type} of {name} does not fit the records',
      zh: '{about}：区域 {zone} 对 {name} 的 {type} 的 DNSSEC 签名与记录不符',
    },
    hint: {
      en: 'Sign the zone again, and check that all its name servers have the same version of it',
      zh: '请重新为该区域签名，并检查所有名称服务器的版本是否一致',
    },
  },
  'dnssec-missing': {
    message: {
      en: '{about}: {type} of {name} has no DNSSEC signature, though the zone {zone} is signed',
      zh: '{about}：区域 {zone} 已签名，但 {name} 的 {type} 没有 DNSSEC 签名',
    },
    hint: signAgain,
  },
  'dnssec-key-missing': {
    message: {
      en: '{about}: {type} of {name} is signed by the DNSSEC key {keyTag}, which the zone {zone} does not show',
      zh: '{about}：{name} 的 {type} 由 DNSSEC 密钥 {keyTag} 签名，但区域 {zone} 没有公布该密钥',
    },
    hint: {
      en: 'Publish that key as DNSKEY until its last signature is gone, or sign the zone again',
      zh: '请公布该密钥的 DNSKEY，直到其最后一个签名失效，或重新为该区域签名',
    },
  },
  'dnssec-keys-missing': {
    message: {
      en: '{about}: the zone above names the DNSSEC keys {keyTags} for {zone}, and {zone} shows none',
      zh: '{about}：上级区域为 {zone} 指定了 DNSSEC 密钥 {keyTags}，但 {zone} 没有公布任何密钥',
    },
    hint: {
      en: 'Remove the DS records of {zone} at the registrar, or sign the zone again',
      zh: '请在域名注册商处删除 {zone} 的 DS 记录，或重新为该区域签名',
    },
  },
  'dnssec-keys-differ': {
    message: {
      en: '{about}: the zone above names the DNSSEC keys {keyTags} for {zone}, but {zone} shows {shown}',
      zh: '{about}：上级区域为 {zone} 指定了 DNSSEC 密钥 {keyTags}，但 {zone} 公布的是 {shown}',
    },
    hint: {
      en: 'Give the registrar the DS record of the key that the zone shows now',
      zh: '请将该区域当前密钥的 DS 记录提交给域名注册商',
    },
  },
  'dnssec-absence-unproven': {
    message: {
      en: '{about}: the zone {zone} is signed, but does not prove that {name} has no {type} record (NSEC)',
      zh: '{about}：区域 {zone} 已签名，但没有证明 {name} 不存在 {type} 记录（NSEC）',
    },
    hint: {
      en: 'Sign the zone again with NSEC or NSEC3, and bring its name servers up to date',
      zh: '请使用 NSEC 或 NSEC3 重新为该区域签名，并更新其名称服务器',
    },
  },
  'dnssec-algorithm': {
    message: {
      en: '{about}: the zone {zone} is signed by an algorithm that is not checked here ({algorithm})',
      zh: '{about}：区域 {zone} 使用了此处不检查的签名算法（{algorithm}）',
    },
  },
  'dnssec-unanswered': {
    message: {
      en: '{about}: DNSSEC could not be checked: no answer for {type} of {name} ({reason})',
      zh: '{about}：无法检查 DNSSEC：{name} 的 {type} 查询没有应答（{reason}）',
    },
    hint: {
      en: 'Check the name servers of {name}, or name another resolver with --resolver',
      zh: '请检查 {name} 的名称服务器，或用 --resolver 指定其他解析器',
    },
  },
  'dnssec-anchor-unproven': {
    message: {
      en: '{about}: DNSSEC could not be checked: the resolver passes on no valid signatures of {zone}',
      zh: '{about}：无法检查 DNSSEC：解析器没有转发 {zone} 的有效签名',
    },
    hint: {
      en: "Name a resolver that passes DNSSEC on with --resolver, and check this machine's clock",
      zh: '请用 --resolver 指定能转发 DNSSEC 的解析器，并检查本机时钟',
    },
  },
} as const satisfies Record<string, ErrorText>
