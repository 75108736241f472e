import { describe, expect, it } from 'vitest'
import { noticesOf, type Notices } from '../../src/manager/notices.ts'
import type { RecordedEvent, ToldNotice } from '../../src/store/store.ts'

const hourMs = 3_600_000

/** A channel that is read to again and again, and takes everything. */
function reader(types?: readonly string[]) {
  const told = new Map<string, ToldNotice>()
  let id = 0
  return {
    read(now: number, ...events: readonly Partial<RecordedEvent>[]): readonly string[] {
      const recorded = events.map((event): RecordedEvent => ({
        id: (id += 1),
        at: now,
        type: 'issue-failed',
        certificateId: 'a',
        details: {},
        ...event,
      }))
      const notices: Notices = noticesOf({ events: recorded, told: [...told.values()], now, types })
      for (const one of notices.told) told.set(one.subject, one)
      return notices.events.map(({ type, certificateId, target }) =>
        [type, certificateId, target].filter((word) => word !== undefined).join(' '),
      )
    },
  }
}

describe('noticesOf', () => {
  it('says nothing of what goes well, and nothing of one failure alone', () => {
    const channel = reader()
    expect(channel.read(0, { type: 'issued' }, { type: 'installed', target: 't' })).toStrictEqual(
      [],
    )
    expect(channel.read(1, { type: 'issue-failed' })).toStrictEqual([])
    expect(channel.read(2, { type: 'issued' })).toStrictEqual([])
    expect(channel.read(3, { type: 'issue-failed' })).toStrictEqual([])
  })

  it('tells the second failure, then less and less often, and then that it is over', () => {
    const channel = reader()
    channel.read(0, { type: 'issue-failed' })
    expect(channel.read(1, { type: 'issue-failed' })).toStrictEqual(['issue-failed a'])
    expect(channel.read(2, { type: 'issue-failed' })).toStrictEqual([])
    expect(channel.read(hourMs + 1, { type: 'issue-failed' })).toStrictEqual(['issue-failed a'])
    expect(channel.read(3 * hourMs, { type: 'issue-failed' })).toStrictEqual([])
    expect(channel.read(8 * hourMs, { type: 'issue-failed' })).toStrictEqual(['issue-failed a'])
    expect(channel.read(9 * hourMs, { type: 'issued' })).toStrictEqual(['issued a'])
    expect(channel.read(10 * hourMs, { type: 'issued' })).toStrictEqual([])
  })

  it('tells of a revocation by the issuer at once, though the certificate is issued again meanwhile', () => {
    const channel = reader()
    const events = [{ type: 'revoked-by-issuer' }, { type: 'issued' }] as const
    expect(channel.read(0, ...events)).toStrictEqual(['revoked-by-issuer a'])
  })

  it('groups what comes together, one line a matter', () => {
    const channel = reader()
    const failures = ['a', 'b', 'c'].flatMap((certificateId) => [
      { certificateId },
      { certificateId },
      { certificateId },
    ])
    expect(channel.read(0, ...failures)).toStrictEqual([
      'issue-failed a',
      'issue-failed b',
      'issue-failed c',
    ])
  })

  it('tells of drift at once, and not of one that was repaired in the same breath', () => {
    const channel = reader()
    const place = { target: 'cdn' }
    expect(
      channel.read(0, { type: 'drifted', ...place }, { type: 'repaired', ...place }),
    ).toStrictEqual([])
    expect(channel.read(1, { type: 'drifted', ...place })).toStrictEqual(['drifted a cdn'])
    expect(channel.read(2, { type: 'repaired', ...place })).toStrictEqual(['repaired a cdn'])
  })

  it('tells a channel only what it wants to hear', () => {
    const channel = reader(['expiring'])
    const two = [{ type: 'issue-failed' }, { type: 'issue-failed' }]
    expect(channel.read(0, ...two, { type: 'expiring' })).toStrictEqual(['expiring a'])
  })
})
