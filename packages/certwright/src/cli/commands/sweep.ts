import { instantOf } from '@certwright/acme'
import type { Swept } from '../../dns/orphan.ts'
import { sweep } from '../../dns/sweep.ts'
import { resultTexts } from '../../runtime/messages/command-texts.ts'
import { momentText } from '../certificate-report.ts'
import type { CommandRun } from '../command.ts'
import { errorDocument, errorLines } from '../error-report.ts'
import { exitCode } from '../exit-code.ts'
import { keyValues } from '../options.ts'
import type { Session } from '../session.ts'

/** Removes what killed runs left in a DNS service; with `--check` it only says what that is. */
export const sweepOrphans: CommandRun = async ({ arguments: [name = ''], options }, session) => {
  const { world, signal } = session
  const look = options.flag('check')
  const values = keyValues(options.list('dnsOption'), '--dns-option')
  const asked = { values, look, olderThanMs: options.durationMs('olderThan') }
  const swept = await sweep(name, asked, world, signal)
  report(swept, session)
  if (swept.some(({ error }) => error !== undefined)) return exitCode.failed
  return look && swept.length > 0 ? exitCode.due : exitCode.done
}

function report(swept: readonly Swept[], { output, world }: Session): void {
  const now = world.host.now()
  const documents = swept.map(({ createdAt, error, ...facts }) => ({
    ...facts,
    createdAt: instantOf(createdAt),
    ...(error !== undefined && { error: errorDocument(error, output.language, now) }),
  }))
  output.result({ swept: documents }, () => {
    if (swept.length === 0) return [output.text(resultTexts.nothingToSweep)]
    return swept
      .filter(({ error }) => error === undefined)
      .map(({ name, value, createdAt, removed }) => {
        const text = removed ? resultTexts.swept : resultTexts.orphan
        return output.text(text, { name, value, at: momentText(createdAt) })
      })
  })
  for (const { name, value, error } of documents) {
    if (!error) continue
    output.warn(output.text(resultTexts.notSwept, { name, value }))
    for (const line of errorLines(error, output.language)) output.warn(line)
  }
}
