import type { Account } from './accounts.ts'
import { listOf, objectOf, texts } from './parameters.ts'
import type { Parameter, Values } from './parameters.ts'
import type { RawRequest } from './server.ts'

/** One call of an action, its parameters checked. Reading one that the action does not declare throws. */
export interface Call {
  readonly product: string
  readonly action: string
  readonly method: string
  readonly requestId: string
  readonly caller: Account
  /** The parameter's value; empty where it was left out. */
  text(name: string): string
  number(name: string): number | undefined
  flag(name: string): boolean | undefined
  /** A list of texts: `Ids.1`, `Ids.2` …, or a JSON array. */
  list(name: string): readonly string[]
  /** A list of objects: `Certificates.1.Id` …, or a JSON array. */
  objects(name: string): ReadonlyArray<Readonly<Record<string, string>>>
  /** An object: `Data.Value` …, or JSON. */
  object(name: string): Readonly<Record<string, string>>
  /** The JSON body of a ROA call, `{}` without one. */
  readonly body: Readonly<Record<string, unknown>>
}

/** What a request says, wherever it says it. */
export interface Said {
  /** Parameters of the query and of a form body; in RPC they mean the same. */
  readonly values: Values
  readonly body: Readonly<Record<string, unknown>>
}

const formType = 'application/x-www-form-urlencoded'

export function said(request: RawRequest): Said {
  const type = request.headers['content-type'] ?? ''
  const text = request.body.toString()
  const form = type.startsWith(formType) ? [...new URLSearchParams(text)] : []
  const values = new Map([...new URLSearchParams(request.query), ...form])
  return { values, body: type.includes('json') ? jsonObject(text) : {} }
}

function jsonObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value = JSON.parse(text) as unknown
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** How a handler reads its parameters. */
export function callOf(
  facts: Pick<Call, 'product' | 'action' | 'method' | 'requestId' | 'caller' | 'body'>,
  declared: readonly Parameter[],
  values: Values,
): Call {
  const kinds = new Map(declared.map(({ name, kind }) => [name, kind]))
  const value = (name: string, kind: Parameter['kind']): string => {
    if (kinds.get(name) !== kind) {
      throw new TypeError(`${facts.action} declares no ${kind} parameter ${name}`)
    }
    return values.get(name) ?? ''
  }
  return {
    ...facts,
    text: (name) => value(name, 'text'),
    number(name) {
      const text = value(name, 'number')
      return text === '' ? undefined : Number(text)
    },
    flag(name) {
      const text = value(name, 'flag')
      return text === '' ? undefined : text.toLowerCase() === 'true'
    },
    list(name) {
      value(name, 'list')
      return listOf(name, values).map(String)
    },
    objects(name) {
      value(name, 'list')
      return listOf(name, values).map(texts)
    },
    object(name) {
      value(name, 'object')
      return objectOf(name, values)
    },
  }
}
