import type { Schedule } from '../store/store.ts'

const minuteMs = 60_000

/** After so many failures in a row: one minute, ten, a hundred, then a day (Let's Encrypt, integration guide). */
const pausesMs = [minuteMs, 10 * minuteMs, 100 * minuteMs]
const longestMs = 1440 * minuteMs

/** When a certificate that could not be had is tried again; undefined where nothing has failed. */
export function nextAttemptAt({
  failures,
  lastFailure,
}: Pick<Schedule, 'failures' | 'lastFailure'>): number | undefined {
  if (failures === 0 || !lastFailure) return undefined
  return lastFailure.at + (pausesMs[failures - 1] ?? longestMs)
}
