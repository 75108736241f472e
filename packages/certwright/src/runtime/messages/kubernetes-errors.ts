import type { ErrorText } from '../catalogue.ts'

/** Errors of the room `cloud/kubernetes`. `{reason}` and `{message}` are the API's own words. */
export const kubernetesErrors = {
  KUBECONFIG_NOT_FOUND: {
    message: {
      en: 'There is no kubeconfig at {path}, and this is no pod',
      zh: '{path} 处没有 kubeconfig，且当前不在 Pod 中运行',
    },
    hint: {
      en: 'Name it with kubeconfig=FILE or $KUBECONFIG',
      zh: '请用 kubeconfig=FILE 或 $KUBECONFIG 指定',
    },
  },
  KUBECONFIG_NOT_CONFORM: {
    message: {
      en: 'The kubeconfig {path} cannot be used: {reason}',
      zh: 'kubeconfig {path} 无法使用：{reason}',
    },
    hint: {
      en: 'Try `kubectl --kubeconfig FILE get secrets`; correct what is named',
      zh: '请尝试 `kubectl --kubeconfig FILE get secrets`，并修正上述内容',
    },
  },
  KUBECONFIG_NOT_SUPPORTED: {
    message: {
      en: 'The kubeconfig {path} asks for {field}, which is not supported',
      zh: 'kubeconfig {path} 使用了不支持的 {field}',
    },
    hint: {
      en: 'Use a token, a client certificate or an exec plugin; a service account of its own is best',
      zh: '请使用令牌、客户端证书或 exec 插件；最好使用专用的服务账号',
    },
  },
  KUBECONFIG_CONTEXT_UNKNOWN: {
    message: {
      en: 'The kubeconfig {path} has no context "{context}"; it has: {known}',
      zh: 'kubeconfig {path} 中没有上下文“{context}”；可用：{known}',
    },
    hint: { en: 'Name one with context=…', zh: '请用 context=… 指定' },
  },
  KUBERNETES_PLUGIN_FAILED: {
    message: {
      en: 'The credential plugin {command} of the kubeconfig gave no credentials: {reason}',
      zh: 'kubeconfig 的凭据插件 {command} 没有给出凭据：{reason}',
    },
    hint: {
      en: 'Run it by hand as the same user; how it is installed: {hint}',
      zh: '请以同一用户手动运行；安装方法：{hint}',
    },
  },
  KUBERNETES_UNREACHABLE: {
    message: {
      en: 'The Kubernetes API at {server} cannot be reached: {reason}',
      zh: '无法连接 Kubernetes API {server}：{reason}',
    },
    hint: {
      en: 'Check the server and the certificate authority of the kubeconfig, and the network between',
      zh: '请检查 kubeconfig 中的 server、证书颁发机构以及网络',
    },
  },
  KUBERNETES_BUSY: {
    message: {
      en: 'The Kubernetes API at {server} has trouble with {method} {path} and did not recover in time: {code} {message}',
      zh: 'Kubernetes API {server} 处理 {method} {path} 时出现故障，且未及时恢复：{code} {message}',
    },
    hint: { en: 'Wait a few minutes, then run it again', zh: '请等待几分钟后重试' },
  },
  KUBERNETES_UNAUTHORIZED: {
    message: {
      en: 'The Kubernetes API does not know who this is ({code}): {message}',
      zh: 'Kubernetes API 无法识别身份（{code}）：{message}',
    },
    hint: {
      en: 'The token or the client certificate may have expired: make a new one',
      zh: '令牌或客户端证书可能已过期：请重新生成',
    },
  },
  KUBERNETES_FORBIDDEN: {
    message: {
      en: 'The Kubernetes API does not allow {method} {path}: {message}',
      zh: 'Kubernetes API 不允许 {method} {path}：{message}',
    },
    hint: {
      en: 'Allow get, create, patch and delete of this Secret in a Role, and bind it to this user',
      zh: '请在 Role 中允许对该 Secret 的 get、create、patch 和 delete，并绑定到该用户',
    },
  },
  KUBERNETES_CONFLICT: {
    message: {
      en: 'The fields of {path} belong to others: {managers}',
      zh: '{path} 的字段由他人管理：{managers}',
    },
    hint: {
      en: 'Find out who they are; where Certwright is to have them, add take-over=true',
      zh: '请查明管理者；如应由 Certwright 管理，请添加 take-over=true',
    },
  },
  KUBERNETES_REFUSED: {
    message: {
      en: 'The Kubernetes API refused {method} {path}: {code} {reason}: {message}',
      zh: 'Kubernetes API 拒绝了 {method} {path}：{code} {reason}：{message}',
    },
    hint: {
      en: 'Look at the Secret with kubectl; a type or an immutable Secret can only be changed by deleting it',
      zh: '请用 kubectl 查看该 Secret；类型或不可变的 Secret 只能删除后重建',
    },
  },
} as const satisfies Record<string, ErrorText>
