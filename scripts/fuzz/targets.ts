import { acmeTargets } from './acme-targets.ts'
import type { FuzzTarget } from './target.ts'
import { wireTargets } from './wire-targets.ts'

/** Every parser of this project that reads what others have written. */
export const targets: readonly FuzzTarget[] = [...acmeTargets, ...wireTargets]
