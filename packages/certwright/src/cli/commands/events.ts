import { instantOf } from '@certwright/acme'
import { upkeepTexts } from '../../runtime/messages/upkeep-texts.ts'
import type { RecordedEvent, Store } from '../../store/store.ts'
import { momentText } from '../certificate-report.ts'
import type { CommandRun } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import type { Session } from '../session.ts'

/** How often a new event is looked for. */
const pauseMs = 1000

/** Shows what has happened, and goes on as it happens where that was asked for. */
export const events: CommandRun = async ({ options }, session) => {
  const { world, output, signal } = session
  const certificateId = options.text('cert')
  const sinceMs = options.durationMs('since')
  const from = sinceMs === undefined ? 0 : world.host.now() - sinceMs
  const follow = options.flag('follow')
  const store = follow ? await session.store() : await session.keptStore()
  const of = certificateId === undefined ? {} : { certificateId }
  let after = 0
  let shown = 0
  const show = async (kept: Store): Promise<void> => {
    for (;;) {
      const found = await kept.events({ ...of, after })
      for (const event of found.filter(({ at }) => at >= from)) {
        tell(event, session)
        shown += 1
      }
      after = found.at(-1)?.id ?? after
      if (found.length === 0) return
    }
  }
  if (store) await show(store)
  if (follow && store) {
    const isStopped = (): boolean => signal?.aborted ?? false
    while (!isStopped()) {
      await world.host.sleep(pauseMs, signal).catch(() => undefined)
      await show(store)
    }
  }
  if (shown === 0) output.note(output.text(upkeepTexts.noEvents))
  return exitCode.done
}

/** One line an event: people and programs read them as they come. */
function tell({ id, at, type, certificateId, target, details }: RecordedEvent, session: Session) {
  const { output } = session
  if (output.json) {
    const document = {
      id,
      at: instantOf(at),
      type,
      ...(certificateId !== undefined && { certificate: certificateId }),
      ...(target !== undefined && { target }),
      ...details,
    }
    output.raw(`${JSON.stringify(document)}\n`)
    return
  }
  const words = Object.entries(details).map(([name, value]) => `${name}=${value}`)
  const line = [momentText(at), type, certificateId, target, ...words]
  output.raw(`${line.filter((word) => word !== undefined).join('  ')}\n`)
}
