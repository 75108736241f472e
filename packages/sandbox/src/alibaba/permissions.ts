import type { Account } from './accounts.ts'
import { refuse } from './errors.ts'

/** RAM: what each key's policy allows, and what was denied to all keys. */
export interface Permissions {
  /** Denies an action, e.g. `cdn:SetCdnDomainSSLCertificate` or `SetCdnDomainSSLCertificate`, to every key. */
  deny(action: string): void
  /** Takes a denial back. */
  allow(action: string): void
  /** Throws the denial, with `AccessDeniedDetail`, unless the account may do this. */
  check(account: Account, asked: Asked): void
}

interface Asked {
  /** E.g. `cdn`. */
  readonly ram: string
  readonly action: string
  readonly resource: string
  readonly denial?: 'Forbidden.RAM' | 'NoPermission' | undefined
}

export function createPermissions(): Permissions {
  const denied = new Set<string>()
  return {
    deny: (action) => void denied.add(action),
    allow: (action) => void denied.delete(action),
    check(account, { ram, action, resource, denial = 'Forbidden.RAM' }) {
      const full = `${ram}:${action}`
      const explicit = denied.has(full) || denied.has(action)
      const { allow = [{ action: '*' }] } = account
      const allowed = allow.some(
        (statement) =>
          matches(statement.action, full) && matches(statement.resource ?? '*', resource),
      )
      if (allowed && !explicit) return
      const AccessDeniedDetail = {
        AuthAction: full,
        AuthPrincipalType: account.securityToken === undefined ? 'SubUser' : 'AssumedRoleUser',
        AuthPrincipalOwnerId: account.uid,
        AuthPrincipalDisplayName: 'certwright',
        NoPermissionType: explicit ? 'ExplicitDeny' : 'ImplicitDeny',
        PolicyType: 'AccountLevelIdentityBasedPolicy',
        EncodedDiagnosticMessage: Buffer.from(`${full} on ${resource}`).toString('base64'),
      }
      throw refuse(denial, { data: { AccessDeniedDetail } })
    },
  }
}

/** The asked resource may itself hold `*`, for a list: only a pattern that covers it all allows it. */
function matches(pattern: string, text: string): boolean {
  const source = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${source.join('.*')}$`, 's').test(text)
}
