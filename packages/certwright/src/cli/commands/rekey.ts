import { upkeepTexts } from '../../runtime/messages/upkeep-texts.ts'
import { CertwrightError } from '../../runtime/error.ts'
import { sealingOf } from '../../store/open.ts'
import type { CommandRun } from '../command.ts'
import { exitCode } from '../exit-code.ts'

/** Seals the state under a new key. */
export const rekey: CommandRun = async (_input, session) => {
  const { output, world, directory } = session
  const { env, host } = world
  // Opening it first judges the former key, and brings an older state up to this program.
  if (!(await session.keptStore())) throw new CertwrightError('STATE_NOT_FOUND', { directory })
  const { rekeyStore } = await import('../../store/rekey.ts')
  const to = sealingOf({
    CERTWRIGHT_KEY: env['CERTWRIGHT_NEW_KEY'],
    CERTWRIGHT_PASSPHRASE: env['CERTWRIGHT_NEW_PASSPHRASE'],
  })
  const count = await rekeyStore({ directory, from: sealingOf(env), to, host })
  output.result({ directory, sealed: count }, () => [output.text(upkeepTexts.rekeyed, { count })])
  return exitCode.done
}
