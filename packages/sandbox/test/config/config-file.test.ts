import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ConfigError, parseConfig, readConfigFile } from '../../src/config/config-file.ts'
import { locateJson, placeAt } from '../../src/config/json-location.ts'

function complaintsOf(text: string): readonly string[] {
  try {
    parseConfig(text, 'sandbox.json')
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.complaints
  }
}

describe('a file of options', () => {
  it.each([
    ['', 'sandbox.json:1:1: it is not JSON: Unexpected end of JSON input'],
    ['{\n  "zones": ["a.test"],\n}', 'sandbox.json:3:1: it is not JSON: '],
    ['{"zones": [1 2]}', 'sandbox.json:1:14: it is not JSON: '],
    ['{\n "ca": {', 'sandbox.json:2:9: it is not JSON: '],
  ])('that is not JSON is refused where it stops being so: %j', (text, says) => {
    const [first = '', ...more] = complaintsOf(text)
    expect(first.slice(0, says.length)).toBe(says)
    expect(more).toEqual([])
  })

  it('has every complaint at once, each with its place and the word that was meant', () => {
    const text = `{
  "zones": [],
  "ca": {
    "nonceRejectPercnt": 5,
    "retryAfterForm": "soon",
    "profiles": { "short": { "certificateLifetimeMs": "6d" } }
  },
  "cas": { "Public": {} }
}
`
    expect(complaintsOf(text)).toEqual([
      'sandbox.json:2:3: zones has fewer than 1 entries',
      'sandbox.json:4:5: ca.nonceRejectPercnt is not known here; did you mean nonceRejectPercent?',
      'sandbox.json:5:5: ca.retryAfterForm is not one of "seconds", "date", "either", "huge", "past", "garbage", "absent"',
      'sandbox.json:6:19: ca.profiles.short has no description',
      'sandbox.json:6:30: ca.profiles.short.certificateLifetimeMs is not a number from 0',
      'sandbox.json:8:12: cas.Public is not a name like ^[a-z0-9]([a-z0-9-]*[a-z0-9])?$',
    ])
  })

  it('may not say a thing twice', () => {
    expect(complaintsOf('{"ipv6": true,\n "ipv6": false}')).toEqual([
      'sandbox.json:2:2: ipv6 stands there twice',
    ])
  })

  it.each(['[]', 'null', '"text"', '7'])('that is %s is refused as a whole', (text) => {
    expect(complaintsOf(text)[0]).toMatch(/^sandbox\.json:1:1: the whole is not an object with/)
  })

  it('gives the options, with a clock where it has one', () => {
    const options = parseConfig(
      '{"$schema": "x", "zones": ["a.test"], "ca": {"strict": "letsencrypt"}, "clock": {"at": 5, "stopped": true}}',
      'sandbox.json',
    )
    const { clock, ...rest } = options
    expect(rest).toEqual({ zones: ['a.test'], ca: { strict: 'letsencrypt' } })
    expect(clock?.now()).toBe(5)
    expect(parseConfig('{}', 'sandbox.json')).toEqual({})
  })

  it('is read from where it is, and missed where it is not', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sandbox-config-'))
    onTestFinished(async () => rm(folder, { recursive: true, force: true }))
    const file = join(folder, 'sandbox.json')
    await expect(readConfigFile(file)).rejects.toThrow(ConfigError)
    await expect(readConfigFile(file)).rejects.toThrow('ENOENT')
    await writeFile(file, '{"ipv6": 1}')
    await expect(readConfigFile(file)).rejects.toThrow(`${file}:1:2: ipv6 is not true or false`)
  })
})

describe('places in JSON', () => {
  it('are those of names and entries, or of what they are in', () => {
    const { placeOf } = locateJson('{"a": [1, {"b\\"": 2}],\n\t"c": {}}')
    expect(placeOf(['a'])).toEqual({ line: 1, column: 2 })
    expect(placeOf(['a', 1])).toEqual({ line: 1, column: 11 })
    expect(placeOf(['a', 1, 'b"'])).toEqual({ line: 1, column: 12 })
    expect(placeOf(['c', 'missing', 3])).toEqual({ line: 2, column: 2 })
    expect(placeOf(['nowhere'])).toEqual({ line: 1, column: 1 })
  })

  it('are found in every document, each where its value can be read', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 1, 3), (value, indent) => {
        const text = JSON.stringify(value, null, indent)
        const { placeOf, repeated } = locateJson(text)
        expect(repeated).toEqual([])
        const lines = text.split('\n')
        for (const path of pathsOf(value)) {
          const { line, column } = placeOf(path)
          const there = lines
            .slice(line - 1)
            .join('\n')
            .slice(column - 1)
          const step = path.at(-1)
          const wanted = typeof step === 'string' ? `${JSON.stringify(step)}:` : undefined
          if (wanted) expect(there.startsWith(wanted)).toBe(true)
          else expect(there[0]).toBe(JSON.stringify(at(value, path))[0])
        }
      }),
    )
  })

  it('count lines and columns from 1', () => {
    expect(placeAt('ab\ncd', 0)).toEqual({ line: 1, column: 1 })
    expect(placeAt('ab\ncd', 4)).toEqual({ line: 2, column: 2 })
  })
})

type Path = readonly (string | number)[]

function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  const below = Array.isArray(value)
    ? value.map((one: unknown, index) => [index, one] as const)
    : Object.entries(value)
  return [path, ...below.flatMap(([step, one]) => pathsOf(one, [...path, step]))]
}

function at(value: unknown, path: Path): unknown {
  return path.reduce((found, step) => (found as Record<string | number, unknown>)[step], value)
}
