import { jksChain } from '../../x509/read-jks.ts'
import type { TargetContext } from '../target-context.ts'
import { targetValues } from '../target-options.ts'
import type { DeployTarget, TargetKind } from '../target.ts'
import { fileKeyTypes } from './files/files-target.ts'
import { keystoreOptions, keystoreTarget } from './files/keystore.ts'

export const target = {
  name: 'jks',
  summary: {
    en: 'A Java key store of the type JKS on this machine; Java 9 and later take pkcs12, which protects the key better',
    zh: '本机上的 JKS 类型 Java 密钥库；Java 9 及以上可用保护更好的 pkcs12',
  },
  options: keystoreOptions,
  keyTypes: fileKeyTypes,
  permissions: [],
} as const satisfies TargetKind

/** Keeps a Java key store. */
export function create(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
): DeployTarget {
  const chainIn = async (...given: Parameters<typeof jksChain>) => jksChain(...given)
  const keystore = { target: target.name, format: 'jks', chainIn } as const
  return keystoreTarget(keystore, targetValues(target, values, context), context)
}
