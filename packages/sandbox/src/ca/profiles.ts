import type { CaContext } from './context.ts'
import type { Identifier } from './identifiers.ts'
import type { CaKnobs } from './options.ts'
import { AcmeProblem, malformed, unauthorized } from './problem.ts'
import type { Account } from './records.ts'

/** A kind of certificate that clients can ask for by its name (draft ietf-acme-profiles). What it leaves out is as the CA has it. */
export interface Profile {
  /** Words for people, or the URL of some. */
  readonly description: string
  readonly certificateLifetimeMs?: number
  readonly maxIdentifiers?: number
  /** Default both. */
  readonly identifierTypes?: readonly Identifier['type'][]
  readonly orderLifetimeMs?: number
  readonly pendingAuthorizationLifetimeMs?: number
  readonly validAuthorizationLifetimeMs?: number
  /** That of the CSR, none, or the first name that is short enough. Default that of the CSR. */
  readonly commonName?: 'as-asked' | 'never' | 'promoted'
  /** The accounts that may ask for it, by the RFC 7638 thumbprints of their keys. Default all. */
  readonly accountThumbprints?: readonly string[]
}

/** Draft ietf-acme-profiles §4: the profile asked for, else the one that this CA takes by itself. */
export function profileNamed({ knobs }: CaContext, asked: unknown): string | undefined {
  const { defaultProfile, profiles } = knobs
  if (asked === undefined || asked === null || asked === '') return defaultProfile
  if (typeof asked !== 'string') throw malformed('profile is not a string')
  if (Object.hasOwn(profiles, asked)) return asked
  throw new AcmeProblem('invalidProfile', `the profile "${asked}" is not one that this CA has`)
}

/** Refuses an order that its profile does not allow. */
export function checkProfile(
  context: CaContext,
  account: Account,
  { profile, identifiers }: { profile: string | undefined; identifiers: readonly Identifier[] },
): void {
  const { accountThumbprints, identifierTypes, maxIdentifiers } = profileOf(context, profile)
  const { profilePolicy } = context.knobs.rules
  const refuse = (why: string, byPolicy: (detail: string) => AcmeProblem): AcmeProblem => {
    const detail = `the profile "${profile}" ${why}`
    return profilePolicy ? byPolicy(detail) : new AcmeProblem('invalidProfile', detail)
  }
  const { thumbprint } = account.signingKey
  if (accountThumbprints !== undefined && !accountThumbprints.includes(thumbprint)) {
    throw refuse('is not for this account', unauthorized)
  }
  if (maxIdentifiers !== undefined && identifiers.length > maxIdentifiers) {
    throw refuse(`is for no more than ${maxIdentifiers} identifiers`, (detail) => malformed(detail))
  }
  if (identifierTypes && identifiers.some(({ type }) => !identifierTypes.includes(type))) {
    throw refuse(
      `is for ${identifierTypes.join(' and ')} identifiers only`,
      (detail) => new AcmeProblem('rejectedIdentifier', detail),
    )
  }
}

type Lifetime =
  | 'certificateLifetimeMs'
  | 'orderLifetimeMs'
  | 'pendingAuthorizationLifetimeMs'
  | 'validAuthorizationLifetimeMs'

/** How long something of the profile lives. */
export function lifetimeOf(
  context: CaContext,
  profile: string | undefined,
  what: Lifetime,
): number {
  return profileOf(context, profile)[what] ?? context.knobs[what]
}

/** What the profile says; nothing where there is none of that name. */
export function profileOf({ knobs }: CaContext, name: string | undefined): Partial<Profile> {
  const profiles: NonNullable<CaKnobs['profiles']> = knobs.profiles
  const own = name !== undefined && Object.hasOwn(profiles, name) ? profiles[name] : undefined
  return own ?? {}
}
