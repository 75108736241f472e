import { copyOf } from './zone.ts'
import type { Zone, ZoneChange, ZoneSource } from './zone.ts'

/**
 * The zone as a second authoritative server has it: each change is seen only after this server has
 * answered `queries` more questions about the zone. Counted rather than timed, so that a test of
 * waiting for propagation has one outcome.
 */
export function secondaryOf(zone: Zone, { queries }: { readonly queries: number }): ZoneSource {
  const copy = copyOf(zone)
  const pending: { change: ZoneChange; due: number }[] = []
  let asked = 0

  zone.watch((change) => pending.push({ change, due: asked + queries }))

  return {
    name: zone.name,
    view() {
      while (pending[0] && pending[0].due <= asked) {
        const { change } = pending[0]
        copy[change.kind](change.record)
        pending.shift()
      }
      asked++
      return copy
    },
  }
}
