import * as z from 'zod'
import { handshakeOptions } from '../../deploy/place.ts'
import { targetModule, targets, type TargetRegistry } from '../../deploy/targets/registry.ts'
import { providers } from '../../dns/providers/registry.ts'
import { channels } from '../../notify/channels/registry.ts'
import { fill, type Language, type Text } from '../../runtime/catalogue.ts'
import { configTexts, fieldTexts } from '../../runtime/messages/config-texts.ts'
import { configFile } from './schema.ts'

/** A JSON Schema, or a part of one. */
export interface JsonSchema {
  readonly [keyword: string]: unknown
  readonly $ref?: string
  readonly type?: string
  readonly description?: string
  readonly enum?: readonly string[]
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly items?: JsonSchema
  readonly additionalProperties?: JsonSchema | boolean
  readonly anyOf?: readonly JsonSchema[]
  readonly $defs?: Readonly<Record<string, JsonSchema>>
}

interface Owner {
  readonly name: string
  readonly summary?: Text
  readonly options: readonly { readonly key: string; readonly summary: Text }[]
}

/**
 * The JSON Schema (2020-12) of the file, for editors: every field with what it is for in the reader's language, every
 * provider and target with its options.
 */
export async function configJsonSchema(
  language: Language,
  registry: TargetRegistry = targets,
): Promise<JsonSchema> {
  const bare = z.toJSONSchema(configFile, { io: 'input' }) as JsonSchema
  const { $schema, $defs = {}, ...top } = described(bare, '', language)
  return withOwners(
    {
      $schema,
      title: fill(configTexts.title, language),
      ...top,
      $defs: Object.fromEntries(
        Object.entries($defs).map(
          ([name, part]) => [name, described(part, name, language)] as const,
        ),
      ),
    },
    {
      providers: await providersIn(),
      targets: await targetsIn(registry),
      channels: await Promise.all(
        Object.values(channels).map(async (load) => (await load()).channel),
      ),
      language,
    },
  )
}

/** The text of the field at a path; defaults have those of certificates. */
function textAt(path: string): Text | undefined {
  const texts: Readonly<Record<string, Text>> = fieldTexts
  const limit = path.replace(/^(issuers\.limits)\.[^.]+\.(count|per)$/, '$1.$2')
  return texts[limit] ?? texts[limit.replace(/^defaults\./, 'certificates.')]
}

function described(schema: JsonSchema, path: string, language: Language): JsonSchema {
  const inner = (part: JsonSchema): JsonSchema => described(part, path, language)
  const text = path === '' ? undefined : textAt(path)
  const { properties, items, additionalProperties: more, anyOf } = schema
  return {
    ...(text && { description: fill(text, language) }),
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([key, part]) => {
          return [key, described(part, path === '' ? key : `${path}.${key}`, language)] as const
        }),
      ),
    }),
    ...(items && { items: plain(inner(items)) }),
    ...(typeof more === 'object' && { additionalProperties: plain(inner(more)) }),
    ...(anyOf && { anyOf: anyOf.map((part) => plain(inner(part))) }),
  }
}

/** A list's entries and a mapping's values are not described by what the whole is. */
function plain({ description: _description, ...schema }: JsonSchema): JsonSchema {
  return schema
}

async function providersIn(): Promise<readonly Owner[]> {
  return Promise.all(
    Object.entries(providers).map(async ([name, load]) => ({
      name,
      options: (await load()).options,
    })),
  )
}

async function targetsIn(registry: TargetRegistry): Promise<readonly Owner[]> {
  return Promise.all(
    Object.keys(registry).map(async (name) => {
      const { target } = await targetModule(name, registry)
      return { ...target, options: [...target.options, ...handshakeOptions] }
    }),
  )
}

interface Owners {
  readonly providers: readonly Owner[]
  readonly targets: readonly Owner[]
  readonly channels: readonly Owner[]
  readonly language: Language
}

/** Where a provider, a target and a channel are named. */
const places = {
  providers: { path: 'properties dns additionalProperties', key: 'provider' },
  targets: {
    path: 'properties certificates items properties installs items anyOf',
    key: 'target',
  },
  channels: { path: 'properties notifications items', key: 'channel' },
} as const

/** Puts the options of each provider, target and channel where it is named. */
function withOwners(schema: JsonSchema, { language, ...owners }: Owners): JsonSchema {
  let whole = schema
  for (const kind of ['providers', 'targets', 'channels'] as const) {
    const { path, key } = places[kind]
    whole = changedAt(whole, path.split(' '), (part) => ownedBy(part, key, owners[kind], language))
  }
  return whole
}

/** With one part changed; of several that it may be, the mapping. */
function changedAt(
  part: JsonSchema,
  [key, ...rest]: readonly string[],
  edit: (part: JsonSchema) => JsonSchema,
): JsonSchema {
  if (key === undefined) return edit(part)
  const child = part[key]
  const changed = Array.isArray(child)
    ? (child as readonly JsonSchema[]).map((one) => (one.properties ? edit(one) : one))
    : changedAt((child ?? {}) as JsonSchema, rest, edit)
  return { ...part, [key]: changed }
}

function ownedBy(
  schema: JsonSchema,
  key: string,
  owners: readonly Owner[],
  language: Language,
): JsonSchema {
  const named = schema.properties?.[key]
  return {
    ...schema,
    properties: {
      ...schema.properties,
      [key]: { ...named, enum: owners.map(({ name }) => name) },
    },
    allOf: owners.map(({ name, summary, options }) => ({
      if: { properties: { [key]: { const: name } } },
      // oxlint-disable-next-line unicorn/no-thenable
      then: {
        properties: {
          options: {
            ...(summary && { description: fill(summary, language) }),
            properties: Object.fromEntries(
              options.map(
                (option) => [option.key, { description: fill(option.summary, language) }] as const,
              ),
            ),
            additionalProperties: false,
          },
        },
      },
    })),
  }
}
