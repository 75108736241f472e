import { describe, expect, it } from 'vitest'
import { alibabaAccount } from '../../../src/cloud/alibaba/account-options.ts'
import { regionOf } from '../../../src/cloud/alibaba/client.ts'
import { leapingHost } from '../../dns/world.ts'
import { localApi } from './local-api.ts'

const key = { 'access-key-id': 'id', 'access-key-secret': 'secret' }
const context = { host: leapingHost(), env: {} }

describe('an account', () => {
  it('is in cn-hangzhou, and on the international site in ap-southeast-1, if nothing else is said', () => {
    expect(regionOf(alibabaAccount(key, context))).toBe('cn-hangzhou')
    expect(regionOf(alibabaAccount({ ...key, site: 'international' }, context))).toBe(
      'ap-southeast-1',
    )
    expect(regionOf(alibabaAccount({ ...key, region: 'eu-west-1' }, context))).toBe('eu-west-1')
  })

  it.each([
    ['region', 'evil.example/'],
    ['region', 'cn_hangzhou'],
    ['region', ''],
    ['site', 'europe'],
    ['role-arn', 'my-role'],
    ['role-arn', 'acs:ram::1:user/me'],
  ])('with %s=%j is refused before anything is sent', (option, value) => {
    expect(() => alibabaAccount({ ...key, [option]: value }, context)).toThrow(
      expect.objectContaining({
        code: 'ALIBABA_OPTION_NOT_CONFORM',
        params: expect.objectContaining({ option }) as object,
      }),
    )
  })

  it('with an endpoint in the clear is refused', () => {
    expect(() => alibabaAccount({ ...key, endpoint: 'http://example.com' }, context)).toThrow(
      expect.objectContaining({ code: 'ALIBABA_ENDPOINT_NOT_SAFE' }),
    )
  })

  it('signs with the key that is given', async () => {
    const { credentials } = alibabaAccount({ ...key, 'security-token': 'token' }, context)
    const { accessKeyId, accessKeySecret, securityToken } = await credentials()
    expect([accessKeyId, accessKeySecret.reveal(), securityToken?.reveal()]).toEqual([
      'id',
      'secret',
      'token',
    ])
  })
})

describe('an assumed role', () => {
  const role = 'acs:ram::1234567890123456:role/certificates'
  const now = 1_795_478_400_000
  const reply = (n: number, minutes = 60) => ({
    body: {
      Credentials: {
        AccessKeyId: `STS.${n}`,
        AccessKeySecret: 'role-secret',
        SecurityToken: 'role-token',
        Expiration: new Date(now + minutes * 60_000).toISOString(),
      },
    },
  })

  async function world(minutes?: number) {
    let n = 0
    const api = await localApi(() => reply((n += 1), minutes))
    const host = leapingHost(now)
    const values = { ...key, 'role-arn': role, endpoint: api.endpoint }
    return { api, host, account: alibabaAccount(values, { host, env: {} }) }
  }

  it('is asked for with the key, and nothing of it in the URL', async () => {
    const { api, account } = await world()
    const { accessKeyId, securityToken } = await account.credentials()
    expect([accessKeyId, securityToken?.reveal()]).toEqual(['STS.1', 'role-token'])
    expect(api.calls[0]).toMatchObject({
      target: '/',
      action: 'AssumeRole',
      parameters: { RoleArn: role, RoleSessionName: 'certwright', DurationSeconds: '3600' },
    })
    expect(api.calls[0]?.headers.authorization).toContain('Credential=id,')
  })

  it('is asked for once, however many calls need it at once, until it is about to end', async () => {
    const { api, host, account } = await world()
    await Promise.all([account.credentials(), account.credentials()])
    await host.sleep(49 * 60_000)
    expect((await account.credentials()).accessKeyId).toBe('STS.1')
    await host.sleep(2 * 60_000)
    expect((await account.credentials()).accessKeyId).toBe('STS.2')
    expect(api.calls).toHaveLength(2)
  })

  it('that may not be assumed says which RAM action is missing', async () => {
    const api = await localApi(() => ({ status: 403, body: { Code: 'NoPermission' } }))
    const values = { ...key, 'role-arn': role, endpoint: api.endpoint }
    const account = alibabaAccount(values, { host: leapingHost(now), env: {} })
    await expect(account.credentials()).rejects.toMatchObject({
      code: 'ALIBABA_FORBIDDEN',
      params: { ramAction: 'sts:AssumeRole' },
    })
  })

  it('that comes without credentials is an error, and is asked for again', async () => {
    let left = 1
    const api = await localApi(() => (left-- > 0 ? { body: {} } : reply(1)))
    const values = { ...key, 'role-arn': role, endpoint: api.endpoint }
    const account = alibabaAccount(values, { host: leapingHost(now), env: {} })
    await expect(account.credentials()).rejects.toMatchObject({
      code: 'ALIBABA_CREDENTIALS_UNUSABLE',
    })
    expect((await account.credentials()).accessKeyId).toBe('STS.1')
  })
})
