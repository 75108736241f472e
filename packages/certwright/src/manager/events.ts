import type { ManagerContext, ManagerEvent } from './manager-context.ts'

/** Everything that is worth telling, as a closed set. Others script against these words. */
export const eventTypes = [
  'issued',
  'issue-failed',
  'recovered',
  'deferred',
  'issuer-failed',
  'installed',
  'install-failed',
  'drifted',
  'repaired',
  'collected',
  'revoked',
  'revoked-by-issuer',
  'revocation-list-failed',
  'forgotten',
  'expiring',
  'terms-changed',
] as const

export type EventType = (typeof eventTypes)[number]

/** What an event's words are filled from. Never a secret. */
export type EventDetails = Readonly<Record<string, string | number | boolean>>

/** Keeps an event, then tells it. */
export async function recordEvent(
  event: Omit<ManagerEvent, 'at'>,
  { store, host, onEvent }: Pick<ManagerContext, 'store' | 'host' | 'onEvent'>,
): Promise<void> {
  const whole = { ...event, at: host.now() }
  await store.addEvent(whole)
  onEvent?.(whole)
}
