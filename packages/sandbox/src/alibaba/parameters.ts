import { Refusal, refuse } from './errors.ts'

/** Decoded names and values. */
export type Values = ReadonlyMap<string, string>

export interface Parameter {
  readonly name: string
  readonly required: boolean
  readonly kind: 'text' | 'number' | 'flag' | 'list' | 'object'
}

/**
 * Reads the notation of the API lists: `DomainName*, PageSize:n, Force:b, Ids:s[], Certs*[]{Id*, Domain}, Data{Value*}`.
 * `*` is required, `:n` a number, `:b` a flag, `[]` a list, `{…}` members. What members require is theirs to check.
 */
export function parametersOf(notation: string): readonly Parameter[] {
  return splitOutside(notation).map((part) => {
    const match = /^(\w+)(\*?)(:n|:b|:s)?(\[\])?(\{.*\})?$/s.exec(part)
    if (!match) throw new TypeError(`not a parameter: ${part}`)
    const [, name = '', star, type, list, members] = match
    const kind = list ? 'list' : members ? 'object' : kindOf(type)
    return { name, required: star === '*', kind }
  })
}

function kindOf(type: string | undefined): Parameter['kind'] {
  return type === ':n' ? 'number' : type === ':b' ? 'flag' : 'text'
}

/** Cuts at the commas that stand outside braces. */
function splitOutside(notation: string): string[] {
  const parts: string[] = []
  let depth = 0
  let part = ''
  for (const character of notation) {
    if (character === '{') depth += 1
    if (character === '}') depth -= 1
    if (character === ',' && depth === 0) {
      parts.push(part.trim())
      part = ''
    } else part += character
  }
  return [...parts, part.trim()].filter((text) => text !== '')
}

/** Throws what the gateway answers where a required parameter is missing or another is not of its type. */
export function checkParameters(declared: readonly Parameter[], values: Values): void {
  for (const { name, required, kind } of declared) {
    const value = values.get(name) ?? ''
    const given = value !== '' || [...values.keys()].some((key) => key.startsWith(`${name}.`))
    if (required && !given) {
      throw new Refusal(`Missing${name}`, {
        status: 400,
        message: `${name} is mandatory for this action.`,
      })
    }
    const misfit =
      (kind === 'number' && !/^-?\d+$/.test(value)) ||
      (kind === 'flag' && !/^(true|false)$/i.test(value))
    if (value !== '' && misfit) {
      throw refuse('InvalidParameter', {
        message: `The specified parameter "${name}" is not valid.`,
      })
    }
  }
}

/** The members of `Name.1`, `Name.2` …, or of a JSON array in `Name`. */
export function listOf(name: string, values: Values): readonly unknown[] {
  const whole = values.get(name)
  if (whole !== undefined && whole !== '') {
    const parsed = parseJson(name, whole)
    return Array.isArray(parsed) ? parsed : [parsed]
  }
  const found = new Map<number, unknown>()
  for (const [key, value] of values) {
    const match = new RegExp(`^${name}\\.(\\d+)(?:\\.(.+))?$`).exec(key)
    if (!match) continue
    const index = Number(match[1])
    const member = match[2]
    if (member === undefined) found.set(index, value)
    else found.set(index, { ...(found.get(index) as object | undefined), [member]: value })
  }
  return [...found].sort(([left], [right]) => left - right).map(([, value]) => value)
}

/** The members of `Name.Member`, or of a JSON object in `Name`. */
export function objectOf(name: string, values: Values): Readonly<Record<string, string>> {
  const whole = values.get(name)
  if (whole !== undefined && whole !== '') return texts(parseJson(name, whole))
  const prefix = `${name}.`
  const members = [...values].filter(([key]) => key.startsWith(prefix))
  return Object.fromEntries(members.map(([key, value]) => [key.slice(prefix.length), value]))
}

/** An object whose members are text. */
export function texts(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, String(inner)]))
}

function parseJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw refuse('InvalidParameter', { message: `The specified parameter "${name}" is not valid.` })
  }
}
