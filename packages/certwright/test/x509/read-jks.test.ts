import { X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { Secret } from '../../src/runtime/secret.ts'
import { exportBundle } from '../../src/x509/export.ts'
import { jksChain } from '../../src/x509/read-jks.ts'
import { issueChain, rsaKey } from './issued.ts'
import { keytoolStore } from './keytool-store.ts'

const password = new Secret('changeit')

describe('a Java key store', () => {
  it('is read as keytool has written it', () => {
    const chain = jksChain(Buffer.from(keytoolStore, 'base64'), password)
    expect(new X509Certificate(chain ?? '').subject).toBe('CN=fixture')
  })

  it.each([undefined, rsaKey()])('is read as we have written it, chain and all', (key) => {
    const { bundle } = issueChain({ length: 2, ...(key && { key }) })
    const [{ bytes }] = exportBundle(bundle, { format: 'jks', password })
    expect(jksChain(bytes, password)).toBe(bundle.chainPem)
  })

  it('shows nothing to another password, nor where one octet of it is another', () => {
    const store = Buffer.from(keytoolStore, 'base64')
    expect(jksChain(store, new Secret('changed!'))).toBeUndefined()
    for (const at of [0, 7, 60, store.length - 1]) {
      const damaged = Buffer.from(store)
      damaged.writeUInt8(damaged.readUInt8(at) ^ 1, at)
      expect(jksChain(damaged, password)).toBeUndefined()
    }
    for (const length of [0, 3, 20, 100]) {
      expect(jksChain(store.subarray(0, length), password)).toBeUndefined()
    }
  })
})
