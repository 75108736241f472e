import type { FulfilmentStep, ObtainStep } from '@certwright/acme'
import type { IssuanceContext, Progress } from './issuance.ts'

/** Tells a step of the protocol as progress, where it is one that people want to hear of. */
export function reportStep(
  step: ObtainStep | FulfilmentStep,
  { onProgress }: Pick<IssuanceContext, 'onProgress'>,
): void {
  const progress = progressOf(step)
  if (progress) onProgress?.(progress)
}

function progressOf(step: ObtainStep | FulfilmentStep): Progress | undefined {
  switch (step.type) {
    case 'order':
      return { type: 'order', orderUrl: step.order.url, resumed: step.resumed }
    case 'presented':
    case 'settled':
      return {
        type: step.type,
        challenge: step.challenge,
        names: step.works.map(({ identifier }) => identifier.value),
      }
    case 'validated':
      return { type: 'validated', names: step.order.identifiers.map(({ value }) => value) }
    case 'finalizing':
      return { type: 'finalizing', orderUrl: step.order.url }
    case 'cleaned-up':
      return { type: 'cleaned-up', name: step.work.identifier.value }
    // What is left is in the journal: `withdrawAnswers` tries again at once and tells how it went.
    case 'clean-up-failed':
    // Told once the version is kept.
    case 'issued':
  }
  return undefined
}
