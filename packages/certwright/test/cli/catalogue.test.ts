import { expect, it } from 'vitest'
import * as accountTexts from '../../src/runtime/messages/account-texts.ts'
import * as acmeCommandTexts from '../../src/runtime/messages/acme-command-texts.ts'
import * as acmeTexts from '../../src/runtime/messages/acme-texts.ts'
import { clueTexts } from '../../src/runtime/messages/clue-texts.ts'
import * as commandTexts from '../../src/runtime/messages/command-texts.ts'
import * as configCommandTexts from '../../src/runtime/messages/config-command-texts.ts'
import * as configTexts from '../../src/runtime/messages/config-texts.ts'
import * as deployTexts from '../../src/runtime/messages/deploy-texts.ts'
import * as findingTexts from '../../src/runtime/messages/finding-texts.ts'
import * as helpTexts from '../../src/runtime/messages/help-texts.ts'
import { errorTexts } from '../../src/runtime/messages/index.ts'
import * as optionTexts from '../../src/runtime/messages/option-texts.ts'
import * as problemTexts from '../../src/runtime/messages/problem-texts.ts'
import type { Text } from '../../src/runtime/catalogue.ts'

function isText(value: object): value is Text {
  return 'en' in value && 'zh' in value
}

/** Every text below a value, with the path to it. */
function textsIn(value: unknown, path: string): (readonly [string, Text])[] {
  if (typeof value !== 'object' || value === null) return []
  if ('en' in value || 'zh' in value) return [[path, value as Text]]
  return Object.entries(value).flatMap(([name, inner]) => textsIn(inner, `${path}.${name}`))
}

const texts = [
  ...textsIn(errorTexts, 'errors'),
  ...textsIn({ ...accountTexts }, 'account'),
  ...textsIn({ ...acmeCommandTexts }, 'acme commands'),
  ...textsIn({ ...acmeTexts }, 'acme'),
  ...textsIn({ ...commandTexts }, 'commands'),
  ...textsIn({ ...configTexts }, 'config'),
  ...textsIn({ ...configCommandTexts }, 'config commands'),
  ...textsIn({ ...deployTexts }, 'deploy'),
  ...textsIn({ ...helpTexts }, 'help'),
  ...textsIn({ ...optionTexts }, 'options'),
  ...textsIn({ ...findingTexts }, 'findings'),
  ...textsIn({ ...problemTexts }, 'problems'),
  ...textsIn(clueTexts, 'clues'),
]

const placeholders = (text: string): string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).sort()

it('has enough texts to be worth checking', () => {
  expect(texts.length).toBeGreaterThan(300)
})

it.each(texts)('%s is said in both languages, with the same parameters', (_path, text) => {
  expect(isText(text)).toBe(true)
  expect(text.en.trim()).not.toBe('')
  expect(text.zh.trim()).not.toBe('')
  expect(new Set(placeholders(text.zh))).toEqual(new Set(placeholders(text.en)))
})
