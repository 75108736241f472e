import { randomBytes } from 'node:crypto'
import { instantOf } from '../../clock.ts'
import type { Account, Statement } from '../accounts.ts'
import { assumed, documented, refusals } from '../errors.ts'
import type { Product } from '../product.ts'

interface Role {
  readonly arn: string
  /** What the keys of the role may do. Default: everything. */
  readonly allow?: readonly Statement[] | undefined
}

export interface StsState {
  readonly roles: Map<string, Role>
  /** The keys that were given out. */
  readonly issued: Account[]
}

export interface StsSeed {
  readonly roles?: readonly Role[]
}

const errors = {
  'EntityNotExist.Role': documented(404, 'The specified Role not exists.'),
  'InvalidParameter.RoleSessionName': documented(
    400,
    'The parameter RoleSessionName is wrongly formed.',
  ),
  'InvalidParameter.DurationSeconds': assumed(
    400,
    'The Min/Max value of DurationSeconds is 900/43200.',
  ),
}

const refuse = refusals(errors)

const usualSeconds = 3600
const [shortest, longest] = [900, 43_200]

/** Security Token Service. The keys it gives out are believed until they expire. */
export const sts: Product<StsState, StsSeed> = {
  version: '2015-04-01',
  style: 'rpc',
  ram: 'sts',
  denial: 'NoPermission',
  perSecond: 100,
  errors,
  open: () => ({ roles: new Map(), issued: [] }),

  seed(state, { roles = [] }) {
    for (const role of roles) state.roles.set(role.arn, role)
  },

  actions: {
    AssumeRole: {
      parameters: 'RoleArn*, RoleSessionName*, DurationSeconds:n, Policy, ExternalId',
      resource: (call) => call.text('RoleArn'),
      handle(call, { roles, issued }, { accounts, clock }) {
        const role = roles.get(call.text('RoleArn'))
        if (!role) throw refuse('EntityNotExist.Role')
        const session = call.text('RoleSessionName')
        if (!/^[\w.@-]{2,64}$/.test(session)) throw refuse('InvalidParameter.RoleSessionName')
        const seconds = call.number('DurationSeconds') ?? usualSeconds
        if (seconds < shortest || seconds > longest)
          throw refuse('InvalidParameter.DurationSeconds')
        const account = accounts.add({
          uid: call.caller.uid,
          securityToken: randomBytes(48).toString('base64'),
          expiresAt: clock.now() + seconds * 1000,
          ...(role.allow ? { allow: role.allow } : {}),
        })
        issued.push(account)
        return {
          AssumedRoleUser: {
            Arn: `${role.arn.replace(':role/', ':assumed-role/')}/${session}`,
            AssumedRoleId: `300000000000000001:${session}`,
          },
          Credentials: {
            AccessKeyId: account.accessKeyId,
            AccessKeySecret: account.accessKeySecret,
            SecurityToken: account.securityToken,
            Expiration: instantOf(account.expiresAt ?? 0),
          },
        }
      },
    },

    GetCallerIdentity: {
      handle: ({ caller }) => ({
        AccountId: caller.uid,
        IdentityType: caller.securityToken === undefined ? 'RAMUser' : 'AssumedRoleUser',
        PrincipalId: caller.accessKeyId,
        Arn: `acs:ram::${caller.uid}:user/certwright`,
      }),
    },
  },
}
