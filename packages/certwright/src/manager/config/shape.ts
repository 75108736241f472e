import * as z from 'zod'
import { nearest } from '../../runtime/nearest.ts'
import type { FilePath, Remark, Remarks } from './complaint.ts'
import { valueAt } from './document.ts'

type Issue = z.core.$ZodIssue

/**
 * Holds a value against a schema and remarks on what does not fit. A key that is most likely misspelt is not missed as
 * well.
 */
export function checkShape(schema: z.ZodType, value: unknown, remarks: Remarks): void {
  const { error } = schema.safeParse(value)
  const found = (error?.issues ?? []).flatMap((issue) => remarksOn(issue, [], { schema, value }))
  const meant = new Set(
    found.flatMap(({ code, path, params }) =>
      code === 'CONFIG_KEY_MISSPELT'
        ? [JSON.stringify([...path.slice(0, -1), params['suggestion']])]
        : [],
    ),
  )
  for (const { severity, code, path, params, onKey } of found) {
    if (code === 'CONFIG_KEY_MISSING') {
      if (meant.has(JSON.stringify([...path, params['key']]))) continue
    }
    remarks[severity](code, path, params, onKey ? { onKey } : {})
  }
}

interface Judged {
  readonly schema: z.ZodType
  readonly value: unknown
}

function remarksOn(issue: Issue, above: FilePath, judged: Judged): Remark[] {
  const path = [...above, ...(issue.path as FilePath)]
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(key, path, judged))
    case 'invalid_type':
    case 'invalid_union':
      return wrongKind(issue, path, judged)
    case 'invalid_value':
      return [notAChoice(issue.values.map(String), path, judged)]
    case 'too_small':
      return issue.origin === 'array' || issue.origin === 'string'
        ? [fault('CONFIG_EMPTY', path)]
        : [fault('CONFIG_RANGE', path, { expected: `≥ ${issue.minimum}` })]
    case 'too_big':
      return [fault('CONFIG_RANGE', path, { expected: `≤ ${issue.maximum}` })]
    case 'invalid_key':
      return [{ ...fault('CONFIG_KEY_FORM', path, { key: String(path.at(-1)) }), onKey: true }]
    case 'custom':
      // Our own refinements name their code.
      return [fault(issue.params?.['code'] as Remark['code'], path)]
    case 'invalid_format':
    case 'invalid_element':
    case 'not_multiple_of':
      return [fault('CONFIG_FORM', path, { expected: issue.message })]
    default:
      return issue satisfies never
  }
}

function fault(code: Remark['code'], path: FilePath, params: Remark['params'] = {}): Remark {
  return { severity: 'error', code, params, path }
}

function unknownKey(key: string, parent: FilePath, { schema }: Judged): Remark {
  const known = keysOf(schema, parent)
  const suggestion = nearest(key, known)
  const path = [...parent, key]
  const remark =
    suggestion === undefined
      ? fault('CONFIG_KEY_UNKNOWN', path, { key, known: known.join(', ') })
      : fault('CONFIG_KEY_MISSPELT', path, { key, suggestion })
  return { ...remark, onKey: true }
}

function notAChoice(words: readonly string[], path: FilePath, { value }: Judged): Remark {
  const word = String(valueAt(value, path))
  const params = { word, choices: words.join(', ') }
  const suggestion = nearest(word, words)
  return suggestion === undefined
    ? fault('CONFIG_NOT_A_CHOICE', path, params)
    : fault('CONFIG_NOT_A_CHOICE_LIKE', path, { ...params, suggestion })
}

type KindIssue = Extract<Issue, { code: 'invalid_type' | 'invalid_union' }>

/** A value that is none of what is taken; nothing at all where a value is needed. */
function wrongKind(issue: KindIssue, path: FilePath, judged: Judged): Remark[] {
  const value = valueAt(judged.value, path)
  if (value === undefined && path.length > 0) {
    return [fault('CONFIG_KEY_MISSING', path.slice(0, -1), { key: String(path.at(-1)) })]
  }
  const found = kindOfValue(value)
  if (issue.code === 'invalid_type') {
    return [fault('CONFIG_KIND', path, { expected: kindOf(issue.expected), found })]
  }
  const expected = kindsIn(issue.errors)
  return unionRemarks(issue, path, judged) ?? [fault('CONFIG_KIND', path, { expected, found })]
}

/** What to say of the one member of a union that the value was meant for, where one can be told. */
function unionRemarks(
  { errors }: Extract<Issue, { code: 'invalid_union' }>,
  path: FilePath,
  judged: Judged,
): Remark[] | undefined {
  const meant = errors.filter(
    (issues) =>
      !issues.some(({ code, path: below }) => code === 'invalid_type' && below.length === 0),
  )
  const [only] = meant
  if (!only || meant.length > 1) return undefined
  return only.flatMap((issue) => remarksOn(issue, path, judged))
}

function kindsIn(errors: readonly (readonly Issue[])[]): string {
  const kinds = errors.flatMap(([first]) =>
    first?.code === 'invalid_type' ? [kindOf(first.expected)] : [],
  )
  return [...new Set(kinds)].join(' | ')
}

/** The kinds of values, by the words that JSON and YAML have for them. */
const kinds: Readonly<Record<string, string>> = {
  object: 'mapping',
  record: 'mapping',
  array: 'list',
  int: 'integer',
}

function kindOf(name: string): string {
  return kinds[name] ?? name
}

function kindOfValue(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  return Array.isArray(value) ? 'list' : kindOf(typeof value)
}

/** Every key that may stand at a path. */
function keysOf(schema: z.core.$ZodType, path: FilePath): readonly string[] {
  if (schema instanceof z.ZodOptional) return keysOf(schema.unwrap(), path)
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => keysOf(option, path))
  const [key, ...rest] = path
  if (schema instanceof z.ZodObject) {
    const shape = schema.shape as Readonly<Record<string, z.core.$ZodType>>
    if (key === undefined) return Object.keys(shape)
    const member = shape[key]
    return member ? keysOf(member, rest) : []
  }
  if (schema instanceof z.ZodArray) return key === undefined ? [] : keysOf(schema.element, rest)
  if (!(schema instanceof z.ZodRecord)) return []
  if (key !== undefined) return keysOf(schema.valueType, rest)
  const names = schema.keyType
  return names instanceof z.ZodEnum ? names.options.map(String) : []
}
