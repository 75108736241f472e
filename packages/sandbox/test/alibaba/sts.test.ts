import { expect, it } from 'vitest'
import { instantOf } from '../../src/clock.ts'
import { popSdk, refusalOf } from './sdk.ts'
import type { Key } from './sdk.ts'
import { open, stillClock } from './world.ts'

const RoleArn = 'acs:ram::1000000000000001:role/certwright'
const given = { RoleArn, RoleSessionName: 'renewal' }

function keyFrom(reply: Record<string, unknown>): Key {
  const { AccessKeyId, AccessKeySecret, SecurityToken } = reply['Credentials'] as Record<
    string,
    string
  >
  return {
    accessKeyId: String(AccessKeyId),
    accessKeySecret: String(AccessKeySecret),
    securityToken: String(SecurityToken),
  }
}

it('gives out keys that do what their role may, until they expire', async () => {
  const clock = stillClock()
  const allow = [{ action: 'cdn:Describe*' }, { action: 'sts:*' }]
  const seed = { sts: { roles: [{ arn: RoleArn, allow }] } }
  const alibaba = await open({ clock, seed })
  const key = keyFrom(
    await popSdk(alibaba, '2015-04-01')('AssumeRole', { ...given, DurationSeconds: 900 }),
  )
  const cdn = popSdk(alibaba, '2018-05-10', key)
  await cdn('DescribeUserDomains')
  const set = cdn('SetCdnDomainSSLCertificate', { DomainName: 'x.test', SSLProtocol: 'on' })
  expect((await refusalOf(set)).code).toBe('Forbidden.RAM')
  expect(await popSdk(alibaba, '2015-04-01', key)('GetCallerIdentity')).toMatchObject({
    IdentityType: 'AssumedRoleUser',
    AccountId: '1000000000000001',
  })
  clock.advance(899_000)
  await cdn('DescribeUserDomains', { Timestamp: instantOf(clock.now()) })
  clock.advance(2000)
  const late = cdn('DescribeUserDomains', { Timestamp: instantOf(clock.now()) })
  expect((await refusalOf(late)).code).toBe('InvalidSecurityToken.Expired')
})

it.each([
  ['an unknown role', { RoleArn: 'acs:ram::1:role/absent' }, 'EntityNotExist.Role'],
  ['a session name that is none', { RoleSessionName: 'a b' }, 'InvalidParameter.RoleSessionName'],
  ['a time that is too short', { DurationSeconds: 899 }, 'InvalidParameter.DurationSeconds'],
])('refuses %s', async (_, wrong, code) => {
  const alibaba = await open({ seed: { sts: { roles: [{ arn: RoleArn }] } } })
  const refusal = await refusalOf(
    popSdk(alibaba, '2015-04-01')('AssumeRole', { ...given, ...wrong }),
  )
  expect(refusal.code).toBe(code)
})

it('denies with its own code', async () => {
  const alibaba = await open()
  alibaba.deny('sts:AssumeRole')
  const refusal = await refusalOf(popSdk(alibaba, '2015-04-01')('AssumeRole', given))
  expect(refusal.code).toBe('NoPermission')
})
