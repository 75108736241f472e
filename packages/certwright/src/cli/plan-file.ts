import { readFile, writeFile } from 'node:fs/promises'
import { instantOf } from '@certwright/acme'
import { actionKey } from '../manager/action.ts'
import type { Plan } from '../manager/plan.ts'
import { CertwrightError } from '../runtime/error.ts'

/** A plan that was kept: what was to be done, and nothing of how. No secret is in it. */
export interface SavedPlan {
  readonly certwrightPlan: 1
  /** The file that it was made from, as an absolute path. */
  readonly file: string
  /** RFC 3339. */
  readonly madeAt: string
  /** One text an action: see `actionKey`. */
  readonly actions: readonly string[]
}

export async function savePlan(
  path: string,
  { plan, file, now }: { readonly plan: Plan; readonly file: string; readonly now: number },
): Promise<void> {
  const saved: SavedPlan = {
    certwrightPlan: 1,
    file,
    madeAt: instantOf(now),
    actions: plan.actions.map(actionKey),
  }
  await writeFile(path, `${JSON.stringify(saved, undefined, 2)}\n`, { mode: 0o600 })
}

/** `PLAN_NOT_READABLE` for anything but a plan. */
export async function readPlan(path: string): Promise<SavedPlan> {
  const notReadable = (reason: string, cause?: unknown): CertwrightError =>
    new CertwrightError('PLAN_NOT_READABLE', { path, reason }, { cause })
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw notReadable(error.code ?? error.message, error)
  })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw notReadable('JSON?', error)
  }
  if (isSavedPlan(value)) return value
  throw notReadable('certwrightPlan?')
}

function isSavedPlan(value: unknown): value is SavedPlan {
  if (typeof value !== 'object' || value === null) return false
  const { certwrightPlan, file, actions } = value as Partial<Record<keyof SavedPlan, unknown>>
  return (
    certwrightPlan === 1 &&
    typeof file === 'string' &&
    Array.isArray(actions) &&
    actions.every((action) => typeof action === 'string')
  )
}

/** Throws `PLAN_STALE` where what would be done now is not what was kept. */
export function requireFresh(path: string, saved: SavedPlan, plan: Plan): void {
  const now = plan.actions.map(actionKey)
  const gone = saved.actions.filter((key) => !now.includes(key)).map((key) => `− ${key}`)
  const come = now.filter((key) => !saved.actions.includes(key)).map((key) => `+ ${key}`)
  const differences = [...gone, ...come]
  if (differences.length === 0) return
  const shown = differences.slice(0, 5).join('; ')
  throw new CertwrightError('PLAN_STALE', {
    path,
    differences: differences.length > 5 ? `${shown}; …` : shown,
  })
}
