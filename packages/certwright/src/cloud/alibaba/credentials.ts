import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { CertwrightError } from '../../runtime/error.ts'
import { Secret } from '../../runtime/secret.ts'

/** What signs one request. */
export interface AlibabaCredentials {
  readonly accessKeyId: string
  readonly accessKeySecret: Secret
  /** Of temporary credentials (STS). */
  readonly securityToken?: Secret
}

/** Asked before every call; refreshes what expires. */
export type CredentialSource = () => Promise<AlibabaCredentials>

/** Where credentials come from: the first of these that is set, else what the environment says. */
export interface CredentialOptions {
  readonly accessKeyId?: string | undefined
  readonly accessKeySecret?: string | undefined
  readonly securityToken?: string | undefined
  /** A profile of `~/.aliyun/config.json`. */
  readonly profile?: string | undefined
  /** The RAM role of this ECS instance, by metadata v2. */
  readonly ecsRole?: string | undefined
  /** Where STS is, instead of its own host. `https:` alone. */
  readonly endpoint?: string | undefined
}

type Env = Readonly<Record<string, string | undefined>>

/**
 * The credentials that the options name. Without options: the access key of the environment, its OIDC token (RRSA),
 * the CLI's profile, the ini file, the ECS role that the environment names, its credentials URI. What needs more than
 * a key is read through `@alicloud/credentials`, loaded only then. Nothing is probed: elsewhere than on ECS its
 * metadata service takes seconds to be missed.
 */
export function credentialSource(options: CredentialOptions, env: Env): CredentialSource {
  const key = fixedKey(options, env)
  if (key) return async () => key
  let provider: Promise<Provider> | undefined
  let asked: Promise<AlibabaCredentials> | undefined
  const ask = async (): Promise<AlibabaCredentials> => {
    try {
      provider ??= openProvider(options, env)
      return credentialsFrom(await (await provider).getCredentials())
    } catch (error) {
      provider = undefined
      if (error instanceof CertwrightError) throw error
      // Not as its cause: the library's messages hold whole files and replies.
      throw new CertwrightError('ALIBABA_CREDENTIALS_UNUSABLE', { reason: reasonOf(error) })
    } finally {
      asked = undefined
    }
  }
  return async () => (asked ??= ask())
}

/** The access key, where one is given or the environment has one. All three belong together. */
function fixedKey(options: CredentialOptions, env: Env): AlibabaCredentials | undefined {
  const given = options.accessKeyId !== undefined || options.accessKeySecret !== undefined
  if (!given && (options.profile !== undefined || options.ecsRole !== undefined)) return undefined
  const [id, secret, token] = given
    ? [options.accessKeyId, options.accessKeySecret, options.securityToken]
    : keyVariables.map((name) => env[name])
  if (!id && !secret) return undefined
  if (!id || !secret) {
    const names = given ? ['access-key-id', 'access-key-secret'] : keyVariables
    const [missing = '', present = ''] = id ? [names[1], names[0]] : names
    throw new CertwrightError('ALIBABA_KEY_INCOMPLETE', { missing, present })
  }
  return {
    accessKeyId: id,
    accessKeySecret: new Secret(secret),
    ...(token && { securityToken: new Secret(token) }),
  }
}

const keyVariables = [
  'ALIBABA_CLOUD_ACCESS_KEY_ID',
  'ALIBABA_CLOUD_ACCESS_KEY_SECRET',
  'ALIBABA_CLOUD_SECURITY_TOKEN',
] as const

/** The part of the library's providers that is used. */
interface Provider {
  getCredentials(): Promise<{
    readonly accessKeyId?: string
    readonly accessKeySecret?: string
    readonly securityToken?: string
  }>
}

type Library = Omit<typeof import('@alicloud/credentials'), 'default'>
type Opening = (library: Library) => Provider

async function openProvider(options: CredentialOptions, env: Env): Promise<Provider> {
  const open = chosen(options, env)
  if (!open) throw new CertwrightError('ALIBABA_CREDENTIALS_MISSING')
  return open(await import('@alicloud/credentials'))
}

/** The first source that there is, in the documented order. */
function chosen({ profile, ecsRole, endpoint }: CredentialOptions, env: Env): Opening | undefined {
  if (profile !== undefined) return cliProfile(profile)
  if (ecsRole !== undefined) return ecsInstance(ecsRole)
  const oidc = oidcToken(env, endpoint)
  if (oidc) return oidc
  const {
    ALIBABA_CLOUD_PROFILE: named = '',
    ALIBABA_CLOUD_ECS_METADATA: environmentRole,
    ALIBABA_CLOUD_CREDENTIALS_URI: uri,
  } = env
  const cliDisabled = env['ALIBABA_CLOUD_CLI_PROFILE_DISABLED']?.toLowerCase() === 'true'
  if (!cliDisabled && existsSync(join(homedir(), '.aliyun', 'config.json'))) {
    return cliProfile(named)
  }
  const iniFile =
    env['ALIBABA_CLOUD_CREDENTIALS_FILE'] ?? join(homedir(), '.alibabacloud', 'credentials')
  if (existsSync(iniFile)) {
    return (library) => library.ProfileCredentialsProvider.builder().withProfileName(named).build()
  }
  if (environmentRole) return ecsInstance(environmentRole)
  if (!uri) return undefined
  return (library) => library.URICredentialsProvider.builder().withCredentialsURI(uri).build()
}

function cliProfile(name: string): Opening {
  return (library) => library.CLIProfileCredentialsProvider.builder().withProfileName(name).build()
}

function ecsInstance(role: string): Opening {
  return (library) =>
    library.ECSRAMRoleCredentialsProvider.builder()
      .withRoleName(role)
      .withDisableIMDSv1(true)
      .withConnectTimeout(5000)
      .withReadTimeout(5000)
      .build()
}

/** An identity token of Kubernetes, exchanged for a role (RRSA). */
function oidcToken(env: Env, endpoint: string | undefined): Opening | undefined {
  const {
    ALIBABA_CLOUD_ROLE_ARN: roleArn,
    ALIBABA_CLOUD_OIDC_PROVIDER_ARN: providerArn,
    ALIBABA_CLOUD_OIDC_TOKEN_FILE: tokenFile,
    ALIBABA_CLOUD_STS_REGION: region = '',
    ALIBABA_CLOUD_ROLE_SESSION_NAME: session = 'certwright',
  } = env
  if (!roleArn || !providerArn || !tokenFile) return undefined
  return (library) =>
    library.OIDCRoleArnCredentialsProvider.builder()
      .withRoleArn(roleArn)
      .withOIDCProviderArn(providerArn)
      .withOIDCTokenFilePath(tokenFile)
      .withStsRegionId(region)
      .withStsEndpoint(endpoint === undefined ? '' : new URL(endpoint).host)
      .withRoleSessionName(session)
      .build()
}

function credentialsFrom({
  accessKeyId,
  accessKeySecret,
  securityToken,
}: Awaited<ReturnType<Provider['getCredentials']>>): AlibabaCredentials {
  if (!accessKeyId || !accessKeySecret) throw new CertwrightError('ALIBABA_CREDENTIALS_MISSING')
  return {
    accessKeyId,
    accessKeySecret: new Secret(accessKeySecret),
    ...(securityToken && { securityToken: new Secret(securityToken) }),
  }
}

/** The harmless part of the library's message: what follows a colon is a file or a reply, and a URL may hold a token. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : ''
  const code = /"Code": ?"([\w.]{1,64})"/.exec(text)?.[1]
  const [status] = /httpStatus: \d{3}/.exec(text) ?? []
  const [head = ''] = text.replaceAll(/(https?:\/\/[^/\s?]+)\S*/g, '$1').split(/: |[{\n]/, 1)
  return [head.slice(0, 200) || 'unknown', code ?? status].filter(Boolean).join(': ')
}
