import { CertwrightError, type ErrorCode } from '../../../runtime/error.ts'
import type { CertificateBundle } from '../../../x509/bundle.ts'
import type { CommandLine } from '../../command-line.ts'
import type { CommandOutcome } from '../../target.ts'
import type { LaidFile } from './layout.ts'
import type { FilePlace, FileStep } from './place.ts'
import { fileSwap, publicPath, reloadNote, versionPaths, type SwapSettings } from './swap.ts'
import type { FileSettings } from './settings.ts'

export interface FileInstaller {
  readonly write: (
    bundle: CertificateBundle,
    signal?: AbortSignal,
  ) => Promise<readonly CommandOutcome[]>
  /** Absent where there is no command for it. */
  readonly reload?: (signal?: AbortSignal) => Promise<readonly CommandOutcome[]>
  /** A file that is there while the server has still to be told of the others. Absent where nobody is told. */
  readonly note?: string
}

export interface FileInstallerOptions {
  /** The target's name, for errors. */
  readonly target: string
  readonly place: FilePlace
  readonly settings: SwapSettings & Pick<FileSettings, 'check'>
  readonly filesOf: (bundle: CertificateBundle) => readonly LaidFile[]
  /** The paths alone, where no bundle is at hand. */
  readonly paths: readonly string[]
}

/**
 * Puts files in their place, checks them, and makes the server take them up. Where the check or the reload fails, or
 * the signal aborts, what was there is put back, and is loaded again where the reload had begun. Errors:
 * `TARGET_FILES_NOT_WRITTEN`, `TARGET_CHECK_FAILED`, `TARGET_RELOAD_FAILED`, `TARGET_RELOAD_FAILED_TWICE`,
 * `TARGET_NOT_PUT_BACK`.
 */
export function fileInstaller({
  target,
  place,
  settings,
  filesOf,
  paths,
}: FileInstallerOptions): FileInstaller {
  const { check, reload } = settings
  const note = reloadNote(
    paths.map((path) => ({ path })),
    settings,
  )
  const reloadNow = async (signal?: AbortSignal): Promise<CommandOutcome> => {
    const outcome = await place.run(reload ?? noCommand, signal)
    if (outcome.exit !== 0) throw failure('TARGET_RELOAD_FAILED', target, outcome)
    return outcome
  }
  const perform = async (steps: readonly FileStep[], signal?: AbortSignal): Promise<void> => {
    try {
      await place.perform(steps, signal)
    } catch (error) {
      signal?.throwIfAborted()
      throw notWritten(target, error)
    }
  }

  return {
    async write(bundle, signal) {
      signal?.throwIfAborted()
      const files = filesOf(bundle)
      const { versions } = settings
      const known = await place.read(
        [
          ...files.map((file) => publicPath(file, settings)),
          ...(versions === undefined ? [] : versionPaths(files, versions)),
        ],
        signal,
      )
      const swap = fileSwap(files, settings, (path) => known.has(path))
      const outcomes: CommandOutcome[] = []
      let entered = false
      let told = false
      try {
        await perform(swap.stage, signal)
        entered = true
        await perform(swap.enter, signal)
        if (check) {
          const outcome = await place.run(check, signal)
          if (outcome.exit !== 0) throw failure('TARGET_CHECK_FAILED', target, outcome)
          outcomes.push(outcome)
        }
        if (reload) {
          told = true
          outcomes.push(await reloadNow(signal))
        }
      } catch (error) {
        if (entered) await putBack(swap.undo, error)
        await place.perform(swap.clean).catch(() => undefined)
        if (told) await reloadAgain(error)
        throw error
      }
      await perform([...swap.clean, ...(reload ? [{ do: 'remove', path: note } as const] : [])])
      return outcomes
    },

    ...(reload && {
      note,
      async reload(signal) {
        const outcome = await reloadNow(signal)
        await perform([{ do: 'remove', path: note }])
        return [outcome]
      },
    }),
  }

  /** For the former files. What it was put back for is thrown by the caller, where this succeeds. */
  async function reloadAgain(cause: unknown): Promise<void> {
    const { exit: again } = await place.run(reload ?? noCommand)
    if (again === 0 || !(cause instanceof CertwrightError)) return
    const params = { ...cause.params, again }
    throw new CertwrightError('TARGET_RELOAD_FAILED_TWICE', params, { cause })
  }

  async function putBack(steps: readonly FileStep[], cause: unknown): Promise<void> {
    try {
      await place.perform(steps)
    } catch (error) {
      const first = cause instanceof Error ? cause.message : String(cause)
      const params = { target, first, reason: reasonOf(error) }
      throw new CertwrightError('TARGET_NOT_PUT_BACK', params, { cause: error })
    }
  }
}

/** Never run: only for places of the text where there is a command. */
const noCommand: CommandLine = ['false']

function failure(code: ErrorCode, target: string, outcome: CommandOutcome): CertwrightError {
  const { command, exit, output } = outcome
  return new CertwrightError(code, { target, command, exit, output: output || '-' })
}

function notWritten(target: string, error: unknown): unknown {
  if (error instanceof CertwrightError) return error
  return new CertwrightError(
    'TARGET_FILES_NOT_WRITTEN',
    { target, reason: reasonOf(error) },
    { cause: error },
  )
}

/** The system's word for it and the path: `EACCES: /etc/nginx/tls/privkey.pem`. */
export function reasonOf(error: unknown): string {
  const { code, path, message } = error as NodeJS.ErrnoException
  return [code ?? message, ...(path === undefined ? [] : [path])].join(': ')
}
