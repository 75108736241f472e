import * as z from 'zod'
import { nearest } from '../../dns/provider-options.ts'
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
  const error = (
    code: Remark['code'],
    params: Remark['params'] = {},
    at: Pick<Remark, 'path' | 'onKey'> = { path },
  ): Remark => ({ severity: 'error', code, params, ...at })
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = keysOf(judged.schema, path)
      return issue.keys.map((key) => {
        const at = { path: [...path, key], onKey: true } as const
        const suggestion = nearest(key, known)
        return suggestion === undefined
          ? error('CONFIG_KEY_UNKNOWN', { key, known: known.join(', ') }, at)
          : error('CONFIG_KEY_MISSPELT', { key, suggestion }, at)
      })
    }
    case 'invalid_type':
    case 'invalid_union': {
      const value = valueAt(judged.value, path)
      if (value === undefined && path.length > 0) {
        return [
          error('CONFIG_KEY_MISSING', { key: String(path.at(-1)) }, { path: path.slice(0, -1) }),
        ]
      }
      if (issue.code === 'invalid_type') {
        return [error('CONFIG_KIND', { expected: kindOf(issue.expected), found: foundKind(value) })]
      }
      return (
        unionRemarks(issue, path, judged) ?? [
          error('CONFIG_KIND', { expected: kindsIn(issue.errors), found: foundKind(value) }),
        ]
      )
    }
    case 'invalid_value': {
      const choices = issue.values.map(String)
      const word = String(valueAt(judged.value, path))
      const suggestion = nearest(word, choices)
      const params = { word, choices: choices.join(', ') }
      return [
        suggestion === undefined
          ? error('CONFIG_NOT_A_CHOICE', params)
          : error('CONFIG_NOT_A_CHOICE_LIKE', { ...params, suggestion }),
      ]
    }
    case 'too_small':
      if (issue.origin === 'number' || issue.origin === 'int') {
        return [error('CONFIG_RANGE', { expected: `≥ ${issue.minimum}` })]
      }
      return [error('CONFIG_EMPTY')]
    case 'too_big':
      return [error('CONFIG_RANGE', { expected: `≤ ${issue.maximum}` })]
    case 'invalid_key':
      return [error('CONFIG_KEY_FORM', { key: String(path.at(-1)) }, { path, onKey: true })]
    case 'custom':
      // Our own refinements name their code.
      return [error(issue.params?.['code'] as Remark['code'])]
    case 'invalid_format':
    case 'invalid_element':
    case 'not_multiple_of':
      return [error('CONFIG_FORM', { expected: issue.message })]
  }
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

function foundKind(value: unknown): string {
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
