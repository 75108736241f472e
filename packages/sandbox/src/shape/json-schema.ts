import type { Shape } from './shape.ts'

/** JSON Schema, draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>

type Kind = Shape['is']
type Of<K extends Kind> = Extract<Shape, { readonly is: K }>

const schemas: { readonly [K in Kind]: (shape: Of<K>) => JsonSchema } = {
  anything: () => ({}),
  flag: () => ({ type: 'boolean' }),
  text: ({ pattern, example }) => ({
    type: 'string',
    ...given({ pattern: pattern?.source, examples: example === undefined ? undefined : [example] }),
  }),
  number: ({ least, most, whole }) => ({
    type: whole === true ? 'integer' : 'number',
    ...given({ minimum: least, maximum: most }),
  }),
  choice: ({ of }) => ({ enum: of }),
  list: ({ of, least, most }) => ({
    type: 'array',
    items: jsonSchema(of),
    ...given({ minItems: least, maxItems: most }),
  }),
  map: ({ of, names }) => ({
    type: 'object',
    additionalProperties: jsonSchema(of),
    ...given({ propertyNames: names && { pattern: names.source } }),
  }),
  object: objectSchema,
  either: ({ of }) => ({ anyOf: of.map(jsonSchema) }),
}

/** The shape for programs that know it as JSON Schema: editors, and readers of OpenAPI. */
export function jsonSchema(shape: Shape): JsonSchema {
  return (schemas[shape.is] as (shape: Shape) => JsonSchema)(shape)
}

function objectSchema({ members }: Of<'object'>): JsonSchema {
  const entries = Object.entries(members)
  const required = entries.filter(([, one]) => one.required === true).map(([name]) => name)
  return {
    type: 'object',
    properties: Object.fromEntries(
      entries.map(([name, { shape, says }]) => [
        name,
        { ...jsonSchema(shape), ...given({ description: says }) },
      ]),
    ),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  }
}

/** The members that have a value. */
function given(members: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}
