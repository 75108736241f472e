import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { parse } from 'yaml'
import { expect, test } from 'vitest'
import { terminal } from '../../cli/terminal.ts'
import { configJsonSchema, type JsonSchema } from '../../../src/manager/config/json-schema.ts'
import { fieldTexts } from '../../../src/runtime/messages/config-texts.ts'

const whole = parse(readFileSync(new URL('whole.yaml', import.meta.url), 'utf8')) as Record<
  string,
  unknown
>

async function validator(): Promise<(value: unknown) => boolean> {
  // Options are typed where they stand, not where a target narrows them.
  const ajv = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false })
  const validate = ajv.compile(await configJsonSchema('en'))
  return (value) => validate(value)
}

const one = (certificate: object): object => ({ certificates: [certificate] })
const names = ['example.com']

test.each<readonly [string, unknown]>([
  ['a list', []],
  ['no certificates', {}],
  ['an unknown key', { certificates: [], issuer: [] }],
  ['a certificate without names', one({ id: 'a' })],
  ['no names', one({ names: [] })],
  ['an unknown key type', one({ names, 'key-type': 'dsa' })],
  ['an unknown challenge', one({ names, challenge: 'dns-02' })],
  ['a number for a port', one({ names, challenge: { port: '80' } })],
  ['an unknown target', one({ names, installs: [{ target: 'nowhere' }] })],
  [
    "an option that is another target's",
    one({ names, installs: [{ target: 'alibaba-cdn', options: { bucket: 'b' } }] }),
  ],
  ['an unknown DNS provider', { certificates: [], dns: { main: { provider: 'x' } } }],
  [
    'an option that the DNS provider has not',
    { certificates: [], dns: { main: { provider: 'rfc2136', options: { zon: 'x' } } } },
  ],
  [
    'a secret from two places',
    { certificates: [], credentials: { a: { token: { env: 'A', file: 'b' } } } },
  ],
  ['an unknown channel', { certificates: [], notifications: [{ channel: 'pigeon' }] }],
  [
    'an event that nobody is told of',
    { certificates: [], notifications: [{ channel: 'slack', events: ['x'] }] },
  ],
  ['a secret from nowhere', { certificates: [], credentials: { a: { token: {} } } }],
])('the schema does not take %s', async (_, value) => {
  expect((await validator())(value)).toBe(false)
})

test.each<readonly [string, unknown]>([
  ['a file with everything in it', whole],
  ['a minimal file', one({ names })],
  ['a place written short', one({ names, installs: ['alibaba-cdn:domain=example.com'] })],
  [
    'a place with options of all targets',
    one({
      names,
      installs: [{ target: 'alibaba-cdn', options: { domain: 'a', 'serve-at': 'none' } }],
    }),
  ],
])('the schema takes %s', async (_, value) => {
  expect((await validator())(value)).toBe(true)
})

/** The path of every property, and its description. */
function properties(schema: JsonSchema, path = ''): (readonly [string, unknown])[] {
  const inner = [schema.items, schema.additionalProperties, ...(schema.anyOf ?? [])]
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([key, part]) => {
      const at = path === '' ? key : `${path}.${key}`
      return [[at, part['description']] as const, ...properties(part, at)]
    }),
    ...inner.flatMap((part) => (typeof part === 'object' ? properties(part, path) : [])),
  ]
}

test.each(['en', 'zh'] as const)(
  'every field is described from the catalogue (%s)',
  async (language) => {
    const schema = await configJsonSchema(language)
    const all = [
      ...properties(schema),
      ...Object.entries(schema.$defs ?? {}).flatMap(([name, part]) => properties(part, name)),
    ]
    expect(all.length).toBeGreaterThan(60)
    const said = new Set(all.map(([, description]) => description))
    expect(all.filter(([, description]) => description === undefined)).toEqual([])
    for (const [path, text] of Object.entries(fieldTexts)) {
      expect(said.has(text[language]), path).toBe(true)
    }
  },
)

test('the command prints it in the language that is asked for', async () => {
  const { run } = await terminal()
  const printed = async (...argv: readonly string[]): Promise<unknown> => {
    const { code, stdout, stderr } = await run(['schema', ...argv])
    expect([code, stderr]).toEqual([0, ''])
    return JSON.parse(stdout)
  }
  expect(await printed()).toEqual(await configJsonSchema('en'))
  expect(await printed('--lang', 'zh')).toEqual(await configJsonSchema('zh'))
})
