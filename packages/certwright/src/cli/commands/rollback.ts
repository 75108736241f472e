import { syncFiles } from '../../store/files.ts'
import { rollBack } from '../../manager/rollback.ts'
import { upkeepTexts } from '../../runtime/messages/upkeep-texts.ts'
import type { CommandRun } from '../command.ts'
import { deploy, deployContext } from '../deployment.ts'
import { exitCode } from '../exit-code.ts'
import { deploymentDocument, deploymentLines, hasFailed } from '../installation-report.ts'

/** Makes a former version current, writes its files and installs it wherever the certificate is. */
export const rollback: CommandRun = async ({ arguments: [id = ''], options }, session) => {
  const { output, world } = session
  const to = options.count('to')
  await session.certificate(id)
  const context = await deployContext(session, options)
  return session.locked(id, async () => {
    const { store } = context
    const certificate = await session.certificate(id)
    const now = world.host.now()
    const version = await rollBack(certificate, { to, now }, store)
    await syncFiles(certificate, store, world.fs)
    const installations = await store.installations(id)
    const deployment = await deploy(certificate, version, installations, context, session)
    const { number, fingerprint } = version
    const former = (await store.versions(id)).find((one) => one.fingerprint === fingerprint)
    output.result(
      {
        id,
        version: number,
        former: former?.number,
        ...deploymentDocument(deployment, output, now),
      },
      () => [
        output.text(upkeepTexts.rolledBack, { id, number, former: former?.number ?? '-' }),
        ...deploymentLines(deployment, output),
      ],
    )
    return hasFailed(deployment) ? exitCode.failed : exitCode.done
  })
}
