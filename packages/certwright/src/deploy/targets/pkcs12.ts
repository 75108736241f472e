import { pkcs12Chain } from '../../x509/read-pkcs12.ts'
import type { TargetContext } from '../target-context.ts'
import { choiceOption, targetValues } from '../target-options.ts'
import type { DeployTarget, TargetKind } from '../target.ts'
import { fileKeyTypes } from './files/files-target.ts'
import { keystoreOptions, keystoreTarget } from './files/keystore.ts'

export const target = {
  name: 'pkcs12',
  summary: {
    en: 'A PKCS#12 file on this machine (.pfx, .p12), for Java 9 and later, Windows and others',
    zh: '本机上的 PKCS#12 文件（.pfx、.p12），适用于 Java 9 及以上、Windows 等',
  },
  options: [
    ...keystoreOptions,
    {
      key: 'encryption',
      summary: {
        en: 'modern (default) or legacy, for readers that know no AES',
        zh: '加密方式：modern（默认），或适用于不支持 AES 的程序的 legacy',
      },
    },
  ],
  keyTypes: fileKeyTypes,
  permissions: [],
} as const satisfies TargetKind

/** Keeps a PKCS#12 file. */
export function create(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
): DeployTarget {
  const { encryption, ...set } = targetValues(target, values, context)
  const words = ['modern', 'legacy'] as const
  const isLegacy = choiceOption(target.name, 'encryption', encryption, words) === 'legacy'
  const format = isLegacy ? 'pkcs12-legacy' : 'pkcs12'
  return keystoreTarget({ target: target.name, format, chainIn: pkcs12Chain }, set, context)
}
