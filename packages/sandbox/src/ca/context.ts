import type { Clock } from '../clock.ts'
import type { Authority } from './authority.ts'
import { shuffled } from './chance.ts'
import type { FaultRules } from './faults.ts'
import type { Knobs } from './knobs.ts'
import type { Nonces } from './nonces.ts'
import type { Paths } from './paths.ts'
import type { Buckets } from './rate-limit.ts'
import type { Records } from './records.ts'
import type { Validate } from './validation/validation.ts'
import type { Work } from './work.ts'

/** One running CA, as its parts see it. */
export interface CaContext {
  readonly authority: Authority
  readonly validate: Validate
  readonly recheckCaa: Validate
  readonly clock: Clock
  /** As they are now: each request looks anew. */
  readonly knobs: Knobs
  readonly faults: FaultRules
  readonly buckets: Buckets
  readonly nonces: Nonces
  readonly paths: Paths
  readonly records: Records
  readonly work: Work
}

/** An array as a reply shows it. RFC 8555 §7.4: clients "MUST NOT make any assumptions about the sort order". */
export function displayed<T>({ clock, knobs }: CaContext, items: readonly T[]): readonly T[] {
  return knobs.shuffle ? shuffled(clock, items) : items
}
