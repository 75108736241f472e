import { closestWord } from './closest-word.ts'

/** What a JSON value must look like: enough for options, and told to people as well as to programs. */
export type Shape =
  | { readonly is: 'flag' }
  | { readonly is: 'text'; readonly pattern?: RegExp; readonly example?: string }
  | {
      readonly is: 'number'
      readonly least?: number
      readonly most?: number
      readonly whole?: boolean
    }
  | { readonly is: 'choice'; readonly of: readonly (string | number | boolean | null)[] }
  | {
      readonly is: 'list'
      readonly of: Shape
      readonly least?: number
      readonly most?: number
    }
  | { readonly is: 'map'; readonly of: Shape; readonly names?: RegExp }
  | { readonly is: 'object'; readonly members: Members }
  | { readonly is: 'either'; readonly of: readonly Shape[] }
  | { readonly is: 'anything' }

/** The members of an object, by name. */
export type Members = Readonly<Record<string, Member>>

export interface Member {
  readonly shape: Shape
  /** A sentence for people. */
  readonly says?: string
  readonly required?: boolean
}

/** What is wrong, and where: the names and places that lead there from the whole. */
export interface Complaint {
  readonly path: readonly (string | number)[]
  readonly says: string
}

export const flag: Shape = { is: 'flag' }
export const text: Shape = { is: 'text' }
export const anything: Shape = { is: 'anything' }
export const port: Shape = { is: 'number', least: 0, most: 65_535, whole: true }
export const percent: Shape = { is: 'number', least: 0, most: 100 }
/** Milliseconds that last. */
export const duration: Shape = { is: 'number', least: 0 }
export const count: Shape = { is: 'number', least: 0, whole: true }

export function choice(...of: readonly (string | number | boolean | null)[]): Shape {
  return { is: 'choice', of }
}

export function list(of: Shape, bounds: { least?: number; most?: number } = {}): Shape {
  return { is: 'list', of, ...bounds }
}

export function either(...of: readonly Shape[]): Shape {
  return { is: 'either', of }
}

export function object(members: Members): Shape {
  return { is: 'object', members }
}

type Kind = Shape['is']
type Of<K extends Kind> = Extract<Shape, { readonly is: K }>

/** What there is to know about one kind of shape. */
interface Row<K extends Kind> {
  readonly complaints: (
    shape: Of<K>,
    value: unknown,
    path: Complaint['path'],
  ) => readonly Complaint[]
  readonly described: (shape: Of<K>) => string
}

/** A kind of which a value is or is not. */
function plain<K extends Kind>(
  described: (shape: Of<K>) => string,
  fits: (shape: Of<K>, value: unknown) => boolean,
): Row<K> {
  const says = (shape: Of<K>): string => `is not ${described(shape)}`
  return {
    described,
    complaints: (shape, value, path) => (fits(shape, value) ? [] : [{ path, says: says(shape) }]),
  }
}

/** A kind whose values have parts, each with complaints of its own. */
function composed<K extends Kind, V>(
  described: (shape: Of<K>) => string,
  isOne: (value: unknown) => value is V,
  parts: (shape: Of<K>, value: V, path: Complaint['path']) => readonly Complaint[],
): Row<K> {
  return {
    described,
    complaints: (shape, value, path) =>
      isOne(value) ? parts(shape, value, path) : [{ path, says: `is not ${described(shape)}` }],
  }
}

const kinds: { readonly [K in Kind]: Row<K> } = {
  anything: plain(
    () => 'anything',
    () => true,
  ),
  flag: plain(
    () => 'true or false',
    (_, value) => typeof value === 'boolean',
  ),
  text: plain(
    ({ example }) => (example === undefined ? 'a string' : `a string such as ${example}`),
    ({ pattern }, value) => typeof value === 'string' && (pattern?.test(value) ?? true),
  ),
  number: plain(describedNumber, isNumberOf),
  choice: plain(
    ({ of }) => {
      const words = of.map((one) => JSON.stringify(one)).join(', ')
      return of.length === 1 ? words : `one of ${words}`
    },
    ({ of }, value) => of.some((one) => one === value),
  ),
  list: composed(
    ({ of }) => (of.is === 'anything' ? 'a list' : `a list of: ${described(of)}`),
    (value): value is readonly unknown[] => Array.isArray(value),
    listComplaints,
  ),
  map: composed(
    ({ of }) => `an object that has, by name: ${described(of)}`,
    isRecord,
    mapComplaints,
  ),
  object: composed(
    ({ members }) => `an object with ${listed(Object.keys(members))}`,
    isRecord,
    objectComplaints,
  ),
  either: {
    described: ({ of }) => of.map(described).join(', or '),
    complaints: eitherComplaints,
  },
}

/** The row of a shape's kind, for shapes of that kind. */
function rowOf(shape: Shape): Row<Kind> {
  return kinds[shape.is] as Row<Kind>
}

/** Everything that is wrong with the value, in the order in which it stands there. */
export function complaints(
  shape: Shape,
  value: unknown,
  path: Complaint['path'] = [],
): readonly Complaint[] {
  return rowOf(shape).complaints(shape, value, path)
}

/** The shape in words, e.g. `a number from 0 to 100`. */
export function described(shape: Shape): string {
  return rowOf(shape).described(shape)
}

function isNumberOf(shape: Of<'number'>, value: unknown): boolean {
  const { least = -Infinity, most = Infinity, whole = false } = shape
  if (typeof value !== 'number' || Number.isNaN(value)) return false
  return value >= least && value <= most && (!whole || Number.isInteger(value))
}

function describedNumber({ least, most, whole }: Of<'number'>): string {
  const kind = whole === true ? 'a whole number' : 'a number'
  if (least === undefined) return most === undefined ? kind : `${kind} up to ${most}`
  return most === undefined ? `${kind} from ${least}` : `${kind} from ${least} to ${most}`
}

function listComplaints(
  { of, least = 0, most = Infinity }: Of<'list'>,
  value: readonly unknown[],
  path: Complaint['path'],
): readonly Complaint[] {
  const bounds = value.length < least ? `fewer than ${least}` : `more than ${most}`
  const isWithin = value.length >= least && value.length <= most
  return [
    ...(isWithin ? [] : [{ path, says: `has ${bounds} entries` }]),
    ...value.flatMap((one, index) => complaints(of, one, [...path, index])),
  ]
}

function mapComplaints(
  { of, names = /(?:)/ }: Of<'map'>,
  value: Readonly<Record<string, unknown>>,
  path: Complaint['path'],
): readonly Complaint[] {
  return Object.entries(value).flatMap(([name, one]) =>
    names.test(name)
      ? complaints(of, one, [...path, name])
      : [{ path: [...path, name], says: `is not a name like ${names.source}` }],
  )
}

function objectComplaints(
  { members }: Of<'object'>,
  value: Readonly<Record<string, unknown>>,
  path: Complaint['path'],
): readonly Complaint[] {
  const given = Object.entries(value).filter(([, one]) => one !== undefined)
  const missing = Object.entries(members)
    .filter(([name, { required = false }]) => required && value[name] === undefined)
    .map(([name]) => ({ path, says: `has no ${name}` }))
  const wrong = given.flatMap(([name, one]) => {
    const member = Object.hasOwn(members, name) ? members[name] : undefined
    if (member) return complaints(member.shape, one, [...path, name])
    const near = closestWord(name, Object.keys(members))
    const hint = near === undefined ? '' : `; did you mean ${near}?`
    return [{ path: [...path, name], says: `is not known here${hint}` }]
  })
  return [...missing, ...wrong]
}

/** Where no alternative fits, those of the only one of the same kind say more than that none fits. */
function eitherComplaints(
  { of: alternatives }: Of<'either'>,
  value: unknown,
  path: Complaint['path'],
): readonly Complaint[] {
  const found = alternatives.map((one) => complaints(one, value, path))
  if (found.some(({ length }) => length === 0)) return []
  const deeper = found.filter((all) => all.every((one) => one.path.length > path.length))
  const [only, ...more] = deeper
  if (only && more.length === 0) return only
  return [{ path, says: `is neither ${alternatives.map(described).join(' nor ')}` }]
}

/** A few words, and how many more there are. */
function listed(words: readonly string[]): string {
  const few = words.slice(0, 6).join(', ')
  return words.length > 6 ? `${few} and ${words.length - 6} more` : few
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Where a complaint is, as JavaScript writes it: `ca.profiles.short.description`, `zones[1]`. */
export function pathText(path: Complaint['path']): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '')
}
