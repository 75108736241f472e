import { describe, expect, it } from 'vitest'
import { choiceOption, targetValues } from '../../src/deploy/target-options.ts'
import type { TargetOption } from '../../src/deploy/target.ts'

const summary = { en: 'x', zh: 'x' }
const kind = {
  name: 'files',
  options: [
    { key: 'out', summary, required: true, env: ['FILES_OUT', 'OUT'] },
    { key: 'mode', summary },
  ] as const satisfies readonly TargetOption[],
}

describe('the options of a target', () => {
  it.each([
    [{ mode: '1' }, 'TARGET_OPTION_MISSING', { target: 'files', option: 'out' }],
    [{ out: '' }, 'TARGET_OPTION_MISSING', { target: 'files', option: 'out' }],
    [
      { out: 'a', mood: 'b' },
      'TARGET_OPTION_MISSPELT',
      { target: 'files', option: 'mood', known: 'out, mode', suggestion: 'mode' },
    ],
    [
      { out: 'a', certificate: 'b' },
      'TARGET_OPTION_UNKNOWN',
      { target: 'files', option: 'certificate', known: 'out, mode' },
    ],
  ])('are refused as %j', (values: Record<string, string>, code, params) => {
    expect(() => targetValues(kind, values, { env: {} })).toThrow(
      expect.objectContaining({ code, params }),
    )
  })

  it('are filled from the environment, the first variable that is set', () => {
    expect(targetValues(kind, {}, { env: { FILES_OUT: '', OUT: '/b' } })).toEqual({ out: '/b' })
    expect(targetValues(kind, { out: '/a' }, { env: { OUT: '/b' } })).toEqual({ out: '/a' })
  })

  it('choose among words, the first where nothing is said', () => {
    expect(choiceOption('files', 'mode', undefined, ['one', 'two'])).toBe('one')
    expect(choiceOption('files', 'mode', 'two', ['one', 'two'])).toBe('two')
    expect(() => choiceOption('files', 'mode', 'three', ['one', 'two'])).toThrow(
      expect.objectContaining({
        params: { target: 'files', option: 'mode', expected: 'one | two' },
      }),
    )
  })
})
