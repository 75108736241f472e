import type { CaContext } from './context.ts'
import type { ProblemDocument } from './problem.ts'

export type Headers = Readonly<Record<string, string | readonly string[]>>

/** What goes back over HTTP. Header names are lower case. */
export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly body: string | Uint8Array
  /** What the body says, where it is a problem document. */
  readonly problem?: ProblemDocument
}

export function jsonReply(
  { knobs }: CaContext,
  value: unknown,
  { status = 200, headers = {} }: { readonly status?: number; readonly headers?: Headers } = {},
): Reply {
  const type = mediaType('application/json', knobs.charset)
  return { status, headers: { 'content-type': type, ...headers }, body: JSON.stringify(value) }
}

/** RFC 8555 §6.7, RFC 7807 §3 */
export function problemReply(
  { knobs }: CaContext,
  problem: ProblemDocument,
  { status, headers = {} }: { readonly status: number; readonly headers?: Headers },
): Reply {
  const type = mediaType('application/problem+json', knobs.charset)
  const body = JSON.stringify(problem)
  return { status, headers: { 'content-type': type, ...headers }, body, problem }
}

/** A page for people. */
export function textReply(body: string): Reply {
  return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body }
}

export function mediaType(type: string, charset: boolean): string {
  return charset ? `${type}; charset=utf-8` : type
}

/** A web link (RFC 8288 §3). */
export function link(url: string, relation: string): string {
  return `<${url}>;rel="${relation}"`
}

/** Both sets of headers; values under the same name go out one after the other. */
export function mergeHeaders(first: Headers, second: Headers): Headers {
  const merged: Record<string, string | readonly string[]> = { ...first }
  for (const [name, value] of Object.entries(second)) {
    const before = merged[name]
    merged[name] = before === undefined ? value : [before, value].flat()
  }
  return merged
}
