import { createAuthority } from './ca/authority.ts'
import type { AuthorityOptions } from './ca/authority.ts'
import { startCa } from './ca/ca.ts'
import type { RunningCa } from './ca/ca.ts'
import type { CaKnobs, CaOptions } from './ca/options.ts'
import { createCaaCheck, createValidation } from './ca/validation/validation.ts'
import type { ValidationOptions } from './ca/validation/validation.ts'
import type { Clock } from './clock.ts'

/** The shape of a CA's chains. */
export type ChainOptions = Pick<AuthorityOptions, 'chainLength' | 'alternateRoots' | 'keyAlgorithm'>

/** One CA's behaviour, and where it listens. */
export type SandboxCaOptions = CaKnobs &
  Omit<CaOptions, 'authority' | 'validate' | 'recheckCaa' | 'clock'> & {
    readonly authority?: ChainOptions
  }

/** One CA of a sandbox. */
export interface SandboxCa {
  readonly name: string
  readonly directoryUrl: string
  /** The root to trust, and for this CA alone: each start makes a new one. */
  readonly rootPem: string
  /** That root and the others, where `authority.alternateRoots` made some. */
  readonly rootPems: readonly string[]
  readonly ca: RunningCa
}

/** What all CAs of a sandbox share. */
export interface SharedWorld extends Pick<
  ValidationOptions,
  'resolver' | 'httpPort' | 'tlsPort' | 'standIns'
> {
  readonly clock: Clock
}

/** Starts one CA that validates by asking the sandbox's resolver and dialling its ports. */
export async function startSandboxCa(
  name: string,
  { authority: chain, ...options }: SandboxCaOptions,
  { clock, ...world }: SharedWorld,
): Promise<SandboxCa> {
  const { caaIdentities = [], validationTimeoutMs: timeoutMs = 15_000 } = options
  const authority = await createAuthority({ clock, name: 'Certwright Sandbox', ...chain })
  const validation = { ...world, timeoutMs, clock, caaIdentities }
  const ca = await startCa({
    ...options,
    authority,
    clock,
    validate: createValidation(validation),
    recheckCaa: createCaaCheck(validation),
  })
  const { rootPem, rootPems } = authority
  return { name, directoryUrl: ca.directoryUrl, rootPem, rootPems, ca }
}
