import { requireKeyType } from '../../deploy/key-types.ts'
import { keepPlaces } from '../../manager/installations.ts'
import { CertwrightError } from '../../runtime/error.ts'
import { deployTexts } from '../../runtime/messages/deploy-texts.ts'
import { describe } from '../../x509/certificate.ts'
import type { CommandRun } from '../command.ts'
import { deploy, deployContext, placesFrom } from '../deployment.ts'
import { exitCode } from '../exit-code.ts'
import { deploymentDocument, deploymentLines, hasFailed } from '../installation-report.ts'
import { versionOf } from '../version-choice.ts'

/** Installs the current version on the places that are named, or on all where it is known to be. */
export const install: CommandRun = async ({ arguments: [id = ''], options }, session) => {
  const { output, world } = session
  const places = await placesFrom(options.list('target'), session)
  await session.certificate(id)
  const context = await deployContext(session, options)
  return session.locked(id, async () => {
    const { store } = context
    const certificate = await session.certificate(id)
    const version = await versionOf(certificate, undefined, store)
    const { number } = version
    if (version.revokedAt !== undefined)
      throw new CertwrightError('VERSION_REVOKED', { id, number })
    const kinds = places.map(({ kind }) => kind)
    const [first] = kinds
    if (first && !version.privateKey) {
      throw new CertwrightError('TARGET_NEEDS_KEY', { target: first.name })
    }
    requireKeyType(describe(version.chainPem).keyType, kinds)
    const named = await keepPlaces(id, places, context)
    const installations = named.length > 0 ? named : await store.installations(id)
    if (installations.length === 0) throw new CertwrightError('NOT_INSTALLED', { id })
    const deployment = await deploy(certificate, version, installations, context, session)
    const now = world.host.now()
    output.result({ id, version: number, ...deploymentDocument(deployment, output, now) }, () => {
      const lines = deploymentLines(deployment, output)
      return lines.length === 0 ? [] : [output.text(deployTexts.installs, { id, number }), ...lines]
    })
    return hasFailed(deployment) ? exitCode.failed : exitCode.done
  })
}
