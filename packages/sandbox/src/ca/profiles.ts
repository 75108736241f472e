import type { CaContext } from './context.ts'
import type { Identifier } from './identifiers.ts'
import { AcmeProblem, malformed } from './problem.ts'

/** A kind of certificate that clients can ask for by its name (draft ietf-acme-profiles). */
export interface Profile {
  /** Words for people, or the URL of some. */
  readonly description: string
  /** Default that of the CA. */
  readonly certificateLifetimeMs?: number
  /** Default that of the CA. */
  readonly maxIdentifiers?: number
  /** Default both. */
  readonly identifierTypes?: readonly Identifier['type'][]
}

/** Draft ietf-acme-profiles §4: the profile asked for, else the one that this CA takes by itself. */
export function profileFor(
  { knobs }: CaContext,
  asked: unknown,
  identifiers: readonly Identifier[],
): string | undefined {
  const { defaultProfile, profiles } = knobs
  if (asked === undefined || asked === null || asked === '') return defaultProfile
  if (typeof asked !== 'string') throw malformed('profile is not a string')
  const profile = Object.hasOwn(profiles, asked) ? profiles[asked] : undefined
  const refuse = (why: string): AcmeProblem =>
    new AcmeProblem('invalidProfile', `the profile "${asked}" ${why}`)
  if (profile === undefined) throw refuse('is not one that this CA has')
  const { identifierTypes, maxIdentifiers } = profile
  if (maxIdentifiers !== undefined && identifiers.length > maxIdentifiers) {
    throw refuse(`is for no more than ${maxIdentifiers} identifiers`)
  }
  if (
    identifierTypes !== undefined &&
    identifiers.some(({ type }) => !identifierTypes.includes(type))
  ) {
    throw refuse(`is for ${identifierTypes.join(' and ')} identifiers only`)
  }
  return asked
}

/** How long a certificate of the profile lives. */
export function lifetimeOf({ knobs }: CaContext, profile: string | undefined): number {
  const { certificateLifetimeMs, profiles } = knobs
  const own =
    profile !== undefined && Object.hasOwn(profiles, profile) ? profiles[profile] : undefined
  return own?.certificateLifetimeMs ?? certificateLifetimeMs
}
