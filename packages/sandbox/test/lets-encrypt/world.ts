import { expect } from 'vitest'
import type { RawReply } from '../ca/raw-client.ts'
import { dns, newWorld, type Client, type World, type WorldOptions } from '../ca/world.ts'

export interface StrictWorld {
  readonly world: World
  readonly member: Client
  /** newOrder for DNS names, or for whatever the payload says. */
  readonly ask: (names: readonly string[], payload?: object, by?: Client) => Promise<RawReply>
}

/**
 * A CA as strict as Let's Encrypt, but for what a load balancer does: its limits by the second are
 * reached at once where time stands still.
 */
export async function strictWorld(options: WorldOptions = {}): Promise<StrictWorld> {
  const { rateLimits = {} } = options
  const limits = typeof rateLimits === 'string' ? rateLimits : { requests: false, ...rateLimits }
  const world = await newWorld({
    strict: 'letsencrypt',
    authorizationReusePercent: 100,
    ...options,
    rateLimits: limits as NonNullable<WorldOptions['rateLimits']>,
  })
  const member = await world.member()
  return { world, member, ask: askOf(world, member) }
}

export function askOf(world: World, member: Client): StrictWorld['ask'] {
  return async (names, payload = {}, by = member) =>
    by.post(world.directory['newOrder'] ?? '', { identifiers: dns(...names), ...payload })
}

/** Each subproblem as `type value`. */
export function subproblems({ json }: RawReply): readonly string[] {
  const all = (json['subproblems'] ?? []) as { type: string; identifier: { value: string } }[]
  return all.map(({ type, identifier }) => {
    expect(type).toMatch(/^urn:ietf:params:acme:error:/)
    return `${type.split(':').at(-1)} ${identifier.value}`
  })
}
