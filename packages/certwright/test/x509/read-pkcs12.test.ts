import { describe, expect, it } from 'vitest'
import { Secret } from '../../src/runtime/secret.ts'
import { exportBundle } from '../../src/x509/export.ts'
import { pkcs12Chain } from '../../src/x509/read-pkcs12.ts'
import { issueChain, rsaKey } from './issued.ts'

const password = new Secret('correct horse')

describe('a PKCS#12 file', () => {
  it.each(['pkcs12', 'pkcs12-legacy'] as const)(
    'of %s shows its chain as a server would',
    async (format) => {
      for (const key of [undefined, rsaKey()]) {
        const { bundle } = issueChain({ length: 2, ...(key && { key }) })
        const [{ bytes }] = exportBundle(bundle, { format, password })
        expect(await pkcs12Chain(bytes, password)).toBe(bundle.chainPem)
      }
    },
  )

  it('shows nothing to another password, and nothing where it is none', async () => {
    const [{ bytes }] = exportBundle(issueChain().bundle, { format: 'pkcs12', password })
    expect(await pkcs12Chain(bytes, new Secret('battery'))).toBeUndefined()
    expect(await pkcs12Chain(bytes.subarray(0, bytes.length - 9), password)).toBeUndefined()
    expect(await pkcs12Chain(new Uint8Array(), password)).toBeUndefined()
  })
})
