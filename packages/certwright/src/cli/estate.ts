import { accountsOf } from '../manager/accounts.ts'
import { loadConfig, type LoadedConfig } from '../manager/config/load.ts'
import {
  resolvedChallenge,
  resolvedOptions,
  secretReader,
} from '../manager/config/secret-reader.ts'
import type { ManagerContext } from '../manager/manager-context.ts'
import { observeAll } from '../manager/observe.ts'
import { plan, type Plan } from '../manager/plan.ts'
import { warnOf } from './complaint-report.ts'
import { configFile } from './config-file.ts'
import { tellingFindings } from './finding-report.ts'
import type { Options } from './options.ts'
import { defaultOut, type Session } from './session.ts'

/** What one run over a file of certificates works with. */
export interface Estate extends LoadedConfig {
  readonly context: ManagerContext
  /** Looks at the world and decides. */
  readonly plan: () => Promise<Plan>
}

/** Reads the file that the options name, and opens what is needed to look and to act. */
export async function estateOf(options: Options, session: Session): Promise<Estate> {
  const { world, output } = session
  const file = configFile(options.text('config'), world)
  const config = await loadConfig(file, { ...world, targets: world.targets })
  warnOf(config.warnings, output)
  const context = await managerContext(options, session)
  const { desired } = config
  const { signal } = session
  return {
    ...config,
    context,
    async plan() {
      const observed = await observeAll({ desired, managedBy: file }, context, signal)
      return plan({ desired, observed, now: context.host.now(), managedBy: file })
    },
  }
}

/** What keeping certificates works with in this session. */
export async function managerContext(options: Options, session: Session): Promise<ManagerContext> {
  const { world, signal, directory } = session
  const read = secretReader({ env: world.env, signal })
  // Several certificates are worked on at once: what each step says could not be told apart.
  const { onProgress: _, ...issuance } = await session.context()
  const base = {
    ...issuance,
    ...tellingFindings(session.output).context,
    targets: world.targets,
    deadlineMs: options.durationMs('wait'),
    // Certificates that are issued at once share what they answer from.
    solvers: new Map(),
    lock: async <T>(name: string, task: () => Promise<T>): Promise<T> => session.locked(name, task),
    outOf: (id: string) => defaultOut(directory, id),
    secrets: {
      challenge: async (challenge: Parameters<typeof resolvedChallenge>[0]) =>
        resolvedChallenge(challenge, read),
      options: async (values: Parameters<typeof resolvedOptions>[0]) =>
        resolvedOptions(values, read),
    },
  }
  return { ...base, account: accountsOf(base) }
}
