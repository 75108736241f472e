import { describe, expect, it } from 'vitest'
import { numberOption, optionValues } from '../../src/dns/provider-options.ts'
import { nearest } from '../../src/runtime/nearest.ts'

const summary = { en: 'An option', zh: '一个选项' }
const options = [
  { key: 'server', summary, required: true, env: ['TEST_SERVER', 'OLD_TEST_SERVER'] },
  { key: 'key-name', summary },
] as const

describe("a provider's options", () => {
  it('suggest the right key for a misspelt one', () => {
    expect(() => optionValues('test', options, { keyname: 'x' }, {})).toThrow(
      expect.objectContaining({
        code: 'DNS_OPTION_MISSPELT',
        params: {
          provider: 'test',
          option: 'keyname',
          known: 'server, key-name',
          suggestion: 'key-name',
        },
      }),
    )
  })

  it('name those there are where nothing is near', () => {
    expect(() => optionValues('test', options, { region: 'x' }, {})).toThrow('server, key-name')
  })

  it('say what to type for a required one that is missing, or empty', () => {
    for (const values of [{}, { server: '' }]) {
      expect(() => optionValues('test', options, values, {})).toThrow(
        expect.objectContaining({
          code: 'DNS_OPTION_MISSING',
          hint: 'Add --dns-option server=…',
        }),
      )
    }
  })

  it('come from the environment where they are not given, in the order of its variables', () => {
    const env = { TEST_SERVER: '', OLD_TEST_SERVER: 'b' }
    expect(optionValues('test', options, {}, env)).toEqual({ server: 'b' })
    expect(optionValues('test', options, {}, { ...env, TEST_SERVER: 'a' }).server).toBe('a')
    expect(optionValues('test', options, { server: 'c' }, env).server).toBe('c')
  })

  it('never show a value in an error', () => {
    const error = (() => {
      try {
        return numberOption('test', 'ttl', 's3cret', [1, 10])
      } catch (error) {
        return error
      }
    })()
    expect(error).toMatchObject({ code: 'DNS_OPTION_NOT_CONFORM', params: { expected: '1…10' } })
    expect(JSON.stringify(error)).not.toContain('s3cret')
  })
})

it('finds the nearest word, and none where all are far', () => {
  expect(nearest('rfc2316', ['exec', 'rfc2136', 'manual'])).toBe('rfc2136')
  expect(nearest('acmedns', ['exec', 'acme-dns'])).toBe('acme-dns')
  expect(nearest('route53', ['exec', 'rfc2136', 'manual'])).toBeUndefined()
  expect(nearest('', [])).toBeUndefined()
})
