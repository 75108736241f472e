import { describe, expect, it } from 'vitest'
import { withoutSecrets } from '../../../src/cloud/alibaba/parameters.ts'

describe('what a server said', () => {
  it.each([
    ['in PEM', '-----BEGIN PRIVATE KEY-----\nMIIabc\n-----END PRIVATE KEY-----'],
    ['in PEM that is cut off', '-----BEGIN EC PRIVATE KEY-----\nMIIabc'],
    [
      'in a form',
      'SSLPri=-----BEGIN+RSA+PRIVATE+KEY-----%0AMIIabc%0A-----END+RSA+PRIVATE+KEY-----',
    ],
    ['in a URL', '-----BEGIN%20PRIVATE%20KEY-----%0AMIIabc'],
    ['in JSON', '{"Key":"-----BEGIN PRIVATE KEY-----\\nMIIabc\\n-----END PRIVATE KEY-----"}'],
  ])('is without the private key that it repeats %s', (_form, text) => {
    expect(withoutSecrets(`before ${text}`, [])).toMatch(/^before .*\[redacted\]/)
    expect(withoutSecrets(`before ${text}`, [])).not.toContain('MIIabc')
  })

  it('keeps its words otherwise', () => {
    const text = 'The specified CertName "www_example_com" already exists.'
    expect(withoutSecrets(text, ['', 'secret'])).toBe(text)
  })
})
