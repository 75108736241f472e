import type { DesiredRenewal, MaintenanceWindow, Weekday } from '../desired.ts'
import type { FilePath } from './complaint.ts'
import type { Reading } from './reading.ts'
import { weekdays, type RenewalEntry } from './schema.ts'

/** When versions are replaced: at any time where nothing was said. */
export function renewalFrom(
  { fraction, windows = [], 'revocation-lists': revocationLists }: RenewalEntry,
  path: FilePath,
  reading: Reading,
): DesiredRenewal {
  return {
    ...(fraction !== undefined && { fraction }),
    ...(revocationLists !== undefined && { revocationLists }),
    windows: windows.map((entry, i) => windowFrom(entry, [...path, 'windows', i], reading)),
  }
}

type WindowEntry = NonNullable<RenewalEntry['windows']>[number]

function windowFrom(entry: WindowEntry, path: FilePath, { remarks }: Reading): MaintenanceWindow {
  const { days = weekdays, from = '00:00', to = '24:00', 'time-zone': timeZone = 'UTC' } = entry
  if (days.length === 0 || from === to) remarks.error('CONFIG_WINDOW_NEVER_OPENS', path)
  if (!isTimeZone(timeZone)) {
    remarks.error('CONFIG_TIME_ZONE_UNKNOWN', [...path, 'time-zone'], { zone: timeZone })
  }
  return {
    days: weekdays.flatMap((day, i) => (days.includes(day) ? [(i + 1) as Weekday] : [])),
    fromMinute: minuteOf(from),
    toMinute: minuteOf(to),
    timeZone,
  }
}

function minuteOf(time: string): number {
  const [hours, minutes] = time.split(':')
  return Number(hours) * 60 + Number(minutes)
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}
