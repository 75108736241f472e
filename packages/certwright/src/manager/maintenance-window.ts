import type { MaintenanceWindow, Weekday } from './desired.ts'

const minuteMs = 60_000
const dayMinutes = 1440

/** Whether versions may be replaced at this moment. Always, where there are no windows. */
export function isOpen(windows: readonly MaintenanceWindow[], now: number): boolean {
  return windows.length === 0 || windows.some((window) => holds(window, localTime(window, now)))
}

/** The first moment from `now` on at which a window is open; `now` where one is. To the minute. */
export function nextOpening(windows: readonly MaintenanceWindow[], now: number): number {
  if (isOpen(windows, now)) return now
  const openings = windows.flatMap((window) => openingOf(window, now) ?? [])
  return openings.length === 0 ? now : Math.min(...openings)
}

interface LocalTime {
  readonly weekday: Weekday
  readonly minute: number
}

function holds({ days, fromMinute, toMinute }: MaintenanceWindow, at: LocalTime): boolean {
  const { weekday, minute } = at
  if (fromMinute < toMinute) {
    return days.includes(weekday) && minute >= fromMinute && minute < toMinute
  }
  const dayBefore = (((weekday + 5) % 7) + 1) as Weekday
  return (
    (days.includes(weekday) && minute >= fromMinute) ||
    (days.includes(dayBefore) && minute < toMinute)
  )
}

/** By the clock on the wall first, then put right where that was set forward or back on the way. */
function openingOf(window: MaintenanceWindow, now: number): number | undefined {
  const { weekday, minute } = localTime(window, now)
  const waits = window.days.map((day) => {
    const days = (day - weekday + 7) % 7
    const wait = days * dayMinutes + window.fromMinute - minute
    return wait > 0 ? wait : wait + 7 * dayMinutes
  })
  const start = now - (now % minuteMs)
  for (const wait of waits.sort((a, b) => a - b)) {
    const about = start + wait * minuteMs
    for (let shift = -120; shift <= 120; shift += 1) {
      const at = about + shift * minuteMs
      if (at > now && holds(window, localTime(window, at))) return at
    }
  }
  return undefined
}

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const clocks = new Map<string, Intl.DateTimeFormat>()

function localTime({ timeZone }: MaintenanceWindow, at: number): LocalTime {
  const clock =
    clocks.get(timeZone) ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
  clocks.set(timeZone, clock)
  const parts = new Map(clock.formatToParts(at).map(({ type, value }) => [type, value]))
  const weekday = weekdays.indexOf(parts.get('weekday') ?? '') + 1
  const minute = Number(parts.get('hour')) * 60 + Number(parts.get('minute'))
  return { weekday: weekday as Weekday, minute }
}
