import { expect } from 'vitest'

/** What `toThrow` is to meet: an error of this code, and of these other properties. */
export function failure(code: string, properties: Record<string, unknown> = {}): unknown {
  return expect.objectContaining({ code, ...properties })
}

/** A text that the pattern fits. */
export function matching(pattern: RegExp): unknown {
  return expect.stringMatching(pattern)
}
