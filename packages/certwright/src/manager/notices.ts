import type { NoticeEvent, Severity } from '../notify/notice.ts'
import type { RecordedEvent, ToldNotice } from '../store/store.ts'
import type { EventType } from './events.ts'

/** What an event means to people. */
interface Meaning {
  /** Events of one subject and certificate are one matter. */
  readonly subject: string
  readonly severity: Severity
  /** `trouble` opens a matter and is told again now and then; `relief` ends it, and is told if the trouble was. */
  readonly kind: 'trouble' | 'relief'
  /** So many of them in a row are nobody's business yet. */
  readonly patience?: number
}

/** Everything else is not worth a person's time: `certwright events` shows it. */
const meanings: Readonly<Partial<Record<EventType, Meaning>>> = {
  // One failure is mostly over by itself: the next attempt comes a minute later.
  'issue-failed': { subject: 'issuance', severity: 'error', kind: 'trouble', patience: 1 },
  issued: { subject: 'issuance', severity: 'info', kind: 'relief' },
  'install-failed': { subject: 'installation', severity: 'error', kind: 'trouble' },
  installed: { subject: 'installation', severity: 'info', kind: 'relief' },
  repaired: { subject: 'installation', severity: 'info', kind: 'relief' },
  drifted: { subject: 'installation', severity: 'warning', kind: 'trouble' },
  expiring: { subject: 'expiry', severity: 'error', kind: 'trouble' },
  'revoked-by-issuer': { subject: 'revocation', severity: 'warning', kind: 'trouble' },
  'terms-changed': { subject: 'terms', severity: 'warning', kind: 'trouble' },
}

/** The types that people can be told of. */
export const noticeTypes = Object.keys(meanings)

const hourMs = 3_600_000
/** How long the same trouble is not told again: an hour, six, then a day. */
const pausesMs = [hourMs, 6 * hourMs]
const longestMs = 24 * hourMs

export interface NoticesInput {
  /** Since the channel has read last, oldest first. */
  readonly events: readonly RecordedEvent[]
  readonly told: readonly ToldNotice[]
  readonly now: number
  /** Types that the channel is told of; all that have a meaning where absent. */
  readonly types?: readonly string[] | undefined
}

export interface Notices {
  readonly severity: Severity
  /** What is worth telling now; none of it is told alone. */
  readonly events: readonly NoticeEvent[]
  /** To be kept once it was sent. */
  readonly told: readonly ToldNotice[]
}

/** Decides what a channel is told: of each matter its newest event, and none that was told a moment ago. Pure. */
export function noticesOf({ events, told, now, types }: NoticesInput): Notices {
  const kept = new Map(told.map((one) => [one.subject, one]))
  const matters = new Map<string, { readonly event: RecordedEvent; readonly count: number }>()
  for (const event of events) {
    const meaning = meaningOf(event)
    if (!meaning || (types && !types.includes(event.type))) continue
    const subject = subjectOf(event, meaning)
    const before = matters.get(subject)
    const goesOn = before && meaningOf(before.event)?.kind === meaning.kind
    matters.set(subject, { event, count: goesOn ? before.count + 1 : 1 })
  }
  const telling: RecordedEvent[] = []
  const after: ToldNotice[] = []
  for (const [subject, { event, count }] of matters) {
    const decided = decide(kept.get(subject), { subject, event, count, now })
    after.push(decided.told)
    if (decided.tells) telling.push(event)
  }
  const read = events.at(-1)
  if (read) after.push({ subject: '', lastEvent: read.id, told: 0, toldAt: now })
  return { severity: gravest(telling), events: telling.map(noticeEvent), told: after }
}

interface Matter {
  readonly subject: string
  readonly event: RecordedEvent
  /** Events of the same kind in a row, in this reading. */
  readonly count: number
  readonly now: number
}

function decide(
  before: ToldNotice | undefined,
  { subject, event, count, now }: Matter,
): { readonly tells: boolean; readonly told: ToldNotice } {
  const { kind, patience = 0 } = meaningOf(event) ?? { kind: 'relief' }
  const { told = 0, toldAt = 0 } = before ?? {}
  const seen = { subject, lastEvent: event.id }
  if (kind === 'relief') {
    return { tells: told > 0, told: { ...seen, told: 0, toldAt: now } }
  }
  // What was seen and not told yet counts as −1, −2 …
  const waited = told > 0 ? patience : -told
  if (waited + count <= patience) {
    return { tells: false, told: { ...seen, told: -(waited + count), toldAt: now } }
  }
  const times = Math.max(told, 0)
  const pause = times === 0 ? 0 : (pausesMs[times - 1] ?? longestMs)
  if (now < toldAt + pause) return { tells: false, told: { ...seen, told, toldAt } }
  return { tells: true, told: { ...seen, told: times + 1, toldAt: now } }
}

function meaningOf({ type }: Pick<RecordedEvent, 'type'>): Meaning | undefined {
  return Object.hasOwn(meanings, type) ? meanings[type as EventType] : undefined
}

function subjectOf(
  { certificateId = '', target = '' }: RecordedEvent,
  { subject }: Meaning,
): string {
  return subject === 'installation'
    ? `${subject} ${certificateId} ${target}`
    : `${subject} ${certificateId}`
}

function gravest(events: readonly RecordedEvent[]): Severity {
  const severities = new Set(events.map((event) => meaningOf(event)?.severity))
  if (severities.has('error')) return 'error'
  return severities.has('warning') ? 'warning' : 'info'
}

function noticeEvent(event: RecordedEvent): NoticeEvent {
  const { type, at, certificateId, target, details } = event
  return {
    type,
    at,
    ...(certificateId !== undefined && { certificateId }),
    ...(target !== undefined && { target }),
    details,
  }
}
