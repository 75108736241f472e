import { instantOf } from '@certwright/acme'
import { channelModule, type ChannelRegistry } from '../notify/channels/registry.ts'
import type { Channel } from '../notify/channel.ts'
import type { Notice, NoticeEvent } from '../notify/notice.ts'
import { fill, type Language } from '../runtime/catalogue.ts'
import { noticeTexts, noticeTitles } from '../runtime/messages/notice-texts.ts'
import type { RecordedEvent, Store } from '../store/store.ts'
import type { DesiredNotification } from './desired.ts'
import type { ManagerContext } from './manager-context.ts'
import { noticesOf, type Notices } from './notices.ts'

export interface TellContext extends Pick<ManagerContext, 'store' | 'host' | 'env' | 'secrets'> {
  readonly language: Language
  /** Every channel there is; those of this package where absent. */
  readonly channels?: ChannelRegistry | undefined
}

/** What came of one channel. */
export interface Telling {
  readonly name: string
  /** How many events it was told of. */
  readonly events: number
  readonly error?: unknown
}

/**
 * Tells each channel what has happened since it was told last: grouped into one notice, and nothing where nothing is
 * worth it. What could not be sent is told the next time. Rejects only where the signal aborts or the store fails.
 */
export async function tellAll(
  notifications: readonly DesiredNotification[],
  context: TellContext,
  signal?: AbortSignal,
): Promise<readonly Telling[]> {
  const tellings: Telling[] = []
  for (const notification of notifications) {
    tellings.push(await tell(notification, context, signal))
  }
  return tellings
}

async function tell(
  notification: DesiredNotification,
  context: TellContext,
  signal: AbortSignal | undefined,
): Promise<Telling> {
  const { name, events: types } = notification
  const { store, host } = context
  const told = await store.toldNotices(name)
  const read = told.find(({ subject }) => subject === '')?.lastEvent ?? 0
  const events = await eventsAfter(read, store)
  const notices = noticesOf({ events, told, now: host.now(), types })
  if (notices.events.length > 0) {
    try {
      const channel = await channelOf(notification, context)
      await channel.send(noticeFrom(notices, context), signal)
    } catch (error) {
      signal?.throwIfAborted()
      return { name, events: 0, error }
    }
  }
  await store.saveTold(name, notices.told)
  return { name, events: notices.events.length }
}

/** Sends a notice that says that it is a test. Throws what the channel throws. */
export async function tellTest(
  notification: DesiredNotification,
  context: TellContext,
  signal?: AbortSignal,
): Promise<void> {
  const { language, host } = context
  const channel = await channelOf(notification, context)
  const notice: Notice = {
    severity: 'info',
    title: fill(noticeTitles.test, language),
    lines: [fill(noticeTitles.testLine, language, { name: notification.name })],
    at: host.now(),
    events: [],
  }
  await channel.send(notice, signal)
}

async function channelOf(
  { channel, options }: DesiredNotification,
  { host, env, secrets, channels }: TellContext,
): Promise<Channel> {
  const { create } = await channelModule(channel, channels)
  return create(await secrets.options(options), { host, env })
}

async function eventsAfter(
  read: number,
  store: Pick<Store, 'events'>,
): Promise<readonly RecordedEvent[]> {
  const all: RecordedEvent[] = []
  for (;;) {
    const some = await store.events({ after: all.at(-1)?.id ?? read })
    if (some.length === 0) return all
    all.push(...some)
  }
}

function noticeFrom(
  { severity, events }: Notices,
  { language, host }: Pick<TellContext, 'language' | 'host'>,
): Notice {
  return {
    severity,
    title: fill(noticeTitles[severity], language, { count: events.length }),
    lines: events.map((event) => lineOf(event, language)),
    at: host.now(),
    events,
  }
}

function lineOf(
  { type, certificateId = '-', target = '-', details }: NoticeEvent,
  language: Language,
): string {
  const text = noticeTexts[type as keyof typeof noticeTexts]
  const { notAfter } = details
  const until = typeof notAfter === 'number' ? { notAfter: instantOf(notAfter) } : {}
  const params = Object.entries(details).map(([key, value]) => [key, String(value)] as const)
  return fill(text, language, {
    ...Object.fromEntries(params),
    ...until,
    certificate: certificateId,
    target,
  })
}
