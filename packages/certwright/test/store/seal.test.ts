import * as fc from 'fast-check'
import { createSecretKey, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { Secret } from '../../src/runtime/secret.ts'
import { type Place, type Seal, sealWith } from '../../src/store/seal.ts'

const place: Place = { table: 'versions', column: 'private_key', record: 'example.com#1' }

function newSeal(): Seal {
  return sealWith(createSecretKey(randomBytes(32)))
}

const unreadable = expect.objectContaining({ code: 'STORE_RECORD_UNREADABLE' }) as Error

describe('seal', () => {
  it('does not open what was sealed for another place', () => {
    const seal = newSeal()
    const sealed = seal.seal(new Secret('text'), place)
    for (const other of [
      { ...place, table: 'issuers' },
      { ...place, column: 'chain_pem' },
      { ...place, record: 'example.com#2' },
    ])
      expect(() => seal.unseal(sealed, other)).toThrow(unreadable)
  })

  it('does not open what was sealed under another key, even where it claims this one', () => {
    const [one, other] = [newSeal(), newSeal()]
    const sealed = one.seal(new Secret('text'), place)
    expect(() => other.unseal(sealed, place)).toThrow(unreadable)
    expect(() => other.unseal(sealed.replace(one.keyId, other.keyId), place)).toThrow(unreadable)
  })

  it('does not open a text that was altered anywhere', () => {
    const seal = newSeal()
    const [format, keyId, wrapped = '', text = ''] = seal.seal(new Secret('text'), place).split('.')
    const altered = (part: string, at: number): string => {
      const bytes = Buffer.from(part, 'base64url')
      bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
      return bytes.toString('base64url')
    }
    for (let at = 0; at < Buffer.from(wrapped, 'base64url').length; at++)
      expect(() =>
        seal.unseal([format, keyId, altered(wrapped, at), text].join('.'), place),
      ).toThrow(unreadable)
    for (let at = 0; at < Buffer.from(text, 'base64url').length; at++)
      expect(() =>
        seal.unseal([format, keyId, wrapped, altered(text, at)].join('.'), place),
      ).toThrow(unreadable)
  })

  it('says so of anything that is no sealed text', () => {
    const seal = newSeal()
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.base64String().map((text) => `v1.${seal.keyId}.${text}.${text}`),
        ),
        (text) => {
          expect(() => seal.unseal(text, place)).toThrow(unreadable)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('opens any text that it sealed', () => {
    const seal = newSeal()
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(seal.unseal(seal.seal(new Secret(text), place), place).reveal()).toBe(text)
      }),
    )
  })

  it('seals the same text differently each time', () => {
    const seal = newSeal()
    const parts = [1, 2].flatMap(() => seal.seal(new Secret('text'), place).split('.').slice(2))
    expect(new Set(parts).size).toBe(4)
  })

  it('names a key the same way every time and without telling of it', () => {
    const bytes = randomBytes(32)
    const { keyId } = sealWith(createSecretKey(bytes))
    expect(keyId).toMatch(/^[0-9a-f]{16}$/)
    expect(sealWith(createSecretKey(bytes)).keyId).toBe(keyId)
    expect(bytes.toString('hex')).not.toContain(keyId)
    expect(newSeal().keyId).not.toBe(keyId)
  })

  it('says nothing of the text when it cannot open it', () => {
    const seal = newSeal()
    const sealed = seal.seal(new Secret('a secret'), place)
    try {
      seal.unseal(sealed, { ...place, record: 'other' })
      expect.unreachable()
    } catch (error) {
      expect(String(error)).toContain('other')
      expect(String(error)).not.toContain(sealed.split('.')[3])
    }
  })
})
