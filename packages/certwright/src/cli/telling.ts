import { tellAll } from '../manager/tell.ts'
import { planTexts } from '../runtime/messages/plan-texts.ts'
import { errorDocument, errorLines } from './error-report.ts'
import type { Estate } from './estate.ts'
import type { Session } from './session.ts'

/** Tells the file's channels what has happened. One that cannot be reached is a warning, and is told the next time. */
export async function tell({ desired, context }: Estate, session: Session): Promise<void> {
  const { output, world, signal } = session
  const { language } = output
  const tellings = await tellAll(desired.notifications, { ...context, language }, signal)
  for (const { name, error } of tellings) {
    if (error === undefined) continue
    output.warn(output.text(planTexts.notTold, { name }))
    const document = errorDocument(error, language, world.host.now())
    for (const line of errorLines(document, language)) output.warn(line)
  }
}
