import { createHash } from 'node:crypto'
import type { CaContext } from './context.ts'
import type { Identifier } from './identifiers.ts'
import type { Account, Authorization } from './records.ts'

/** The challenges that this CA can validate. */
export type ChallengeType =
  | 'http-01'
  | 'tls-alpn-01'
  | 'dns-01'
  | 'dns-account-01'
  | 'dns-persist-01'

/** How a dns-persist-01 record names the account. */
export type DnsPersistDialect = 'account-url' | 'account-hash'

/** RFC 8555 §8.3, §8.4, RFC 8737, RFC 8738 §4–7: what can prove control of what. */
const provable: Readonly<Record<ChallengeType, readonly string[]>> = {
  'http-01': ['dns', 'ip'],
  'tls-alpn-01': ['dns', 'ip'],
  'dns-01': ['dns', 'wildcard'],
  'dns-account-01': ['dns', 'wildcard'],
  'dns-persist-01': ['dns', 'wildcard'],
}

/** Those of the offered types that can prove control of the identifier. */
export function typesFor(
  { knobs }: CaContext,
  { type }: Identifier,
  wildcard: boolean,
): readonly ChallengeType[] {
  return knobs.challengeTypes.filter((one) => provable[one].includes(wildcard ? 'wildcard' : type))
}

/** What a challenge says beside what all have. Those of dns-persist-01 have no token. */
export function ownMembers(
  { knobs, paths }: CaContext,
  { account }: Authorization,
  { type, token }: { readonly type: string; readonly token: string },
): object {
  if (type !== 'dns-persist-01') return { token }
  return knobs.dnsPersistDialect === 'account-hash'
    ? { issuerDomainNames: knobs.caaIdentities }
    : { 'issuer-domain-names': knobs.caaIdentities, accounturi: paths.account(account.id) }
}

/** What a dns-persist-01 record may call the account. */
export function accountUris(
  { knobs, paths }: CaContext,
  account: Account,
  { value }: Identifier,
): readonly string[] {
  const url = paths.account(account.id)
  if (knobs.dnsPersistDialect === 'account-url') return [url]
  // Draft ietf-acme-dns-persist-02: for the name, or for all names.
  return [value, '*'].map((domain) => {
    const { thumbprint } = account.signingKey
    const hash = createHash('sha256')
      .update(Buffer.of(domain.length))
      .update(`${domain}${thumbprint}${url}`)
    return `${paths.accountHashPrefix}sha-256/${hash.digest('base64url')}`
  })
}
