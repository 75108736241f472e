import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { routes } from '../../src/control/routes.ts'
import { newControlWorld, newMember, type Answer, type ControlWorld } from './world.ts'

interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly parameters?: readonly { readonly name: string; readonly in: string }[]
  readonly requestBody?: { readonly content: Record<string, { readonly schema: object }> }
  readonly responses: Record<string, { readonly content?: Record<string, { schema: object }> }>
}

interface Described {
  readonly method: string
  readonly path: string
  readonly operation: Operation
}

async function describedBy({ call }: ControlWorld): Promise<readonly Described[]> {
  const { json } = await call('GET', '/openapi.json')
  const { paths } = json as { paths: Record<string, Record<string, Operation>> }
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  )
}

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true })

/** Whether the answer is one that is described, by a reader of JSON Schema that is not ours. */
function expectDescribed({ operation, method, path }: Described, answer: Answer): void {
  const what = `${method} ${path}: ${answer.status} ${answer.text}`
  const response = operation.responses[answer.status] ?? operation.responses['default']
  const [type = ''] = answer.type.split(';')
  if (answer.status === 204) return expect(response?.content, what).toBeUndefined()
  const content = response?.content?.[type]
  expect(content, what).toBeDefined()
  if (!type.endsWith('json')) return undefined
  const validate = ajv.compile(content?.schema ?? {})
  expect(validate(answer.json), `${what} ${JSON.stringify(validate.errors)}`).toBe(true)
  return undefined
}

/** A good call of each operation that needs more than its path. */
const calls: Readonly<Record<string, { readonly body?: unknown; readonly query?: string }>> = {
  advanceClock: { body: { ms: 1000 } },
  setKnobs: { body: { maxContacts: 3, website: null } },
  changeTerms: { body: { url: 'https://ca.example/terms/v2' } },
  addFault: { body: { endpoint: 'newNonce', status: 503 } },
  forgetAccount: {},
  listRequests: { query: '?after=0' },
  revoke: { body: { reason: 4 } },
  suggestRenewal: { body: { start: 1, end: 2 } },
  announceIncident: { body: { explanationUrl: 'https://ca.example/why', revokeAfterMs: 1 } },
  listRecords: { query: '?name=example.test' },
  addRecord: { body: { name: 'a.example.test', type: 'TXT', data: 'v' } },
  removeRecords: { body: { name: 'a.example.test' } },
  setFailure: { body: { name: 'a.example.test', failing: true } },
  setDelay: { body: { ms: 0 } },
}

describe('the description', () => {
  it('is one that OpenAPI 3.1 knows', async () => {
    const { call } = await newControlWorld()
    const { json } = await call('GET', '/openapi.json')
    const result = await new Validator().validate(json as Record<string, unknown>)
    expect(result).toEqual({ valid: true })
    expect(json).toMatchObject({ openapi: '3.1.0' })
  })

  it('has every route, and nothing else', async () => {
    const world = await newControlWorld()
    const described = await describedBy(world)
    const name = ({ method, path }: { method: string; path: string }): string => `${method} ${path}`
    expect(described.map(name).sort()).toEqual(routes.map(name).sort())
    const ids = described.map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { path, operation } of described) {
      expect(operation.summary).toMatch(/\.$/)
      const inPath = (operation.parameters ?? []).filter((one) => one.in === 'path')
      expect(inPath.map((one) => `{${one.name}}`)).toEqual(path.match(/\{\w+\}/g) ?? [])
    }
  })

  it('has every described call answered as described, and its refusal too', async () => {
    const world = await newControlWorld()
    const member = await newMember(world.sandbox)
    const serial = await member.issue('a.example.test')
    world.sandbox.ca.faults.add({ endpoint: 'renewalInfo' })
    const parts = { ca: 'default', serial, id: '1' }
    for (const described of await describedBy(world)) {
      const { method, path, operation } = described
      const { body: given, query = '' } = calls[operation.operationId] ?? {}
      const body = operation.operationId === 'forgetAccount' ? { url: member.kid } : given
      expect(body === undefined, operation.operationId).toBe(operation.requestBody === undefined)
      const filled = path.replaceAll(/\{(\w+)\}/g, (_, part: keyof typeof parts) => parts[part])
      const answer = await world.call(method, filled + query, body)
      expect(answer.status, `${method} ${filled}: ${answer.text}`).toBeLessThan(300)
      expectDescribed(described, answer)
      const schema = operation.requestBody?.content['application/json']?.schema
      if (schema) expect(ajv.compile(schema)(body), operation.operationId).toBe(true)

      const wrong = path.replaceAll(/\{\w+\}/g, 'none')
      const refused = await world.call(method, wrong, body === undefined ? undefined : 7)
      if (refused.status < 300) continue
      expect(refused.type).toBe('application/problem+json')
      expectDescribed(described, refused)
      if (schema) expect(ajv.compile(schema)(7), operation.operationId).toBe(false)
    }
  })
})
