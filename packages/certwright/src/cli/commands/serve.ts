import { instantOf } from '@certwright/acme'
import type { Logger } from 'pino'
import type { EngineHandlers } from '../../engine/engine.ts'
import { isTicking, serveHealth, type Health } from '../../engine/health.ts'
import { localEngine } from '../../engine/local-engine.ts'
import type { Action } from '../../manager/action.ts'
import { ConfigError } from '../../manager/config/complaint.ts'
import type { ActionOutcome } from '../../manager/perform.ts'
import { reconcile } from '../../manager/reconcile.ts'
import { tellAll } from '../../manager/tell.ts'
import { scheduleAll } from '../../manager/schedule.ts'
import type { CommandRun } from '../command.ts'
import { errorDocument } from '../error-report.ts'
import { estateOf, type Estate } from '../estate.ts'
import { exitCode } from '../exit-code.ts'
import { loadJoinedFiles } from '../joined-files.ts'
import { listenAddress } from '../listen-address.ts'
import { logTo } from '../log.ts'
import type { Options } from '../options.ts'
import type { Session } from '../session.ts'

/** Keeps everything that the file names as it says, until it is told to stop. */
export const serve: CommandRun = async ({ options }, session) => {
  const { world, output, signal } = session
  if (!options.flag('once')) loadJoinedFiles()
  const log = await logTo({ stream: world.stdout, host: world.host, json: output.json })
  const running = await started(options, session, log)
  const { engine, handlers } = running
  if (options.flag('once')) {
    const count = await engine.runDue(handlers)
    await running.tell()
    log.info({ count, failed: running.failures() }, 'done')
    return running.failures() > 0 ? exitCode.failed : exitCode.done
  }
  const listen = options.text('health')
  const health =
    listen === undefined
      ? undefined
      : await serveHealth(listenAddress(listen), async () => running.health())
  if (health) log.info({ url: health.url }, 'health')
  const deaf = world.onHangup?.(() => void running.reload())
  const stop = (): void => {
    log.info({ running: engine.running() }, 'stopping')
    engine.stop()
  }
  signal?.addEventListener('abort', stop, { once: true })
  try {
    if (signal?.aborted) return exitCode.done
    await Promise.all([engine.run(handlers), running.tellNowAndThen()])
    await running.tell()
    log.info('stopped')
    return exitCode.done
  } finally {
    deaf?.()
    signal?.removeEventListener('abort', stop)
    await health?.close()
  }
}

/** How often channels are told, at the most. */
const tellEveryMs = 30_000

/** People say what is taken back and forgotten: a service does neither by itself. */
const leftToPeople = ({ kind, target }: Action): boolean =>
  kind === 'revoke' || (kind === 'forget' && target === undefined)

async function started(options: Options, session: Session, log: Logger) {
  const { world, output } = session
  let estate = await opened(options, session, log)
  let failures = 0
  const { host } = world
  const engine = localEngine({
    store: estate.context.store,
    host,
    managedBy: estate.file,
    ...concurrencyOf(options),
    ...drainOf(options),
  })
  const onOutcome = (outcome: ActionOutcome): void => {
    if (outcome.result === 'failed') failures += 1
    logOutcome(outcome, session, log)
  }
  const handlers: EngineHandlers = {
    async reconcile({ certificateId }, cut) {
      const { desired, file: managedBy, context } = estate
      const approved = (action: Action): boolean => !leftToPeople(action)
      await reconcile({ certificateId, desired, managedBy, approved, onOutcome }, context, cut)
    },
    onError({ certificateId }, error) {
      failures += 1
      const document = errorDocument(error, output.language, host.now())
      log.error({ certificate: certificateId, error: document }, 'broken')
    },
  }
  const tell = async (): Promise<void> => {
    const { desired, context } = estate
    const tellings = await tellAll(desired.notifications, { ...context, language: output.language })
    for (const { name, events, error } of tellings) {
      if (error !== undefined) {
        log.error({ name, error: errorDocument(error, output.language, host.now()) }, 'not told')
      } else if (events > 0) log.info({ name, events }, 'told')
    }
  }
  return {
    engine,
    handlers,
    tell,
    /** While it runs: what belongs together has a moment to come together. */
    async tellNowAndThen(): Promise<void> {
      while (session.signal && !session.signal.aborted) {
        await host.sleep(tellEveryMs, session.signal).catch(() => undefined)
        if (!session.signal.aborted) await tell()
      }
    },
    failures: () => failures,
    async reload() {
      try {
        estate = await opened(options, session, log)
        log.info({ file: estate.file }, 'reloaded')
        engine.nudge()
      } catch (error) {
        logMistakes(error, session, log)
      }
    },
    async health(): Promise<Health> {
      const { context, desired } = estate
      const last = engine.lastTickAt()
      const failing = (await context.store.schedules()).filter((one) => one.failures > 0).length
      return {
        ok: isTicking(last, host),
        ...(last !== undefined && { lastTick: instantOf(last) }),
        running: engine.running(),
        certificates: desired.certificates.length,
        failing,
      }
    },
  }
}

async function opened(options: Options, session: Session, log: Logger): Promise<Estate> {
  const estate = await estateOf(options, session)
  const context = {
    ...estate.context,
    onEvent: ({
      type,
      details,
      ...where
    }: Parameters<NonNullable<typeof estate.context.onEvent>>[0]) =>
      log.info({ ...details, ...where }, type),
  }
  const { file: managedBy, desired, warnings } = estate
  const { changed, orphans } = await scheduleAll({ desired, managedBy }, context)
  log.info(
    { file: managedBy, certificates: desired.certificates.length, changed: changed.length },
    'read',
  )
  for (const { code, position } of warnings) log.warn({ code, ...position }, 'warning')
  for (const certificate of orphans) log.warn({ certificate }, 'not in the file')
  return { ...estate, context }
}

function concurrencyOf(options: Options): { readonly concurrency?: number } {
  const concurrency = options.count('concurrency')
  return concurrency === undefined ? {} : { concurrency }
}

function drainOf(options: Options): { readonly drainMs?: number } {
  const drainMs = options.durationMs('drain')
  return drainMs === undefined ? {} : { drainMs }
}

function logOutcome(
  { action, result, error, until }: ActionOutcome,
  { output, world }: Session,
  log: Logger,
): void {
  const { kind, certificateId: certificate, target, reason } = action
  const line = {
    certificate,
    action: kind,
    ...(target !== undefined && { target }),
    reason,
    result,
    ...(until !== undefined && { until: instantOf(until) }),
  }
  if (result !== 'failed') return log.info(line, 'action')
  log.error({ ...line, error: errorDocument(error, output.language, world.host.now()) }, 'action')
}

/** What was read before goes on counting. */
function logMistakes(error: unknown, { output, world }: Session, log: Logger): void {
  const complaints = error instanceof ConfigError ? error.complaints : []
  for (const { code, position, params } of complaints) {
    log.error({ code, ...position, ...params }, 'mistake in the file')
  }
  const document = errorDocument(error, output.language, world.host.now())
  log.error({ error: document }, 'not reloaded')
}
