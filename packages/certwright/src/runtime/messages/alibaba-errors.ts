import type { ErrorText } from '../catalogue.ts'

/** Errors of the room `cloud/alibaba`. `{code}` and `{message}` are Alibaba Cloud's own words. */
export const alibabaErrors = {
  ALIBABA_REFUSED: {
    message: {
      en: 'Alibaba Cloud refused {action}: {code}: {message} (request {requestId})',
      zh: '阿里云拒绝了 {action}：{code}：{message}（请求 {requestId}）',
    },
    hint: {
      en: 'Look the code up in the error list of this API; quote the request id to support',
      zh: '请在该 API 的错误码列表中查询；联系技术支持时请提供请求 ID',
    },
  },
  ALIBABA_FORBIDDEN: {
    message: {
      en: 'The Alibaba Cloud account may not call {action}: the RAM action {ramAction} is missing ({code}, request {requestId})',
      zh: '该阿里云账号无权调用 {action}：缺少 RAM 权限 {ramAction}（{code}，请求 {requestId}）',
    },
    hint: {
      en: 'Allow {ramAction} in a RAM policy of this user; `certwright policy alibaba` prints the least one',
      zh: '请在该用户的 RAM 策略中允许 {ramAction}；`certwright policy alibaba` 可打印最小策略',
    },
  },
  ALIBABA_THROTTLED: {
    message: {
      en: 'Alibaba Cloud is throttling {action} and did not stop in time: {code} (request {requestId})',
      zh: '阿里云对 {action} 限流，且未在时限内解除：{code}（请求 {requestId}）',
    },
    hint: { en: 'Wait a few minutes, then run it again', zh: '请等待几分钟后重试' },
  },
  ALIBABA_CLOCK_SKEW: {
    message: {
      en: 'Alibaba Cloud refused {action} because this clock is {seconds} seconds off ({code})',
      zh: '本机时钟相差 {seconds} 秒，阿里云因此拒绝了 {action}（{code}）',
    },
    hint: {
      en: 'Set the clock of this machine, for example with NTP',
      zh: '请校准本机时钟，例如使用 NTP',
    },
  },
  ALIBABA_KEY_REFUSED: {
    message: {
      en: 'Alibaba Cloud does not accept the access key for {action}: {code} (request {requestId})',
      zh: '阿里云不接受用于 {action} 的 AccessKey：{code}（请求 {requestId}）',
    },
    hint: {
      en: 'Check that the AccessKey ID and secret belong together, are enabled, and are of the right site (china or international)',
      zh: '请确认 AccessKey ID 与 Secret 匹配、已启用，且属于正确的站点（中国站或国际站）',
    },
  },
  ALIBABA_UNREACHABLE: {
    message: {
      en: 'No reply from {host} to {action}: {reason}',
      zh: '{host} 未响应 {action}：{reason}',
    },
    hint: {
      en: 'Check the network, the proxy and the region: not every product exists in every region',
      zh: '请检查网络、代理和地域：并非所有产品在每个地域都可用',
    },
  },
  ALIBABA_NOT_CONFORM: {
    message: {
      en: 'The reply of {host} to {action} cannot be understood: {reason}',
      zh: '无法理解 {host} 对 {action} 的响应：{reason}',
    },
  },
  ALIBABA_ENDPOINT_NOT_SAFE: {
    message: {
      en: 'The endpoint {endpoint} is neither https: nor on this machine',
      zh: '接入点 {endpoint} 既不是 https:，也不在本机',
    },
    hint: {
      en: 'Use https:// there: requests carry private keys',
      zh: '请使用 https://：请求中包含私钥',
    },
  },
  ALIBABA_OPTION_NOT_CONFORM: {
    message: {
      en: 'The option {option} of Alibaba Cloud must be: {expected}',
      zh: '阿里云的选项 {option} 应为：{expected}',
    },
    hint: { en: 'Correct {option}=…', zh: '请更正 {option}=…' },
  },
  ALIBABA_KEY_INCOMPLETE: {
    message: {
      en: 'Half an access key: there is {present}, but no {missing}',
      zh: 'AccessKey 不完整：有 {present}，但缺少 {missing}',
    },
    hint: {
      en: 'Set {missing} too, or remove {present}',
      zh: '请同时设置 {missing}，或去掉 {present}',
    },
  },
  ALIBABA_CREDENTIALS_MISSING: {
    message: { en: 'There are no credentials for Alibaba Cloud', zh: '没有阿里云凭证' },
    hint: {
      en: 'Set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, name a profile of ~/.aliyun/config.json, or give ecs-role on an ECS instance',
      zh: '请设置 ALIBABA_CLOUD_ACCESS_KEY_ID 和 ALIBABA_CLOUD_ACCESS_KEY_SECRET，或指定 ~/.aliyun/config.json 中的 profile，或在 ECS 实例上给出 ecs-role',
    },
  },
  ALIBABA_CREDENTIALS_UNUSABLE: {
    message: {
      en: 'The credentials for Alibaba Cloud cannot be had: {reason}',
      zh: '无法取得阿里云凭证：{reason}',
    },
    hint: {
      en: 'Check the profile, the role and the files that the environment names',
      zh: '请检查 profile、角色以及环境变量所指的文件',
    },
  },
} as const satisfies Record<string, ErrorText>
