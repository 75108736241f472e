import { randomBytes } from 'node:crypto'

/** An access key and what RAM lets it do. */
export interface Account {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  /** The Alibaba Cloud account that it belongs to. */
  readonly uid: string
  /** A key of STS: each call must carry this token beside it. */
  readonly securityToken?: string
  /** The moment at which the token ends, in milliseconds. */
  readonly expiresAt?: number
  readonly inactive?: boolean
  /** The statements of its policy. Default: everything. */
  readonly allow?: readonly Statement[]
}

/** `*` stands for any text in either member, as RAM has it. */
export interface Statement {
  /** E.g. `alidns:AddDomainRecord` or `alidns:*`. */
  readonly action: string
  /** E.g. `acs:alidns:*:*:domain/example.com`. Default: every resource. */
  readonly resource?: string
}

export type AccountOptions = Partial<Account>

export interface Accounts {
  add(options?: AccountOptions): Account
  find(accessKeyId: string): Account | undefined
}

/** The account that all resources belong to unless they say otherwise. */
export const ownUid = '1000000000000001'

export function createAccounts(): Accounts {
  const byId = new Map<string, Account>()
  return {
    add(options = {}) {
      const kind = options.securityToken === undefined ? 'LTAI5t' : 'STS.'
      const account: Account = {
        accessKeyId: `${kind}${randomBytes(9).toString('hex')}`,
        accessKeySecret: randomBytes(15).toString('hex'),
        uid: ownUid,
        ...options,
      }
      byId.set(account.accessKeyId, account)
      return account
    },
    find: (accessKeyId) => byId.get(accessKeyId),
  }
}
