import { readFile } from 'node:fs/promises'
import { CertwrightError } from '../../runtime/error.ts'
import { upkeepTexts } from '../../runtime/messages/upkeep-texts.ts'
import { Secret } from '../../runtime/secret.ts'
import type { CommandRun } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { fileError, fileText, replaceFile } from '../files.ts'
import type { Options } from '../options.ts'
import type { Session } from '../session.ts'

/** Writes all of the state to one encrypted file, for its owner alone. */
export const backup: CommandRun = async ({ arguments: [file = ''], options }, session) => {
  const { output, directory } = session
  if (!(await session.keptStore())) throw new CertwrightError('STATE_NOT_FOUND', { directory })
  const passphrase = await passphraseFrom(options, session)
  const { makeBackup } = await import('../../store/backup.ts')
  const { bytes, summary } = await makeBackup(directory, passphrase)
  const path = session.path(file)
  await replaceFile(path, bytes, 0o600)
  const { certificates, versions, issuers } = summary
  output.result({ path, ...summary }, () => [
    output.text(upkeepTexts.backedUp, { path, certificates, versions, issuers }),
  ])
  if (!summary.holdsKey) output.warn(output.text(upkeepTexts.keyElsewhere))
  return exitCode.done
}

/** Puts a backup into a state directory that holds none. */
export const restore: CommandRun = async ({ arguments: [file = ''], options }, session) => {
  const { output, directory } = session
  const path = session.path(file)
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fileError('FILE_NOT_READABLE', path, error)
  })
  const passphrase = await passphraseFrom(options, session)
  const { restoreBackup } = await import('../../store/backup.ts')
  const summary = await restoreBackup(bytes, directory, passphrase)
  const { certificates, versions, issuers } = summary
  output.result({ directory, ...summary }, () => [
    output.text(upkeepTexts.restored, { directory, certificates, versions, issuers }),
    output.text(upkeepTexts.filesAfterRestore),
  ])
  if (!summary.holdsKey) output.warn(output.text(upkeepTexts.keyElsewhere))
  return exitCode.done
}

async function passphraseFrom(
  options: Options,
  { prompt, output, path }: Session,
): Promise<Secret> {
  const file = options.text('passphraseFile')
  const text =
    file === undefined
      ? await prompt?.password(output.text(upkeepTexts.passphrase))
      : fileText(path(file)).split(/\r?\n/, 1)[0]
  if (!text) throw new CertwrightError('BACKUP_PASSPHRASE_MISSING')
  return new Secret(text)
}
