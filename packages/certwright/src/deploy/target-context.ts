import type { Host } from '../runtime/host.ts'
import type { DeployTarget, Discovered, TargetKind } from './target.ts'

/** What is lent to a target. */
export interface TargetContext {
  readonly host: Host
  /** The environment: variables that an option names. */
  readonly env: Readonly<Record<string, string | undefined>>
}

/** What a target's file exports. */
export interface TargetModule {
  readonly target: TargetKind
  /** Makes the target. Checks its options and reads the environment; talks to nobody yet. */
  readonly create: (
    values: Readonly<Record<string, string>>,
    context: TargetContext,
  ) => DeployTarget
  /** What the account that these options name serves, whoever installed it there. Other options are ignored. */
  readonly discover?: (
    values: Readonly<Record<string, string>>,
    context: TargetContext,
    signal?: AbortSignal,
  ) => AsyncIterable<Discovered>
}
