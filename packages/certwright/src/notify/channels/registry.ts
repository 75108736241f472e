import { CertwrightError } from '../../runtime/error.ts'
import { nearest } from '../../runtime/nearest.ts'
import type { ChannelModule } from '../channel.ts'

/** Channels by name, each loaded when it is asked for. */
export type ChannelRegistry = Readonly<Record<string, () => Promise<ChannelModule>>>

/** Every channel. One row a file of this folder. */
export const channels = {
  dingtalk: () => import('./dingtalk.ts'),
  discord: () => import('./discord.ts'),
  email: () => import('./email.ts'),
  exec: () => import('./exec.ts'),
  feishu: () => import('./feishu.ts'),
  ntfy: () => import('./ntfy.ts'),
  slack: () => import('./slack.ts'),
  teams: () => import('./teams.ts'),
  telegram: () => import('./telegram.ts'),
  webhook: () => import('./webhook.ts'),
  wecom: () => import('./wecom.ts'),
} as const satisfies ChannelRegistry

/** The channel that a name means. `CHANNEL_UNKNOWN` where there is none. */
export async function channelModule(
  name: string,
  registry: ChannelRegistry = channels,
): Promise<ChannelModule> {
  const load = Object.hasOwn(registry, name) ? registry[name] : undefined
  if (load) return load()
  const known = Object.keys(registry)
  throw new CertwrightError('CHANNEL_UNKNOWN', {
    channel: name,
    suggestion: nearest(name, known) ?? known.join(', '),
  })
}
