import { tellTest } from '../../manager/tell.ts'
import { CertwrightError } from '../../runtime/error.ts'
import { planTexts } from '../../runtime/messages/plan-texts.ts'
import type { CommandRun } from '../command.ts'
import { errorDocument, errorLines, type ErrorDocument } from '../error-report.ts'
import { estateOf } from '../estate.ts'
import { exitCode } from '../exit-code.ts'

/** Sends a test to the named notifications of the file, or to all. */
export const notifyTest: CommandRun = async ({ arguments: names, options }, session) => {
  const { output, world, signal } = session
  const { desired, context } = await estateOf(options, session)
  const known = desired.notifications.map(({ name }) => name)
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined) {
    const suggestion = known.join(', ') || '-'
    throw new CertwrightError('CHANNEL_UNKNOWN', { channel: unknown, suggestion })
  }
  const wanted = desired.notifications.filter(
    ({ name }) => names.length === 0 || names.includes(name),
  )
  const results: { readonly name: string; readonly error?: ErrorDocument }[] = []
  for (const notification of wanted) {
    const { name } = notification
    try {
      await tellTest(notification, { ...context, language: output.language }, signal)
      results.push({ name })
    } catch (error) {
      signal?.throwIfAborted()
      const document = errorDocument(error, output.language, world.host.now())
      results.push({ name, error: document })
      for (const line of errorLines(document, output.language)) output.warn(line)
    }
  }
  output.result({ notifications: results }, () =>
    results.length === 0
      ? [output.text(planTexts.noChannels)]
      : results.map(({ name, error }) =>
          output.text(error ? planTexts.notTold : planTexts.told, { name }),
        ),
  )
  return results.some(({ error }) => error) ? exitCode.failed : exitCode.done
}
