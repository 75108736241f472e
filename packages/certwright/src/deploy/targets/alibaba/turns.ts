import { takingTurns } from '../../../dns/turn.ts'
import type { Host } from '../../../runtime/host.ts'

type Turn = ReturnType<typeof takingTurns>

const turns = new WeakMap<Host, Map<string, Turn>>()

/**
 * Does the changes of one resource one after the other: a listener takes no second change while the first is under
 * way, and two that each resend what they have read would undo each other.
 */
export function turnsAt(resource: string, host: Host): Turn {
  const known = turns.get(host) ?? new Map<string, Turn>()
  turns.set(host, known)
  const turn = known.get(resource) ?? takingTurns()
  known.set(resource, turn)
  return turn
}
