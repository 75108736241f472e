import type { Clock } from '../clock.ts'
import type { Account, Accounts } from './accounts.ts'
import { refuse } from './errors.ts'
import { claimOfAcs3 } from './signatures/acs3.ts'
import { sameText } from './signatures/claim.ts'
import type { Claim } from './signatures/claim.ts'
import { claimOfOss } from './signatures/oss.ts'
import { claimOfRoaV1 } from './signatures/roa-v1.ts'
import { claimOfRpcV1 } from './signatures/rpc-v1.ts'
import type { Values } from './parameters.ts'
import type { RawRequest } from './server.ts'

export type Scheme = 'acs3' | 'rpc-v1' | 'roa-v1' | 'oss'

/** The scheme with which a request is signed; the parameters' one where nothing says otherwise. */
export function schemeOf({ headers }: RawRequest): Scheme {
  const authorization = headers['authorization'] ?? ''
  if (authorization.startsWith('ACS3-')) return 'acs3'
  if (authorization.startsWith('acs ')) return 'roa-v1'
  if (/^OSS4?[ -]/.test(authorization)) return 'oss'
  return 'rpc-v1'
}

/** A clock may differ by this much. */
const tolerance = 15 * 60 * 1000

/** Believes a request, or throws why not. */
export function createAuthentication(accounts: Accounts, clock: Clock) {
  const nonces = new Map<string, number>()

  const checkNonce = (accessKeyId: string, nonce: string): void => {
    const now = clock.now()
    for (const [old, until] of nonces) if (until < now) nonces.delete(old)
    const key = `${accessKeyId} ${nonce}`
    if (nonce === '') throw refuse('IncompleteSignature')
    if (nonces.has(key)) throw refuse('SignatureNonceUsed')
    nonces.set(key, now + 2 * tolerance)
  }

  return (request: RawRequest, values: Values): Account => {
    const claim = claimOf(request, values)
    const account = accounts.find(claim.accessKeyId)
    if (!account) throw refuse('InvalidAccessKeyId.NotFound')
    if (account.inactive) throw refuse('InvalidAccessKeyId.Inactive')
    if (claim.date === undefined) throw refuse('InvalidTimeStamp.Format')
    if (Math.abs(claim.date - clock.now()) > tolerance) throw refuse('InvalidTimeStamp.Expired')
    checkToken(account, claim, clock)
    if (!sameText(claim.signature, claim.expected(account.accessKeySecret))) {
      throw refuse('SignatureDoesNotMatch', {
        message: `Specified signature is not matched with our calculation. server string to sign is:${claim.stringToSign}`,
      })
    }
    if (claim.nonce !== undefined) checkNonce(claim.accessKeyId, claim.nonce)
    return account
  }
}

function claimOf(request: RawRequest, values: Values): Claim {
  const scheme = schemeOf(request)
  if (scheme === 'acs3') return claimOfAcs3(request)
  if (scheme === 'roa-v1') return claimOfRoaV1(request)
  if (scheme === 'oss') return claimOfOss(request)
  return claimOfRpcV1(request, values)
}

function checkToken(account: Account, { securityToken }: Claim, clock: Clock): void {
  const { securityToken: issued, expiresAt } = account
  if (issued === undefined) {
    if (securityToken !== undefined) throw refuse('InvalidSecurityToken.Malformed')
    return
  }
  if (securityToken === undefined) throw refuse('MissingSecurityToken')
  if (!sameText(issued, securityToken)) throw refuse('InvalidSecurityToken.Malformed')
  if (expiresAt !== undefined && clock.now() > expiresAt) {
    throw refuse('InvalidSecurityToken.Expired')
  }
}
