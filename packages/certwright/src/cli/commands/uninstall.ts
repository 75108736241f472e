import { targetSpecifierFrom } from '../../deploy/target-specifier.ts'
import type { DeployContext } from '../../manager/installations.ts'
import { unbind } from '../../manager/removal.ts'
import { CertwrightError } from '../../runtime/error.ts'
import { deployTexts } from '../../runtime/messages/deploy-texts.ts'
import type { Installation, Version } from '../../store/store.ts'
import type { CommandRun } from '../command.ts'
import { deployContext } from '../deployment.ts'
import { errorDocument, errorLines } from '../error-report.ts'
import { exitCode } from '../exit-code.ts'
import type { Options } from '../options.ts'
import type { Session } from '../session.ts'

interface Uninstalled {
  readonly installation: Installation
  readonly unbound?: Awaited<ReturnType<typeof unbind>>
  readonly error?: unknown
}

/** Forgets places, and unbinds the certificate there where that is asked for. One that fails is kept. */
export const uninstall: CommandRun = async ({ arguments: [id = ''], options }, session) => {
  refuseUnclear(options)
  await session.certificate(id)
  const context = await deployContext(session, options)
  return session.locked(id, async () => {
    const { store } = context
    const installations = await store.installations(id)
    if (installations.length === 0) throw new CertwrightError('NOT_INSTALLED', { id })
    const chosen = options.flag('all')
      ? installations
      : [...new Set(options.list('target').map((text) => named(text, id, installations)))]
    const versions = options.flag('unbind') ? await store.versions(id) : undefined
    const results = await Promise.all(
      chosen.map(async (installation) => removed(installation, versions, context, session.signal)),
    )
    return report(id, results, session)
  })
}

function refuseUnclear(options: Options): void {
  const [all, targets] = [options.flag('all'), options.list('target')]
  if (all && targets.length > 0) {
    throw new CertwrightError('USAGE_OPTIONS_EXCLUDE', { option: '--all', other: '--target' })
  }
  if (!all && targets.length === 0) {
    throw new CertwrightError('USAGE_OPTION_NEEDS', { option: 'uninstall', needed: '--target' })
  }
}

/** The one installation that has this name and these options, whatever else it has. */
function named(text: string, id: string, installations: readonly Installation[]): Installation {
  const exact = installations.find(({ target }) => target === text)
  if (exact) return exact
  const { name, values } = targetSpecifierFrom(text)
  const fitting = installations.filter(
    (one) =>
      one.name === name &&
      Object.entries(values).every(([key, value]) => one.options[key] === value),
  )
  const [only, second] = fitting
  if (only && !second) return only
  const known = (second ? fitting : installations).map(({ target }) => target).join(', ')
  // Not the text itself, which may hold a secret.
  throw second
    ? new CertwrightError('INSTALLATION_AMBIGUOUS', { target: name, known })
    : new CertwrightError('INSTALLATION_NOT_FOUND', { id, target: name, known })
}

async function removed(
  installation: Installation,
  versions: readonly Version[] | undefined,
  context: DeployContext,
  signal: AbortSignal | undefined,
): Promise<Uninstalled> {
  const { certificateId, target } = installation
  try {
    const unbound = versions && (await unbind(installation, versions, context, signal))
    await context.store.forgetInstallation(certificateId, target)
    return { installation, ...(unbound && { unbound }) }
  } catch (error) {
    signal?.throwIfAborted()
    return { installation, error }
  }
}

function report(id: string, results: readonly Uninstalled[], { output, world }: Session): number {
  const documentOf = (error: unknown) => errorDocument(error, output.language, world.host.now())
  const uninstalled = results.map(({ installation: { target }, unbound, error }) => ({
    target,
    ...(unbound && { unbound }),
    ...(error !== undefined && { error: documentOf(error) }),
  }))
  output.result({ id, uninstalled }, () =>
    results
      .filter(({ error }) => error === undefined)
      .map(({ installation: { target }, unbound }) => {
        const text = unbound === 'unbound' ? deployTexts.unbound : deployTexts.uninstalled
        return output.text(text, { id, target })
      }),
  )
  for (const { installation, unbound, error } of results) {
    const { target } = installation
    if (error !== undefined) {
      output.warn(output.text(deployTexts.notUnbound, { target }))
      const document = documentOf(error)
      for (const line of errorLines(document, output.language)) output.warn(line)
    } else if (unbound === 'not-ours') {
      output.note(output.text(deployTexts.leftOthers, { id, target }))
    } else if (unbound === undefined) {
      output.note(output.text(deployTexts.leftServing, { target }))
    }
  }
  return results.some(({ error }) => error !== undefined) ? exitCode.failed : exitCode.done
}
