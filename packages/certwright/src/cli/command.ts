import type { Options } from './options.ts'
import type { Session } from './session.ts'

/** What one command was given. */
export interface CommandInput {
  /** The positional arguments. */
  readonly arguments: readonly string[]
  readonly options: Options
}

/** Does one command; resolves with its exit code. What goes wrong is thrown. */
export type CommandRun = (input: CommandInput, session: Session) => Promise<number>
