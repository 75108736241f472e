import { jsonSchema } from '../shape/json-schema.ts'
import type { JsonSchema } from '../shape/json-schema.ts'
import type { Route, RouteReply } from './route.ts'

const problem = {
  description: 'It could not be done.',
  content: {
    'application/problem+json': {
      schema: {
        type: 'object',
        properties: {
          status: { type: 'integer' },
          detail: { type: 'string' },
          complaints: { type: 'array', items: { type: 'string' } },
        },
        required: ['status', 'detail'],
      },
    },
  },
}

/** The routes as OpenAPI 3.1 describes them. */
export function openApi(routes: readonly Route[]): JsonSchema {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Certwright sandbox: control',
      version: '1',
      description:
        'Changes a sandbox while it runs: its CAs, its DNS and its time. On loopback, for whoever is there.',
    },
    paths,
  }
}

function operation({ id, says, path, query = {}, body, reply }: Route): object {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  const inQuery = Object.entries(query).map(([name, { shape, required = false, says: what }]) => ({
    name,
    in: 'query',
    required,
    schema: jsonSchema(shape),
    ...(what === undefined ? {} : { description: what }),
  }))
  const parameters = [...inPath, ...inQuery]
  return {
    operationId: id,
    summary: says,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body
      ? {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: jsonSchema(body) } },
          },
        }
      : {}),
    responses: { [reply.status]: described(reply), default: problem },
  }
}

function described({ shape, media }: RouteReply): object {
  if (media !== undefined) {
    return { description: 'As it is.', content: { [media]: { schema: { type: 'string' } } } }
  }
  if (!shape) return { description: 'Done.' }
  return {
    description: 'As it is.',
    content: { 'application/json': { schema: jsonSchema(shape) } },
  }
}
