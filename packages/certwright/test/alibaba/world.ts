import { join } from 'node:path'
import {
  startAlibaba,
  type Account,
  type AlibabaOptions,
  type RunningAlibaba,
  type SandboxOptions,
} from '@certwright/sandbox'
import { onTestFinished } from 'vitest'
import { sandboxWorld, type SandboxWorld } from '../cli/sandbox-world.ts'

export interface CloudOptions
  extends Pick<SandboxOptions, 'zones' | 'secondary'>, Omit<AlibabaOptions, 'dns' | 'clock'> {
  /** The account's key. Default: one that may do everything. */
  readonly key?: Parameters<RunningAlibaba['addAccount']>[0]
}

/** The command, a CA, its DNS, and an account of Alibaba Cloud whose zones that DNS answers. */
export interface CloudWorld extends SandboxWorld {
  readonly alibaba: RunningAlibaba
  /** `issue` by the cloud's DNS. */
  readonly order: SandboxWorld['issue']
  /** A target of this account, looked at where the emulator serves it. */
  readonly at: (target: string) => string
  /** `--install` for each of these. */
  readonly installing: (...targets: readonly string[]) => string[]
  /** What `--dns-option` needs to reach the emulator. */
  readonly dnsOptions: readonly string[]
  /**
   * What the account and the CA were asked, as it happened: each action, `answer` where a challenge was answered,
   * and `revoke`.
   */
  readonly events: readonly string[]
  /** How often the second name server had been asked at each of those. */
  readonly looks: readonly number[]
}

export async function cloudWorld({
  zones = ['example.test'],
  secondary,
  key,
  seed = {},
  faults = () => undefined,
  ...options
}: CloudOptions = {}): Promise<CloudWorld> {
  const env: Record<string, string> = {}
  const events: string[] = []
  const looks: number[] = []
  const note = (event: string): void => {
    events.push(event)
    looks.push(world.sandbox.secondary?.log.length ?? 0)
  }
  const world: SandboxWorld = await sandboxWorld(
    {
      zones,
      ...(secondary && { secondary }),
      ca: {
        // What is asked, and in which order, is what matters here.
        nonceRejectPercent: 0,
        authorizationReusePercent: 0,
        faults({ endpoint }) {
          if (endpoint === 'challenge') note('answer')
          if (endpoint === 'revokeCert') note('revoke')
          return undefined
        },
      },
    },
    { env },
  )
  const { sandbox, directory } = world
  const alibaba = await startAlibaba({
    dns: sandbox.dns,
    rateLimits: false,
    seed: { alidns: { zones }, ...seed },
    faults(call) {
      note(call.action)
      return faults(call)
    },
    ...options,
  })
  onTestFinished(async () => alibaba.close())
  const own: Pick<Account, 'accessKeyId' | 'accessKeySecret' | 'securityToken'> = key
    ? alibaba.addAccount(key)
    : alibaba
  const { accessKeyId, accessKeySecret, securityToken } = own
  Object.assign(env, {
    CERTWRIGHT_STATE: join(directory, 'state'),
    ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret,
    ...(securityToken !== undefined && { ALIBABA_CLOUD_SECURITY_TOKEN: securityToken }),
  })
  const dnsOptions = ['--dns-option', `endpoint=${alibaba.endpoint}`]
  const dns = ['--dns', 'alibaba-dns', ...dnsOptions, '--resolver', sandbox.resolver]
  const at = (target: string): string =>
    `${target}${target.includes(':') ? ',' : ':'}endpoint=${alibaba.endpoint},serve-at=127.0.0.1:${alibaba.servePort}`
  return {
    ...world,
    alibaba,
    events,
    looks,
    at,
    dnsOptions,
    order: (names, more = [], lent = {}) =>
      world.run(['issue', ...names, ...world.ca, ...dns, ...more], lent),
    installing: (...targets) => targets.flatMap((target) => ['--install', at(target)]),
  }
}

/** What a command printed with `--json`. */
export function parsed(text: string): unknown {
  return JSON.parse(text)
}
