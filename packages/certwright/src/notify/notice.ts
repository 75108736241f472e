/** How much a person should care. */
export type Severity = 'info' | 'warning' | 'error'

/** What a channel tells: made of events that belong together, in words and as data. Never a secret is in it. */
export interface Notice {
  readonly severity: Severity
  /** One line. */
  readonly title: string
  /** One line an event. */
  readonly lines: readonly string[]
  /** Milliseconds since the epoch. */
  readonly at: number
  /** The same for programs. */
  readonly events: readonly NoticeEvent[]
}

export interface NoticeEvent {
  readonly type: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly certificateId?: string
  readonly target?: string
  readonly details: Readonly<Record<string, string | number | boolean>>
}

/** Title and lines as plain text of at most so many characters: what does not fit is said to be missing. */
export function noticeText({ title, lines }: Notice, most = 4000): string {
  const text = [title, ...lines].join('\n')
  return text.length <= most ? text : `${text.slice(0, most - 2)}\n…`
}
