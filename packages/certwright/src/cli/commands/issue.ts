import { isDeepStrictEqual } from 'node:util'
import { issueDiagnosed, lookBefore, type DiagnosisContext } from '../../diagnosis/issue.ts'
import { openAccount } from '../../issuance/account.ts'
import type { IssuanceContext } from '../../issuance/issuance.ts'
import { requireOfferedProfile } from '../../issuance/profile.ts'
import { versionKeyOf } from '../../issuance/version-key.ts'
import type { Place } from '../../deploy/place.ts'
import { isPending, keepPlaces, type DeployContext } from '../../manager/installations.ts'
import type { Current } from '../../manager/current.ts'
import { dueAt } from '../../manager/renewal.ts'
import { resultTexts } from '../../runtime/messages/command-texts.ts'
import { solverFor } from '../../solvers/registry.ts'
import type { Certificate, Installation, Version } from '../../store/store.ts'
import { agreementFrom, type Agreement } from '../agreement.ts'
import { certificateDocument, momentText } from '../certificate-report.ts'
import type { CommandRun } from '../command.ts'
import { definitionFrom, sameCertificate, wantedFrom, type Wanted } from '../definition.ts'
import { deploy, deployContext, kindsOf, placesFrom, type Deployment } from '../deployment.ts'
import { exitCode } from '../exit-code.ts'
import { tellingFindings, type FindingDocument } from '../finding-report.ts'
import { deploymentDocument, deploymentLines, hasFailed } from '../installation-report.ts'
import { lockedAccount } from '../kept-account.ts'
import { suitedKeyType } from '../key-source.ts'
import { cautionOfRecords } from '../persist-caution.ts'
import { askIssuers } from '../renewal-poll.ts'
import { defaultOut, type Session } from '../session.ts'
import { heal, standingOf } from '../standing.ts'

type Outcome = 'issued' | 'unchanged' | 'updated'

/** Gets a certificate, or leaves the one there is where it does already; then sees to it that it is installed. */
export const issue: CommandRun = async ({ arguments: names, options }, session) => {
  const wanted = await wantedFrom(names, options, session.path)
  const agreement = agreementFrom(options, session)
  const places = await placesFrom(options.list('install'), session)
  const deploying = await deployContext(session, options)
  const context = await session.context()
  return session.locked(wanted.id, async () => {
    const kept = await context.store.certificate(wanted.id)
    const kinds = await kindsOf(places, await context.store.installations(wanted.id), session)
    const keyType = suitedKeyType(kinds, wanted, kept)
    const suited = { ...wanted, ...(keyType && { keyType }) }
    const definition = await definitionOf(suited, kept, session, context)
    const { version, renewal, due } = await standingOf(definition, context)
    const reissue = due || options.flag('force') || (kept && !sameCertificate(kept, definition))
    if (version && !reissue) {
      const changed = !isDeepStrictEqual(kept, definition)
      if (changed) await context.store.saveCertificate(definition)
      await heal(definition, context)
      const named = await keepPlaces(definition.id, places, deploying)
      const deployment = await deployWhere(
        (one) => isPending(one, version) || named.some(({ target }) => target === one.target),
        { definition, version, deploying, session },
      )
      const outcome = changed ? 'updated' : 'unchanged'
      return report(outcome, definition, { version, renewal, deployment }, session)
    }
    const telling = tellingFindings(session.output)
    const issuing = { definition, kept, agreement, places }
    const issued = await issueAnew(issuing, { ...context, ...telling.context }, session)
    const fresh = { definition, version: issued, deploying, session }
    const [poll] = await askIssuers([definition], context, session)
    const { store, host } = context
    const { output } = session
    await cautionOfRecords(definition, issued, { store, now: host.now(), output })
    const deployment = await deployWhere(() => true, fresh)
    const made = { version: issued, renewal: poll?.renewal, deployment, checks: telling.told }
    return report('issued', definition, made, session)
  })
}

async function deployWhere(
  chosen: (installation: Installation) => boolean,
  {
    definition,
    version,
    deploying,
    session,
  }: {
    readonly definition: Certificate
    readonly version: Version
    readonly deploying: DeployContext
    readonly session: Session
  },
): Promise<Deployment> {
  const installations = (await deploying.store.installations(definition.id)).filter(chosen)
  return deploy(definition, version, installations, deploying, session)
}

async function definitionOf(
  wanted: Wanted,
  kept: Certificate | undefined,
  { directory }: Session,
  context: IssuanceContext,
): Promise<Certificate> {
  const definition = definitionFrom(wanted, kept, {
    out: defaultOut(directory, wanted.id),
    now: context.host.now(),
  })
  // Checks the provider's options, the ports' settings and the key before anything is kept or ordered.
  await solverFor(definition.challenge, context)
  await versionKeyOf(definition, context.store)
  return definition
}

interface Issuing {
  readonly definition: Certificate
  readonly kept: Certificate | undefined
  readonly agreement: Agreement
  readonly places: readonly Place[]
}

async function issueAnew(
  { definition, kept, agreement, places }: Issuing,
  context: DiagnosisContext,
  session: Session,
): Promise<Version> {
  const { directoryUrl } = definition
  const { signal } = session
  const open = await lockedAccount(directoryUrl, session, async () =>
    openAccount({ directoryUrl, ...agreement }, context, signal),
  )
  await requireOfferedProfile(definition, open, signal)
  const before = await context.store.installations(definition.id)
  await context.store.saveCertificate(definition)
  const named = await keepPlaces(definition.id, places, context)
  try {
    await lookBefore(definition, open, context, signal)
    return await issueDiagnosed(definition, open, context, signal)
  } catch (error) {
    // What served so far goes on being renewed as it was; unless the new version came and only its files did not.
    const standing = await context.store.certificate(definition.id)
    if (kept && standing?.current === kept.current) {
      await context.store.saveCertificate(kept)
      for (const { certificateId, target } of named) {
        const earlier = before.find((one) => one.target === target)
        if (earlier) await context.store.saveInstallation(earlier)
        else await context.store.forgetInstallation(certificateId, target)
      }
    }
    throw error
  }
}

function report(
  outcome: Outcome,
  certificate: Certificate,
  {
    version,
    renewal,
    deployment,
    checks = [],
  }: Current & {
    readonly version: Version
    readonly deployment: Deployment
    readonly checks?: readonly FindingDocument[]
  },
  { output, world }: Session,
): number {
  const now = world.host.now()
  const document = certificateDocument(certificate, { version, renewal }, now)
  const installed = deploymentDocument(deployment, output, now)
  const told = checks.length > 0 ? { checks } : {}
  output.result({ outcome, certificate: document, ...installed, ...told }, () => [
    output.text(resultTexts[outcome], {
      id: certificate.id,
      until: momentText(version.notAfter),
      due: momentText(dueAt(version, renewal)),
    }),
    output.text(resultTexts.chain, { path: document.files.fullChain }),
    ...(document.files.privateKey === undefined
      ? []
      : [output.text(resultTexts.key, { path: document.files.privateKey })]),
    ...deploymentLines(deployment, output),
  ])
  if (outcome === 'unchanged') output.note(output.text(resultTexts.unchangedHint))
  return hasFailed(deployment) ? exitCode.failed : exitCode.done
}
