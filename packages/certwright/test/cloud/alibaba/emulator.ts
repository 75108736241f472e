import { startAlibaba, type AlibabaOptions, type RunningAlibaba } from '@certwright/sandbox'
import { onTestFinished } from 'vitest'
import type { AlibabaAccount } from '../../../src/cloud/alibaba/client.ts'
import type { Host } from '../../../src/runtime/host.ts'
import { Secret } from '../../../src/runtime/secret.ts'
import { leapingHost } from '../../dns/world.ts'

export interface Emulated {
  readonly alibaba: RunningAlibaba
  /** Its clock is the emulator's too, so that the documented rates hold and nobody waits. */
  readonly host: Host & { readonly waits: number[] }
  readonly account: AlibabaAccount
  /** What a person would set. */
  readonly values: Readonly<Record<string, string>>
}

type Key = Pick<RunningAlibaba, 'accessKeyId' | 'accessKeySecret'> & {
  readonly securityToken?: string
}

/** Alibaba Cloud on loopback, with its rates and its signatures. Closed when the test ends. */
export async function emulated(options: AlibabaOptions = {}): Promise<Emulated> {
  const host = leapingHost(Date.now())
  const alibaba = await startAlibaba({ clock: host, ...options })
  onTestFinished(async () => alibaba.close())
  const values = valuesOf(alibaba, alibaba)
  return { alibaba, host, account: accountOf(alibaba, alibaba), values }
}

export function accountOf({ endpoint }: RunningAlibaba, key: Key): AlibabaAccount {
  const { accessKeyId, accessKeySecret, securityToken } = key
  const credentials = {
    accessKeyId,
    accessKeySecret: new Secret(accessKeySecret),
    ...(securityToken !== undefined && { securityToken: new Secret(securityToken) }),
  }
  return { credentials: async () => credentials, endpoint }
}

export function valuesOf({ endpoint }: RunningAlibaba, key: Key): Readonly<Record<string, string>> {
  return {
    endpoint,
    'access-key-id': key.accessKeyId,
    'access-key-secret': key.accessKeySecret,
  }
}
