import { channels } from '../../notify/channels/registry.ts'
import type { DesiredNotification } from '../desired.ts'
import type { FilePath } from './complaint.ts'
import { judgeOptions, optionValuesOf, placedOptions } from './options.ts'
import { entryPaths, isKnown, mappingAt, type Reading } from './reading.ts'
import type { NotificationEntry } from './schema.ts'

/** Who is told, in the order of the file. One that is wrong has been remarked on. */
export async function desiredNotifications(
  reading: Reading,
): Promise<readonly DesiredNotification[]> {
  const found: DesiredNotification[] = []
  for (const path of entryPaths(reading, ['notifications'])) {
    const entry = mappingAt<NotificationEntry>(reading, path, ['channel'])
    const notification = entry && (await notificationFrom(entry, path, reading))
    if (!notification) continue
    const { name } = notification
    if (found.some((other) => other.name === name)) {
      reading.remarks.error('CONFIG_NAME_REPEATED', path, { name, kind: 'notification' })
    }
    found.push(notification)
  }
  return found
}

async function notificationFrom(
  entry: NotificationEntry,
  path: FilePath,
  reading: Reading,
): Promise<DesiredNotification | undefined> {
  const { channel: kind, name = kind, events } = entry
  const naming = {
    path: [...path, 'channel'],
    unknown: 'CONFIG_CHANNEL_UNKNOWN',
    misspelt: 'CONFIG_CHANNEL_MISSPELT',
  } as const
  if (!isKnown(kind, Object.keys(channels), naming, reading)) return undefined
  const { channel, create } = await channels[kind as keyof typeof channels]()
  const owner = { name: kind, known: channel.options }
  const { values, complete } = placedOptions(entry, path, owner, reading)
  if (complete) {
    judgeOptions(values, path, kind, (own) => void create(own, reading.context), reading)
  }
  return { channel: kind, name, options: optionValuesOf(values), ...(events && { events }) }
}
