import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { alibabaAccount } from '../../../src/cloud/alibaba/account-options.ts'
import { credentialSource, type CredentialOptions } from '../../../src/cloud/alibaba/credentials.ts'
import { systemHost } from '../../../src/runtime/host.ts'
import { issueChain } from '../../x509/issued.ts'
import { localApi } from './local-api.ts'

const loaded = vi.hoisted(() => ({ times: 0 }))

vi.mock('@alicloud/credentials', async (original) => {
  loaded.times += 1
  return original<object>()
})

type Files = Readonly<Record<string, unknown>>

/** A home directory with these files in it, and nothing of the machine's own in the environment. */
async function home(files: Files = {}): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'certwright-home-'))
  for (const [path, content] of Object.entries(files)) {
    const file = join(directory, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
  }
  vi.stubEnv('HOME', directory)
  for (const name of Object.keys(process.env)) {
    if (name.startsWith('ALIBABA_CLOUD_')) vi.stubEnv(name, undefined)
  }
  onTestFinished(async () => {
    vi.unstubAllEnvs()
    await rm(directory, { recursive: true })
  })
  return directory
}

/** What is had, in the open, for comparing. */
async function had(
  options: CredentialOptions,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { accessKeyId, accessKeySecret, securityToken } = await credentialSource(options, env)()
  return [accessKeyId, accessKeySecret.reveal(), securityToken?.reveal()].filter(Boolean).join(' ')
}

const environmentKey = {
  ALIBABA_CLOUD_ACCESS_KEY_ID: 'env-id',
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'env-secret',
  ALIBABA_CLOUD_SECURITY_TOKEN: 'env-token',
}

const cliFile = {
  current: 'main',
  profiles: [
    { name: 'main', mode: 'AK', access_key_id: 'cli-id', access_key_secret: 'cli-secret' },
    {
      name: 'other',
      mode: 'StsToken',
      access_key_id: 'other-id',
      access_key_secret: 'other-secret',
      sts_token: 'other-token',
    },
  ],
}

const iniFile = `[default]
type = access_key
access_key_id = ini-id
access_key_secret = ini-secret

[second]
type = access_key
access_key_id = ini-second-id
access_key_secret = ini-second-secret
`

describe('a key', () => {
  it('that is given needs no library, nor any file', async () => {
    await home()
    loaded.times = 0
    vi.resetModules()
    const key = { accessKeyId: 'id', accessKeySecret: 'secret' }
    expect(await had(key)).toBe('id secret')
    expect(await had({}, environmentKey)).toBe('env-id env-secret env-token')
    expect(loaded.times).toBe(0)
  })

  it('that is given goes before that of the environment, and takes no token from there', async () => {
    await home()
    const key = { accessKeyId: 'id', accessKeySecret: 'secret' }
    expect(await had(key, environmentKey)).toBe('id secret')
    expect(await had({ ...key, securityToken: 'token' }, environmentKey)).toBe('id secret token')
  })

  it.each([
    [{ accessKeyId: 'id' }, {}, 'access-key-secret'],
    [{ accessKeySecret: 'secret' }, {}, 'access-key-id'],
    [{ accessKeySecret: 'secret' }, environmentKey, 'access-key-id'],
    [{}, { ALIBABA_CLOUD_ACCESS_KEY_ID: 'id' }, 'ALIBABA_CLOUD_ACCESS_KEY_SECRET'],
    [{}, { ALIBABA_CLOUD_ACCESS_KEY_SECRET: 's' }, 'ALIBABA_CLOUD_ACCESS_KEY_ID'],
  ])(
    'of which half is missing is refused before anything is sent: %j %j',
    (options, env, missing) => {
      expect(() => credentialSource(options, env)).toThrow(
        expect.objectContaining({
          code: 'ALIBABA_KEY_INCOMPLETE',
          params: expect.objectContaining({ missing }) as object,
        }),
      )
    },
  )
})

describe('the CLI profile', () => {
  it('is the current one, where no key is set', async () => {
    await home({ '.aliyun/config.json': cliFile, '.alibabacloud/credentials': iniFile })
    expect(await had({})).toBe('cli-id cli-secret')
    expect(loaded.times).toBeGreaterThan(0)
  })

  it('that comes later is found by the same account', async () => {
    const directory = await home()
    const source = credentialSource({}, {})
    await expect(source()).rejects.toMatchObject({ code: 'ALIBABA_CREDENTIALS_MISSING' })
    await mkdir(join(directory, '.aliyun'))
    await writeFile(join(directory, '.aliyun/config.json'), JSON.stringify(cliFile))
    expect((await source()).accessKeyId).toBe('cli-id')
  })

  it('is the one that is named, before a key of the environment', async () => {
    await home({ '.aliyun/config.json': cliFile })
    expect(await had({ profile: 'other' }, environmentKey)).toBe(
      'other-id other-secret other-token',
    )
  })

  it('is the one that the environment names', async () => {
    await home({ '.aliyun/config.json': cliFile })
    expect(await had({}, { ALIBABA_CLOUD_PROFILE: 'other' })).toBe(
      'other-id other-secret other-token',
    )
  })

  it('is passed over where the environment says so', async () => {
    await home({ '.aliyun/config.json': cliFile, '.alibabacloud/credentials': iniFile })
    expect(await had({}, { ALIBABA_CLOUD_CLI_PROFILE_DISABLED: 'true' })).toBe('ini-id ini-secret')
  })

  it.each([
    ['that does not exist', { profile: 'nobody' }, cliFile, /nobody/],
    ['in a file that is damaged', {}, '{"profiles":[{"access_key_secret":"hidden"', /parse/],
  ])('%s is explained without a word of the file', async (_what, options, file, reason) => {
    await home({ '.aliyun/config.json': file })
    const error: unknown = await credentialSource(options, {})().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'ALIBABA_CREDENTIALS_UNUSABLE',
      params: { reason: expect.stringMatching(reason) as string },
    })
    expect(JSON.stringify(error)).not.toMatch(/hidden|cli-secret/)
    expect((error as Error).cause).toBeUndefined()
  })
})

describe('the ini file', () => {
  it('is read where there is no CLI profile', async () => {
    await home({ '.alibabacloud/credentials': iniFile })
    expect(await had({})).toBe('ini-id ini-secret')
    expect(await had({}, { ALIBABA_CLOUD_PROFILE: 'second' })).toBe(
      'ini-second-id ini-second-secret',
    )
  })
})

describe('the credentials URI', () => {
  const given = {
    Code: 'Success',
    AccessKeyId: 'uri-id',
    AccessKeySecret: 'uri-secret',
    SecurityToken: 'uri-token',
    Expiration: '2099-01-01T00:00:00Z',
  }

  it('is asked last, and once while its credentials last', async () => {
    await home()
    const api = await localApi(() => ({ body: given }))
    const source = credentialSource({}, { ALIBABA_CLOUD_CREDENTIALS_URI: `${api.endpoint}/c` })
    const both = await Promise.all([source(), source()])
    const again = await source()
    expect([...both, again].map(({ accessKeyId }) => accessKeyId)).toEqual(Array(3).fill('uri-id'))
    expect(again.securityToken?.reveal()).toBe('uri-token')
    expect(api.calls).toHaveLength(1)
  })

  it.each([
    ['half of them', { body: { ...given, SecurityToken: '' } }, /error retrieving/],
    ['an error', { status: 500, body: 'the secret is uri-secret' }, /httpStatus: 500/],
    ['no JSON', { body: 'uri-secret' }, /get sts token failed/],
  ])('that gives %s is explained without a word of the reply', async (_what, answer, reason) => {
    await home()
    const api = await localApi(() => answer)
    const uri = `${api.endpoint}/path-token?query-token`
    const source = credentialSource({}, { ALIBABA_CLOUD_CREDENTIALS_URI: uri })
    const error: unknown = await source().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'ALIBABA_CREDENTIALS_UNUSABLE',
      params: { reason: expect.stringMatching(reason) as string },
    })
    expect(JSON.stringify(error)).not.toMatch(/uri-secret|path-token|query-token/)
  })

  it('is asked again after it failed', async () => {
    await home()
    let left = 1
    const api = await localApi(() => (left-- > 0 ? { status: 500 } : { body: given }))
    const source = credentialSource({}, { ALIBABA_CLOUD_CREDENTIALS_URI: `${api.endpoint}/c` })
    await expect(source()).rejects.toMatchObject({ code: 'ALIBABA_CREDENTIALS_UNUSABLE' })
    expect((await source()).accessKeyId).toBe('uri-id')
  })
})

describe('the OIDC token', () => {
  const env = (directory: string) => ({
    ALIBABA_CLOUD_ROLE_ARN: 'acs:ram::1:role/r',
    ALIBABA_CLOUD_OIDC_PROVIDER_ARN: 'acs:ram::1:oidc-provider/p',
    ALIBABA_CLOUD_OIDC_TOKEN_FILE: join(directory, 'token'),
  })

  it('is exchanged for a role, before any file is looked at', async () => {
    const directory = await home({ token: 'the-identity', '.aliyun/config.json': cliFile })
    // The certificate of the local STS is its own.
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    const sts = await localSts({
      AccessKeyId: 'sts-id',
      AccessKeySecret: 'sts-secret',
      SecurityToken: 'sts-token',
      Expiration: '2099-01-01T00:00:00Z',
    })
    const context = { host: systemHost, env: env(directory) }
    const { credentials } = alibabaAccount({ endpoint: sts.endpoint }, context)
    expect((await credentials()).accessKeyId).toBe('sts-id')
    expect(Object.fromEntries(new URLSearchParams(sts.bodies[0]))).toEqual({
      OIDCProviderArn: 'acs:ram::1:oidc-provider/p',
      OIDCToken: 'the-identity',
      RoleArn: 'acs:ram::1:role/r',
      RoleSessionName: 'certwright',
      DurationSeconds: '3600',
    })
  })

  it('that cannot be read is explained', async () => {
    const directory = await home()
    await expect(credentialSource({}, env(directory))()).rejects.toMatchObject({
      code: 'ALIBABA_CREDENTIALS_UNUSABLE',
      params: { reason: expect.stringContaining('ENOENT') as string },
    })
  })

  it('is not used where a part of it is missing', async () => {
    await home({ '.aliyun/config.json': cliFile })
    expect(await had({}, { ALIBABA_CLOUD_ROLE_ARN: 'acs:ram::1:role/r' })).toBe('cli-id cli-secret')
  })
})

describe('the metadata service of ECS', () => {
  it.each([
    [{ ecsRole: 'role' }, environmentKey],
    [{}, { ALIBABA_CLOUD_ECS_METADATA: 'role' }],
  ])('is asked where a role is named: %j', async (options, env) => {
    await home()
    // The library refuses to ask it, and says so.
    vi.stubEnv('ALIBABA_CLOUD_ECS_METADATA_DISABLED', 'true')
    await expect(credentialSource(options, env)()).rejects.toMatchObject({
      params: { reason: 'IMDS credentials is disabled' },
    })
  })

  it('is not probed where nothing at all is set: that is said without the library', async () => {
    await home()
    loaded.times = 0
    vi.resetModules()
    await expect(credentialSource({}, {})()).rejects.toMatchObject({
      code: 'ALIBABA_CREDENTIALS_MISSING',
    })
    expect(loaded.times).toBe(0)
  })
})

async function localSts(credentials: object) {
  const bodies: string[] = []
  const { leaf } = issueChain({ length: 0, names: ['localhost'] })
  const key = leaf.key.export({ type: 'pkcs8', format: 'pem' })
  const server = createServer({ key, cert: leaf.pem }, (request, response) => {
    request.setEncoding('utf8')
    request.on('data', (text: string) => bodies.push(text))
    request.on('end', () => response.end(JSON.stringify({ Credentials: credentials })))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { bodies, endpoint: `https://127.0.0.1:${(server.address() as { port: number }).port}` }
}
