import { identifierFrom, identifierSet } from '@certwright/acme'
import { targetSpecifierFrom } from '../../deploy/target-specifier.ts'
import type { TargetOption } from '../../deploy/target.ts'
import { providers } from '../../dns/providers/registry.ts'
import { Secret } from '../../runtime/secret.ts'
import type { ConfigFile, OptionEntry } from '../config/schema.ts'
import type { Found } from '../discovery.ts'
import type { SecretFile } from './dns-entries.ts'
import type { Taken, TakenCertificate } from './taken.ts'

/**
 * What an account serves, as if a client had left it: one certificate for each set of names, with every place that
 * serves it. Keys are given out by no service, so each is to be issued anew.
 */
export function takenFromDiscovery(found: readonly Found[]): Taken {
  const certificates = new Map<string, TakenCertificate>()
  for (const { target, resource, https, names } of found) {
    const valid = (names ?? [resource]).filter(isName)
    if (!https || valid.length === 0) continue
    const key = identifierSet(valid.map(identifierFrom))
    const { name, values } = targetSpecifierFrom(target)
    const before = certificates.get(key)
    certificates.set(key, {
      name: before?.name ?? valid[0] ?? '',
      path: target,
      names: before?.names ?? valid,
      served: true,
      installs: [...(before?.installs ?? []), { target: name, options: values }],
    })
  }
  const remarks = certificates.size > 0 ? [{ code: 'keys-not-given', params: {} } as const] : []
  return { accounts: [], certificates: [...certificates.values()], remarks }
}

function isName(text: string): boolean {
  try {
    identifierFrom(text)
    return true
  } catch {
    return false
  }
}

/** The provider of a service's own DNS, where it has one: both begin with the same word. */
export function providerOfService(service: string): string | undefined {
  return Object.keys(providers).find((name) => name.startsWith(`${service}-`))
}

export interface AccountOptions {
  readonly service: string
  /** What was set on the account. */
  readonly values: Readonly<Record<string, string>>
  /** What can be. */
  readonly options: readonly TargetOption[]
}

/** The same file with what was set on the account in one place, its secrets in files of their own. */
export function withCredentials(
  file: ConfigFile,
  { service, values, options }: AccountOptions,
): { readonly file: ConfigFile; readonly secrets: readonly SecretFile[] } {
  if (Object.keys(values).length === 0) return { file, secrets: [] }
  const isSecret = (key: string): boolean => options.find((one) => one.key === key)?.secret ?? false
  const path = (key: string): string => `secrets/${service}-${key}`
  const group = Object.entries(values).map(([key, value]): [string, OptionEntry] => [
    key,
    isSecret(key) ? { file: path(key) } : value,
  ])
  const isShared = (key: string, value: OptionEntry): boolean => values[key] === value
  const certificates = file.certificates.map((certificate) => ({
    ...certificate,
    ...(certificate.installs && {
      installs: certificate.installs.map((install) => {
        if (typeof install === 'string') return install
        const own = Object.entries(install.options ?? {}).filter(
          ([key, value]) => !isShared(key, value),
        )
        const { target } = install
        return { target, credentials: service, options: Object.fromEntries(own) }
      }),
    }),
  }))
  const dns = Object.entries(file.dns ?? {}).map(([name, entry]) => {
    const isOurs = entry.provider.startsWith(`${service}-`)
    return [name, isOurs ? { ...entry, credentials: service } : entry] as const
  })
  return {
    file: {
      ...(file.issuers && { issuers: file.issuers }),
      credentials: { [service]: Object.fromEntries(group) },
      ...(dns.length > 0 && { dns: Object.fromEntries(dns) }),
      certificates,
    },
    secrets: Object.entries(values)
      .filter(([key]) => isSecret(key))
      .map(([key, value]) => ({ path: path(key), text: new Secret(value) })),
  }
}
