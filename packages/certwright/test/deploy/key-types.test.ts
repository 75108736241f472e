import { describe, expect, it } from 'vitest'
import { keyTypeForAll, requireKeyType } from '../../src/deploy/key-types.ts'
import type { KeyType } from '../../src/store/store.ts'

function taker(name: string, ...keyTypes: readonly KeyType[]) {
  return { name, keyTypes }
}

const cdn = taker('cdn', 'rsa2048')
const store = taker('store', 'rsa2048', 'ec256', 'rsa4096')
const files = taker('files', 'ec256', 'ec384', 'rsa4096', 'rsa2048')
const curves = taker('curves', 'ec384')

describe('the type of a key for several targets', () => {
  it.each([
    [[], undefined],
    [[files], 'ec256'],
    [[files, store], 'ec256'],
    [[store, files], 'ec256'],
    [[files, cdn], 'rsa2048'],
    [[cdn, store, files], 'rsa2048'],
  ])('is, for %j, %s', (takers, keyType) => {
    expect(keyTypeForAll(takers)).toBe(keyType)
  })

  it('is none where the targets have none in common: the first that stands out is named', () => {
    expect(() => keyTypeForAll([files, store, curves, cdn])).toThrow(
      expect.objectContaining({
        code: 'TARGET_KEY_TYPES_DIFFER',
        params: { target: 'curves', takes: 'ec384', others: 'ec256, rsa4096, rsa2048' },
      }),
    )
  })

  it('is refused for the target that is not documented to take it', () => {
    expect(() => requireKeyType('ec256', [files, store])).not.toThrow()
    expect(() => requireKeyType('ec256', [files, cdn])).toThrow(
      expect.objectContaining({
        code: 'TARGET_KEY_TYPE',
        params: { target: 'cdn', keyType: 'ec256', takes: 'rsa2048', suggestion: 'rsa2048' },
      }),
    )
  })
})
