import pLimit from 'p-limit'
import { actionKey } from './action.ts'
import type { ManagerContext } from './manager-context.ts'
import type { ActionOutcome } from './perform.ts'
import type { Plan } from './plan.ts'
import { reconcile, type ReconcileInput } from './reconcile.ts'

export interface ApplyOptions extends Pick<
  ReconcileInput,
  'desired' | 'managedBy' | 'onAction' | 'onOutcome'
> {
  /** What is to be done; nothing else is, even where the world has moved. */
  readonly plan: Plan
  /** Certificates that are worked on at once. */
  readonly concurrency?: number
}

export interface Applied {
  readonly outcomes: readonly ActionOutcome[]
  /** Certificates of which not even could be said what came of them. */
  readonly broken: readonly { readonly certificateId: string; readonly error: unknown }[]
}

/** Does a plan, several certificates at once. One failure stops nothing that is unrelated. */
export async function apply(
  { plan, concurrency = 8, ...input }: ApplyOptions,
  context: ManagerContext,
  signal?: AbortSignal,
): Promise<Applied> {
  const approved = new Set(plan.actions.map(actionKey))
  const ids = [...new Set(plan.actions.map(({ certificateId }) => certificateId))]
  const limit = pLimit(concurrency)
  const broken: { certificateId: string; error: unknown }[] = []
  const reconciled = await Promise.all(
    ids.map(async (certificateId) =>
      limit(async () => {
        try {
          signal?.throwIfAborted()
          return await reconcile(
            { ...input, certificateId, approved: (action) => approved.has(actionKey(action)) },
            context,
            signal,
          )
        } catch (error) {
          signal?.throwIfAborted()
          broken.push({ certificateId, error })
          return undefined
        }
      }),
    ),
  )
  return { outcomes: reconciled.flatMap((one) => one?.outcomes ?? []), broken }
}
