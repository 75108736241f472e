import { keyTypeForAll, requireKeyType } from '../deploy/key-types.ts'
import { placeOf, type Place } from '../deploy/place.ts'
import { targetSpecifierFrom } from '../deploy/target-specifier.ts'
import type { TargetKind } from '../deploy/target.ts'
import { targetModule } from '../deploy/targets/registry.ts'
import { installAll, type DeployContext, type Outcome } from '../manager/installations.ts'
import { pruneAll, type Pruned } from '../manager/removal.ts'
import { deployTexts } from '../runtime/messages/deploy-texts.ts'
import type { Certificate, Installation, KeyType, Version } from '../store/store.ts'
import { errorDocument, errorLines } from './error-report.ts'
import type { Options } from './options.ts'
import type { Session } from './session.ts'

/** What came of installing one version. */
export interface Deployment {
  readonly outcomes: readonly Outcome[]
  readonly pruned: readonly Pruned[]
}

export const noDeployment: Deployment = { outcomes: [], pruned: [] }

/** The places that a person named. Their options are checked; nobody is asked anything yet. */
export async function placesFrom(
  texts: readonly string[],
  { world, path }: Pick<Session, 'world' | 'path'>,
): Promise<readonly Place[]> {
  const places: Place[] = []
  for (const text of texts) {
    const { name, values } = targetSpecifierFrom(text)
    const { trust } = values
    // A later run may be in another directory.
    const absolute = trust === undefined ? values : { ...values, trust: path(trust) }
    places.push(await placeOf({ name, values: absolute }, world, world.targets))
  }
  return places
}

/** What installing works with in this session. A failure is told as it happens. */
export async function deployContext(session: Session, options: Options): Promise<DeployContext> {
  const { world } = session
  const deadlineMs = options.durationMs('wait')
  return {
    store: await session.store(),
    host: world.host,
    env: world.env,
    targets: world.targets,
    deadlineMs,
    onOutcome: (outcome) => tellFailure(outcome, session),
  }
}

/** Installs, then removes what is replaced. One target that fails stops no other. */
export async function deploy(
  certificate: Certificate,
  version: Version,
  installations: readonly Installation[],
  context: DeployContext,
  session: Session,
): Promise<Deployment> {
  const { signal, output, world } = session
  const outcomes = await installAll(version, installations, context, signal)
  const pruned = await pruneAll(certificate, outcomes, context, signal)
  for (const { target, removed, error } of pruned) {
    if (error === undefined) {
      output.note(output.text(deployTexts.pruned, { target, removed: removed.join(', ') }))
      continue
    }
    output.warn(output.text(deployTexts.notPruned, { target }))
    const document = errorDocument(error, output.language, world.host.now())
    for (const line of errorLines(document, output.language)) output.warn(line)
  }
  return { outcomes, pruned }
}

function tellFailure({ installation, error }: Outcome, { output, world }: Session): void {
  if (error === undefined) return
  output.warn(output.text(deployTexts.notInstalled, { target: installation.target }))
  const document = errorDocument(error, output.language, world.host.now())
  for (const line of errorLines(document, output.language)) output.warn(line)
}

/** The kinds of targets that a certificate is to be installed on. One that is known no more is left out. */
export async function kindsOf(
  places: readonly Place[],
  installations: readonly Installation[],
  { world }: Pick<Session, 'world'>,
): Promise<readonly TargetKind[]> {
  const modules = await Promise.all(
    installations.map(async ({ name }) => targetModule(name, world.targets).catch(() => undefined)),
  )
  return [
    ...modules.flatMap((module) => (module ? [module.target] : [])),
    ...places.map(({ kind }) => kind),
  ]
}

/**
 * The type of key that every target takes: the one that was asked for, else the one there is, else the best. Throws
 * `TARGET_KEY_TYPE` or `TARGET_KEY_TYPES_DIFFER`.
 */
export function keyTypeFor(
  kinds: readonly TargetKind[],
  asked: KeyType | undefined,
  kept: KeyType | undefined,
): KeyType | undefined {
  if (asked !== undefined) requireKeyType(asked, kinds)
  if (asked !== undefined || kinds.length === 0) return asked
  if (kept !== undefined && kinds.every(({ keyTypes }) => keyTypes.includes(kept))) return kept
  return keyTypeForAll(kinds)
}
