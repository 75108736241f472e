import type { Attempt, Validate, ValidationResult } from './validation.ts'

/** A place from which validation is repeated. */
export interface Perspective {
  readonly name: string
  /** `address:port` of the resolver that it asks. Default that of the CA. */
  readonly resolver?: string
  /** Makes every validation from there fail, with this error. */
  readonly fails?: 'dns' | 'connection' | 'unauthorized' | 'caa'
}

/** The two parts of `address:port`. */
export function socketAddress(text: string): { readonly address: string; readonly port: number } {
  const at = text.lastIndexOf(':')
  return { address: text.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(text.slice(at + 1)) }
}

/** Baseline Requirements §3.2.2.9: how many of the remote places may see something else. */
function mostFailures(places: number): number {
  if (places < 2) return 0
  return places < 6 ? 1 : 2
}

/**
 * Validates from here and then, where that went well, from everywhere else. What too many remote
 * places cannot see is not proven.
 */
export async function corroborated(
  attempt: Attempt,
  perspectives: readonly Perspective[],
  { validate, signal }: { readonly validate: Validate; readonly signal: AbortSignal },
): Promise<ValidationResult> {
  const first = await validate(attempt, signal)
  if (first.problem !== undefined || perspectives.length === 0) return first
  const results = await Promise.all(
    perspectives.map(async (perspective) => seenFrom(perspective, { attempt, validate, signal })),
  )
  const seen = results.map(({ problem }, index) => ({
    name: perspectives[index]?.name,
    ...(problem === undefined ? {} : { problem }),
  }))
  const record = { ...first.record, perspectives: seen }
  const problems = results.flatMap(({ problem }) => problem ?? [])
  const [problem] = problems
  if (problem === undefined || problems.length <= mostFailures(perspectives.length)) {
    return { record }
  }
  return {
    problem: { ...problem, detail: `During secondary validation: ${problem.detail}` },
    record,
  }
}

async function seenFrom(
  perspective: Perspective,
  given: { readonly attempt: Attempt; readonly validate: Validate; readonly signal: AbortSignal },
): Promise<ValidationResult> {
  const { name, fails } = perspective
  if (fails === undefined) return given.validate({ ...given.attempt, perspective }, given.signal)
  const status = fails === 'unauthorized' || fails === 'caa' ? 403 : 400
  return { problem: { type: fails, detail: `${name} sees something else`, status }, record: {} }
}
