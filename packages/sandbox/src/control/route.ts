import type { Members, Shape } from '../shape/shape.ts'
import type { Sandbox } from '../sandbox.ts'

/** One call of the control API: what it is asked, what it does and what it answers. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With its variable parts in braces, e.g. `/cas/{ca}/orders`. */
  readonly path: string
  /** What programs call it. */
  readonly id: string
  /** A sentence for people. */
  readonly says: string
  /** Strings or whole numbers. */
  readonly query?: Members
  readonly body?: Shape
  readonly reply: RouteReply
  readonly act: (request: ControlRequest) => unknown
}

export interface RouteReply {
  readonly status: 200 | 201 | 204
  /** Of the JSON that is answered. */
  readonly shape?: Shape
  /** In place of JSON. */
  readonly media?: string
}

/** A call that has the shape its route wants. */
export interface ControlRequest {
  readonly sandbox: Sandbox
  /** The variable parts of the path. */
  readonly path: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string | number>>
  readonly body: unknown
}

/** A call that cannot be answered, thrown by whoever notices. */
export class ControlError extends Error {
  override readonly name = 'ControlError'
  readonly status: number
  readonly complaints: readonly string[]

  constructor(status: number, detail: string, complaints: readonly string[] = []) {
    super(detail)
    this.status = status
    this.complaints = complaints
  }
}

/** Throws 404 unless it is true. */
export function demandFound(found: boolean, what: string): asserts found {
  if (!found) throw new ControlError(404, `there is no such ${what}`)
}
